"""Who is on, and whether the chat is open: never because of somebody who is not there."""

from dataclasses import replace
from datetime import date

import pytest

from chatbot.domain.availability import SEEN_MS, Colleague, Status, status
from chatbot.domain.hours import Hours, Period, instant, parse_week
from chatbot.domain.people import Availability

MONDAY_NOON = instant(date(2027, 1, 4), 12 * 60)
AMINA = Colleague("amina", Availability.ON, 2, MONDAY_NOON, 0)
EVERY_DAY = Hours(parse_week("mon-sun 09:00-17:00"))


def told(now: int = MONDAY_NOON, hours: Hours = EVERY_DAY, *people: Colleague) -> Status:
    return status(now, hours, people, 3, 60_000)


def test_it_is_open_within_the_hours_while_somebody_is_on() -> None:
    assert told(MONDAY_NOON, EVERY_DAY, AMINA) == Status(
        open=True, staff_on=True, opens_at=None, waiting=3, wait_ms=60_000
    )


@pytest.mark.parametrize("availability", [Availability.AWAY, Availability.OFF])
def test_who_is_away_or_off_does_not_open_it(availability: Availability) -> None:
    found = told(MONDAY_NOON, EVERY_DAY, replace(AMINA, availability=availability))
    assert (found.open, found.staff_on) == (False, False)


def test_who_was_not_seen_for_a_while_is_not_on_whatever_they_said() -> None:
    assert AMINA.is_on(MONDAY_NOON + SEEN_MS)
    assert not AMINA.is_on(MONDAY_NOON + SEEN_MS + 1)
    assert not told(MONDAY_NOON + SEEN_MS + 1, EVERY_DAY, AMINA).open


def test_outside_the_hours_it_is_closed_whoever_is_on() -> None:
    night = MONDAY_NOON + 12 * 3_600_000
    found = told(night, EVERY_DAY, replace(AMINA, seen_at=night))
    assert (found.open, found.staff_on, found.wait_ms) == (False, True, None)
    assert found.opens_at == night + 9 * 3_600_000


def test_no_time_is_promised_within_the_hours_while_nobody_is_on() -> None:
    assert told() == Status(open=False, staff_on=False, opens_at=None, waiting=3, wait_ms=None)


def test_where_no_hours_are_known_people_alone_decide_and_no_time_is_promised() -> None:
    assert told(MONDAY_NOON, Hours(), AMINA).open
    assert told(MONDAY_NOON, Hours()).opens_at is None


def test_a_closure_closes_where_no_hours_are_known_too() -> None:
    closed = Hours(closures=(Period(MONDAY_NOON, MONDAY_NOON + 1),))
    assert not told(MONDAY_NOON, closed, AMINA).open
    assert told(MONDAY_NOON + 1, closed, AMINA).open


def test_there_is_room_for_as_many_chats_as_somebody_said() -> None:
    assert [replace(AMINA, chats=chats).room for chats in (0, 2, 3)] == [2, 0, 0]
