"""Slots: cut from opening hours, right on the days of a clock change, and with room for so many."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Final

from hypothesis import given
from hypothesis import strategies as st

from chatbot.domain.hours import Hours, Period, instant, local, parse_week
from chatbot.domain.slots import MINUTE, Lane, Rules, Slot, again, free, nearest, slots

RULES: Final = Rules(30 * MINUTE, 120 * MINUTE, 7, {Lane.OWN: 1, Lane.THIRD: 2})
OFFICE: Final = Hours(parse_week("mon-fri 09:00-12:00 13:00-17:00"))
FIRST_DAY: Final = date(2026, 1, 1)


def at(day: date, hour: int, minute: int = 0) -> int:
    return instant(day, hour * 60 + minute)


def said(found: list[Slot]) -> list[str]:
    return [f"{local(slot.start):%a %d %H:%M}" for slot in found]


def test_slots_begin_with_the_opening_and_end_before_it_does() -> None:
    monday = date(2026, 11, 30)
    hours = Hours(parse_week("mon 09:00-10:45"))
    found = slots(hours, replace(RULES, lead=1, days=1), at(monday, 7))
    assert said(found) == ["Mon 30 09:00", "Mon 30 09:30", "Mon 30 10:00"]


def test_the_lead_time_and_the_days_ahead_are_kept() -> None:
    friday = date(2026, 11, 27)
    found = slots(OFFICE, replace(RULES, days=2), at(friday, 14, 20))
    assert said(found)[:3] == ["Fri 27 16:30", "Mon 30 09:00", "Mon 30 09:30"]
    assert said(found)[-1] == "Mon 30 16:30"


def test_a_day_counts_though_it_is_too_late_for_its_slots() -> None:
    friday = date(2026, 11, 27)
    found = slots(OFFICE, replace(RULES, days=2), at(friday, 15, 50))
    assert {slot[:3] for slot in said(found)} == {"Mon"}


def test_bank_holidays_and_closures_have_none() -> None:
    monday = date(2026, 11, 30)
    closed = Period(at(date(2026, 12, 1), 9), at(date(2026, 12, 1), 16))
    hours = replace(OFFICE, bank_holidays={monday}, closures=(closed,))
    found = slots(hours, replace(RULES, days=1), at(monday, 6))
    assert said(found) == ["Tue 01 16:00", "Tue 01 16:30"]


def test_where_no_hours_are_known_there_are_none() -> None:
    assert slots(Hours(), RULES, 0) == []


def test_clocks_go_forward_at_the_end_of_march() -> None:
    friday = date(2027, 3, 26)  # clocks change on Sunday 28 March 2027
    hours = Hours(parse_week("mon 09:00-10:00, fri 09:00-10:00"))
    found = slots(hours, replace(RULES, days=2), at(friday, 0))
    assert said(found) == ["Fri 26 09:00", "Fri 26 09:30", "Mon 29 09:00", "Mon 29 09:30"]
    utc = [datetime.fromtimestamp(slot.start / 1000, UTC).hour for slot in found]
    assert utc == [9, 9, 8, 8]


def test_the_night_of_the_change_has_as_many_slots_as_hours() -> None:
    night = Hours(parse_week("sun 00:00-06:00"))
    rules = replace(RULES, lead=1, days=1, length=60 * MINUTE)
    spring = slots(night, rules, at(date(2027, 3, 27), 12))
    autumn = slots(night, rules, at(date(2027, 10, 30), 12))
    assert (len(spring), len(autumn)) == (5, 7)
    assert said(spring)[:3] == ["Sun 28 00:00", "Sun 28 02:00", "Sun 28 03:00"]
    assert said(autumn)[:4] == ["Sun 31 00:00", "Sun 31 01:00", "Sun 31 01:00", "Sun 31 02:00"]
    assert len({slot.start for slot in autumn}) == 7


@given(
    day=st.dates(FIRST_DAY, FIRST_DAY + timedelta(days=3 * 366)),
    minute=st.integers(0, 24 * 60 - 1),
    length=st.integers(5, 240),
    lead=st.integers(1, 3 * 24 * 60),
    days=st.integers(1, 14),
)
def test_every_slot_lies_in_an_opening_and_none_overlaps(
    day: date, minute: int, length: int, lead: int, days: int
) -> None:
    now = instant(day, minute)
    rules = replace(RULES, length=length * MINUTE, lead=lead * MINUTE, days=days)
    found = slots(OFFICE, rules, now)
    assert all(one.end <= other.start for one, other in pairwise(found))
    assert len({local(slot.start).date() for slot in found}) <= days
    for slot in found:
        assert slot.end - slot.start == length * MINUTE
        assert slot.start >= now + lead * MINUTE
        (opening,) = [p for p in OFFICE.openings(slot.start, 2) if p.starts <= slot.start < p.ends]
        assert slot.end <= opening.ends


def test_a_lane_is_full_when_its_room_is_taken() -> None:
    offered = [Slot(0, 1), Slot(1, 2)]
    taken = {(0, Lane.OWN): 1, (1, Lane.THIRD): 1}
    assert free(offered, RULES, Lane.OWN, taken) == [Slot(1, 2)]
    assert free(offered, RULES, Lane.THIRD, taken) == offered


def test_the_nearest_come_in_order_of_time() -> None:
    offered = [Slot(n, n + 1) for n in (0, 10, 20, 30, 40)]
    assert nearest([19], offered, 3) == [Slot(10, 11), Slot(20, 21), Slot(30, 31)]


def test_a_second_try_keeps_to_the_times_that_suit() -> None:
    monday = date(2026, 11, 30)
    offered = slots(OFFICE, RULES, at(monday, 5))
    wanted = [at(monday, 9, 30), at(date(2026, 12, 2), 14)]
    first, *others = again(wanted, offered[2:], 4)
    assert said([first]) == ["Wed 02 14:00"]
    assert {slot[-5:] for slot in said(others)} <= {"09:30", "14:00"}
