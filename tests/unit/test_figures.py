"""What is counted, and when."""

from collections import defaultdict
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.domain import callbacks
from chatbot.domain import commands as c
from chatbot.domain.conversation import Conversation, decide, evolve
from chatbot.domain.errors import Invalid
from chatbot.domain.events import Recorded, is_public
from chatbot.domain.figures import (
    By,
    Measure,
    Slot,
    counted,
    counted_callback,
    slot,
    spans,
)
from chatbot.domain.outcome import Offer, Outcome, Urgent

ASK = c.AskForPerson(at=1_000, staffed=True)
TAKE = c.TakeOver(at=31_000, staff="amina", name="Amina")
LEAVE_MESSAGE = c.LeaveMessage(at=1_000, text="later")


def say(at: int) -> c.Say:
    return c.Say(at=at, text="a", client_id=f"{at}")


def answer(outcome: Outcome, to: int = 2, urgent: Urgent | None = None) -> c.Answer:
    return c.Answer(at=5, to=to, text="a", html="a", outcome=outcome, urgent=urgent)


def reply(at: int) -> c.ReplyAsStaff:
    return c.ReplyAsStaff(at=at, staff="amina", name="Amina", text="a", client_id=f"{at}", seen=99)


def told(*commands: c.Command) -> dict[Measure, int]:
    """Return what a conversation adds beside itself."""
    found = counts(c.Open(at=0, notice="1"), *commands)
    assert found.pop(Measure.CONVERSATIONS) == 1
    return found


def counts(*commands: c.Command) -> dict[Measure, int]:
    """Return what is counted command by command, each in a batch of its own."""
    now, found = Conversation("x"), defaultdict[Measure, int](int)
    for command in commands:
        before, new = now, []
        for event in decide(now, command):
            now = evolve(now, event)
            seq = now.seq if is_public(event) else None
            new.append(Recorded(now.position, seq, event))
        for measure, number in counted(before, new).items():
            found[measure] += number
    return {measure: number for measure, number in found.items() if number}


@pytest.mark.parametrize(
    ("commands", "expected"),
    [
        ((), {}),
        ((say(1), answer(Outcome.ANSWERED)), {Measure.ANSWERED: 1}),
        ((say(1), answer(Outcome.CLARIFY)), {Measure.CLARIFIED: 1}),
        ((say(1), answer(Outcome.SMALLTALK)), {}),
        (
            (say(1), answer(Outcome.SIGNPOSTED, urgent=Urgent.CHILD)),
            {Measure.SIGNPOSTED: 1, Measure.URGENT: 1},
        ),
        ((ASK,), {Measure.ASKED: 1}),
        ((c.AskForPerson(at=1, staffed=False, text="no"),), {Measure.NOBODY: 1}),
        (
            (ASK, c.GiveUpWaiting(at=9_000, after=10, text="no")),
            {Measure.ASKED: 1, Measure.NOBODY: 1},
        ),
        ((ASK, c.StopWaiting(at=2_000)), {Measure.ASKED: 1}),
        ((LEAVE_MESSAGE,), {Measure.MESSAGES: 1}),
        ((LEAVE_MESSAGE, TAKE), {Measure.MESSAGES: 1, Measure.TAKEN: 1}),
        (
            (ASK, TAKE, reply(41_000), reply(99_000)),
            {
                Measure.ASKED: 1,
                Measure.TAKEN: 1,
                Measure.WAITS: 1,
                Measure.WAIT_MS: 30_000,
                Measure.RESPONSES: 1,
                Measure.RESPONSE_MS: 40_000,
            },
        ),
        (
            (TAKE, reply(32_000)),
            {Measure.TAKEN: 1, Measure.RESPONSES: 1, Measure.RESPONSE_MS: 1_000},
        ),
        (
            (
                ASK,
                TAKE,
                c.Transfer(at=40_000, staff="amina", to="bilal", name="Bilal"),
                c.ReplyAsStaff(
                    at=51_000, staff="bilal", name="Bilal", text="a", client_id="b", seen=99
                ),
            ),
            {
                Measure.ASKED: 1,
                Measure.TAKEN: 1,
                Measure.WAITS: 1,
                Measure.WAIT_MS: 30_000,
                Measure.RESPONSES: 1,
                Measure.RESPONSE_MS: 50_000,
            },
        ),
        (
            (c.Rate(at=1, helpful=True), c.Rate(at=2, helpful=False)),
            {Measure.CHAT_BAD: 1},
        ),
        (
            (say(1), answer(Outcome.UNANSWERED), c.Rate(at=9, helpful=False, answer_seq=3)),
            {Measure.UNANSWERED: 1, Measure.ANSWER_BAD: 1},
        ),
    ],
)
def test_what_happened_is_counted_once(
    commands: tuple[c.Command, ...], expected: dict[Measure, int]
) -> None:
    assert told(*commands) == expected


