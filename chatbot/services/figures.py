"""Reports: what happened by day, week, month and hour of the week, as it may be shown."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from chatbot.domain.figures import DAY_HOURS, SHOWN_FROM, By, Measure, Shown, Span, hide, spans
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
COLUMNS: Final = tuple(one for one in Measure if one not in MEANS.values())

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Report:
    """One line for each span, and a column for each measure; None is a hidden cell.

    A mean stands for the count of its measure. `hours` has the conversations of each hour of the
    week, Monday at midnight first; only then there is one span.
    """

    by: By
    at: date
    spans: Sequence[Span]
    columns: Mapping[Measure, Shown]
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
        first, last = lines[0].first.toordinal(), lines[-1].last.toordinal()
        days = await self._store.days(first, last)
        sums = [_sum(days, line) for line in lines]
        columns = {one: _column(one, sums) for one in COLUMNS}
        hours = None
        if by is By.HOUR:
            found = await self._store.hours(first, last, Measure.CONVERSATIONS)
            hours = hide([found.get(hour, 0) for hour in range(WEEK_HOURS)])
        return Report(by, at, lines, columns, hours)

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


def _sum(days: Mapping[int, Mapping[str, int]], line: Span) -> dict[str, int]:
    found: dict[str, int] = {}
    for day in range(line.first.toordinal(), line.last.toordinal() + 1):
        for what, number in days.get(day, {}).items():
            found[what] = found.get(what, 0) + number
    return found


def _column(one: Measure, sums: Sequence[Mapping[str, int]]) -> Shown:
    counts = [line.get(one, 0) for line in sums]
    if one not in MEANS:
        return hide(counts)
    whole = [line.get(MEANS[one], 0) for line in sums]
    total = _mean(sum(whole), sum(counts))
    return Shown(tuple(map(_mean, whole, counts)), total)


def _mean(whole: int, number: int) -> int | None:
    """Return a mean of enough, 0 of none, nothing of a few."""
    if number == 0:
        return 0
    return whole // number if number >= SHOWN_FROM else None
