"""Asking for a person: nobody is left in a queue for nobody."""

import pytest
from hypothesis import given

from chatbot.domain import commands as c
from chatbot.domain import events as e
from chatbot.domain.conversation import Conversation, decide
from chatbot.domain.events import Author, State
from chatbot.domain.frames import visitor_frame
from chatbot.domain.handover import TOLD_MS
from chatbot.domain.outcome import Offer
from tests.unit.test_conversation import HISTORIES, carried_out, opened

LEFT = e.StateChanged(at=3, state=State.WAITING, message_left=True)


@pytest.fixture(name="asked")
def _asked() -> Conversation:
    return carried_out(opened(), c.Say(at=1, text="are you there?", client_id="a"))[0]


def in_vain(at: int = 2) -> c.AskForPerson:
    return c.AskForPerson(at=at, staffed=False, text="nobody is here", html="<p>nobody</p>")


def leave(at: int = 3) -> c.LeaveMessage:
    return c.LeaveMessage(at=at, text="write here", html="<p>write here</p>")


@given(HISTORIES)
def test_nobody_comes_into_the_queue_while_nobody_is_there(history: list[c.Command]) -> None:
    now = opened()
    for command in history:
        before, (now, told) = now, carried_out(now, command)
        entered = [
            event
            for _, event in told
            if isinstance(event, e.StateChanged)
            and event.state is State.WAITING
            and not event.message_left
        ]
        if entered and not isinstance(command, c.Release):
            assert isinstance(command, c.AskForPerson)
            assert command.staffed
            assert before.state is State.ASSISTANT or before.message_left


@given(HISTORIES)
def test_a_message_is_left_only_in_waiting(history: list[c.Command]) -> None:
    now = opened()
    for command in history:
        now = carried_out(now, command)[0]
        assert not now.message_left or now.state is State.WAITING


def test_whoever_asks_in_vain_is_told_and_stays_with_the_assistant(asked: Conversation) -> None:
    (told,) = decide(asked, in_vain())
    assert told == e.MessagePosted(
        at=2,
        author=Author.SYSTEM,
        text="nobody is here",
        html="<p>nobody</p>",
        offers=(Offer.LEAVE_MESSAGE, Offer.CALLBACK),
    )
    after = carried_out(asked, in_vain())[0]
    assert after.state is State.ASSISTANT
    assert after.owes_answer  # what was asked before still is


def test_asking_again_at_once_says_nothing_twice(asked: Conversation) -> None:
    told = carried_out(asked, in_vain(2))[0]
    assert decide(told, in_vain(2 + TOLD_MS - 1)) == ()
    assert len(decide(told, in_vain(2 + TOLD_MS))) == 1
    wrote = carried_out(told, c.Say(at=3, text="hello?", client_id="b"))[0]
    assert len(decide(wrote, in_vain(4))) == 1


def test_whoever_was_told_comes_into_the_queue_once_somebody_is_there(
    asked: Conversation,
) -> None:
    told = carried_out(asked, in_vain(2))[0]
    waiting = e.StateChanged(at=3, state=State.WAITING)
    assert decide(told, c.AskForPerson(at=3, staffed=True)) == (waiting,)


def test_a_message_can_be_left_and_is_said_to_be_read_later(asked: Conversation) -> None:
    changed, told = decide(carried_out(asked, in_vain())[0], leave())
    assert changed == LEFT
    assert isinstance(told, e.MessagePosted)
    assert (told.author, told.text, told.html) == (Author.SYSTEM, "write here", "<p>write here</p>")
    assert decide(carried_out(asked, leave())[0], leave(9)) == ()


def test_the_assistant_is_silent_while_a_message_is_left(asked: Conversation) -> None:
    left = carried_out(asked, leave(), c.Say(at=4, text="please ring", client_id="b"))[0]
    assert not left.owes_answer


def test_who_left_a_message_is_not_given_up_on_nor_closed(asked: Conversation) -> None:
    left = carried_out(asked, leave())[0]
    assert decide(left, c.GiveUpWaiting(at=10**9, after=0, text="nobody came")) == ()
    assert decide(left, c.WarnOfClosing(at=10**9, after=1, grace=1, text="still there?")) == ()


def test_who_waits_in_the_queue_may_leave_a_message_instead(asked: Conversation) -> None:
    waiting = carried_out(asked, c.AskForPerson(at=2, staffed=True))[0]
    assert decide(waiting, leave())[0] == LEFT


def test_who_left_a_message_may_ask_for_somebody_who_is_there(asked: Conversation) -> None:
    left = carried_out(asked, leave())[0]
    queue = carried_out(left, c.AskForPerson(at=9, staffed=True))[0]
    assert (queue.state, queue.message_left, queue.waiting_since) == (State.WAITING, False, 9)
    assert decide(left, in_vain(9)) == ()


def test_nobody_leaves_a_message_beside_a_person(asked: Conversation) -> None:
    taken = carried_out(asked, leave(), c.TakeOver(at=4, staff="amina", name="Amina"))[0]
    assert not taken.message_left
    assert decide(taken, leave(5)) == ()
    assert decide(taken, in_vain(5)) == ()


def test_who_waited_in_vain_may_leave_a_message_too(asked: Conversation) -> None:
    waiting = carried_out(asked, c.AskForPerson(at=2, staffed=True))[0]
    told = decide(waiting, c.GiveUpWaiting(at=302, after=300, text="sorry", html="<p>sorry</p>"))[0]
    assert isinstance(told, e.MessagePosted)
    assert (told.offers, told.html) == ((Offer.LEAVE_MESSAGE, Offer.CALLBACK), "<p>sorry</p>")


def test_a_visitor_is_shown_the_offer_and_that_a_message_is_left() -> None:
    told = decide(opened(), in_vain())[0]
    frame = visitor_frame(e.Recorded(2, 2, told))
    assert frame is not None
    assert frame["offers"] == ("leave_message", "callback")
    assert visitor_frame(e.Recorded(3, 3, LEFT)) == {
        "type": "state",
        "seq": 3,
        "at": 3,
        "state": "waiting",
        "message_left": True,
    }
