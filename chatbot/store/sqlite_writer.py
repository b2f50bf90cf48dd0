"""The one thread that writes a SQLite database, and its one connection.

Whatever has queued while the last commit ran goes into the next one: with many writers an fsync is
shared by hundreds of batches, and a lone writer waits for nobody. Each batch has a savepoint.
"""

import asyncio
import logging
import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Final

from chatbot.store.database import FLUSH_STATEMENTS, Job, settle
from chatbot.store.errors import Duplicate, Full, Rejected, Stale, StoreError, Unavailable

_UNIQUE: Final = frozenset({sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY})
_PRIMARY_CODE: Final = 0xFF  # an extended code has its primary code in the low byte
_OWN_FAULT: Final = frozenset(
    {
        sqlite3.SQLITE_ERROR,
        sqlite3.SQLITE_CONSTRAINT,
        sqlite3.SQLITE_MISMATCH,
        sqlite3.SQLITE_TOOBIG,
        sqlite3.SQLITE_RANGE,
    }
)
"""Errors that say something about one batch only; all others end the whole flush."""

log = logging.getLogger(__name__)


def translate(error: sqlite3.Error) -> StoreError:
    """Return our error for the driver's; its words are dropped, its code is kept."""
    code = _code(error)
    reason = getattr(error, "sqlite_errorname", type(error).__name__)
    if code in _UNIQUE:
        return Duplicate()
    match code & _PRIMARY_CODE:
        case sqlite3.SQLITE_FULL:
            return Full()
        case sqlite3.SQLITE_CONSTRAINT | sqlite3.SQLITE_MISMATCH | sqlite3.SQLITE_TOOBIG:
            return Rejected(reason=reason)
        case sqlite3.SQLITE_ERROR | sqlite3.SQLITE_RANGE | sqlite3.SQLITE_MISUSE:
            return StoreError(reason=reason)
        case _:  # busy, locked, an I/O error, no memory: another time it may work
            return Unavailable(reason=reason)


def _code(error: sqlite3.Error) -> int:
    # The driver's own complaints, such as a wrong number of values, have none.
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)


class SqliteWriter:
    """Takes batches from the event loop; every method but `run` belongs to the loop."""

    def __init__(self, connection: sqlite3.Connection, most_waiting: int) -> None:
        self.flushes = 0
        self._connection = connection
        self._most_waiting = most_waiting
        self._waiting = 0
        self._open = True
        self._loop = asyncio.get_running_loop()
        self._jobs: SimpleQueue[Job | None] = SimpleQueue()
        self._thread = Thread(target=self._run, name="sqlite-writer", daemon=True)
        self._thread.start()

    async def write(self, job: Job) -> None:
        """Have a batch written, and wait for it."""
        if not self._open:
            raise Unavailable(reason="closed")
        if self._waiting >= self._most_waiting:
            raise Unavailable(reason="too many writes are waiting")
        self._waiting += 1
        self._jobs.put(job)
        await job.done

    async def close(self) -> None:
        """Write what was accepted, move the log into the database file, let go of it."""
        if self._open:
            self._open = False
            self._jobs.put(None)
        await asyncio.to_thread(self._thread.join)

    def _run(self) -> None:
        while jobs := self._take():
            try:
                failures = self._flush(jobs)
            except Exception as error:  # noqa: BLE001 - nobody may wait for ever for a dead thread
                kind = type(error).__name__
                log.error("store.writer_broken error=%s", kind)  # noqa: TRY400 - words may be data
                self._undo()
                failures = [StoreError(reason=kind) for _ in jobs]
            with suppress(RuntimeError):  # the loop has ended without closing us
                self._loop.call_soon_threadsafe(self._settle, jobs, failures)
        with suppress(sqlite3.Error):  # a reader of another process holds the log: it stays
            self._connection.execute("pragma wal_checkpoint(truncate)")
        self._connection.close()

    def _take(self) -> list[Job]:
        """Wait for a job and take what else is there; nothing means the end."""
        jobs: list[Job] = []
        job = self._jobs.get()
        statements = 0
        while job is not None:
            jobs.append(job)
            statements += len(job.batch)
            if statements >= FLUSH_STATEMENTS:
                return jobs
            try:
                job = self._jobs.get_nowait()
            except Empty:
                return jobs
        if jobs:
            self._jobs.put(None)  # the end comes after these
        return jobs

    def _settle(self, jobs: Sequence[Job], failures: Sequence[StoreError | None]) -> None:
        self._waiting -= len(jobs)
        for job, failure in zip(jobs, failures, strict=True):
            settle(job, failure)

    def _flush(self, jobs: Sequence[Job]) -> Sequence[StoreError | None]:
        """Commit the batches that work; return for each why it failed."""
        try:
            self._connection.execute("begin immediate")
            failures = [self._try(job) for job in jobs]
            self._connection.execute("commit")
        except sqlite3.Error as error:
            self._undo()
            return [translate(error) for _ in jobs]
        self.flushes += 1
        return failures

    def _try(self, job: Job) -> StoreError | None:
        execute = self._connection.execute
        execute("savepoint batch")
        try:
            self._write(job)
        except Stale as error:
            failure: StoreError = error
        except sqlite3.Error as error:
            if _code(error) & _PRIMARY_CODE not in _OWN_FAULT:
                raise
            failure = translate(error)
        else:
            execute("release batch")
            return None
        execute("rollback to batch")
        execute("release batch")
        return failure

    def _write(self, job: Job) -> None:
        for statement in job.batch:
            cursor = self._connection.execute(statement.query.sqlite, statement.params)
            if statement.rows is not None and self._changed(cursor) != statement.rows:
                raise Stale

    def _changed(self, cursor: sqlite3.Cursor) -> int:
        if cursor.rowcount >= 0:
            return cursor.rowcount
        # The driver does not count for statements that begin with `with`.
        return int(self._connection.execute("select changes()").fetchone()[0])

    def _undo(self) -> None:
        # A full disk has rolled back already, and then a rollback is an error.
        if self._connection.in_transaction:
            with suppress(sqlite3.Error):
                self._connection.execute("rollback")
