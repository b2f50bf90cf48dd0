"""What members of staff may do to a conversation, and who of them.

Anybody of the staff may take one that nobody has, and write notes. Only who is in charge, or was
let in beside them, writes to the visitor; only who is in charge gives the conversation away.
"""

from typing import TYPE_CHECKING, assert_never

from chatbot.domain.commands import (
    AddNote,
    Block,
    By,
    Close,
    HandBack,
    Join,
    Label,
    Raise,
    Reassign,
    Release,
    Reopen,
    ReplyAsStaff,
    TakeOver,
    Transfer,
)
from chatbot.domain.errors import ConversationClosed, Invalid, NotInCharge, ThreadMovedOn, TooLate
from chatbot.domain.events import (
    Assigned,
    Author,
    Blocked,
    Closed,
    Event,
    Joined,
    Labelled,
    MessagePosted,
    NoteAdded,
    Raised,
    State,
    StateChanged,
)

if TYPE_CHECKING:
    from chatbot.domain.conversation import Conversation

Beside = AddNote | Label | Raise
"""What changes nothing for the visitor: allowed whoever has the conversation, and after its end."""
InCharge = TakeOver | ReplyAsStaff | Transfer | Release | HandBack | Join | Reassign | Block

MOST_LABELS = 12


def beside(now: "Conversation", command: Beside) -> tuple[Event, ...]:
    """Decide what staff write down beside the conversation."""
    at, staff = command.at, command.staff
    if now.erased:
        raise ConversationClosed
    match command:
        case AddNote():
            return (NoteAdded(at=at, staff=staff, text=command.text, mentions=command.mentions),)
        case Label():
            if len(command.labels) > MOST_LABELS:
                raise Invalid(labels="too_many")
            labels = tuple(dict.fromkeys(command.labels))
            same = labels == now.labels
            return () if same else (Labelled(at=at, staff=staff, labels=labels),)
        case Raise():
            return (Raised(at=at, staff=staff),)
        case _:
            assert_never(command)


def close(now: "Conversation", command: Close) -> tuple[Event, ...]:
    """Decide whether somebody may end it."""
    if command.by is By.STAFF and now.state is State.STAFF and not now.may_write(command.staff):
        raise NotInCharge(assignee=now.assignee)
    closed = Closed(at=command.at, by=command.by, staff=command.staff, ending=command.ending)
    return (closed,)


def reopen(now: "Conversation", command: Reopen) -> tuple[Event, ...]:
    """Decide whether a closing can be taken back: by who closed it, soon, and not once left."""
    if now.state is not State.CLOSED:
        return ()
    if now.left or now.erased or now.blocked or now.closed_by != command.staff:
        raise TooLate
    if command.at - now.closed_at > command.within:
        raise TooLate
    return _assign(command.at, command.staff, command.name, by=command.staff)


def in_charge(now: "Conversation", command: InCharge) -> tuple[Event, ...]:
    """Decide what needs a conversation that is open."""
    at, staff = command.at, command.staff
    has_it = now.state is State.STAFF and now.assignee == staff
    match command:
        case TakeOver():
            if now.state is State.STAFF and not has_it:
                raise NotInCharge(assignee=now.assignee)
            return () if has_it else _assign(at, staff, command.name, by=staff)
        case Reassign():
            if now.state is State.STAFF and now.assignee == command.to:
                return ()
            return _assign(at, command.to, command.name, by=staff)
        case Join():
            if now.state is not State.STAFF:
                raise NotInCharge(assignee=now.assignee)
            return () if now.may_write(staff) else (Joined(at=at, staff=staff),)
        case ReplyAsStaff():
            return _reply(now, command)
        case Block():
            return _block(command)
        case _ if not has_it:
            raise NotInCharge(assignee=now.assignee)
        case Transfer():
            return () if command.to == staff else _assign(at, command.to, command.name, by=staff)
        case Release():
            return (StateChanged(at=at, state=State.WAITING),)
        case HandBack():
            return (StateChanged(at=at, state=State.ASSISTANT),)
        case _:
            assert_never(command)


def _reply(now: "Conversation", command: ReplyAsStaff) -> tuple[Event, ...]:
    if not now.may_write(command.staff):
        raise NotInCharge(assignee=now.assignee)
    if command.seen < now.newest and now.newest_staff != command.staff:
        raise ThreadMovedOn(seq=now.newest)
    reply = MessagePosted(
        at=command.at,
        author=Author.STAFF,
        text=command.text,
        client_id=command.client_id,
        staff=command.staff,
        name=command.name,
    )
    return (reply,)


def _block(command: Block) -> tuple[Event, ...]:
    at = command.at
    return (
        MessagePosted(at=at, author=Author.SYSTEM, text=command.text),
        Blocked(at=at, staff=command.staff, reason=command.reason, until=command.until),
        Closed(at=at, by=By.STAFF, staff=command.staff, until=command.until),
    )


def _assign(at: int, staff: str, name: str, *, by: str) -> tuple[Event, ...]:
    return (
        StateChanged(at=at, state=State.STAFF, assignee=staff, name=name),
        Assigned(at=at, staff=staff, by=by),
    )
