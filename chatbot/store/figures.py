"""Counters: added to beside the events they count, summed in the background, read as sums."""

from collections.abc import Mapping
from typing import Final

from chatbot.domain.figures import Measure, slot
from chatbot.store.database import Database
from chatbot.store.query import Statement, sql

ADD = sql("""
    insert into counted (day, month, hour, what, n) values (:day, :month, :hour, :what, :n)
""")
WAITING = sql("select 1 as one from counted limit 1")
MARK = sql("update counted set moving = :token where moving = ''")
SUM_DAYS = sql("""
    insert into figure_day (day, what, n)
    select day, what, cast(sum(n) as bigint) from counted where moving = :token group by day, what
    on conflict (day, what) do update set n = figure_day.n + excluded.n
""")
SUM_HOURS = sql("""
    insert into figure_hour (month, hour, what, n)
    select month, hour, what, cast(sum(n) as bigint) from counted where moving = :token
    group by month, hour, what
    on conflict (month, hour, what) do update set n = figure_hour.n + excluded.n
""")
DROP = sql("delete from counted where moving = :token")
BY_DAY = sql("""
    select day, what, cast(sum(n) as bigint) as n from (
        select day, what, n from figure_day where day >= :first and day <= :last
        union all
        select day, what, n from counted where day >= :first and day <= :last
    ) every group by day, what
""")
BY_HOUR = sql("""
    select hour, what, cast(sum(n) as bigint) as n from (
        select hour, what, n from figure_hour
        where month >= :first and month <= :last and what = :what
        union all
        select hour, what, n from counted
        where month >= :first and month <= :last and what = :what
    ) every group by hour, what
""")
SINCE = sql("select what, at from figure_since where at > 0")
BATCH: Final = "figures"


def count(at: int, measures: Mapping[Measure, int]) -> list[Statement]:
    """Return what counts `measures` at a time, for the batch that writes what is counted."""
    when = slot(at)
    return [
        ADD(day=when.day, month=when.month, hour=when.hour, what=measure.value, n=number)
        for measure, number in measures.items()
    ]


class Figures:
    """The sums of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def move(self, token: str) -> bool:
        """Move what was counted into the sums, once; tell whether there was anything.

        `token` is new for every call: it marks the rows that this one moves.
        """
        if not await self._database.fetch(WAITING):
            return False
        steps = [MARK, SUM_DAYS, SUM_HOURS, DROP]
        await self._database.write([step(token=token) for step in steps], key=BATCH)
        return True

    async def since(self) -> Mapping[Measure, int]:
        """Return from when on, in milliseconds UTC, what is counted that was not always."""
        rows = await self._database.fetch(SINCE)
        return {Measure(row["what"]): row["at"] for row in rows if row["what"] in set(Measure)}

    async def days(self, first: int, last: int) -> Mapping[int, Mapping[str, int]]:
        """Return the sums of each day from `first` to `last`, by measure; a day may be missing."""
        found: dict[int, dict[str, int]] = {}
        for row in await self._database.fetch(BY_DAY, first=first, last=last):
            found.setdefault(row["day"], {})[row["what"]] = row["n"]
        return found

    async def hours(self, first: int, last: int, what: Measure) -> Mapping[int, int]:
        """Return the sums of the hours of the week over the months from `first` to `last`."""
        rows = await self._database.fetch(BY_HOUR, first=first, last=last, what=what.value)
        return {row["hour"]: row["n"] for row in rows}
