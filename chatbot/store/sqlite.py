"""A SQLite database: one writer thread, and read-only connections for reading.

SQLite before 3.51.3 can lose committed writes when two connections write or checkpoint at once
(https://sqlite.org/wal.html#walresetbug), so only the writer's connection does either.
"""

import asyncio
import logging
import sqlite3
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Final

import aiosqlite

from chatbot.store.database import Engine, Job, Row
from chatbot.store.errors import CannotOpen, ReadOnly, Unavailable
from chatbot.store.lock import FileLock
from chatbot.store.migrate import Migration
from chatbot.store.query import Query, Statement
from chatbot.store.sqlite_file import SqliteLimits, check, is_safe, prepare, reader_uri
from chatbot.store.sqlite_writer import SqliteWriter, translate

READERS: Final = 2

log = logging.getLogger(__name__)
# At DEBUG it would log the values of every statement.
logging.getLogger("aiosqlite").setLevel(logging.WARNING)


class _Reader:
    def __init__(self, connection: aiosqlite.Connection) -> None:
        self.connection = connection
        self.waiting = 0

    async def fetch(self, text: str, values: Sequence[object]) -> Sequence[Row]:
        self.waiting += 1
        try:
            return list(await self.connection.execute_fetchall(text, values))
        finally:
            self.waiting -= 1


class Sqlite:
    """One SQLite file that only this process writes; without a writer it can only be read."""

    engine: Engine = "sqlite"

    def __init__(
        self, readers: Sequence[_Reader], writer: SqliteWriter | None, lock: FileLock | None
    ) -> None:
        self._readers = readers
        self._writer = writer
        self._lock = lock
        self._closing = asyncio.Lock()
        self._open = True

    @property
    def flushes(self) -> int:
        """How many transactions have been committed."""
        return self._writer.flushes if self._writer else 0

    async def fetch(self, query: Query, **params: object) -> Sequence[Row]:
        """Return all rows."""
        values = query.bind(params)
        if not self._open:
            raise Unavailable(reason="closed")
        reader = min(self._readers, key=lambda reader: reader.waiting)
        try:
            return await reader.fetch(query.sqlite, values)
        except sqlite3.Error as error:
            raise translate(error) from None

    async def write(self, batch: Sequence[Statement], *, key: str = "") -> None:
        """Write all of a batch durably, or nothing of it."""
        if self._writer is None:
            raise ReadOnly
        await self._writer.write(Job(tuple(batch), key, asyncio.Future()))

    async def close(self) -> None:
        """Finish what was accepted, then let go; a second call does nothing."""
        self._open = False
        async with self._closing:
            for reader in self._readers:  # first, so that the log can be emptied
                await reader.connection.close()
            if self._writer is not None:
                await self._writer.close()
            if self._lock is not None:
                self._lock.release()


async def open_sqlite(
    path: Path,
    migrations: Sequence[Migration],
    *,
    read_only: bool = False,
    limits: SqliteLimits | None = None,
) -> Sqlite:
    """Open the file, made and upgraded if need be.

    Raises:
        AlreadyRunning, CannotOpen, SchemaError: as they say.
    """
    if not is_safe(sqlite3.sqlite_version_info):
        log.info("store.sqlite_wal_bug version=%s mended_in=3.51.3", sqlite3.sqlite_version)
    async with AsyncExitStack() as stack:
        try:
            database = await _open(
                path, migrations, None if read_only else limits or SqliteLimits(), stack
            )
        except (OSError, sqlite3.Error) as error:
            raise CannotOpen(database=path, reason=_words(error)) from None
        stack.pop_all()
    return database


async def _open(
    path: Path,
    migrations: Sequence[Migration],
    limits: SqliteLimits | None,
    stack: AsyncExitStack,
) -> Sqlite:
    writer, lock = None, None
    if limits is None:
        await asyncio.to_thread(check, path, migrations)
    else:
        prepared = await asyncio.to_thread(prepare, path, migrations, limits)
        lock = prepared.lock
        stack.callback(lock.release)
        writer = SqliteWriter(prepared.connection, limits.waiting_batches)
        stack.push_async_callback(writer.close)
    uri = await asyncio.to_thread(reader_uri, path)
    readers = []
    for _ in range(READERS):
        connection = await aiosqlite.connect(uri, uri=True, isolation_level=None)
        stack.push_async_callback(connection.close)
        connection.row_factory = sqlite3.Row
        readers.append(_Reader(connection))
    return Sqlite(readers, writer, lock)


def _words(error: OSError | sqlite3.Error) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)
