"""What members of staff may do, and who of them."""

import pytest

from chatbot.domain import commands as c
from chatbot.domain import events as e
from chatbot.domain.by_staff import MOST_LABELS
from chatbot.domain.conversation import Conversation, decide, evolve
from chatbot.domain.errors import (
    ConversationClosed,
    Invalid,
    NotInCharge,
    Refused,
    ThreadMovedOn,
    TooLate,
)
from chatbot.domain.events import State
from chatbot.domain.outcome import Ending

AMINA, BEN, CLEO = "amina", "ben", "cleo"


def after(now: Conversation, *commands: c.Command) -> Conversation:
    for command in commands:
        for event in decide(now, command):
            now = evolve(now, event)
    return now


@pytest.fixture
def with_amina() -> Conversation:
    return after(
        Conversation(id="1"),
        c.Open(at=0, notice="1"),
        c.Say(at=1, text="hello", client_id="a"),
        c.TakeOver(at=2, staff=AMINA, name="Amina"),
    )


def reply(staff: str, seen: int) -> c.ReplyAsStaff:
    return c.ReplyAsStaff(at=5, staff=staff, name="A", text="hi", client_id="r", seen=seen)


def closing(staff: str = AMINA, at: int = 10) -> c.Close:
    return c.Close(at=at, by=c.By.STAFF, staff=staff, ending=Ending.HELPED)


def reopening(staff: str = AMINA, at: int = 12) -> c.Reopen:
    return c.Reopen(at=at, staff=staff, name="Amina", within=5)


def test_a_supervisor_who_joined_writes_beside_the_one_in_charge(with_amina: Conversation) -> None:
    with pytest.raises(NotInCharge):
        decide(with_amina, reply(CLEO, with_amina.seq))
    joined = after(with_amina, c.Join(at=3, staff=CLEO, name="Cleo"))
    assert joined.assignee == AMINA
    assert after(joined, reply(CLEO, joined.newest)).newest_staff == CLEO
    with pytest.raises(NotInCharge):
        decide(joined, c.HandBack(at=4, staff=CLEO))


def test_who_joined_is_out_again_when_it_changes_hands(with_amina: Conversation) -> None:
    joined = after(with_amina, c.Join(at=3, staff=CLEO, name="Cleo"))
    moved = after(joined, c.Transfer(at=4, staff=AMINA, to=BEN, name="Ben"))
    with pytest.raises(NotInCharge):
        decide(moved, reply(CLEO, moved.newest))


def test_nobody_joins_where_nobody_of_the_staff_is(with_amina: Conversation) -> None:
    alone = after(with_amina, c.HandBack(at=3, staff=AMINA))
    with pytest.raises(NotInCharge):
        decide(alone, c.Join(at=4, staff=CLEO, name="Cleo"))


def test_a_colleagues_message_must_have_been_seen_too(with_amina: Conversation) -> None:
    joined = after(with_amina, c.Join(at=3, staff=CLEO, name="Cleo"))
    seen = joined.newest
    written = after(joined, reply(CLEO, seen))
    with pytest.raises(ThreadMovedOn):
        decide(written, reply(AMINA, seen))


def test_a_supervisor_reassigns_whoever_has_it(with_amina: Conversation) -> None:
    given = after(with_amina, c.Reassign(at=3, staff=CLEO, to=BEN, name="Ben"))
    assert (given.state, given.assignee) == (State.STAFF, BEN)
    assert not decide(given, c.Reassign(at=4, staff=CLEO, to=BEN, name="Ben"))


def test_a_closing_says_how_it_went_and_can_be_taken_back_for_a_moment(
    with_amina: Conversation,
) -> None:
    closed = after(with_amina, closing())
    assert (closed.state, closed.ending) == (State.CLOSED, Ending.HELPED)
    again = after(closed, reopening())
    assert (again.state, again.assignee, again.ending) == (State.STAFF, AMINA, None)
    assert not decide(again, reopening())
    with pytest.raises(TooLate):
        decide(closed, reopening(at=16))


def test_only_who_closed_it_takes_that_back(with_amina: Conversation) -> None:
    with pytest.raises(TooLate):
        decide(after(with_amina, closing()), reopening(BEN))


@pytest.mark.parametrize("end", [c.Leave(at=11), c.Erase(at=11)])
def test_who_has_left_is_not_brought_back(with_amina: Conversation, end: c.Command) -> None:
    with pytest.raises(TooLate):
        decide(after(with_amina, closing(), end), reopening())


def test_a_visitor_who_ended_it_is_not_brought_back(with_amina: Conversation) -> None:
    ended = after(with_amina, c.Close(at=10, by=c.By.VISITOR))
    with pytest.raises(TooLate):
        decide(ended, reopening())


def test_labels_are_a_set_that_staff_replace(with_amina: Conversation) -> None:
    labelled = after(with_amina, c.Label(at=3, staff=BEN, labels=("late", "payment", "late")))
    assert labelled.labels == ("late", "payment")
    assert not decide(labelled, c.Label(at=4, staff=AMINA, labels=("late", "payment")))
    with pytest.raises(Invalid):
        decide(labelled, c.Label(at=4, staff=BEN, labels=tuple(map(str, range(MOST_LABELS + 1)))))


def test_notes_labels_and_concerns_may_follow_the_end(with_amina: Conversation) -> None:
    closed = after(with_amina, closing())
    noted = after(
        closed,
        c.AddNote(at=11, staff=BEN, text="rang them", mentions=(AMINA,)),
        c.Label(at=11, staff=BEN, labels=("late",)),
        c.Raise(at=11, staff=BEN),
    )
    assert (noted.labels, noted.raised, noted.seq) == (("late",), True, closed.seq)


def test_nothing_is_written_about_what_was_erased(with_amina: Conversation) -> None:
    erased = after(with_amina, c.Erase(at=3))
    for command in (c.AddNote(at=4, staff=BEN, text="x"), c.Raise(at=4, staff=BEN)):
        with pytest.raises(ConversationClosed):
            decide(erased, command)


def test_a_block_has_last_words_and_ends_it(with_amina: Conversation) -> None:
    block = c.Block(at=3, staff=AMINA, reason="threats", until=99, text="We have ended this chat.")
    events = decide(with_amina, block)
    assert [type(event) for event in events] == [e.MessagePosted, e.Blocked, e.Closed]
    blocked = after(with_amina, block)
    assert blocked.blocked
    for command in (reopening(), c.Say(at=5, text="again", client_id="b")):
        with pytest.raises(Refused):
            decide(blocked, command)
