"""The life of a conversation: what may happen next, and what has become of it.

`decide` turns a command into events or refuses it; `evolve` applies one event. Both are pure.
The race between an answer on its way and a person who takes over ends here: an answer outside
the state `assistant` yields no message.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final, assert_never

from chatbot.domain import by_staff, handover
from chatbot.domain.changes import Verdict, changes
from chatbot.domain.commands import (
    AddNote,
    Answer,
    AskForCallback,
    AskForPerson,
    Block,
    By,
    Close,
    CloseIfIdle,
    Command,
    Erase,
    GiveUpWaiting,
    HandBack,
    Join,
    Label,
    Leave,
    LeaveMessage,
    Open,
    Raise,
    Rate,
    Reassign,
    Release,
    Reopen,
    ReplyAsStaff,
    Say,
    Stay,
    StopWaiting,
    TakeOver,
    Transfer,
    WarnOfClosing,
)
from chatbot.domain.errors import ConversationClosed, Invalid
from chatbot.domain.events import (
    Author,
    CallbackAsked,
    Closed,
    Erased,
    Event,
    Flagged,
    Left,
    MessagePosted,
    Opened,
    Rated,
    Recorded,
    State,
    Stayed,
    Warned,
    is_public,
)
from chatbot.domain.outcome import Ending, Option, Urgent


@dataclass(frozen=True, slots=True)
class Conversation:
    """Where a conversation stands.

    `position` counts all events and guards every write; `seq` counts those the visitor sees.
    `asked` and `answered` are the seq of the newest visitor message and of the newest one that
    the assistant has dealt with; `newest` is the seq of the newest message at all, and
    `newest_staff` who of the staff wrote it; `said` is how the newest visitor message begins.
    `told_at`: when it was last said that nobody is there; `awaited_since`: since when the first
    words of a person are awaited. `helped`: the last question was answered, and small talk since
    changes nothing; `wanted`: a person was asked for, or has come. Times are milliseconds UTC.
    """

    id: str
    state: State = State.ASSISTANT
    assignee: str | None = None
    position: int = 0
    seq: int = 0
    asked: int = 0
    answered: int = 0
    newest: int = 0
    newest_staff: str | None = None
    misses: int = 0
    topic: str | None = None
    offered: tuple[Option, ...] = ()
    urgent: tuple[Urgent, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    touched_at: int = 0
    waiting_since: int | None = None
    message_left: bool = False
    told_at: int | None = None
    awaited_since: int | None = None
    warned_at: int | None = None
    language: str = "en"
    left: bool = False
    erased: bool = False
    said: str = ""
    labels: tuple[str, ...] = ()
    raised: bool = False
    blocked: bool = False
    joined: tuple[str, ...] = ()
    closed_at: int = 0
    closed_by: str | None = None
    ending: Ending | None = None
    helped: bool = False
    wanted: bool = False
    demo: bool = False

    @property
    def owes_answer(self) -> bool:
        """The visitor wrote, and it is the assistant's turn."""
        return self.state is State.ASSISTANT and self.asked > self.answered

    def verdict(self, answer_seq: int | None) -> bool | None:
        """Whether the answer (None: the whole chat) is said to have helped; None: not said."""
        found = [v.helpful for v in self.verdicts if v.answer_seq == answer_seq]
        return found[0] if found else None

    def may_write(self, staff: str | None) -> bool:
        """Tell whether this member of staff may write to the visitor now."""
        return self.state is State.STAFF and (staff == self.assignee or staff in self.joined)


_Late: Final = Close | CloseIfIdle | WarnOfClosing | GiveUpWaiting | Answer | StopWaiting | Stay
"""What comes too late once a conversation has ended, and then does nothing."""


def decide(now: Conversation, command: Command) -> tuple[Event, ...]:
    """Return what `command` makes happen; nothing when it changes nothing.

    Raises:
        Refused: the rules do not allow it now.
    """
    match command:
        case Rate() | Leave() | Erase():
            return _in_any_state(now, command)
        case AddNote() | Label() | Raise():
            return by_staff.beside(now, command)
        case Reopen():
            return by_staff.reopen(now, command)
        case _ if now.state is State.CLOSED and isinstance(command, _Late):
            return ()
        case _ if now.state is State.CLOSED:
            raise ConversationClosed
        case AskForPerson() | LeaveMessage() | StopWaiting() | GiveUpWaiting():
            return handover.decide(now, command)
        case Open() | Say() | Answer() | Stay() | AskForCallback():
            return _with_visitor(now, command)
        case Close():
            return by_staff.close(now, command)
        case WarnOfClosing() | CloseIfIdle():
            return _on_timer(now, command)
        case (
            TakeOver()
            | ReplyAsStaff()
            | Transfer()
            | Release()
            | HandBack()
            | Join()
            | Reassign()
            | Block()
        ):
            return by_staff.in_charge(now, command)
        case _:
            assert_never(command)


