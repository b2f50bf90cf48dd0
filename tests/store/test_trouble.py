"""What goes wrong around a database, on both engines: locks, floods, kills. Nothing is lost."""

import asyncio
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import asyncpg
import pytest

from chatbot.store.errors import Unavailable
from tests.store.conftest import Opener
from tests.store.library import ADD_SHELF, BOOKS, SHELVES, books_on, outcomes

WRITER: Final = Path(__file__).with_name("writer_process.py")


@asynccontextmanager
async def foreign_lock(url: str) -> AsyncIterator[None]:
    """Have somebody else lock what we want to write."""
    if url.startswith("sqlite"):
        other = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
        other.execute("begin immediate")
        try:
            yield
        finally:
            other.close()
    else:
        connection = await asyncpg.connect(url)
        try:
            async with connection.transaction():
                await connection.execute("lock table shelf in exclusive mode")
                yield
        finally:
            await connection.close()


async def test_a_foreign_lock_makes_writing_unavailable(url: str, opened: Opener) -> None:
    database = await opened(url, busy_ms=100)
    async with foreign_lock(url):
        with pytest.raises(Unavailable):
            await database.write([ADD_SHELF(id="a", books=0)])
        assert not await database.fetch(SHELVES), "reading goes on"
    await database.write([ADD_SHELF(id="a", books=0)])
    assert await books_on(database, "a") == 0


async def test_a_short_foreign_lock_is_waited_for(url: str, opened: Opener) -> None:
    database = await opened(url, busy_ms=5_000)
    async with foreign_lock(url):
        writing = asyncio.create_task(database.write([ADD_SHELF(id="a", books=0)]))
        await asyncio.sleep(0.1)
        assert not writing.done()
    await writing
    assert await books_on(database, "a") == 0


async def test_a_flood_is_refused_at_once(url: str, opened: Opener) -> None:
    database = await opened(url, busy_ms=300, waiting_batches=10)
    async with foreign_lock(url):
        first = asyncio.create_task(
            outcomes(database, [[ADD_SHELF(id=str(n), books=0)] for n in range(10)])
        )
        await asyncio.sleep(0.02)
        with pytest.raises(Unavailable, match="too many"):
            await asyncio.wait_for(database.write([ADD_SHELF(id="x", books=0)]), 0.05)
        assert await first == ["unavailable"] * 10
    again = await outcomes(database, [[ADD_SHELF(id=str(n), books=0)] for n in range(10)])
    assert again == ["ok"] * 10


async def test_a_killed_process_loses_nothing_acknowledged(
    url: str, opened: Opener, schema: Path
) -> None:
    said = await asyncio.to_thread(_killed_under_load, url, schema)
    assert len(said) > 30
    reader = await opened(url, read_only=True)
    assert said.keys() <= {row["id"] for row in await reader.fetch(SHELVES)}
    database = await opened(url)
    shelves = {row["id"]: row["books"] for row in await database.fetch(SHELVES)}
    for shelf, acknowledged in said.items():
        places = [row["place"] for row in await database.fetch(BOOKS, shelf=shelf)]
        assert acknowledged <= shelves[shelf]
        assert places == list(range(1, shelves[shelf] + 1))


def _killed_under_load(url: str, schema: Path) -> dict[str, int]:
    """Return the highest acknowledged number of each shelf."""
    process = subprocess.Popen(
        [sys.executable, str(WRITER), url, str(schema)],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    said: dict[str, int] = {}
    with process, process.stdout:
        for count, line in enumerate(process.stdout):
            shelf, _, number = line.rpartition(" ")
            if line.endswith("\n"):
                said[shelf] = int(number)
            if count == 3_000:
                process.kill()
    return said
