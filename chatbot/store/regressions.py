"""Questions that must go on finding their entry."""

from dataclasses import dataclass

from chatbot.domain.audit import Deed
from chatbot.store import audit
from chatbot.store.database import Database
from chatbot.store.query import sql

ALL = sql("select id, question, slug from regression order by slug, added_at, id")
ADD = sql("""
    insert into regression (id, question, slug, added_by, added_at)
    values (:id, :question, :slug, :who, :at)
""")
DROP = sql("delete from regression where id = :id")


@dataclass(frozen=True, slots=True)
class Regression:
    """A question, and the slug of the entry that must answer it."""

    id: str
    question: str
    slug: str


class Regressions:
    """The regression questions of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> list[Regression]:
        """Return every one, by entry."""
        return [
            Regression(row["id"], row["question"], row["slug"])
            for row in await self._database.fetch(ALL)
        ]

    async def add(self, new: Regression, who: str, at: int) -> None:
        """Keep one."""
        add = ADD(id=new.id, question=new.question, slug=new.slug, who=who, at=at)
        line = audit.line(at, who, Deed.REGRESSION_ADDED, new.id)
        await self._database.write([*line, add])

    async def drop(self, regression_id: str, who: str, at: int) -> None:
        """Forget one.

        Raises:
            Stale: it is not there any more.
        """
        line = audit.line(at, who, Deed.REGRESSION_REMOVED, regression_id)
        await self._database.write([*line, DROP(id=regression_id, rows=1)])
