"""The secret address of each person's calendar feed, as a hash."""

from chatbot.domain.audit import NOBODY, Deed
from chatbot.store.audit import line
from chatbot.store.database import Database
from chatbot.store.query import sql

KEEP = sql("""
    insert into callback_feed (person_id, token_hash, made_at) values (:person, :token_hash, :at)
    on conflict (person_id) do update
    set token_hash = excluded.token_hash, made_at = excluded.made_at
""")
DROP = sql("delete from callback_feed where person_id = :person")
WHOSE = sql("select person_id from callback_feed where token_hash = :token_hash")
MADE = sql("select made_at from callback_feed where person_id = :person")


class Feeds:
    """The feeds of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, person: str, token_hash: str, at: int) -> None:
        """Give somebody an address; the one before is void."""
        made = KEEP(person=person, token_hash=token_hash, at=at)
        deed = line(at, person, Deed.CALLBACK_FEED_MADE, NOBODY)
        await self._database.write([*deed, made])

    async def drop(self, person: str) -> None:
        """Make somebody's address void."""
        await self._database.write([DROP(person=person)])

    async def whose(self, token_hash: str) -> str | None:
        """Return whose address it is."""
        rows = await self._database.fetch(WHOSE, token_hash=token_hash)
        return rows[0]["person_id"] if rows else None

    async def made_at(self, person: str) -> int | None:
        """Return since when somebody has an address."""
        rows = await self._database.fetch(MADE, person=person)
        return rows[0]["made_at"] if rows else None
