"""SQLite: one writer thread that groups commits, and a few read-only connections.

Whatever queued up while the last commit ran shares the next one, so a hundred writers cost about
one fsync. Each batch has a savepoint: a stale one rolls back alone. Only this thread writes and
checkpoints, which also keeps clear of the WAL-reset fault of SQLite before 3.51.3.
"""

import asyncio
import queue
import sqlite3
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote

import aiosqlite

from chatbot.store.database import Row
from chatbot.store.errors import Duplicate, Full, Missing, Stale, StoreError, Unavailable
from chatbot.store.lock import Lock
from chatbot.store.query import Query, Statement, Value

GROUP_LIMIT: Final = 512
"""Statements in one commit."""
QUEUE_LIMIT: Final = 5_000
"""Batches that may wait; beyond it the service is overloaded and says so."""
READERS: Final = 2
BUSY_MS: Final = 5_000
WRITER_PRAGMAS: Final = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    f"busy_timeout={BUSY_MS}",
    "cache_size=-65536",
    f"journal_size_limit={64 * 1024 * 1024}",
)


@dataclass(slots=True)
class _Job:
    batch: Sequence[Statement]
    loop: asyncio.AbstractEventLoop
    done: "asyncio.Future[None]"
    error: StoreError | None = None


def translated(error: sqlite3.Error) -> StoreError:
    """Return the store's error for one of the driver's."""
    code = getattr(error, "sqlite_errorcode", None)
    match code:
        case sqlite3.SQLITE_CONSTRAINT_UNIQUE | sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY:
            return Duplicate()
        case sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY:
            return Missing()
        case sqlite3.SQLITE_FULL:
            return Full("the disk is full")
        case int() if code & 0xFF in _PASSING:
            return Unavailable(str(error))
        case _:
            return StoreError(str(error))


_PASSING: Final = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_READONLY,
    }
)


class _Writer:
    """Owns the only writing connection."""

    def __init__(self, path: Path) -> None:
        self._thread = threading.Thread(target=self._run, name="sqlite-writer", daemon=True)
        self.start, self.join, self.is_alive = (
            self._thread.start,
            self._thread.join,
            self._thread.is_alive,
        )
        self._path = path
        self._jobs: queue.Queue[_Job | None] = queue.Queue(QUEUE_LIMIT)
        self.commits = 0

    def submit(self, job: _Job) -> None:
        try:
            self._jobs.put_nowait(job)
        except queue.Full:
            raise Unavailable("too many writes are waiting") from None

    def stop(self) -> None:
        self._jobs.put(None)

    def _run(self) -> None:
        connection = connect(self._path)
        try:
            while (job := self._jobs.get()) is not None:
                jobs, ended = self._group(job)
                self._flush(connection, jobs)
                _tell(jobs)
                if ended:
                    break
            with suppress(sqlite3.Error):
                connection.execute("pragma wal_checkpoint(truncate)")
        finally:
            connection.close()

    def _group(self, first: _Job) -> tuple[list[_Job], bool]:
        jobs, statements = [first], len(first.batch)
        while statements < GROUP_LIMIT:
            try:
                job = self._jobs.get_nowait()
            except queue.Empty:
                return jobs, False
            if job is None:
                return jobs, True
            jobs.append(job)
            statements += len(job.batch)
        return jobs, False

    def _flush(self, connection: sqlite3.Connection, jobs: list[_Job]) -> None:
        """Write every job's batch in one transaction; each fails alone, the commit for all."""
        deadline = time.monotonic() + BUSY_MS / 1000
        while True:
            try:
                connection.execute("begin immediate")
                for job in jobs:
                    _write(connection, job)
                connection.execute("commit")
                self.commits += 1
            except sqlite3.Error as error:
                _roll_back(connection)
                failed = translated(error)
                if isinstance(failed, Unavailable) and time.monotonic() < deadline:
                    time.sleep(0.01)
                    continue
                for job in jobs:
                    job.error = failed
            return


