"""What the assistant decided to do with a question, as data.

The words are not here: a reply names entries, and the services put the approved text in.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Outcome(StrEnum):
    """The five ways in which a question can end."""

    ANSWERED = "answered"
    CLARIFY = "clarify"
    UNANSWERED = "unanswered"
    SIGNPOSTED = "signposted"
    SMALLTALK = "smalltalk"


class Urgent(StrEnum):
    """What kind of harm a message speaks of; each kind has its own signpost."""

    DANGER = "danger"
    SELF_HARM = "self_harm"
    HARM_OTHERS = "harm_others"
    CHILD = "child"
    VICTIM = "victim"


class Ending(StrEnum):
    """How a conversation went, in the words of the one who closed it."""

    HELPED = "helped"
    SIGNPOSTED = "signposted"
    CALLBACK = "callback"
    UNHELPED = "unhelped"
    NO_REPLY = "no_reply"
    NOT_OURS = "not_ours"
    ABUSIVE = "abusive"


@dataclass(frozen=True, slots=True)
class Option:
    """A question that the visitor may pick with one click."""

    slug: str
    question: str


class Offer(StrEnum):
    """What the visitor may do with one click below a message, beside picking a question."""

    LEAVE_MESSAGE = "leave_message"
    CALLBACK = "callback"


@dataclass(frozen=True, slots=True)
class Reply:
    """What to show: an entry's slug, options to pick from, and the kind of harm, if any."""

    outcome: Outcome
    slug: str | None = None
    options: tuple[Option, ...] = ()
    urgent: Urgent | None = None


SIGNPOSTS: Final[Mapping[Urgent, str]] = {
    Urgent.DANGER: "immediate-danger",
    Urgent.SELF_HARM: "suicide-self-harm",
    Urgent.HARM_OTHERS: "might-hurt-someone",
    Urgent.CHILD: "child-at-risk",
    Urgent.VICTIM: "victim-help",
}
"""The entry that is shown for each kind of harm."""
CALLBACK_ENTRY: Final = "request-callback"
"""The entry that says how to be rung; the form is offered below it."""
SMALL_TALK: Final = "small-talk"
"""The topic whose entries are small talk."""
