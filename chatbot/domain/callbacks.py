"""The life of a callback request: what may happen next, and what has become of it.

As for a conversation, `decide` turns a command into events and `evolve` applies one. After the
last try without an answer a request ends by itself; where calling is not safe it ends at once.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final, assert_never

from chatbot.domain.callback_form import Form
from chatbot.domain.errors import Invalid, Refused
from chatbot.domain.hours import local
from chatbot.domain.slots import Slot


class Status(StrEnum):
    """Where a request stands."""

    OPEN = "open"
    DONE = "done"
    CANCELLED = "cancelled"
    ERASED = "erased"


class Outcome(StrEnum):
    """How a call went."""

    REACHED = "reached"
    NO_ANSWER = "no_answer"
    WRONG_PERSON = "wrong_person"
    UNSAFE = "unsafe"
    DECLINED = "declined"
    COMPLETED = "completed"


MISSED: Final = frozenset({Outcome.NO_ANSWER, Outcome.WRONG_PERSON})
"""What counts as a try that did not reach the person."""
ENDS: Final = frozenset({Outcome.UNSAFE, Outcome.DECLINED, Outcome.COMPLETED})
NOT_REACHED: Final = "not_reached"
"""The ending of a request after its last try."""


class CallbackOver(Refused):
    """The request has ended: nothing about it can be changed any more."""

    code = "callback_over"


class CallbackTaken(Refused):
    """A colleague has the request; `assignee` says who."""

    code = "callback_taken"


class CallbackChanged(Refused):
    """Something has happened to the request that its form did not know of yet."""

    code = "callback_changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """Ring at another time; `staff` is None when the person themselves moved it."""

    at: int
    slot: Slot
    staff: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancel:
    """Do not ring any more; `staff` is None when the person themselves said so."""

    at: int
    staff: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A member of staff takes the request."""

    at: int
    staff: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Give:
    """A member of staff gives the request to a colleague, or with `to` None to nobody."""

    at: int
    staff: str
    to: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    """A call was made; `next` is when to ring again where it did not end the request.

    `seen` is the position that its form was made at: one call that is sent twice counts once.
    """

    at: int
    staff: str
    outcome: Outcome
    seen: int
    next: Slot | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A member of staff writes something down."""

    at: int
    staff: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Correct:
    """The person told a member of staff what is safe now; `form` holds it in place of before."""

    at: int
    staff: str
    form: Form


Command = Move | Cancel | Claim | Give | Try | Note | Correct


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The request was made; `staff` wrote it down for somebody."""

    at: int
    staff: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """It is to be rung at another time."""

    at: int
    slot: Slot
    staff: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Assigned:
    """Somebody has it, or nobody any more."""

    at: int
    staff: str
    to: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """A call was made."""

    at: int
    staff: str
    outcome: Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """Somebody wrote something down."""

    at: int
    staff: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrected:
    """What is safe with the person has changed."""

    at: int
    staff: str
    form: Form


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """Nobody rings any more. `ending` is an `Outcome`, "not_reached" or "cancelled"."""

    at: int
    ending: str
    staff: str | None = None


Event = Asked | Moved | Assigned | Tried | Noted | Corrected | Ended
CANCELLED: Final = "cancelled"


@dataclass(frozen=True, slots=True)
class Callback:
    """Where a request stands. `number` is E.164, `position` counts events and guards writes.

    `tries` is how many calls did not reach the person; `secret` opens the request for them.
    `flags` say why it may come from a machine; `conversation` is the chat it was made in. One that
    is made up for a `demo` is in no figure, and nobody is reminded of it.
    """

    id: str
    form: Form
    number: str
    slot: Slot
    secret: str = ""
    status: Status = Status.OPEN
    ending: str = ""
    tries: int = 0
    assignee: str | None = None
    position: int = 0
    created_at: int = 0
    closed_at: int = 0
    by_staff: bool = False
    flags: tuple[str, ...] = ()
    conversation: str = ""
    language: str = "en"
    demo: bool = False


def decide(now: Callback, command: Command, most_tries: int) -> tuple[Event, ...]:
    """Return what `command` makes happen; nothing when it changes nothing.

    Raises:
        Refused: the rules do not allow it now.
    """
    at, staff = command.at, command.staff
    if isinstance(command, Note):
        if now.status is Status.ERASED:
            raise CallbackOver
        return (Noted(at=at, staff=command.staff, text=command.text),)
    if isinstance(command, Cancel) and now.status is not Status.OPEN:
        return ()
    if now.status is not Status.OPEN:
        raise CallbackOver
    match command:
        case Move():
            same = command.slot == now.slot
            return () if same else (Moved(at=at, slot=command.slot, staff=staff),)
        case Cancel():
            return (Ended(at=at, ending=CANCELLED, staff=staff),)
        case Claim() if now.assignee not in {None, command.staff}:
            raise CallbackTaken(assignee=now.assignee)
        case Claim():
            same = now.assignee == staff
            return () if same else (Assigned(at=at, staff=command.staff, to=command.staff),)
        case Give():
            same = now.assignee == command.to
            return () if same else (Assigned(at=at, staff=command.staff, to=command.to),)
        case Try():
            return _tried(now, command, most_tries)
        case Correct():
            same = command.form == now.form
            return () if same else (Corrected(at=at, staff=command.staff, form=command.form),)
        case _:
            assert_never(command)


def _tried(now: Callback, command: Try, most_tries: int) -> tuple[Event, ...]:
    at, staff, outcome = command.at, command.staff, command.outcome
    if now.assignee not in {None, staff}:
        raise CallbackTaken(assignee=now.assignee)
    if command.seen != now.position:
        raise CallbackChanged
    tried = Tried(at=at, staff=staff, outcome=outcome)
    if outcome in ENDS:
        return (tried, Ended(at=at, ending=outcome.value, staff=staff))
    if outcome in MISSED and now.tries + 1 >= most_tries:
        return (tried, Ended(at=at, ending=NOT_REACHED, staff=staff))
    if command.next is None:
        raise Invalid(next="empty")
    if command.next == now.slot:
        return (tried,)
    return (tried, Moved(at=at, slot=command.next, staff=staff))


def evolve(now: Callback, event: Event) -> Callback:
    """Return the request after `event`."""
    return replace(now, position=now.position + 1, **_changes(now, event))


def _changes(now: Callback, event: Event) -> dict[str, Any]:
    match event:
        case Asked():
            return {"created_at": event.at, "by_staff": event.staff is not None}
        case Moved():
            return {"slot": event.slot}
        case Assigned():
            return {"assignee": event.to}
        case Tried():
            return {"tries": now.tries + 1 if event.outcome in MISSED else 0}
        case Noted():
            return {}
        case Corrected():
            return {"form": event.form}
        case Ended():
            cancelled = event.ending == CANCELLED
            status = Status.CANCELLED if cancelled else Status.DONE
            return {"status": status, "ending": event.ending, "closed_at": event.at}
        case _:
            assert_never(event)


class Due(StrEnum):
    """When a request is to be rung, as the queue sorts it."""

    OVERDUE = "overdue"
    NOW = "now"
    TODAY = "today"
    LATER = "later"


def due(slot: Slot, now: int) -> Due:
    """Return in which part of the queue a slot stands."""
    if slot.end <= now:
        return Due.OVERDUE
    if slot.start <= now:
        return Due.NOW
    same_day = local(slot.start).date() == local(now).date()
    return Due.TODAY if same_day else Due.LATER
