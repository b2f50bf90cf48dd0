"""The hours that count now: what an admin saved, else the setting; bank holidays and closures.

They are kept in memory and read again when this node or another changed them.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Final

from chatbot.domain.errors import Invalid
from chatbot.domain.hours import Hours, Period, Week, local, parse_week, write_week
from chatbot.domain.text import clean
from chatbot.live.bus import Bus
from chatbot.services.bank_holidays import BankHolidays
from chatbot.services.identity import Clock, new_id
from chatbot.store.errors import Stale
from chatbot.store.hours import Closure, OpeningHours, SavedWeek

TOPIC: Final = "hours"
REASON_LIMIT: Final = 200


@dataclass(frozen=True, slots=True)
class Board:
    """Everything an admin sees and edits; `version` is 0 while the setting counts."""

    version: int
    hours: Hours
    closures: Sequence[Closure]


class HoursService:
    """When people are there to chat."""

    def __init__(
        self,
        store: OpeningHours,
        default: Week,
        bank_holidays: BankHolidays,
        bus: Bus,
        clock: Clock,
    ) -> None:
        self._store = store
        self._default = default
        self._bank_holidays = bank_holidays
        self._bus = bus
        self._clock = clock
        self._known: Board | None = None
        self._heard = 0

    async def board(self) -> Board:
        """Return what counts now, with its closures that are not over."""
        if self._known is not None:
            return self._known
        heard = self._heard
        saved = await self._store.week()
        closures = await self._store.closures(self._clock())
        week = parse_week(saved.week) if saved.version else self._default
        periods = tuple(closure.period for closure in closures)
        board = Board(saved.version, Hours(week, self._bank_holidays, periods), closures)
        if heard == self._heard:  # else somebody changed them while we read
            self._known = board
        return board

    async def hours(self) -> Hours:
        """Return what counts now."""
        return (await self.board()).hours

    def bank_holidays(self, most: int) -> list[tuple[date, str]]:
        """Return the next days on which nobody is there, with their names."""
        today = local(self._clock()).date()
        coming = sorted(item for item in self._bank_holidays.items() if item[0] >= today)
        return coming[:most]

    async def save_week(self, week: Week, seen: int, who: str) -> None:
        """Keep weekly hours; `seen` is the version that was looked at.

        Raises:
            Duplicate: somebody else saved meanwhile.
        """
        new = SavedWeek(seen + 1, write_week(week))
        await self._store.save_week(new, who, self._clock())
        self._changed()

    async def add_closure(self, period: Period, reason: str, who: str) -> None:
        """Close for a time; `reason` is for staff.

        Raises:
            Invalid: it ends before it begins, is over already, or the reason is too long.
        """
        now, reason = self._clock(), clean(reason)
        if period.ends <= max(period.starts, now):
            raise Invalid(until="too_early")
        if len(reason) > REASON_LIMIT:
            raise Invalid(reason="too_long")
        await self._store.add_closure(Closure(new_id(now), period, reason), who, now)
        self._changed()

    async def remove_closure(self, closure_id: str, who: str) -> None:
        """Open again; a closure that is gone already stays gone."""
        with suppress(Stale):
            await self._store.remove_closure(closure_id, who, self._clock())
        self._changed()

    def _changed(self) -> None:
        self.look_again()
        self._bus.announce(TOPIC, self._clock())

    def hint(self, topic: str, _seq: int) -> None:
        """Another node changed something."""
        if topic == TOPIC:
            self.look_again()

    def look_again(self) -> None:
        """Read them anew when they are next asked for."""
        self._known = None
        self._heard += 1
