"""Weekly hours and closures, as admins saved them. Every save of the week is a version."""

from collections.abc import Sequence
from dataclasses import dataclass

from chatbot.domain.audit import NOBODY, Deed
from chatbot.domain.hours import Period
from chatbot.store.audit import line
from chatbot.store.database import Database
from chatbot.store.query import sql

WEEK = sql("select version, week from opening_hours order by version desc limit 1")
SAVE_WEEK = sql("""
    insert into opening_hours (version, week, saved_by, saved_at)
    values (:version, :week, :who, :at)
""")
CLOSURES = sql("""
    select id, starts_at, ends_at, reason from closure
    where ends_at > :now order by starts_at, id
""")
ADD_CLOSURE = sql("""
    insert into closure (id, starts_at, ends_at, reason, added_by, added_at)
    values (:id, :starts_at, :ends_at, :reason, :who, :at)
""")
REMOVE_CLOSURE = sql("delete from closure where id = :id")


@dataclass(frozen=True, slots=True)
class SavedWeek:
    """Weekly hours in words, and which version they are; 0 when nobody has saved any."""

    version: int
    week: str


@dataclass(frozen=True, slots=True)
class Closure:
    """A time at which nobody is there; `reason` is for staff only."""

    id: str
    period: Period
    reason: str


class OpeningHours:
    """The hours of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def week(self) -> SavedWeek:
        """Return the newest weekly hours."""
        rows = await self._database.fetch(WEEK)
        return SavedWeek(rows[0]["version"], rows[0]["week"]) if rows else SavedWeek(0, "")

    async def save_week(self, new: SavedWeek, who: str, at: int) -> None:
        """Keep weekly hours as the version after the one that was looked at.

        Raises:
            Duplicate: somebody else saved meanwhile.
        """
        save = SAVE_WEEK(version=new.version, week=new.week, who=who, at=at)
        await self._database.write([*line(at, who, Deed.HOURS_CHANGED, NOBODY), save])

    async def closures(self, now: int) -> Sequence[Closure]:
        """Return the closures that are not over, in order."""
        return [
            Closure(row["id"], Period(row["starts_at"], row["ends_at"]), row["reason"])
            for row in await self._database.fetch(CLOSURES, now=now)
        ]

    async def add_closure(self, new: Closure, who: str, at: int) -> None:
        """Keep a closure."""
        period = new.period
        add = ADD_CLOSURE(
            id=new.id,
            starts_at=period.starts,
            ends_at=period.ends,
            reason=new.reason,
            who=who,
            at=at,
        )
        await self._database.write([*line(at, who, Deed.CLOSURE_ADDED, new.id), add])

    async def remove_closure(self, closure_id: str, who: str, at: int) -> None:
        """Forget a closure.

        Raises:
            Stale: it is gone already.
        """
        remove = REMOVE_CLOSURE(id=closure_id, rows=1)
        deed = line(at, who, Deed.CLOSURE_REMOVED, closure_id)
        await self._database.write([*deed, remove])
