"""Opening hours: read as they are written, and right on the days when the clock changes."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.domain.errors import Invalid
from chatbot.domain.hours import (
    DAY_MINUTES,
    UNKNOWN,
    Hours,
    Period,
    Span,
    Week,
    instant,
    local,
    parse_spans,
    parse_week,
    write_week,
)

HOUR = 3_600_000
WEEKDAYS = parse_week("mon-fri 09:00-17:00")
SPRING, AUTUMN = date(2027, 3, 28), date(2027, 10, 31)
"""The Sundays on which the clock goes forward and back."""

moments = st.integers(*(int(datetime(year, 1, 1, tzinfo=UTC).timestamp()) for year in (2026, 2031)))
instants = moments.map(lambda seconds: seconds * 1000)


def spans(minutes: list[int]) -> tuple[Span, ...]:
    edges = sorted(set(minutes))
    return tuple(Span(*pair) for pair in list(pairwise(edges))[::2])


days = st.lists(st.integers(0, DAY_MINUTES), max_size=6).map(spans)
weeks: st.SearchStrategy[Week] = st.tuples(*[days] * 7)


@st.composite
def some_hours(draw: st.DrawFn) -> tuple[Hours, int]:
    """Hours, and a moment near a clock change or anywhere."""
    near = [instant(day, 0) for day in (SPRING, AUTUMN)]
    now = draw(
        instants | st.sampled_from(near).flatmap(lambda at: st.integers(at, at + 86_400_000))
    )
    closures = draw(
        st.lists(
            st.tuples(st.integers(-72, 72), st.integers(1, 60)).map(
                lambda pair: Period(now + pair[0] * HOUR, now + sum(pair) * HOUR)
            ),
            max_size=3,
        )
    )
    today = local(now).date()
    shut = draw(st.sets(st.integers(-1, 9).map(lambda n: today + timedelta(days=n)), max_size=3))
    return Hours(draw(weeks), shut, tuple(closures)), now


@given(weeks)
def test_a_week_is_read_as_it_is_written(week: Week) -> None:
    assert parse_week(write_week(week)) == week


@given(some_hours())
def test_openings_come_in_order_and_never_touch(given_: tuple[Hours, int]) -> None:
    hours, now = given_
    found = list(hours.openings(now, days=20))
    assert all(period.starts < period.ends for period in found)
    assert all(first.ends < second.starts for first, second in pairwise(found))
    assert all(period.ends > now for period in found)


@given(some_hours())
def test_it_opens_at_the_first_open_moment_and_not_before(given_: tuple[Hours, int]) -> None:
    hours, now = given_
    opens = hours.opens_at(now)
    if opens is None:
        assert not any(hours.is_open(now + n * HOUR) for n in range(72))
        return
    assert opens >= now
    assert hours.is_open(opens)
    assert hours.is_open(now) == (opens == now)
    if opens > now:
        assert not hours.is_open(opens - 1)
        assert not hours.is_open((now + opens) // 2)


@given(some_hours(), st.integers(0, 10 * 24 * 60))
def test_it_is_open_exactly_in_its_openings(given_: tuple[Hours, int], minutes: int) -> None:
    hours, now = given_
    then = now + minutes * 60_000
    inside = any(p.starts <= then < p.ends for p in hours.openings(now, days=14))
    assert hours.is_open(then) == inside


@given(some_hours())
def test_it_is_never_open_in_a_closure_or_on_a_bank_holiday(given_: tuple[Hours, int]) -> None:
    hours, now = given_
    for period in hours.openings(now, days=10):
        for closure in hours.closures:
            assert closure.ends <= period.starts or closure.starts >= period.ends
        assert local(period.starts).date() not in hours.bank_holidays


@given(weeks, instants)
def test_without_closures_it_opens_when_the_wall_clock_says_so(week: Week, now: int) -> None:
    opens = Hours(week).opens_at(now)
    if opens is not None and opens > now:
        wall = local(opens)
        minute = wall.hour * 60 + wall.minute
        jumped = wall.date().month == 3 and minute == 120
        assert jumped or minute in {span.opens for span in week[wall.weekday()]}


def at(day: date, hour: int, minute: int = 0) -> int:
    """Return an instant by the clock of Greenwich."""
    return int(datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC).timestamp()) * 1000


def test_nine_in_the_morning_is_an_hour_earlier_in_summer() -> None:
    hours = Hours(WEEKDAYS)
    friday, monday = date(2027, 3, 26), date(2027, 3, 29)
    assert hours.opens_at(at(friday, 8)) == at(friday, 9)
    assert hours.opens_at(at(friday, 17)) == at(monday, 8)
    assert hours.opens_at(at(date(2027, 10, 29), 16)) == at(date(2027, 11, 1), 9)


@pytest.mark.parametrize(
    ("day", "words", "opening"),
    [
        (SPRING, "sun 00:30-03:00", Period(at(SPRING, 0, 30), at(SPRING, 2))),
        (SPRING, "sun 01:30-03:00", Period(at(SPRING, 1), at(SPRING, 2))),
        (AUTUMN, "sun 00:30-03:00", Period(at(date(2027, 10, 30), 23, 30), at(AUTUMN, 3))),
        (AUTUMN, "sun 01:30-01:45", Period(at(AUTUMN, 0, 30), at(AUTUMN, 0, 45))),
    ],
)
def test_an_opening_on_the_day_of_a_change_lasts_as_long_as_it_really_does(
    day: date, words: str, opening: Period
) -> None:
    (found,) = Hours(parse_week(words)).openings(instant(day, 0), days=2)
    assert found == opening


def test_an_opening_within_the_hour_that_is_left_out_does_not_exist() -> None:
    assert list(Hours(parse_week("sun 01:15-01:45")).openings(instant(SPRING, 0), days=2)) == []


def test_hours_across_midnight_are_one_opening() -> None:
    hours = Hours(parse_week("fri 22:00-24:00, sat 00:00-02:00"))
    saturday = date(2027, 1, 9)
    assert hours.is_open(instant(saturday, 0))
    (found,) = hours.openings(instant(saturday, 60), days=2)
    assert found.ends - found.starts == 4 * HOUR


def test_a_bank_holiday_and_a_closure_move_the_next_opening() -> None:
    christmas = date(2026, 12, 25)
    monday = date(2026, 12, 28)
    hours = Hours(WEEKDAYS, {christmas, monday})
    assert hours.opens_at(at(christmas, 10)) == at(date(2026, 12, 29), 9)
    party = Period(at(date(2026, 12, 29), 0), at(date(2026, 12, 29), 13))
    assert Hours(WEEKDAYS, {christmas, monday}, (party,)).opens_at(at(christmas, 10)) == party.ends


def test_hours_that_nobody_has_said_have_no_next_opening() -> None:
    assert parse_week("") == UNKNOWN
    assert not Hours().known
    assert Hours().opens_at(0) is None
    assert not Hours().is_open(0)


def test_who_is_closed_for_longer_than_a_year_has_no_next_opening() -> None:
    assert Hours(WEEKDAYS, closures=(Period(0, 10**13),)).opens_at(at(SPRING, 0)) is None


@pytest.mark.parametrize(
    "words",
    [
        "monday 09:00-17:00",
        "mon 9-17",
        "mon 09:00",
        "mon",
        "fri-mon 09:00-17:00",
        "mon-fri 09:00-17:00, wed 10:00-12:00",
        "mon 17:00-09:00",
        "mon 09:00-09:00",
        "mon 09:00-24:01",
        "mon 09:60-10:00",
        "mon 09:00-12:00 11:00-13:00",
    ],
)
def test_hours_written_in_another_way_are_refused(words: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse_week(words)
    assert refused.value.fields == {"hours": "malformed"}


def test_the_hours_of_a_day_may_have_a_break() -> None:
    assert parse_spans("09:00-12:00 13:00-17:00") == (Span(540, 720), Span(780, 1020))
    assert parse_week("MON 09:00-12:00 13:00-17:00,")[0] == (Span(540, 720), Span(780, 1020))