def _in_any_state(now: Conversation, command: Rate | Leave | Erase) -> tuple[Event, ...]:
    at = command.at
    match command:
        case Rate():
            return _rate(now, command)
        case Leave() if now.left:
            return ()
        case Leave() if now.state is State.CLOSED:
            return (Left(at=at),)
        case Leave():
            return (Left(at=at), Closed(at=at, by=By.VISITOR))
        case Erase() if now.erased:
            return ()
        case Erase():
            return (Erased(at=at),)
        case _:
            assert_never(command)


def _rate(now: Conversation, command: Rate) -> tuple[Event, ...]:
    """A rating that is sent again, as after a lost reply, changes nothing."""
    seq = command.answer_seq
    if seq is not None and not 0 < seq <= now.seq:
        raise Invalid(answer_seq="unknown")
    before = now.verdict(seq)
    if before is command.helpful and command.comment is None:
        return ()
    rated = Rated(
        at=command.at,
        helpful=command.helpful,
        answer_seq=seq,
        comment=command.comment,
        replaces=before,
    )
    return (rated,)


def _with_visitor(
    now: Conversation, command: Open | Say | Answer | Stay | AskForCallback
) -> tuple[Event, ...]:
    at = command.at
    match command:
        case Open():
            return () if now.position else (_opened(command),)
        case Say():
            said = MessagePosted(
                at=at,
                author=Author.VISITOR,
                text=command.text,
                client_id=command.client_id,
                slug=command.slug,
            )
            return (said,)
        case Answer():
            return _answer(now, command)
        case Stay():
            return (Stayed(at=at),)
        case AskForCallback():
            return (CallbackAsked(at=at, reference=command.reference),)
        case _:
            assert_never(command)


def _opened(command: Open) -> Opened:
    return Opened(
        at=command.at, notice=command.notice, language=command.language, demo=command.demo
    )


def _answer(now: Conversation, command: Answer) -> tuple[Event, ...]:
    """Outside its state the assistant is silent; only a signpost still goes out, once a kind."""
    known = command.urgent is None or command.urgent in now.urgent
    if command.to <= now.answered:
        return ()
    if now.state is not State.ASSISTANT and known:
        return ()
    speaks = now.state is State.ASSISTANT
    message = MessagePosted(
        at=command.at,
        author=Author.ASSISTANT if speaks else Author.SYSTEM,
        text=command.text,
        html=command.html,
        to=command.to,
        outcome=command.outcome if speaks else None,
        slug=command.slug,
        revision=command.revision,
        options=command.options if speaks else (),
        urgent=command.urgent,
        confidence=command.confidence,
        offers=command.offers if speaks else (),
    )
    if command.urgent is None or known:
        return (message,)
    return (message, Flagged(at=command.at, urgent=command.urgent, to=command.to))


def _on_timer(now: Conversation, command: WarnOfClosing | CloseIfIdle) -> tuple[Event, ...]:
    at = command.at
    match command:
        case WarnOfClosing():
            if now.state is State.WAITING or now.warned_at is not None:
                return ()
            if at - now.touched_at < command.after:
                return ()
            warning = MessagePosted(
                at=at, author=Author.SYSTEM, text=command.text, closes_at=at + command.grace
            )
            return (warning, Warned(at=at))
        case CloseIfIdle():
            if now.warned_at is None or at - now.warned_at < command.after:
                return ()
            return (Closed(at=at, by=By.SYSTEM),)
        case _:
            assert_never(command)


def evolve(now: Conversation, event: Event) -> Conversation:
    """Return the conversation after `event`."""
    seq = now.seq + is_public(event)
    return replace(now, position=now.position + 1, seq=seq, **changes(now, seq, event))


def record(now: Conversation, events: Iterable[Event]) -> tuple[list[Recorded], Conversation]:
    """Return new events in their places, and the conversation after them."""
    recorded = []
    for event in events:
        now = evolve(now, event)
        recorded.append(Recorded(now.position, now.seq if is_public(event) else None, event))
    return recorded, now


def replay(conversation_id: str, events: Iterable[Event]) -> Conversation:
    """Return the conversation that `events`, from the first on, have made."""
    now = Conversation(id=conversation_id)
    for event in events:
        now = evolve(now, event)
    return now
