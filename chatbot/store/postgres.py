"""A PostgreSQL database: one writer task, and a pool of read-only connections for reading.

Several processes may use one database; they meet only in the guards of what they write.
"""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial
from secrets import token_hex
from typing import Final
from urllib.parse import urlsplit

import asyncpg

from chatbot.store.database import WAITING_BATCHES, Engine, Job, Row
from chatbot.store.errors import BadUrl, CannotOpen, NotEmpty, ReadOnly, Unavailable
from chatbot.store.migrate import Migration
from chatbot.store.postgres_schema import check_schema, migrate
from chatbot.store.postgres_text import read_text
from chatbot.store.postgres_writer import (
    DRIVER_ERRORS,
    FIRST_WAIT_SECONDS,
    PostgresWriter,
    is_lost,
    translate,
)
from chatbot.store.query import Query, Statement

READ_TRIES: Final = 3
TABLES: Final = """
    select count(*) from pg_class where relkind in ('r', 'p', 'v', 'm')
        and relnamespace = current_schema()::regnamespace
"""
CONNECT_SECONDS: Final = 5.0
CLOSE_SECONDS: Final = 5.0
GIVE_UP_SECONDS: Final = 30.0
"""After this a server that does not answer counts as lost; it gives up itself before."""
SESSION: Final = {"statement_timeout": "25s"}
READING: Final = {**SESSION, "default_transaction_read_only": "on"}
WRITING: Final = {
    **SESSION,
    "synchronous_commit": "on",  # whatever the server's default: acknowledged is durable
    "default_transaction_isolation": "read committed",
    "default_transaction_read_only": "off",
}


@dataclass(frozen=True, slots=True)
class PostgresLimits:
    """How long to wait for a foreign lock or a lost server, and what may wait or be open."""

    busy_ms: int = 5_000
    waiting_batches: int = WAITING_BATCHES
    readers: int = 5


class Postgres:
    """One PostgreSQL database; without a writer it can only be read."""

    engine: Engine = "postgres"

    def __init__(self, pool: asyncpg.Pool, writer: PostgresWriter | None) -> None:
        self._pool = pool
        self._writer = writer
        self._closing = asyncio.Lock()
        self._open = True

    @property
    def flushes(self) -> int:
        """How many transactions have been committed."""
        return self._writer.flushes if self._writer else 0

    async def fetch(self, query: Query, **params: object) -> Sequence[Row]:
        """Return all rows."""
        text, values = read_text(query, query.bind(params))
        if not self._open:
            raise Unavailable(reason="closed")
        for attempt in range(1, READ_TRIES + 1):
            try:
                return await self._pool.fetch(text, *values)
            except DRIVER_ERRORS as error:
                # To a read a lost connection does no harm: the pool makes another.
                if not is_lost(error) or attempt == READ_TRIES:
                    raise translate(error) from None
                await asyncio.sleep(FIRST_WAIT_SECONDS * attempt)
        raise AssertionError("the last try returns or raises")  # pragma: no cover - for mypy

    async def write(self, batch: Sequence[Statement], *, key: str = "") -> None:
        """Write all of a batch durably, or nothing of it."""
        if self._writer is None:
            raise ReadOnly
        await self._writer.write(Job(tuple(batch), key, asyncio.Future()))

    async def close(self) -> None:
        """Finish what was accepted, then let go; a second call does nothing."""
        self._open = False
        async with self._closing:
            if self._writer is not None:
                await self._writer.close()
            try:
                await asyncio.wait_for(self._pool.close(), CLOSE_SECONDS)
            except DRIVER_ERRORS:
                self._pool.terminate()


async def open_postgres(
    url: str,
    migrations: Sequence[Migration],
    *,
    read_only: bool = False,
    limits: PostgresLimits | None = None,
) -> Postgres:
    """Connect, and upgrade the schema if need be.

    Raises:
        BadUrl, CannotOpen, SchemaError: as they say.
    """
    limits = limits or PostgresLimits()
    async with AsyncExitStack() as stack:
        try:
            await _prepare(url, migrations, read_only=read_only)
            name = {"application_name": f"cara-chat {token_hex(4)}"}  # by it others are told apart
            pool = await _pool(url, limits, name)
            stack.push_async_callback(pool.close)
            writer = None if read_only else await _writer(url, limits, name)
        except ValueError:  # the driver's words may be a piece of the password
            raise BadUrl(reason="the driver does not understand it") from None
        except DRIVER_ERRORS as error:
            raise cannot_open(url, error) from None
        stack.pop_all()
    return Postgres(pool, writer)


async def _prepare(url: str, migrations: Sequence[Migration], *, read_only: bool) -> None:
    connection = await asyncpg.connect(url, timeout=CONNECT_SECONDS)
    try:
        await (check_schema if read_only else migrate)(connection, migrations)
    finally:
        await connection.close()


async def _pool(url: str, limits: PostgresLimits, name: Mapping[str, str]) -> asyncpg.Pool:
    return await asyncpg.create_pool(
        url,
        min_size=1,
        max_size=limits.readers,
        timeout=CONNECT_SECONDS,
        command_timeout=GIVE_UP_SECONDS,
        reset=_leave_as_it_is,
        server_settings={**READING, **name},
    )


async def _leave_as_it_is(_connection: asyncpg.Connection) -> None:
    """Save a round trip for each read: a read leaves no state behind."""


async def _writer(url: str, limits: PostgresLimits, name: Mapping[str, str]) -> PostgresWriter:
    connect = partial(
        asyncpg.connect,
        url,
        timeout=CONNECT_SECONDS,
        command_timeout=GIVE_UP_SECONDS,
        server_settings={**WRITING, **name, "lock_timeout": str(limits.busy_ms)},
    )
    return PostgresWriter(
        await connect(),
        connect,
        most_waiting=limits.waiting_batches,
        patience_seconds=limits.busy_ms / 1000,
    )


async def refuse_full(connection: asyncpg.Connection) -> None:
    """See to it that there is no table in a database yet.

    Raises:
        NotEmpty: there is one.
    """
    if await connection.fetchval(TABLES):
        raise NotEmpty(database=await connection.fetchval("select current_database()"))


async def connect(url: str) -> asyncpg.Connection:
    """Connect to a database by itself, for as long as it takes.

    Raises:
        BadUrl, CannotOpen: as they say.
    """
    settings = {"application_name": "cara-chat", "synchronous_commit": "on"}
    try:
        return await asyncpg.connect(url, timeout=CONNECT_SECONDS, server_settings=settings)
    except ValueError:  # the driver's words may be a piece of the password
        raise BadUrl(reason="the driver does not understand it") from None
    except DRIVER_ERRORS as error:
        raise cannot_open(url, error) from None


def cannot_open(url: str, error: Exception) -> CannotOpen:
    parts = urlsplit(url)
    # A password that holds a slash reaches into the path.
    path = "" if "@" in parts.path else parts.path
    reason = str(error) or type(error).__name__
    return CannotOpen(database=f"{parts.hostname or ''}{path}", reason=reason)