def _write(connection: sqlite3.Connection, job: _Job) -> None:
    job.error = None
    connection.execute("savepoint batch")
    try:
        for statement in job.batch:
            changed = connection.execute(statement.query.sqlite, statement.values).rowcount
            if statement.rows is not None and changed != statement.rows:
                job.error = Stale(rows=changed)
                break
    except sqlite3.Error as error:
        failed = translated(error)
        if isinstance(failed, Full | Unavailable) or not connection.in_transaction:
            raise
        job.error = failed
    if job.error is not None:
        connection.execute("rollback to batch")
    connection.execute("release batch")


def _roll_back(connection: sqlite3.Connection) -> None:
    # A full disk has rolled it back already.
    if connection.in_transaction:
        with suppress(sqlite3.Error):
            connection.execute("rollback")


def _tell(jobs: Sequence[_Job]) -> None:
    """Wake the callers, one call for each loop that waits."""
    for loop in {job.loop for job in jobs}:
        mine = [job for job in jobs if job.loop is loop]
        with suppress(RuntimeError):  # the loop has gone, and nobody waits on it
            loop.call_soon_threadsafe(_settle, mine)


def _settle(jobs: Sequence[_Job]) -> None:
    for job in jobs:
        if job.done.done():
            continue  # its caller was cancelled; what it wrote stays written
        if job.error is None:
            job.done.set_result(None)
        else:
            job.done.set_exception(job.error)


def connect(path: Path) -> sqlite3.Connection:
    """Open a connection that may write; transactions are begun by hand."""
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    for pragma in WRITER_PRAGMAS:
        connection.execute(f"pragma {pragma}")
    return connection


class SqliteDatabase:
    """A SQLite file that this process alone writes to; `lock` is None where it only reads."""

    engine = "sqlite"

    def __init__(self, path: Path, lock: Lock | None) -> None:
        self._path = path
        self._lock = lock
        self._writer = _Writer(path) if lock else None
        self._readers: list[aiosqlite.Connection] = []
        self._next = 0

    async def open(self) -> None:
        """Start the writer and open the readers."""
        if self._writer is not None:
            self._writer.start()
        # Looking a path up is disk work, which never belongs on the loop.
        path = await asyncio.to_thread(self._path.resolve)
        uri = f"file:{quote(str(path))}?mode=ro"
        for _ in range(READERS):
            reader = await aiosqlite.connect(uri, uri=True, isolation_level=None)
            reader.row_factory = sqlite3.Row
            await reader.execute_fetchall(f"pragma busy_timeout={BUSY_MS}")
            self._readers.append(reader)

    @property
    def commits(self) -> int:
        """How many transactions were committed."""
        return self._writer.commits if self._writer else 0

    async def fetch(self, query: Query, **params: Value) -> Sequence[Row]:
        """Return the rows of a query."""
        self._next = (self._next + 1) % READERS
        try:
            rows = await self._readers[self._next].execute_fetchall(
                query.sqlite, query.values(params)
            )
        except sqlite3.Error as error:
            raise translated(error) from error
        except (IndexError, ValueError) as error:
            raise Unavailable("the database is closed") from error
        return list(rows)

    async def write(self, batch: Sequence[Statement], *, key: str = "") -> None:  # noqa: ARG002  # one writer needs no order
        """Write all of `batch` durably, or nothing."""
        if self._writer is None or not self._writer.is_alive():
            raise Unavailable("the database is closed or open for reading only")
        loop = asyncio.get_running_loop()
        job = _Job(tuple(batch), loop, loop.create_future())
        self._writer.submit(job)
        await job.done

    async def close(self) -> None:
        """Finish what was queued, checkpoint, and let go of the lock."""
        for reader in self._readers:
            await reader.close()
        self._readers = []
        if self._writer is not None and self._writer.is_alive():
            loop = asyncio.get_running_loop()
            self._writer.stop()
            await loop.run_in_executor(None, self._writer.join)
        if self._lock is not None:
            self._lock.release()
