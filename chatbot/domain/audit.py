"""What goes into the audit: who did what to whom, never what was written.

Each line has a hash over itself and the hash of the line before, so that a line which is changed,
taken out or put elsewhere breaks the chain at that place.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Final

NOBODY: Final = ""
"""Who acted when nobody has signed in, and the subject of what concerns no one thing."""
COMMAND_LINE: Final = "command-line"
"""Who acted when it was done on the server itself."""


class Deed(StrEnum):
    """Something that is worth a line. The subject is a person's id unless it says otherwise."""

    SIGNED_IN = "signed_in"
    SIGN_IN_FAILED = "sign_in_failed"
    NEW_DEVICE = "new_device"
    SIGNED_OUT = "signed_out"
    SESSIONS_ENDED = "sessions_ended"
    INVITED = "invited"  # the subject is the invitation
    INVITATION_WITHDRAWN = "invitation_withdrawn"  # likewise
    JOINED = "joined"
    ROLE_CHANGED = "role_changed"
    DISABLED = "disabled"
    ENABLED = "enabled"
    NAME_CHANGED = "name_changed"
    PASSPHRASE_CHANGED = "passphrase_changed"  # noqa: S105  # the deed, not a secret
    PASSPHRASE_LINK_MADE = "passphrase_link_made"  # noqa: S105  # likewise
    CODES_SET_UP = "codes_set_up"
    CODES_REMOVED = "codes_removed"
    RECOVERY_CODES_MADE = "recovery_codes_made"
    RECOVERY_CODE_USED = "recovery_code_used"
    PASSKEY_ADDED = "passkey_added"
    PASSKEY_REMOVED = "passkey_removed"
    SECOND_FACTOR_RESET = "second_factor_reset"
    CHAT_JOINED = "chat_joined"  # the subject is the conversation
    CHAT_WATCHED = "chat_watched"  # likewise
    CHAT_REASSIGNED = "chat_reassigned"  # likewise
    VISITOR_BLOCKED = "visitor_blocked"  # likewise
    FAQ_PUBLISHED = "faq_published"  # the subject is the entry
    FAQ_PLANNED = "faq_planned"  # likewise
    FAQ_PLAN_WITHDRAWN = "faq_plan_withdrawn"  # likewise
    FAQ_ARCHIVED = "faq_archived"  # likewise
    FAQ_IMPORTED = "faq_imported"  # no subject
    PROMISE_ADDED = "promise_added"  # the subject is its kind and number
    PHRASING_SUGGESTED = "phrasing_suggested"  # the subject is the conversation
    QUESTIONS_READ = "questions_read"  # no subject
    QUESTIONS_DISMISSED = "questions_dismissed"  # likewise
    QUESTIONS_BROUGHT_BACK = "questions_brought_back"  # likewise
    REGRESSION_ADDED = "regression_added"  # the subject is the question
    REGRESSION_REMOVED = "regression_removed"  # likewise
    CHAT_ERASED = "chat_erased"  # the subject is the conversation
    CONCERN_FORGOTTEN = "concern_forgotten"  # the subject is the concern; its time was over
    HOURS_CHANGED = "hours_changed"  # no subject
    CLOSURE_ADDED = "closure_added"  # the subject is the closure
    CLOSURE_REMOVED = "closure_removed"  # likewise
    CALLBACK_MADE = "callback_made"  # the subject is the request, as for all that follow
    CALLBACK_SEEN = "callback_seen"
    CALLBACK_CHANGED = "callback_changed"
    CALLBACK_ERASED = "callback_erased"
    CALLBACKS_PRINTED = "callbacks_printed"  # no subject
    CALLBACK_FEED_MADE = "callback_feed_made"  # likewise
    SETTING_CHANGED = "setting_changed"  # the subject is the setting
    TOKEN_MADE = "token_made"  # noqa: S105  # the deed, not a secret; the subject is the token
    TOKEN_REVOKED = "token_revoked"  # noqa: S105  # likewise
    PERSON_EXPORTED = "person_exported"  # the subject is the conversation or the request
    PERSON_EXPORTED_WHOLE = "person_exported_whole"  # likewise; with the records of staff
    DATABASE_RESTORED = "database_restored"  # no subject
    DATABASE_MOVED = "database_moved"  # no subject
    AUDIT_READ = "audit_read"  # by a tool; no subject
    AUDIT_EXPORTED = "audit_exported"  # no subject


@dataclass(frozen=True, slots=True)
class Line:
    """`who` did `action` to `subject`, both ids, at a time in milliseconds UTC."""

    id: int
    at: int
    who: str
    action: str
    subject: str
    hash: str = ""


def link(before: str, line: Line) -> str:
    """Return the hash of a line that follows the hash `before`, in 64 hexadecimal digits.

    Texts are written with their length, so that no two lines can be written alike.
    """
    texts = " ".join(f"{len(text)}:{text}" for text in (line.who, line.action, line.subject))
    return sha256(f"{before} {line.id} {line.at} {texts}".encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Chain:
    """How far a chain was followed: its last line, and that line's hash."""

    id: int = 0
    hash: str = ""


def follow(chain: Chain, lines: Iterable[Line]) -> tuple[Chain, int | None]:
    """Follow the chain through the next lines, in order.

    Returns how far it holds, and the number of the first line that does not fit: one that was
    changed, or that is missing.
    """
    for line in lines:
        number = chain.id + 1
        if line.id != number or line.hash != link(chain.hash, line):
            return chain, number
        chain = Chain(number, line.hash)
    return chain, None
