"""When people are there to chat: weekly hours, less bank holidays and closures.

Hours are said on the wall clock of London and answered as instants (milliseconds UTC), so an
opening on the day of a clock change lasts as long as it really does. An empty week means that
nobody has said when people are there, which is not the same as never.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from typing import Final
from zoneinfo import ZoneInfo

from chatbot.domain.errors import Invalid

LONDON: Final = ZoneInfo("Europe/London")
DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HORIZON: Final = 366
"""Days that are looked through; who is closed for longer has no next opening."""
DAY_MINUTES: Final = 24 * 60

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MS: Final = timedelta(milliseconds=1)
_SPAN: Final = re.compile(r"(\d\d):(\d\d)-(\d\d):(\d\d)")
_PART: Final = re.compile(r"([a-z]{3})(?:-([a-z]{3}))? (.+)")


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Open from one minute of the day to another, the second excluded; 1440 is midnight."""

    opens: int
    closes: int


Week = tuple[tuple[Span, ...], ...]
"""The spans of each day, Monday first."""
UNKNOWN: Final[Week] = ((),) * 7


@dataclass(frozen=True, slots=True)
class Period:
    """From one instant to another, the second excluded."""

    starts: int
    ends: int


def parse_spans(words: str) -> tuple[Span, ...]:
    """Read the hours of a day, such as `09:00-12:00 13:00-17:00`; nothing is closed all day.

    Raises:
        Invalid: they are written in another way, overlap or end before they begin.
    """
    spans = tuple(_span(word) for word in words.split())
    ends = [0, *(span.closes for span in spans)]
    if any(span.opens < end for span, end in zip(spans, ends, strict=False)):
        raise Invalid(hours="malformed")
    return spans


def _span(word: str) -> Span:
    found = _SPAN.fullmatch(word)
    if found is None:
        raise Invalid(hours="malformed")
    hour, minute, last_hour, last_minute = (int(digits) for digits in found.groups())
    span = Span(hour * 60 + minute, last_hour * 60 + last_minute)
    if max(minute, last_minute) > 59 or not span.opens < span.closes <= DAY_MINUTES:  # noqa: PLR2004  # minutes of an hour
        raise Invalid(hours="malformed")
    return span


def parse_week(words: str) -> Week:
    """Read weekly hours, such as `mon-fri 09:00-17:00, sat 10:00-13:00`.

    Raises:
        Invalid: they are written in another way, or name a day twice.
    """
    week: list[tuple[Span, ...]] = list(UNKNOWN)
    for part in filter(None, (part.strip() for part in words.lower().split(","))):
        found = _PART.fullmatch(part)
        if found is None or not {found[1], found[2] or found[1]} <= set(DAYS):
            raise Invalid(hours="malformed")
        first, last = DAYS.index(found[1]), DAYS.index(found[2] or found[1])
        if last < first or any(week[first : last + 1]):
            raise Invalid(hours="malformed")
        week[first : last + 1] = [parse_spans(found[3])] * (last - first + 1)
    return tuple(week)


def write_spans(spans: Collection[Span]) -> str:
    """Write the hours of a day as `parse_spans` reads them."""
    return " ".join(f"{clock(span.opens)}-{clock(span.closes)}" for span in spans)


def write_week(week: Week) -> str:
    """Write weekly hours as `parse_week` reads them."""
    return ", ".join(
        f"{DAYS[first]}{f'-{DAYS[last]}' if last > first else ''} {write_spans(spans)}"
        for first, last, spans in runs(week)
    )


def runs(week: Week) -> Iterator[tuple[int, int, tuple[Span, ...]]]:
    """Return the days that follow each other with the same hours: first, last (0 is Monday)."""
    for spans, days in groupby(range(len(week)), key=lambda day: week[day]):
        run = list(days)
        if spans:
            yield run[0], run[-1], spans


def clock(minute: int) -> str:
    """Return a minute of the day as `09:30`."""
    return f"{minute // 60:02}:{minute % 60:02}"


def local(at: int) -> datetime:
    """Return an instant as the wall clock shows it."""
    return (_EPOCH + at * _MS).astimezone(LONDON)


def instant(day: date, minute: int) -> int:
    """Return when the wall clock shows a minute of a day: the first time, where it does so twice.

    A time that the clock jumps over in spring is the moment of the jump.
    """
    wall = datetime(day.year, day.month, day.day) + timedelta(minutes=minute)  # noqa: DTZ001  # a wall clock
    real = wall.replace(tzinfo=LONDON).astimezone(UTC)
    if real.astimezone(LONDON).replace(tzinfo=None) != wall:
        real = real.replace(minute=0)  # the jump is on a whole hour, and less than one ago
    return (real - _EPOCH) // _MS


@dataclass(frozen=True, slots=True)
class Hours:
    """Weekly hours, the days that are bank holidays, and closures."""

    week: Week = UNKNOWN
    bank_holidays: Collection[date] = frozenset()
    closures: tuple[Period, ...] = ()

    @property
    def known(self) -> bool:
        """Somebody has said when people are there."""
        return any(self.week)

    def openings(self, since: int, days: int = HORIZON) -> Iterator[Period]:
        """Return when it is open from `since` on, in order, never two that touch.

        One that has begun already is returned whole. `days` are calendar days to look through.
        """
        held: Period | None = None
        for period in self._pieces(since, days):
            if held is None or period.starts > held.ends:
                if held is not None and held.ends > since:
                    yield held
                held = period
            else:
                held = Period(held.starts, period.ends)
        if held is not None and held.ends > since:
            yield held

    def _pieces(self, since: int, days: int) -> Iterator[Period]:
        # From the day before: one that lasts until midnight may go on.
        first = local(since).date() - timedelta(days=1)
        for day in (first + timedelta(days=number) for number in range(days + 1)):
            if day in self.bank_holidays:
                continue
            for span in self.week[day.weekday()]:
                yield from self._less_closures(instant(day, span.opens), instant(day, span.closes))

    def _less_closures(self, starts: int, ends: int) -> Iterator[Period]:
        for closed in sorted(self.closures, key=lambda closure: closure.starts):
            if closed.starts < ends and closed.ends > starts:
                if starts < closed.starts:
                    yield Period(starts, closed.starts)
                starts = closed.ends
        if starts < ends:
            yield Period(starts, ends)

    def opens_at(self, now: int) -> int | None:
        """Return the first moment from `now` on at which it is open; None within a year."""
        first = next(self.openings(now), None) if self.known else None
        return max(first.starts, now) if first else None

    def allow(self, now: int) -> bool:
        """Tell whether people may be there: open, or no hours are known and there is no closure."""
        if self.known:
            return self.is_open(now)
        return not any(closed.starts <= now < closed.ends for closed in self.closures)

    def is_open(self, now: int) -> bool:
        """Tell whether it is open; where the hours are not known it never is."""
        return self.opens_at(now) == now
