"""How an event, and a signal that is in no log, looks on the wire, for a visitor.

This is the only place that decides what a visitor is shown: an event for staff only has no frame.
"""

from typing import Any, assert_never

from chatbot.domain.events import (
    CallbackAsked,
    Closed,
    Erased,
    MessagePosted,
    Opened,
    Recorded,
    StaffEvent,
    State,
    StateChanged,
)

Frame = dict[str, Any]


def visitor_frame(recorded: Recorded) -> Frame | None:
    """Return the event as the wire contract's JSON object; None when it is for staff only."""
    head: Frame = {"seq": recorded.seq, "at": recorded.event.at}
    match recorded.event:
        case Opened():
            return {"type": "state", **head, "state": State.ASSISTANT.value}
        case StateChanged() as event:
            left = event.message_left or None
            more = _some(name=event.name, message_left=left)
            return {"type": "state", **head, "state": event.state.value, **more}
        case MessagePosted() as event:
            return {"type": "message", **head, **_message(event)}
        case CallbackAsked() as event:
            return {"type": "callback", **head, "reference": event.reference}
        case Closed() as event:
            until = {} if event.until is None else {"until": event.until}
            return {"type": "closed", **head, "by": event.by.value, **until}
        case Erased():
            return {"type": "erased", **head}
        case _ if isinstance(recorded.event, StaffEvent):
            return None
        case _:
            assert_never(recorded.event)


def ack(client_id: str, seq: int) -> Frame:
    """What was said is stored."""
    return {"type": "ack", "client_id": client_id, "seq": seq}


def nack(client_id: str, code: str, retry_ms: int | None) -> Frame:
    """What was said is not stored; again after so long, or never."""
    return {"type": "nack", "client_id": client_id, "code": code, **_some(retry_ms=retry_ms)}


def live(seq: int, epoch: str) -> Frame:
    """The replay is over."""
    return {"type": "live", "seq": seq, "epoch": epoch}


def queue(place: Frame) -> Frame:
    """The visitor has this place among those who wait."""
    return {"type": "queue", **place}


def typing(name: str) -> Frame:
    """Somebody of staff is typing."""
    return {"type": "typing", "author": "staff", "name": name}


def _message(event: MessagePosted) -> Frame:
    faq = {"slug": event.slug, "revision": event.revision} if event.revision else None
    options = [{"slug": o.slug, "question": o.question} for o in event.options]
    return {
        "author": event.author.value,
        "text": event.text,
        **_some(
            html=event.html,
            client_id=event.client_id,
            name=event.name,
            outcome=event.outcome,
            faq=faq,
            options=options or None,
            urgent=event.urgent,
            closes_at=event.closes_at,
            offers=event.offers or None,
        ),
    }


def _some(**values: object) -> Frame:
    return {key: value for key, value in values.items() if value is not None}
