"""What is counted, when, and what of it is hidden: nobody can work out a small number."""

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise, product

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
    Shown,
    Slot,
    counted,
    counted_callback,
    hide,
    slot,
    spans,
)
from chatbot.domain.outcome import Outcome, Urgent

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
    """Return what a conversation adds, command by command, each in a batch of its own."""
    now, found = Conversation("x"), defaultdict[Measure, int](int)
    for command in (c.Open(at=0, notice="1"), *commands):
        before, new = now, []
        for event in decide(now, command):
            now = evolve(now, event)
            seq = now.seq if is_public(event) else None
            new.append(Recorded(now.position, seq, event))
        for measure, number in counted(before, new).items():
            found[measure] += number
    assert found.pop(Measure.CONVERSATIONS) == 1
    return {measure: number for measure, number in found.items() if number}


@pytest.mark.parametrize(
    ("commands", "counts"),
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
    commands: tuple[c.Command, ...], counts: dict[Measure, int]
) -> None:
    assert told(*commands) == counts


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


def test_small_numbers_and_what_tells_them_are_hidden() -> None:
    assert hide([0, 7, 9]) == Shown((0, 7, 9), 16)
    assert hide([3, 7, 9]) == Shown((None, None, 9), 19)
    assert hide([3, 2, 9]) == Shown((None, None, 9), 14)
    assert hide([1, 1, 9]) == Shown((None, None, None), 11)
    assert hide([1, 0]) == Shown((None, 0), None)
    assert hide([]) == Shown((), 0)
    assert hide([-1, 6]) == Shown((0, 6), 6)


def test_who_knows_the_rule_cannot_tell_a_hidden_number() -> None:
    """Try every list of up to four counts: what looks the same must have been different ones."""
    for size in (1, 2, 3, 4):
        alike = defaultdict[Shown, list[tuple[int, ...]]](list)
        for counts in product(range(10), repeat=size):
            alike[hide(counts)].append(counts)
        for shown, sources in alike.items():
            if shown.total is not None and shown.total > 9:
                continue  # larger counts, which were not tried, look the same
            for place, cell in enumerate(shown.cells):
                assert cell is not None or len({source[place] for source in sources}) > 1


@given(st.lists(st.integers(0, 40), max_size=12))
def test_what_is_shown_is_true_and_never_small(counts: list[int]) -> None:
    shown = hide(counts)
    assert len(shown.cells) == len(counts)
    for cell, count in zip(shown.cells, counts, strict=True):
        assert cell is None or cell == count
        assert cell is None or not 0 < cell < 5
        assert count or cell == 0
    assert shown.total is None or shown.total == sum(counts)
