"""Asking for a person: into the queue where somebody is there, told the truth where nobody is.

Whether somebody is there comes in as data, like time. Nobody is put in the queue for nobody; who
leaves a message instead knows from the words that come with it when it will be read.
"""

from typing import TYPE_CHECKING, Final, assert_never

from chatbot.domain.commands import AskForPerson, GiveUpWaiting, LeaveMessage, StopWaiting
from chatbot.domain.events import Author, Event, MessagePosted, State, StateChanged
from chatbot.domain.outcome import Offer

if TYPE_CHECKING:
    from chatbot.domain.conversation import Conversation

Handover = AskForPerson | LeaveMessage | StopWaiting | GiveUpWaiting

TOLD_MS: Final = 60_000
"""Asked again so soon, with nothing said in between, it is the same asking."""


def decide(now: "Conversation", command: Handover) -> tuple[Event, ...]:
    """Decide what becomes of a visitor who wants a person, or does not wait for one any more."""
    match command:
        case AskForPerson():
            return _ask_for_person(now, command)
        case LeaveMessage():
            return _leave_message(now, command)
        case StopWaiting() if now.state is not State.WAITING:
            return ()
        case StopWaiting():
            return (StateChanged(at=command.at, state=State.ASSISTANT),)
        case GiveUpWaiting():
            return _give_up(now, command)
        case _:
            assert_never(command)


def _ask_for_person(now: "Conversation", command: AskForPerson) -> tuple[Event, ...]:
    with_assistant = now.state is State.ASSISTANT
    if command.staffed:
        waits = with_assistant or now.message_left
        return (StateChanged(at=command.at, state=State.WAITING),) if waits else ()
    told_at = now.told_at if now.told_at is not None else -TOLD_MS
    told = command.at - told_at < TOLD_MS and now.touched_at <= told_at
    if told or not with_assistant:
        return ()
    return (_nobody_is_there(command),)


def _leave_message(now: "Conversation", command: LeaveMessage) -> tuple[Event, ...]:
    if now.state is State.STAFF or now.message_left:
        return ()
    told = MessagePosted(at=command.at, author=Author.SYSTEM, text=command.text, html=command.html)
    return (StateChanged(at=command.at, state=State.WAITING, message_left=True), told)


def _give_up(now: "Conversation", command: GiveUpWaiting) -> tuple[Event, ...]:
    if now.waiting_since is None or now.message_left:
        return ()
    if command.at - now.waiting_since < command.after:
        return ()
    return (_nobody_is_there(command), StateChanged(at=command.at, state=State.ASSISTANT))


def _nobody_is_there(command: AskForPerson | GiveUpWaiting) -> MessagePosted:
    return MessagePosted(
        at=command.at,
        author=Author.SYSTEM,
        text=command.text,
        html=command.html,
        offers=(Offer.LEAVE_MESSAGE, Offer.CALLBACK),
    )
