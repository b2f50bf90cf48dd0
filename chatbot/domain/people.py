"""Who works here and what each may do: one table, asked by every door.

A role has every action of the roles before it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from chatbot.domain.errors import Invalid
from chatbot.domain.text import clean

EMAIL_LIMIT: Final = 254
NAME_LIMIT: Final = 60
_EMAIL: Final = re.compile(r"[^\s@<>()\",;:]+@[^\s@<>()\",;:]+\.[^\s@<>()\",;:.]+")
DEFAULT_CAPACITY: Final = 4
"""Chats that one person can follow at once."""


class Role(StrEnum):
    """What somebody was invited as."""

    STAFF = "staff"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"


class Availability(StrEnum):
    """Whether somebody takes chats now."""

    ON = "on"
    AWAY = "away"
    OFF = "off"


class Action(StrEnum):
    """Something that not everybody may do."""

    SEE_CHATS = "see_chats"
    ANSWER_CHATS = "answer_chats"
    SEE_CALLBACKS = "see_callbacks"
    HANDLE_CALLBACKS = "handle_callbacks"
    WRITE_SAFEGUARDING = "write_safeguarding"
    BLOCK_VISITORS = "block_visitors"
    SEE_FAQ = "see_faq"
    SUGGEST_PHRASINGS = "suggest_phrasings"
    OWN_ACCOUNT = "own_account"
    READ_SAFEGUARDING = "read_safeguarding"
    SEARCH_TEXT = "search_text"
    JOIN_CHATS = "join_chats"
    REASSIGN_CHATS = "reassign_chats"
    SEE_FIGURES = "see_figures"
    EDIT_SHARED_REPLIES = "edit_shared_replies"
    SEE_OVERVIEW = "see_overview"
    EDIT_FAQ = "edit_faq"
    EDIT_PROMISES = "edit_promises"
    EDIT_SETTINGS = "edit_settings"
    MANAGE_PEOPLE = "manage_people"
    PRINT_CALLBACKS = "print_callbacks"
    ERASE_CALLBACKS = "erase_callbacks"
    READ_AUDIT = "read_audit"
    MANAGE_TOKENS = "manage_tokens"


_STAFF: Final = frozenset(
    {
        Action.SEE_CHATS,
        Action.ANSWER_CHATS,
        Action.SEE_CALLBACKS,
        Action.HANDLE_CALLBACKS,
        Action.WRITE_SAFEGUARDING,
        Action.BLOCK_VISITORS,
        Action.SEE_FAQ,
        Action.SUGGEST_PHRASINGS,
        Action.OWN_ACCOUNT,
    }
)
_SUPERVISOR: Final = _STAFF | {
    Action.READ_SAFEGUARDING,
    Action.SEARCH_TEXT,
    Action.JOIN_CHATS,
    Action.REASSIGN_CHATS,
    Action.SEE_FIGURES,
    Action.EDIT_SHARED_REPLIES,
}
_MAY: Final[Mapping[Role, frozenset[Action]]] = {
    Role.STAFF: _STAFF,
    Role.SUPERVISOR: _SUPERVISOR,
    Role.ADMIN: frozenset(Action),
}


def may(role: Role, action: Action) -> bool:
    """Tell whether somebody with this role may do it."""
    return action in _MAY[role]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who works here. `name` is what visitors are shown, `capacity` in chats."""

    id: str
    email: str
    name: str
    role: Role
    availability: Availability = Availability.OFF
    capacity: int = DEFAULT_CAPACITY
    disabled: bool = False

    def may(self, action: Action) -> bool:
        """Tell whether this person may do it."""
        return not self.disabled and may(self.role, action)


@dataclass(frozen=True, slots=True)
class Lifetime:
    """How long a session lasts, in milliseconds: without a request, and in any case."""

    idle: int
    whole: int


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody signed in on one device, which is named in words: "Firefox, Linux".

    `proved_at` is when they last gave their passphrase or passkey.
    """

    id: str
    person_id: str
    device: str
    second_factor: bool
    created_at: int
    seen_at: int
    proved_at: int


def clean_email(text: str) -> str:
    """Return an e-mail address as it is kept and compared: in lower case.

    >>> clean_email(" Amina@Example.org ")
    'amina@example.org'

    Raises:
        Invalid: it is none.
    """
    email = clean(text).lower()
    if len(email) > EMAIL_LIMIT or not _EMAIL.fullmatch(email):
        raise Invalid(email="not_an_email" if email else "empty")
    return email


def clean_name(text: str) -> str:
    """Return the name that visitors are shown, on one line.

    Raises:
        Invalid: nothing is left of it, or it has more than `NAME_LIMIT` characters.
    """
    name = " ".join(clean(text).split())
    if not name or len(name) > NAME_LIMIT:
        raise Invalid(name="too_long" if name else "empty")
    return name
