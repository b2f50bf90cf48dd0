"""The audit: who did what to whom, only ever added to; the schema refuses anything else.

Numbers are gap-free: the transaction that adds a line also moves the stream `audit`, whose row
stays locked until it commits. Whoever writes a batch with a line in it puts that line first and
gives the batch no key, so that no two processes wait for each other.
"""

from dataclasses import dataclass
from typing import Final

from chatbot.domain.audit import Deed
from chatbot.store.database import Database
from chatbot.store.query import Statement, sql

STREAM: Final = "audit"

NUMBER = sql("""
    insert into stream (name, seq) values (:name, 1)
    on conflict (name) do update set seq = stream.seq + 1
""")
ADD = sql("""
    insert into audit (id, at, who, action, subject)
    select seq, :at, :who, :action, :subject from stream where name = :name
""")
NEWEST = sql("""
    select id, at, who, action, subject from audit where id < :before order by id desc limit :limit
""")
AFTER_ALL: Final = 2**62


@dataclass(frozen=True, slots=True)
class Line:
    """`who` did `action` to `subject`, both ids, at a time in milliseconds UTC."""

    id: int
    at: int
    who: str
    action: str
    subject: str


def line(at: int, who: str, deed: Deed, subject: str) -> list[Statement]:
    """Return what adds a line, for the head of the batch that does the deed."""
    return [
        NUMBER(name=STREAM, rows=1),
        ADD(name=STREAM, at=at, who=who, action=deed.value, subject=subject, rows=1),
    ]


async def newest(database: Database, limit: int, before: int = AFTER_ALL) -> list[Line]:
    """Return the lines with an id below `before`, newest first."""
    rows = await database.fetch(NEWEST, before=before, limit=limit)
    return [Line(*(row[name] for name in Line.__slots__)) for row in rows]
