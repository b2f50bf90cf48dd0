"""What somebody wants to happen to a conversation.

Every command carries `at` (milliseconds UTC): time enters the domain as data, so a timer is a
command like any other.
"""

from dataclasses import dataclass
from enum import StrEnum

from chatbot.domain.outcome import Ending, Offer, Option, Outcome, Urgent


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """A visitor sends for the first time; `notice` names the promises they saw, or "unknown";
    `language` a code such as `en`: what the service itself says in this conversation is in it.
    One that is made up for a `demo` is in no figure.
    """

    at: int
    notice: str
    language: str = "en"
    demo: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Say:
    """The visitor writes. `slug` is set when they picked an offered question."""

    at: int
    text: str
    client_id: str
    slug: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The assistant answers the visitor's message `to` (a seq), in approved words.

    `confidence` (0 to 1) is what it thought of its answer, for staff.
    """

    at: int
    to: int
    text: str
    html: str
    outcome: Outcome
    slug: str | None = None
    revision: int | None = None
    options: tuple[Option, ...] = ()
    urgent: Urgent | None = None
    confidence: float | None = None
    offers: tuple[Offer, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AskForPerson:
    """The visitor wants a member of staff; `text` says the truth where it is not `staffed`."""

    at: int
    staffed: bool
    text: str = ""
    html: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveMessage:
    """The visitor leaves a message for staff; `text` says when somebody will read it."""

    at: int
    text: str
    html: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AskForCallback:
    """A request to be rung was made from this conversation; the request itself is kept apart."""

    at: int
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StopWaiting:
    """The visitor would rather go on with the assistant than wait for staff."""

    at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """The visitor says whether the chat, or one answer of it, helped."""

    at: int
    helpful: bool
    answer_seq: int | None = None
    comment: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """The visitor is still there and wants the conversation kept open."""

    at: int


class By(StrEnum):
    """Who ended a conversation."""

    VISITOR = "visitor"
    STAFF = "staff"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True, kw_only=True)
class Close:
    """Somebody ends the conversation; `staff` is set when `by` is staff, who say how it went."""

    at: int
    by: By
    staff: str | None = None
    ending: Ending | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reopen:
    """A member of staff takes a mistaken closing back, within `within` milliseconds."""

    at: int
    staff: str
    name: str
    within: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Leave:
    """The visitor hid the page: end at once, and remember that they left that way."""

    at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeOver:
    """A member of staff takes the conversation; `name` is what the visitor is shown."""

    at: int
    staff: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyAsStaff:
    """A member of staff writes, having seen everything up to `seen` (a seq)."""

    at: int
    staff: str
    name: str
    text: str
    client_id: str
    seen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AddNote:
    """A member of staff writes something that the visitor never sees; `mentions` are ids."""

    at: int
    staff: str
    text: str
    mentions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """Sort the conversation under `labels`, and no others; for staff only."""

    at: int
    staff: str
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Raise:
    """A member of staff fears that somebody may come to harm; the record itself is kept apart."""

    at: int
    staff: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Join:
    """A supervisor comes in beside the one in charge, and may write; `name` is shown."""

    at: int
    staff: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reassign:
    """A supervisor gives a conversation, whoever has it, to the colleague `to`."""

    at: int
    staff: str
    to: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A member of staff ends it for good, with `text` as the last words, until `until`."""

    at: int
    staff: str
    reason: str
    until: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """Hand the conversation to the colleague `to`."""

    at: int
    staff: str
    to: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """Put the conversation back among those that wait."""

    at: int
    staff: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HandBack:
    """Let the assistant go on."""

    at: int
    staff: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WarnOfClosing:
    """The sweeper: warn if nobody has written for `after` milliseconds; `grace` then remains."""

    at: int
    after: int
    grace: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseIfIdle:
    """The sweeper: close if the warning is `after` milliseconds old and nobody came back."""

    at: int
    after: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveUpWaiting:
    """The sweeper: tell a visitor who waited `after` milliseconds that nobody came."""

    at: int
    after: int
    text: str
    html: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Erase:
    """Forget what was written, for good."""

    at: int


Command = (
    Open
    | Say
    | Answer
    | AskForPerson
    | StopWaiting
    | LeaveMessage
    | AskForCallback
    | Rate
    | Stay
    | Close
    | Reopen
    | Leave
    | TakeOver
    | ReplyAsStaff
    | AddNote
    | Label
    | Raise
    | Join
    | Reassign
    | Block
    | Transfer
    | Release
    | HandBack
    | WarnOfClosing
    | CloseIfIdle
    | GiveUpWaiting
    | Erase
)