ANSWERED = (say(1), answer(Outcome.ANSWERED))
CLOSE = c.Close(at=9, by=c.By.VISITOR)
IDLE = (
    c.WarnOfClosing(at=10, text="soon", after=1, grace=1),
    c.CloseIfIdle(at=20, after=1),
)


@pytest.mark.parametrize(
    "commands",
    [
        (*ANSWERED, CLOSE),
        (*ANSWERED, *IDLE),
        (*ANSWERED, say(6), answer(Outcome.SMALLTALK, 4), CLOSE),
        (say(1), answer(Outcome.UNANSWERED), say(6), answer(Outcome.ANSWERED, 4), CLOSE),
        (*ANSWERED, CLOSE, c.Leave(at=12)),
    ],
)
def test_a_chat_that_needed_nobody_and_ended_with_an_answer_was_ended_by_the_assistant_alone(
    commands: tuple[c.Command, ...],
) -> None:
    assert told(*commands)[Measure.ALONE] == 1


@pytest.mark.parametrize(
    "commands",
    [
        (CLOSE,),
        (say(1), CLOSE),
        (say(1), answer(Outcome.SMALLTALK), CLOSE),
        (*ANSWERED, say(6), CLOSE),
        (*ANSWERED, say(6), answer(Outcome.UNANSWERED, 4), CLOSE),
        (*ANSWERED, say(6), answer(Outcome.CLARIFY, 4), *IDLE),
        (*ANSWERED, say(6), answer(Outcome.SIGNPOSTED, 4, Urgent.CHILD), CLOSE),
        (*ANSWERED, c.Leave(at=9)),
        (*ANSWERED, c.AskForCallback(at=7, reference="R"), CLOSE),
        (*ANSWERED, c.AskForPerson(at=7, staffed=False, text="no"), CLOSE),
        (*ANSWERED, c.AskForPerson(at=7, staffed=True), c.StopWaiting(at=8), CLOSE),
        (*ANSWERED, c.LeaveMessage(at=7, text="later"), CLOSE),
        (*ANSWERED, TAKE, c.HandBack(at=32_000, staff="amina"), CLOSE),
        (*ANSWERED, c.Close(at=9, by=c.By.STAFF, staff="amina")),
        (*ANSWERED, c.Erase(at=9)),
    ],
)
def test_a_chat_that_a_person_came_into_or_that_has_no_answer_was_not(
    commands: tuple[c.Command, ...],
) -> None:
    assert Measure.ALONE not in told(*commands)


def test_who_says_a_number_in_small_talk_wants_a_person() -> None:
    rung = replace(answer(Outcome.SMALLTALK, 4), offers=(Offer.CALLBACK,))
    assert Measure.ALONE not in told(*ANSWERED, say(6), rung, CLOSE)


def test_of_a_demo_nothing_is_counted() -> None:
    opened = c.Open(at=0, notice="1", demo=True)
    assert counts(opened, *ANSWERED, ASK, TAKE, reply(41_000), CLOSE) == {}


@pytest.mark.parametrize(
    "ending", [*sorted(callbacks.ENDS), callbacks.NOT_REACHED, callbacks.CANCELLED]
)
def test_a_callback_is_counted_when_asked_for_tried_and_ended(ending: str) -> None:
    tried = callbacks.Tried(at=2, staff="amina", outcome=callbacks.Outcome.NO_ANSWER)
    assert counted_callback((callbacks.Asked(at=1), tried)) == {
        Measure.CALLBACKS: 1,
        Measure.CALLS: 1,
    }
    ended = callbacks.Ended(at=3, ending=ending)
    assert counted_callback((tried, ended)) == {
        Measure.CALLS: 1,
        Measure(f"callback_{ending}"): 1,
    }


def test_a_time_is_counted_on_londons_clock() -> None:
    summer = int(datetime(2026, 7, 31, 23, 30, tzinfo=UTC).timestamp() * 1000)
    day, month = date(2026, 8, 1), date(2026, 8, 1)
    assert slot(summer) == Slot(day.toordinal(), month.toordinal(), 5 * 24)


@given(st.sampled_from(By), st.dates(date(2020, 1, 1), date(2100, 12, 31)))
def test_lines_follow_each_other_without_gap_or_overlap(by: By, at: date) -> None:
    lines = spans(by, at)
    for one, following in pairwise(lines):
        assert one.last + timedelta(days=1) == following.first
    assert all(line.first <= line.last for line in lines)
    if by is By.DAY:
        assert at in {line.first for line in lines}
    if by is By.WEEK:
        assert {line.first.weekday() for line in lines} == {0}
        assert {line.first.year for line in lines} == {at.year}


def test_there_is_no_report_of_a_time_before_all_this() -> None:
    for year in (1, 2019, 9999):
        with pytest.raises(Invalid):
            spans(By.MONTH, date(year, 1, 1))
