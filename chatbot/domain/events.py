"""What has happened in a conversation, in order; the log is the truth.

An event is either public (it gets a `seq` and the visitor sees it) or for staff only (it has a
`position` but no `seq`), so the numbers that a visitor sees have no gaps to wonder about.
"""

from dataclasses import dataclass
from enum import StrEnum

from chatbot.domain.commands import By
from chatbot.domain.outcome import Ending, Offer, Option, Outcome, Urgent


class State(StrEnum):
    """Who speaks with the visitor."""

    ASSISTANT = "assistant"
    WAITING = "waiting"
    STAFF = "staff"
    CLOSED = "closed"


class Author(StrEnum):
    """Who wrote a message."""

    VISITOR = "visitor"
    ASSISTANT = "assistant"
    STAFF = "staff"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """The conversation began with the assistant; `notice` is the version of the promises shown,
    and `language` is what they were shown in. One that is made up for a `demo` is in no figure.
    """

    at: int
    notice: str
    language: str = "en"
    demo: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MessagePosted:
    """Somebody wrote. `to` is the seq that an assistant's message answers; `staff` an id.

    `closes_at` is set on a warning: when the conversation ends unless the visitor is there.
    `confidence` (0 to 1) is what the assistant thought of its answer; only staff see it.
    """

    at: int
    author: Author
    text: str
    html: str | None = None
    client_id: str | None = None
    staff: str | None = None
    name: str | None = None
    to: int | None = None
    outcome: Outcome | None = None
    slug: str | None = None
    revision: int | None = None
    options: tuple[Option, ...] = ()
    urgent: Urgent | None = None
    closes_at: int | None = None
    confidence: float | None = None
    offers: tuple[Offer, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StateChanged:
    """Another one speaks now; `assignee` and `name` are set exactly in the state `staff`.

    `message_left` in the state `waiting`: for when staff are there again, not for the queue.
    """

    at: int
    state: State
    assignee: str | None = None
    name: str | None = None
    message_left: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackAsked:
    """The visitor is to be rung; `reference` names the request, which is kept apart."""

    at: int
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """The conversation ended; `staff` and `ending` are set where staff ended it, `until` where its
    visitor is not to begin another one until then.
    """

    at: int
    by: By
    staff: str | None = None
    ending: Ending | None = None
    until: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """What was written is gone; a screen that comes back learns that instead of waiting."""

    at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Assigned:
    """Staff only: `by` gave the conversation to `staff`."""

    at: int
    staff: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteAdded:
    """Staff only: a private note."""

    at: int
    staff: str
    text: str
    mentions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """Staff only: the conversation stands under these labels now."""

    at: int
    staff: str
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Raised:
    """Staff only: a safeguarding record was begun."""

    at: int
    staff: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """Staff only: a supervisor came in and may write."""

    at: int
    staff: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocked:
    """Staff only: the visitor is kept out until then."""

    at: int
    staff: str
    reason: str
    until: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Flagged:
    """Staff only: the message `to` (a seq) speaks of harm."""

    at: int
    urgent: Urgent
    to: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rated:
    """Staff only: the visitor said whether the chat, or the answer `answer_seq`, helped.

    Only the newest of each counts: `replaces` is what was said of the same before, if anything.
    """

    at: int
    helpful: bool
    answer_seq: int | None = None
    comment: str | None = None
    replaces: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Warned:
    """Staff only: the visitor was told that the conversation will be closed."""

    at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Stayed:
    """Staff only: the visitor asked to keep it open."""

    at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """Staff only: the visitor hid the page. Nobody may write to them or ring them."""

    at: int


PublicEvent = Opened | MessagePosted | StateChanged | CallbackAsked | Closed | Erased
StaffEvent = (
    Assigned
    | NoteAdded
    | Labelled
    | Raised
    | Joined
    | Blocked
    | Flagged
    | Rated
    | Warned
    | Stayed
    | Left
)
Event = PublicEvent | StaffEvent


def is_public(event: Event) -> bool:
    """Tell whether the visitor sees `event`; exactly then it gets a seq."""
    return isinstance(event, PublicEvent)


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event in its place: `position` among all of the conversation, `seq` among the public."""

    position: int
    seq: int | None
    event: Event
