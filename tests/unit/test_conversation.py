"""The rules of a conversation, held over every sequence of commands that hypothesis finds."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.domain import commands as c
from chatbot.domain import events as e
from chatbot.domain.conversation import Conversation, decide, evolve, replay
from chatbot.domain.errors import ConversationClosed, Invalid, NotInCharge, Refused, ThreadMovedOn
from chatbot.domain.events import Author, State
from chatbot.domain.frames import visitor_frame
from chatbot.domain.outcome import Outcome, Urgent

AMINA, BEN = "amina", "ben"
NOTE = "a private note"
times = st.integers(0, 10_000)
people = st.sampled_from([AMINA, BEN])
seqs = st.integers(0, 12)


def built(type_: type, **fields: st.SearchStrategy[object]) -> st.SearchStrategy[c.Command]:
    return st.builds(type_, at=times, **fields)


COMMANDS: st.SearchStrategy[c.Command] = st.one_of(
    built(c.Say, text=st.just("hello"), client_id=st.uuids().map(str)),
    built(
        c.Answer,
        to=seqs,
        text=st.just("answer"),
        html=st.just("<p>answer</p>"),
        outcome=st.sampled_from(Outcome),
        urgent=st.none() | st.sampled_from(Urgent),
    ),
    built(c.AskForPerson, staffed=st.booleans(), text=st.just("nobody")),
    built(c.LeaveMessage, text=st.just("write")),
    built(c.StopWaiting),
    built(c.Rate, helpful=st.booleans(), answer_seq=st.none() | seqs),
    built(c.Stay),
    built(c.Close, by=st.sampled_from(c.By), staff=people),
    built(c.Leave),
    built(c.TakeOver, staff=people, name=st.just("Amina")),
    built(
        c.ReplyAsStaff,
        staff=people,
        name=st.just("Amina"),
        text=st.just("a reply"),
        client_id=st.uuids().map(str),
        seen=seqs,
    ),
    built(c.AddNote, staff=people, text=st.just(NOTE)),
    built(c.Label, staff=people, labels=st.sampled_from([(), ("a",), ("a", "b")])),
    built(c.Raise, staff=people),
    built(c.Join, staff=people, name=st.just("Cleo")),
    built(c.Reassign, staff=people, to=people, name=st.just("Ben")),
    built(c.Block, staff=people, reason=st.just(NOTE), until=times, text=st.just("goodbye")),
    built(c.Reopen, staff=people, name=st.just("Amina"), within=times),
    built(c.Transfer, staff=people, to=people, name=st.just("Ben")),
    built(c.Release, staff=people),
    built(c.HandBack, staff=people),
    built(c.WarnOfClosing, after=times, grace=times, text=st.just("still there?")),
    built(c.CloseIfIdle, after=times),
    built(c.GiveUpWaiting, after=times, text=st.just("nobody came")),
    built(c.Erase),
)
HISTORIES = st.lists(COMMANDS, max_size=25)
BESIDE = e.Rated | e.Left | e.Erased | e.NoteAdded | e.Labelled | e.Raised
"""What may still happen to a conversation that has ended, as it tells its visitor nothing new."""


def opened() -> Conversation:
    return carried_out(Conversation(id="1"), c.Open(at=0, notice="1"))[0]


def carried_out(
    now: Conversation, *commands: c.Command
) -> tuple[Conversation, list[tuple[Conversation, e.Event]]]:
    """Return where `commands` lead, and each event with the conversation it met."""
    told = []
    for command in commands:
        try:
            events = decide(now, command)
        except Refused:
            continue
        for event in events:
            told.append((now, event))
            now = evolve(now, event)
    return now, told


@given(HISTORIES)
def test_the_assistant_never_speaks_outside_its_state(history: list[c.Command]) -> None:
    for before, event in carried_out(opened(), *history)[1]:
        if isinstance(event, e.MessagePosted) and event.author is Author.ASSISTANT:
            assert before.state is State.ASSISTANT


@given(HISTORIES)
def test_nobody_speaks_and_nothing_changes_hands_after_closing(history: list[c.Command]) -> None:
    for before, event in carried_out(opened(), *history)[1]:
        if before.state is State.CLOSED and not isinstance(event, BESIDE):
            assert isinstance(event, e.StateChanged | e.Assigned)
            assert before.closed_by is not None, "only staff take their own closing back"


@given(HISTORIES)
def test_there_is_an_assignee_exactly_while_staff_speak(history: list[c.Command]) -> None:
    now = opened()
    for command in history:
        now = carried_out(now, command)[0]
        assert (now.assignee is not None) == (now.state is State.STAFF)


@given(HISTORIES)
def test_every_change_of_state_changes_something(history: list[c.Command]) -> None:
    for before, event in carried_out(opened(), *history)[1]:
        if isinstance(event, e.StateChanged):
            stood = (before.state, before.assignee, before.message_left)
            assert stood != (event.state, event.assignee, event.message_left)


@given(HISTORIES)
def test_a_note_never_reaches_a_visitors_frame(history: list[c.Command]) -> None:
    for before, event in carried_out(opened(), *history)[1]:
        frame = visitor_frame(e.Recorded(before.position + 1, before.seq + 1, event))
        assert (frame is None) == (not e.is_public(event))
        assert frame is None or NOTE not in str(frame)


@given(HISTORIES)
def test_public_events_are_numbered_without_a_gap(history: list[c.Command]) -> None:
    now, told = carried_out(opened(), *history)
    public = [before.seq + 1 for before, event in told if e.is_public(event)]
    assert public == list(range(2, now.seq + 1))


@given(HISTORIES)
def test_replaying_the_log_leads_to_the_same_conversation(history: list[c.Command]) -> None:
    now, told = carried_out(opened(), *history)
    first = decide(Conversation(id="1"), c.Open(at=0, notice="1"))
    assert replay("1", [*first, *(event for _, event in told)]) == now


@given(HISTORIES)
def test_each_kind_of_harm_is_flagged_once(history: list[c.Command]) -> None:
    flags = [
        event.urgent
        for _, event in carried_out(opened(), *history)[1]
        if isinstance(event, e.Flagged)
    ]
    assert len(flags) == len(set(flags))


@pytest.fixture(name="asked")
def _asked() -> Conversation:
    return carried_out(opened(), c.Say(at=1, text="how long is it?", client_id="a"))[0]


def answer(to: int, **changes: object) -> c.Answer:
    plain = c.Answer(at=2, to=to, text="words", html="<p>words</p>", outcome=Outcome.ANSWERED)
    return replace(plain, **changes)  # type: ignore[arg-type]  # any field of Answer


def taken(conversation: Conversation, staff: str = AMINA) -> Conversation:
    return carried_out(conversation, c.TakeOver(at=3, staff=staff, name=staff.title()))[0]


def test_a_question_is_owed_an_answer_until_it_has_one(asked: Conversation) -> None:
    assert asked.owes_answer
    assert not carried_out(asked, answer(asked.asked))[0].owes_answer


def test_an_answer_is_given_once(asked: Conversation) -> None:
    answered = carried_out(asked, answer(asked.asked))[0]
    assert decide(answered, answer(asked.asked)) == ()


def test_a_late_answer_is_dropped_once_a_person_took_over(asked: Conversation) -> None:
    assert decide(taken(asked), answer(asked.asked)) == ()


def test_a_signpost_still_goes_out_while_a_person_is_awaited(asked: Conversation) -> None:
    waiting = carried_out(asked, c.AskForPerson(at=2, staffed=True))[0]
    message, flag = decide(waiting, answer(asked.asked, urgent=Urgent.DANGER))
    assert isinstance(message, e.MessagePosted)
    assert message.author is Author.SYSTEM
    assert isinstance(flag, e.Flagged)


def test_what_was_asked_before_a_hand_back_is_not_answered_by_the_assistant(
    asked: Conversation,
) -> None:
    back = carried_out(taken(asked), c.HandBack(at=4, staff=AMINA))[0]
    assert back.state is State.ASSISTANT
    assert not back.owes_answer


def test_a_colleague_who_comes_second_is_told_who_has_it(asked: Conversation) -> None:
    with pytest.raises(NotInCharge) as refused:
        decide(taken(asked), c.TakeOver(at=4, staff=BEN, name="Ben"))
    assert refused.value.data == {"assignee": AMINA}


def reply(staff: str, seen: int) -> c.ReplyAsStaff:
    return c.ReplyAsStaff(at=5, staff=staff, name="A", text="hi", client_id="r", seen=seen)


def test_a_reply_that_missed_a_message_is_refused(asked: Conversation) -> None:
    with pytest.raises(ThreadMovedOn) as refused:
        decide(taken(asked), reply(AMINA, seen=asked.asked - 1))
    assert refused.value.data == {"seq": asked.asked}


def test_two_replies_in_a_row_need_no_reading_in_between(asked: Conversation) -> None:
    mine = carried_out(taken(asked), reply(AMINA, seen=asked.asked))[0]
    assert len(decide(mine, reply(AMINA, seen=asked.asked))) == 1


def test_only_the_one_in_charge_replies_releases_or_hands_back(asked: Conversation) -> None:
    for command in (
        reply(BEN, seen=99),
        c.Release(at=5, staff=BEN),
        c.HandBack(at=5, staff=BEN),
        c.Transfer(at=5, staff=BEN, to=BEN, name="Ben"),
        c.Close(at=5, by=c.By.STAFF, staff=BEN),
    ):
        with pytest.raises(NotInCharge):
            decide(taken(asked), command)


def test_a_transfer_shows_the_visitor_the_new_name(asked: Conversation) -> None:
    changed, assigned = decide(taken(asked), c.Transfer(at=5, staff=AMINA, to=BEN, name="Ben"))
    assert changed == e.StateChanged(at=5, state=State.STAFF, assignee=BEN, name="Ben")
    assert assigned == e.Assigned(at=5, staff=BEN, by=AMINA)


def test_a_quiet_conversation_is_warned_and_then_closed(asked: Conversation) -> None:
    warned = carried_out(asked, c.WarnOfClosing(at=61, after=60, grace=10, text="still there?"))[0]
    assert decide(warned, c.CloseIfIdle(at=70, after=10)) == ()
    assert decide(warned, c.CloseIfIdle(at=71, after=10)) == (e.Closed(at=71, by=c.By.SYSTEM),)


def test_a_warning_says_until_when(asked: Conversation) -> None:
    warning = decide(asked, c.WarnOfClosing(at=61, after=60, grace=10, text="still there?"))[0]
    frame = visitor_frame(e.Recorded(9, 9, warning))
    assert frame is not None
    assert frame["closes_at"] == 71


def test_one_word_keeps_a_warned_conversation_open(asked: Conversation) -> None:
    warned = carried_out(asked, c.WarnOfClosing(at=61, after=60, grace=10, text="still there?"))[0]
    kept = carried_out(warned, c.Stay(at=62))[0]
    assert decide(kept, c.CloseIfIdle(at=10_000, after=10)) == ()


def test_whoever_waits_for_staff_is_not_closed_for_being_quiet(asked: Conversation) -> None:
    waiting = carried_out(asked, c.AskForPerson(at=2, staffed=True))[0]
    assert decide(waiting, c.WarnOfClosing(at=10_000, after=60, grace=10, text="?")) == ()


def test_a_visitor_who_waited_in_vain_is_told_and_goes_on_with_the_assistant(
    asked: Conversation,
) -> None:
    waiting = carried_out(asked, c.AskForPerson(at=2, staffed=True))[0]
    told = decide(waiting, c.GiveUpWaiting(at=302, after=300, text="nobody came"))
    assert told[1] == e.StateChanged(at=302, state=State.ASSISTANT)


def test_what_was_asked_last_while_nobody_came_is_still_answered(asked: Conversation) -> None:
    waiting = carried_out(asked, c.AskForPerson(at=2, staffed=True))[0]
    for number in range(3):
        say = c.Say(at=3 + number, text=f"hello {number}?", client_id=f"w{number}")
        waiting = carried_out(waiting, say)[0]
    assert not waiting.owes_answer
    alone = carried_out(waiting, c.GiveUpWaiting(at=302, after=300, text="nobody came"))[0]
    assert alone.owes_answer
    assert alone.answered == alone.asked - 1
    late = carried_out(alone, answer(alone.asked, slug="cost"))[0]
    assert not late.owes_answer


def test_what_staff_have_seen_is_not_answered_again(asked: Conversation) -> None:
    taken = carried_out(asked, c.TakeOver(at=2, staff="amina", name="Amina"))[0]
    taken = carried_out(taken, c.Say(at=3, text="and you?", client_id="w"))[0]
    assert not carried_out(taken, c.HandBack(at=4, staff="amina"))[0].owes_answer


def test_asking_for_a_person_twice_changes_nothing(asked: Conversation) -> None:
    waiting = carried_out(asked, c.AskForPerson(at=2, staffed=True))[0]
    assert decide(waiting, c.AskForPerson(at=3, staffed=True)) == ()


def test_whoever_waits_can_go_back_to_the_assistant_and_is_answered(asked: Conversation) -> None:
    waiting = carried_out(
        asked, c.AskForPerson(at=2, staffed=True), c.Say(at=3, text="?", client_id="w")
    )[0]
    alone, told = carried_out(waiting, c.StopWaiting(at=4))
    assert [event for _, event in told] == [e.StateChanged(at=4, state=State.ASSISTANT)]
    assert alone.owes_answer
    assert alone.waiting_since is None


def test_stopping_to_wait_comes_too_late_once_somebody_came_or_the_chat_ended(
    asked: Conversation,
) -> None:
    assert decide(asked, c.StopWaiting(at=4)) == ()
    assert decide(taken(asked), c.StopWaiting(at=4)) == ()
    closed = carried_out(asked, c.Close(at=3, by=c.By.VISITOR))[0]
    assert decide(closed, c.StopWaiting(at=4)) == ()


def test_hiding_the_page_ends_the_chat_and_is_remembered(asked: Conversation) -> None:
    assert decide(asked, c.Leave(at=9)) == (e.Left(at=9), e.Closed(at=9, by=c.By.VISITOR))
    assert decide(carried_out(asked, c.Leave(at=9))[0], c.Leave(at=10)) == ()


def test_a_closed_conversation_takes_no_message(asked: Conversation) -> None:
    closed = carried_out(asked, c.Close(at=9, by=c.By.VISITOR))[0]
    with pytest.raises(ConversationClosed):
        decide(closed, c.Say(at=10, text="hello?", client_id="b"))
    assert decide(closed, c.Close(at=10, by=c.By.VISITOR)) == ()


def test_only_what_was_shown_can_be_rated(asked: Conversation) -> None:
    with pytest.raises(Invalid):
        decide(asked, c.Rate(at=9, helpful=True, answer_seq=99))


def test_a_second_rating_of_an_answer_takes_the_place_of_the_first(asked: Conversation) -> None:
    once, again = (
        c.Rate(at=9, helpful=True, answer_seq=1),
        c.Rate(at=10, helpful=True, answer_seq=1),
    )
    rated = carried_out(asked, once)[0]
    assert decide(rated, again) == ()
    changed = replace(again, helpful=False)
    assert decide(rated, changed) == (e.Rated(at=10, helpful=False, answer_seq=1, replaces=True),)
    assert carried_out(rated, changed)[0].verdict(1) is False


def test_ratings_of_two_answers_and_of_the_chat_are_told_apart(asked: Conversation) -> None:
    rates = [c.Rate(at=9, helpful=helpful, answer_seq=seq) for helpful, seq in RATED]
    rated, told = carried_out(asked, *rates)
    assert [rated.verdict(seq) for _, seq in RATED] == [helpful for helpful, _ in RATED]
    assert [event.replaces for _, event in told if isinstance(event, e.Rated)] == [None] * 3


def test_a_comment_that_follows_is_kept(asked: Conversation) -> None:
    rated = carried_out(asked, c.Rate(at=9, helpful=True))[0]
    (commented,) = decide(rated, c.Rate(at=10, helpful=True, comment="kind"))
    assert commented == e.Rated(at=10, helpful=True, comment="kind", replaces=True)


RATED = ((True, 1), (False, 2), (False, None))


def test_misses_are_counted_in_a_row(asked: Conversation) -> None:
    missed = carried_out(asked, answer(asked.asked, outcome=Outcome.UNANSWERED))[0]
    again = carried_out(missed, c.Say(at=3, text="well?", client_id="b"))[0]
    assert again.misses == 1
    assert carried_out(again, answer(again.asked, slug="cost"))[0].misses == 0
