"""What has been kept for long enough: chats by when they ended, concerns by when they were written.

A chat of which a concern speaks is kept as long as the concern, which would mean little without it.
"""

from collections.abc import Sequence
from typing import Final

from chatbot.domain.audit import NOBODY, Deed
from chatbot.store.audit import line
from chatbot.store.database import Database
from chatbot.store.picked import BEHIND as PICKED
from chatbot.store.picked import DAY
from chatbot.store.query import sql
from chatbot.store.usage import KEY as USED

BATCH: Final = 200

CHATS = sql("""
    select id from conversation
    where state = 'closed' and data_key is not null and closed_at <= :before
        and not exists (select 1 from concern where conversation_id = conversation.id)
    order by closed_at, id limit :limit
""")
COUNT_CHATS = sql("""
    select count(*) as n from conversation
    where state = 'closed' and data_key is not null and closed_at <= :before
        and not exists (select 1 from concern where conversation_id = conversation.id)
""")
CONCERNS = sql("select id from concern where at <= :before order by at, id limit :limit")
COUNT_CONCERNS = sql("select count(*) as n from concern where at <= :before")
WITH_REFERENCE = sql("""
    select id from conversation where reference = :reference and data_key is not null
""")
COUNT_USAGE = sql("""
    select count(*) as n from (
        select day from used where day < :before union all
        select day from picked where day < :before
    ) old
""")
FORGET_USED = sql("delete from used where day < :before")
FORGET_PICKED = sql("delete from picked where day < :before")
FORGET_CONCERN = sql("delete from concern where id = :id")


class Retention:
    """What is over in one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def chats(self, before: int) -> Sequence[str]:
        """Return ids of some chats that ended then or earlier and still have words."""
        rows = await self._database.fetch(CHATS, before=before, limit=BATCH)
        return [row["id"] for row in rows]

    async def concerns(self, before: int) -> Sequence[str]:
        """Return ids of some concerns that were written then or earlier."""
        rows = await self._database.fetch(CONCERNS, before=before, limit=BATCH)
        return [row["id"] for row in rows]

    async def usage(self, before: int) -> int:
        """Return how many counts of entries there are of days before that of a time."""
        [old] = await self._database.fetch(COUNT_USAGE, before=before // DAY)
        return int(old["n"])

    async def forget_usage(self, before: int) -> None:
        """Delete the counts of entries of days before that of a time."""
        # Apart, and under the keys of those who count: nobody waits for two of their rows at once.
        day = before // DAY
        await self._database.write([FORGET_USED(before=day)], key=USED)
        await self._database.write([FORGET_PICKED(before=day)], key=PICKED)

    async def count(self, chats: int, concerns: int) -> tuple[int, int]:
        """Return how many of each there are from these times or earlier."""
        [of_chats] = await self._database.fetch(COUNT_CHATS, before=chats)
        [of_concerns] = await self._database.fetch(COUNT_CONCERNS, before=concerns)
        return of_chats["n"], of_concerns["n"]

    async def with_reference(self, reference: str) -> Sequence[str]:
        """Return the ids of chats with a reference that still have words."""
        rows = await self._database.fetch(WITH_REFERENCE, reference=reference)
        return [row["id"] for row in rows]

    async def forget_concern(self, concern_id: str, at: int) -> None:
        """Delete a concern with its key; that it was deleted is a line of the audit.

        Raises:
            Stale: it is gone already.
        """
        audit = line(at, NOBODY, Deed.CONCERN_FORGOTTEN, concern_id)
        await self._database.write([*audit, FORGET_CONCERN(id=concern_id, rows=1)])
