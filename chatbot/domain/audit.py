"""What goes into the audit: who did what to whom, never what was written."""

from enum import StrEnum
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
    FAQ_PUBLISHED = "faq_published"  # the subject is the entry
    FAQ_PLANNED = "faq_planned"  # likewise
    FAQ_PLAN_WITHDRAWN = "faq_plan_withdrawn"  # likewise
    FAQ_ARCHIVED = "faq_archived"  # likewise
    FAQ_IMPORTED = "faq_imported"  # no subject
    PHRASING_SUGGESTED = "phrasing_suggested"  # the subject is the conversation
    QUESTIONS_READ = "questions_read"  # no subject
    QUESTIONS_DISMISSED = "questions_dismissed"  # likewise
    REGRESSION_ADDED = "regression_added"  # the subject is the question
    REGRESSION_REMOVED = "regression_removed"  # likewise
    HOURS_CHANGED = "hours_changed"  # no subject
    CLOSURE_ADDED = "closure_added"  # the subject is the closure
    CLOSURE_REMOVED = "closure_removed"  # likewise
