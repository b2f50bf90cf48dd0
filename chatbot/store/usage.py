"""How often entries are the answer, for the admin to see: counted by day, not by whom."""

from collections.abc import Mapping
from dataclasses import dataclass

from chatbot.store.database import Database
from chatbot.store.picked import DAY
from chatbot.store.query import sql

COUNT = sql("""
    insert into used (slug, day, times) values (:slug, :day, :times)
    on conflict (slug, day) do update set times = used.times + :times
""")
KEY = "~used"
"""Behind the keys of all conversations."""


@dataclass(frozen=True, slots=True)
class Usage:
    """How often an entry was the answer, and how often it was picked from offered questions."""

    answered: int = 0
    picked: int = 0


class UsageCounts:
    """The counts of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, times: Mapping[str, int], at: int) -> None:
        """Count answers, by slug."""
        # In one order everywhere: two processes may count the same entries at once.
        batch = [COUNT(slug=slug, day=at // DAY, times=n) for slug, n in sorted(times.items())]
        await self._database.write(batch, key=KEY)
