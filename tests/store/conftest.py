"""A fresh database of each engine for every test that asks for one; both engines always run."""

import asyncio
import os
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Final

import asyncpg
import pytest
from blockbuster import BlockBuster

from chatbot.content import loading
from chatbot.store.database import Database
from chatbot.store.migrate import read_migrations
from chatbot.store.opening import open_database
from chatbot.store.postgres import PostgresLimits, open_postgres
from chatbot.store.sqlite import open_sqlite
from chatbot.store.sqlite_file import SqliteLimits
from tests.store.library import SCHEMA
from tests.unit.conftest import FEW

ADMIN: Final = os.environ.get(
    "CHATBOT_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/postgres"
)

Opener = Callable[..., Awaitable[Database]]


@pytest.fixture(scope="session", autouse=True)
def _the_driver_may_look_into_the_home_folder(never_block_the_loop: BlockBuster) -> None:
    """Let asyncpg look for passwords and certificates, as libpq does; it connects rarely."""
    for name, function in never_block_the_loop.functions.items():
        if name.startswith(("os.", "io.")):
            function.can_block_in("asyncpg/connect_utils.py", "_parse_connect_arguments")


@asynccontextmanager
async def _administering(url: str = ADMIN) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(url)  # an absent server is an error, never a skip
    try:
        yield connection
    finally:
        await connection.close()


@asynccontextmanager
async def scratch_database() -> AsyncIterator[str]:
    """Yield the URL of an empty database that is dropped at the end."""
    name = f"cara_store_{secrets.token_hex(6)}"
    async with _administering() as admin:
        await admin.execute(f"create database {name}")
        try:
            yield f"{ADMIN.rpartition('/')[0]}/{name}"
        finally:
            await admin.execute(f"drop database if exists {name} with (force)")


@pytest.fixture(name="postgres")
async def _postgres() -> AsyncIterator[str]:
    """A PostgreSQL database to do anything with."""
    async with scratch_database() as url:
        yield url


@pytest.fixture(name="shared_postgres", scope="session")
def _shared_postgres() -> Iterator[str]:
    """One database for all tests that are content with a namespace in it."""
    with asyncio.Runner() as runner:
        scratch = scratch_database()
        yield runner.run(scratch.__aenter__())
        runner.run(scratch.__aexit__(None, None, None))


@pytest.fixture(name="url", params=["sqlite", "postgres"])
async def _url(
    request: pytest.FixtureRequest, tmp_path: Path, shared_postgres: str
) -> AsyncIterator[str]:
    """Where there is nothing yet, on each engine."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/chat.db"
        return
    name = f"test_{secrets.token_hex(6)}"
    async with _administering(shared_postgres) as admin:
        await admin.execute(f"create schema {name}")
    yield f"{shared_postgres}?search_path={name}"
    async with _administering(shared_postgres) as admin:
        await admin.execute(f"drop schema {name} cascade")


@pytest.fixture(name="schema")
def _schema(tmp_path: Path) -> Path:
    """A folder with one migration, which makes the library."""
    folder = tmp_path / "schema"
    folder.mkdir()
    (folder / "0001_library.sql").write_text(SCHEMA)
    return folder


async def _open(url: str, schema: Path, *, read_only: bool, limits: Mapping[str, int]) -> Database:
    if not limits:
        return await open_database(url, schema=schema, read_only=read_only)
    if url.startswith("sqlite"):
        migrations = await asyncio.to_thread(read_migrations, schema, "sqlite")
        path = Path(url.removeprefix("sqlite:///"))
        return await open_sqlite(path, migrations, limits=SqliteLimits(**limits))
    migrations = await asyncio.to_thread(read_migrations, schema, "postgres")
    return await open_postgres(url, migrations, limits=PostgresLimits(**limits))


@pytest.fixture(name="opened")
async def _opened(schema: Path) -> AsyncIterator[Opener]:
    """Open databases that are closed at the end."""
    async with AsyncExitStack() as stack:

        async def opener(url: str, *, read_only: bool = False, **limits: int) -> Database:
            database = await _open(url, schema, read_only=read_only, limits=limits)
            stack.push_async_callback(database.close)
            return database

        yield opener


@pytest.fixture(name="database")
async def _database(url: str, opened: Opener) -> Database:
    """The library, on each engine."""
    return await opened(url)


@pytest.fixture(name="schema_database")
async def _schema_database(url: str) -> AsyncIterator[Database]:
    """An empty database with the packaged schema, on each engine."""
    database = await open_database(url)
    yield database
    await database.close()


@pytest.fixture(name="small_faq")
def _small_faq(monkeypatch: pytest.MonkeyPatch) -> None:
    """A shipped FAQ of a few entries: learning all of it takes seconds."""
    few = [entry for entry in loading.entries() if entry.slug in FEW]
    monkeypatch.setattr(loading, "entries", lambda: few)
