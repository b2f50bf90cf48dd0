"""What each event changes of a conversation, beside its numbers."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, assert_never

from chatbot.domain.events import (
    Assigned,
    Author,
    Blocked,
    CallbackAsked,
    Closed,
    Erased,
    Event,
    Flagged,
    Joined,
    Labelled,
    Left,
    MessagePosted,
    NoteAdded,
    Opened,
    Raised,
    Rated,
    State,
    StateChanged,
    Stayed,
    Warned,
)
from chatbot.domain.outcome import Offer, Outcome

if TYPE_CHECKING:
    from chatbot.domain.conversation import Conversation

PREVIEW: Final = 80
"""Characters of a message that a list shows."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the visitor last said of an answer, or of the whole chat where there is no seq."""

    answer_seq: int | None
    helpful: bool


def changes(now: "Conversation", seq: int, event: Event) -> dict[str, Any]:
    """Return what `event`, at `seq`, changes beside the numbers."""
    match event:
        case Opened():
            return {"touched_at": event.at, "language": event.language, "demo": event.demo}
        case MessagePosted():
            return {
                "newest": seq,
                "newest_staff": event.staff,
                "told_at": event.at if Offer.LEAVE_MESSAGE in event.offers else None,
                **_by_author(now, seq, event),
            }
        case StateChanged():
            return _turned(now, event)
        case Closed():
            closed = {"closed_at": event.at, "closed_by": event.staff, "ending": event.ending}
            return {**_ENDED, **closed}
        case Erased():
            return {**_ENDED, "offered": (), "said": "", "labels": (), "erased": True}
        case Flagged():
            return {"urgent": (*now.urgent, event.urgent)}
        case Warned():
            return {"warned_at": event.at}
        case Stayed():
            return {"touched_at": event.at, "warned_at": None}
        case CallbackAsked():
            return {"touched_at": event.at, "warned_at": None, "wanted": True}
        case Left():
            return {"left": True}
        case Rated():
            others = (v for v in now.verdicts if v.answer_seq != event.answer_seq)
            return {"verdicts": (*others, Verdict(event.answer_seq, event.helpful))}
        case Labelled() | Raised() | Joined() | Blocked() | Assigned() | NoteAdded():
            return _beside(now, event)
        case _:
            assert_never(event)


def _turned(now: "Conversation", event: StateChanged) -> dict[str, Any]:
    return {
        "state": event.state,
        "assignee": event.assignee,
        "waiting_since": event.at if event.state is State.WAITING else None,
        "message_left": event.message_left,
        "awaited_since": _awaited_since(now, event),
        "answered": _dealt_with(now) if event.state is State.ASSISTANT else now.answered,
        "misses": 0,
        "touched_at": event.at,
        "warned_at": None,
        "joined": (),
        "closed_at": 0,
        "closed_by": None,
        "ending": None,
        "wanted": True,
    }


def _awaited_since(now: "Conversation", event: StateChanged) -> int | None:
    """Who only left a message waits for nobody; a colleague goes on with the same wait."""
    if event.state is State.ASSISTANT or event.message_left:
        return None
    if now.state is State.STAFF and event.state is State.STAFF:
        return now.awaited_since
    return event.at if now.awaited_since is None else now.awaited_since


def _beside(
    now: "Conversation", event: Labelled | Raised | Joined | Blocked | Assigned | NoteAdded
) -> dict[str, Any]:
    match event:
        case Labelled():
            return {"labels": event.labels}
        case Raised():
            return {"raised": True}
        case Joined():
            return {"joined": (*now.joined, event.staff)}
        case Blocked():
            return {"blocked": True}
        case _:
            return {}


def _dealt_with(now: "Conversation") -> int:
    """When the assistant takes over again: staff have dealt with everything; where nobody came,
    the newest message still waits for an answer.
    """
    return now.asked if now.state is State.STAFF else max(now.answered, now.asked - 1)


_ENDED: Final[dict[str, Any]] = {
    "state": State.CLOSED,
    "assignee": None,
    "waiting_since": None,
    "awaited_since": None,
    "message_left": False,
}


def _by_author(now: "Conversation", seq: int, event: MessagePosted) -> dict[str, Any]:
    match event.author:
        case Author.VISITOR:
            said = " ".join(event.text.split())[:PREVIEW]
            return {"asked": seq, "said": said, "touched_at": event.at, "warned_at": None}
        case Author.ASSISTANT:
            missed = event.outcome is Outcome.UNANSWERED
            return {
                "answered": event.to or now.answered,
                "misses": now.misses + 1 if missed else 0,
                "topic": event.slug or now.topic,
                "offered": event.options,
                "helped": _helped(now, event),
            }
        case Author.STAFF:
            return {"touched_at": event.at, "warned_at": None, "awaited_since": None}
        case Author.SYSTEM:
            return {"wanted": now.wanted or bool(event.offers)}
        case _:
            assert_never(event.author)


def _helped(now: "Conversation", event: MessagePosted) -> bool:
    """Small talk changes nothing, unless somebody wants to be rung in the middle of it."""
    small = event.outcome is Outcome.SMALLTALK and not event.offers
    return now.helped if small else event.outcome is Outcome.ANSWERED
