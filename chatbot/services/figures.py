"""Reports: what happened by day, week, month and hour of the week, as it may be shown."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from chatbot.domain.disclosure import SHOWN_FROM, Shown, conceal, hide
from chatbot.domain.figures import DAY_HOURS, By, Measure, Span, spans
from chatbot.domain.hours import local
from chatbot.services.identity import Clock, new_token
from chatbot.store.errors import StoreError
from chatbot.store.figures import Figures

MOVE_SECONDS: Final = 15.0
WEEK_HOURS: Final = 7 * DAY_HOURS

MEANS: Final[Mapping[Measure, Measure]] = {
    Measure.WAITS: Measure.WAIT_MS,
    Measure.RESPONSES: Measure.RESPONSE_MS,
}
"""What is shown as a mean, in milliseconds: the sum over how many there were."""
AMONG: Final[Mapping[Measure, Measure]] = {Measure.ALONE: Measure.CONVERSATIONS}
"""What is a part of another one: what is not in it is no small number either."""
COLUMNS: Final = tuple(one for one in Measure if one not in MEANS.values())

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Report:
    """One line for each span, and a column for each measure; None is a hidden cell.

    A mean stands for the count of its measure. What was not counted from the first line on is in
    `since`, with the day from which it is complete. `hours` has the conversations of each hour of
    the week, Monday at midnight first; only then there is one span.
    """

    by: By
    at: date
    spans: Sequence[Span]
    columns: Mapping[Measure, Shown]
    since: Mapping[Measure, date]
    hours: Shown | None = None

    @property
    def empty(self) -> bool:
        """Tell whether nothing was counted at all."""
        return all(shown.total == 0 for shown in self.columns.values())


class FigureService:
    """The figures of one installation."""

    def __init__(self, store: Figures, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def today(self) -> date:
        """Return London's day."""
        return local(self._clock()).date()

    async def report(self, by: By, at: date | None = None) -> Report:
        """Return the report around a day, today by default.

        Raises:
            Invalid: there are no reports of that time.
        """
        at = at or self.today()
        lines = spans(by, at)
        first, last = lines[0].first.year, lines[-1].last.year
        days = await self._store.days(date(first, 1, 1).toordinal(), date(last, 12, 31).toordinal())
        columns = {one: _column(one, by, lines, days) for one in COLUMNS}
        hours = None
        if by is By.HOUR:
            start, end = lines[0].first.toordinal(), lines[0].last.toordinal()
            found = await self._store.hours(start, end, Measure.CONVERSATIONS)
            hours = hide([found.get(hour, 0) for hour in range(WEEK_HOURS)])
        return Report(by, at, lines, columns, await self._late(lines[0].first), hours)

    async def _late(self, first: date) -> dict[Measure, date]:
        """Return what was not counted from `first` on, and from when it is."""
        since = {one: local(at).date() for one, at in (await self._store.since()).items()}
        return {one: day for one, day in since.items() if day > first}

    async def move(self) -> bool:
        """Bring what was counted into the sums; tell whether there was anything."""
        return await self._store.move(new_token())

    async def run(self) -> None:
        """Keep the sums up to date until cancelled; what waits is read all the same."""
        while True:
            try:
                await self.move()
            except StoreError as error:
                log.warning("figures.failed error=%s", type(error).__name__)
            await asyncio.sleep(MOVE_SECONDS)


def _column(
    one: Measure, by: By, lines: Sequence[Span], days: Mapping[int, Mapping[str, int]]
) -> Shown:
    if one in MEANS:
        return _means(one, lines, days)
    among = _of(AMONG[one], days) if one in AMONG else None
    return conceal(by, lines, _of(one, days), among)


def _of(one: Measure, days: Mapping[int, Mapping[str, int]]) -> dict[int, int]:
    return {day: found[one] for day, found in days.items() if one in found}


def _means(one: Measure, lines: Sequence[Span], days: Mapping[int, Mapping[str, int]]) -> Shown:
    whole, counts = _of(MEANS[one], days), _of(one, days)
    sums = [
        (sum(whole.get(day, 0) for day in line), sum(counts.get(day, 0) for day in line))
        for line in (range(one.first.toordinal(), one.last.toordinal() + 1) for one in lines)
    ]
    total = _mean(sum(of for of, _ in sums), sum(number for _, number in sums))
    return Shown(tuple(_mean(*of) for of in sums), total)


def _mean(whole: int, number: int) -> int | None:
    """Return a mean of enough, 0 of none, nothing of a few."""
    if number == 0:
        return 0
    return whole // number if number >= SHOWN_FROM else None
