"""The audit on both engines: chained in the transaction, searched, and proved line by line."""

import asyncio
import shutil
from pathlib import Path

import pytest

from chatbot.domain.audit import Chain, Deed, Line, link
from chatbot.store import audit
from chatbot.store.audit import Proof, Sought
from chatbot.store.database import Database
from chatbot.store.opening import SCHEMA
from chatbot.store.query import sql
from tests.store.conftest import Opener
from tests.store.test_migrations import run_by_hand

LOOSE = sql("""
    insert into audit (id, at, who, action, subject) values (:id, :at, :who, :action, :subject)
""")
FREE = {
    "sqlite": (
        "drop trigger audit_keeps_what_it_says",
        "drop trigger audit_keeps_every_row",
    ),
    "postgres": ("drop trigger audit_keeps_what_it_says on audit",),
}


async def fill(database: Database, lines: int = 5) -> None:
    """Add some lines, each in a batch of its own."""
    for number in range(lines):
        who, deed = f"wh\N{LATIN SMALL LETTER O WITH DIAERESIS} 🙂{number % 2}", list(Deed)[number]
        await database.write(audit.line(1_000 + number, who, deed, f"'; {number} \\"))


@pytest.mark.parametrize("lines", [0, 1, 5])
async def test_a_chain_holds_and_says_where_it_ends(schema_database: Database, lines: int) -> None:
    await fill(schema_database, lines)
    proof = await audit.prove(schema_database)
    assert (proof.chain.id, proof.broken) == (lines, None)
    newest = await audit.newest(schema_database, 1)
    assert [line.hash for line in newest] == ([proof.chain.hash] if lines else [])


async def test_lines_of_one_batch_and_of_many_at_once_are_chained(
    schema_database: Database,
) -> None:
    both = [*audit.line(1, "a", Deed.INVITED, "b"), *audit.line(1, "a", Deed.JOINED, "b")]
    await asyncio.gather(*(schema_database.write(both) for _ in range(10)))
    assert (await audit.prove(schema_database)).broken is None
    assert (await audit.prove(schema_database)).chain.id == 20


@pytest.mark.parametrize(
    ("deed", "broken"),
    [
        ("update audit set subject = 'x' where id = 3", 3),
        ("update audit set at = at + 1 where id = 1", 1),
        ("delete from audit where id = 2", 2),
        ("delete from audit where id = 5", 5),
        ("delete from audit", 1),
    ],
)
async def test_what_was_done_behind_our_back_is_found(
    schema_database: Database, url: str, deed: str, broken: int
) -> None:
    await fill(schema_database)
    for statement in (*FREE[schema_database.engine], deed):
        await run_by_hand(url, statement)
    assert (await audit.prove(schema_database)).broken == broken


async def test_lines_from_before_the_chain_are_chained_by_the_upgrade(
    url: str, opened: Opener, schema: Path
) -> None:
    (schema / "0001_library.sql").unlink()
    for file in SCHEMA.glob("*.sql"):
        if file.name < "0015":
            shutil.copy(file, schema)
    database = await opened(url)
    old = [Line(number, 7, "wer\N{SNOWMAN}", "joined", f"s {number}") for number in (1, 2, 4)]
    await database.write(
        [
            LOOSE(id=one.id, at=one.at, who=one.who, action=one.action, subject=one.subject)
            for one in old
        ]
    )
    await database.close()
    for file in SCHEMA.glob("0015*.sql"):
        shutil.copy(file, schema)
    database = await opened(url)
    kept = await audit.newest(database, 10)
    assert [line.id for line in kept] == [4, 2, 1]
    assert kept[2].hash == link("", old[0])
    assert kept[1].hash == link(kept[2].hash, old[1])
    # What had a gap already still says so.
    assert await audit.prove(database) == Proof(Chain(2, kept[1].hash), 3)


async def test_lines_are_sought_by_who_what_whom_and_when(schema_database: Database) -> None:
    await fill(schema_database)
    every = await audit.newest(schema_database, 10)
    who = every[0].who
    for sought, ids in (
        (Sought(), [5, 4, 3, 2, 1]),
        (Sought(who=who), [5, 3, 1]),
        (Sought(action=Deed.SIGNED_IN), [1]),
        (Sought(subject=every[1].subject), [4]),
        (Sought(since=1_001, until=1_003), [3, 2]),
        (Sought(who=who, since=1_001), [5, 3]),
    ):
        assert [line.id for line in await audit.newest(schema_database, 10, sought=sought)] == ids
        pages = [page async for page in audit.every(schema_database, sought)]
        assert [line.id for page in pages for line in page] == ids
    assert [line.id for line in await audit.newest(schema_database, 2, before=4)] == [3, 2]
