"""Replies that staff write once and use often: shared by all, or somebody's own."""

from dataclasses import dataclass

from chatbot.store.database import Database, Row
from chatbot.store.query import sql

REPLIES = sql("""
    select id, owner, name, text from canned
    where owner = '' or owner = :person order by owner, name, id
""")
ONE = sql("select id, owner, name, text from canned where id = :id")
SAVE = sql("""
    insert into canned (id, owner, name, text, saved_at) values (:id, :owner, :name, :text, :at)
    on conflict (id) do update set name = :name, text = :text, saved_at = :at
""")
DROP = sql("delete from canned where id = :id")


@dataclass(frozen=True, slots=True)
class Canned:
    """A reply; `owner` is empty when everybody shares it. `text` may hold `{placeholders}`."""

    id: str
    owner: str
    name: str
    text: str

    @property
    def shared(self) -> bool:
        """Tell whether everybody may use it."""
        return not self.owner


class Replies:
    """The replies of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, person: str) -> list[Canned]:
        """Return what somebody may use: shared ones first, then their own, by name."""
        return [_canned(row) for row in await self._database.fetch(REPLIES, person=person)]

    async def get(self, reply_id: str) -> Canned | None:
        """Return one, whoever's it is."""
        rows = await self._database.fetch(ONE, id=reply_id)
        return _canned(rows[0]) if rows else None

    async def save(self, canned: Canned, at: int) -> None:
        """Keep one, or a new text of it."""
        save = SAVE(id=canned.id, owner=canned.owner, name=canned.name, text=canned.text, at=at)
        await self._database.write([save])

    async def drop(self, reply_id: str) -> None:
        """Forget one."""
        await self._database.write([DROP(id=reply_id)])


def _canned(row: Row) -> Canned:
    return Canned(row["id"], row["owner"], row["name"], row["text"])
