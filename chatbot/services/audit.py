"""The audit for whoever may read it: searched, and exported, which is a deed itself."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Final

from chatbot.domain.audit import NOBODY, Deed, Line
from chatbot.services.identity import Clock
from chatbot.store import audit
from chatbot.store.audit import AFTER_ALL, Sought
from chatbot.store.database import Database

PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class Page:
    """Some lines, newest first; `before` finds the next older ones, 0 when there are none."""

    lines: list[Line]
    before: int


class AuditService:
    """The lines of one database."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self.database: Final = database
        self._clock = clock

    async def find(self, sought: Sought, before: int = 0, limit: int = PAGE) -> Page:
        """Return the newest lines with an id below `before`, 0 for the newest of all."""
        found = await audit.newest(self.database, limit + 1, before or AFTER_ALL, sought)
        more = len(found) > limit
        lines = found[:limit]
        return Page(lines, lines[-1].id if more else 0)

    async def read(self, sought: Sought, before: int, limit: int, by: str) -> Page:
        """Return lines as `find` does, for a tool; that `by` had it begin to is a line as well."""
        if not before:
            await self.database.write(audit.line(self._clock(), by, Deed.AUDIT_READ, NOBODY))
        return await self.find(sought, before, limit)

    async def export(self, sought: Sought, by: str) -> AsyncIterator[list[Line]]:
        """Yield all lines that are sought, some at a time; that `by` took them is one as well."""
        line = audit.line(self._clock(), by, Deed.AUDIT_EXPORTED, NOBODY)
        await self.database.write(line)
        async for lines in audit.every(self.database, sought):
            yield lines
