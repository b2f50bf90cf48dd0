"""Versions of what visitors are promised: written once, read as often as need be."""

from collections.abc import Sequence

from chatbot.domain.audit import Deed
from chatbot.domain.promises import Kind, Promise
from chatbot.store import audit
from chatbot.store.database import Database, Row
from chatbot.store.query import sql

STREAM = "promises"

PROMISES = sql("""
    select kind, number, text, effective_from, written_by, created_at from promise
    order by kind, number
""")
COUNT = sql("select count(*) as many from promise")
ADD = sql("""
    insert into promise (kind, number, text, effective_from, written_by, created_at)
    values (:kind, :number, :text, :effective_from, :written_by, :created_at)
""")


class Promises:
    """The promises of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> list[Promise]:
        """Return every version, by kind and number."""
        return [_promise(row) for row in await self._database.fetch(PROMISES)]

    async def seq(self) -> int:
        """Return how many versions there are; grows with every one."""
        (row,) = await self._database.fetch(COUNT)
        return int(row["many"])

    async def add(self, new: Sequence[Promise], *, audited: bool = False) -> None:
        """Write new versions, all or none; `audited`: somebody wrote them here.

        Raises:
            Duplicate: somebody else took one of the numbers meanwhile.
        """
        batch = [
            ADD(
                kind=one.kind.value,
                number=one.number,
                text=one.text,
                effective_from=one.effective_from,
                written_by=one.written_by,
                created_at=one.created_at,
            )
            for one in new
        ]
        lines = [
            statement
            for one in new
            for statement in audit.line(
                one.created_at, one.written_by, Deed.PROMISE_ADDED, f"{one.kind}-{one.number}"
            )
        ]
        if audited:
            await self._database.write([*lines, *batch])
        else:
            await self._database.write(batch, key=STREAM)


def _promise(row: Row) -> Promise:
    return Promise(
        kind=Kind(row["kind"]),
        number=row["number"],
        text=row["text"],
        effective_from=row["effective_from"],
        written_by=row["written_by"],
        created_at=row["created_at"],
    )
