"""The audit: who did what to whom, only ever added to; the schema refuses anything else.

Numbers are gap-free and each line's hash covers the one before: the transaction that adds a line
also moves the stream `audit`, whose row stays locked until it commits. Whoever writes a batch with
a line in it puts that line first and gives the batch no key, so that no two processes wait for
each other.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Final

from chatbot.domain.audit import Chain, Deed, Line, follow
from chatbot.store.database import Database, Reads, Row
from chatbot.store.query import Statement, sql

STREAM: Final = "audit"

NUMBER = sql("""
    insert into stream (name, seq) values (:name, 1)
    on conflict (name) do update set seq = stream.seq + 1
""")
ADD = sql("""
    insert into audit (id, at, who, action, subject, hash)
    select s.seq, :at, :who, :action, :subject, encode(sha256(convert_to(
        coalesce((select hash from audit where id = s.seq - 1), '')
        || ' ' || cast(s.seq as text) || ' ' || cast(:at as text)
        || ' ' || cast(length(:who) as text) || ':' || :who
        || ' ' || cast(length(:action) as text) || ':' || :action
        || ' ' || cast(length(:subject) as text) || ':' || :subject, 'UTF8')), 'hex')
    from stream s where s.name = :name
""")
FOUND = sql("""
    select id, at, who, action, subject, hash from audit
    where id < :before and (:who = '' or who = :who) and (:subject = '' or subject = :subject)
        and (:action = '' or action = :action) and at >= :since and at < :until
    order by id desc limit :limit
""")
AFTER = sql("""
    select id, at, who, action, subject, hash from audit where id > :after order by id limit :limit
""")
HEAD = sql("select seq from stream where name = :name")
AFTER_ALL: Final = 2**62
PAGE: Final = 1_000


@dataclass(frozen=True, slots=True)
class Sought:
    """Which lines: empty texts seek any; times in milliseconds UTC, from `since` to before."""

    who: str = ""
    action: str = ""
    subject: str = ""
    since: int = 0
    until: int = AFTER_ALL


@dataclass(frozen=True, slots=True)
class Proof:
    """How far the chain holds, and the number of the first line that is wrong, if one is."""

    chain: Chain
    broken: int | None


def line(at: int, who: str, deed: Deed, subject: str) -> list[Statement]:
    """Return what adds a line, for the head of the batch that does the deed."""
    return [
        NUMBER(name=STREAM, rows=1),
        ADD(name=STREAM, at=at, who=who, action=deed.value, subject=subject, rows=1),
    ]


async def newest(
    database: Database, limit: int, before: int = AFTER_ALL, sought: Sought | None = None
) -> list[Line]:
    """Return the lines with an id below `before`, newest first."""
    what: Mapping[str, object] = asdict(sought or Sought())
    return _lines(await database.fetch(FOUND, before=before, limit=limit, **what))


async def every(database: Database, sought: Sought) -> AsyncIterator[list[Line]]:
    """Yield all lines that are sought, newest first, some at a time."""
    before = AFTER_ALL
    while lines := await newest(database, PAGE, before, sought):
        yield lines
        before = lines[-1].id


async def prove(database: Reads) -> Proof:
    """Read the whole chain and say whether it holds."""
    rows = await database.fetch(HEAD, name=STREAM)
    last, chain = (int(rows[0]["seq"]) if rows else 0), Chain()
    while lines := _lines(await database.fetch(AFTER, after=chain.id, limit=PAGE)):
        chain, broken = follow(chain, lines)
        if broken is not None:
            return Proof(chain, broken)
    return Proof(chain, chain.id + 1 if chain.id < last else None)


def _lines(rows: Sequence[Row]) -> list[Line]:
    return [Line(*(row[name] for name in Line.__slots__)) for row in rows]
