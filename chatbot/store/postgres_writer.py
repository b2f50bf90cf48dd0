"""The one task that writes a PostgreSQL database, and its one connection.

Whatever has queued while the last flush ran goes into the next one, as one call of a function that
gives every batch its own subtransaction. Batches go in the order of their keys, so that processes
lock rows in the same order; where that does not help, the server undoes a flush and it is repeated.
"""

import asyncio
import logging
import random
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, TypeAlias

import asyncpg
import msgspec

from chatbot.store.database import FLUSH_STATEMENTS, Job, settle
from chatbot.store.errors import Duplicate, Full, Rejected, Stale, StoreError, Unavailable
from chatbot.store.postgres_schema import STALE, WRITE, WRITTEN
from chatbot.store.postgres_text import write_text
from chatbot.store.query import Value

Connect: TypeAlias = Callable[[], Awaitable[asyncpg.Connection]]
Failures: TypeAlias = Sequence[StoreError | None]

TRIES: Final = 5
HANG_UP_SECONDS: Final = 5.0
FIRST_WAIT_SECONDS: Final = 0.05
LONGEST_WAIT_SECONDS: Final = 1.0
DRIVER_ERRORS: Final = (
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # what a connection that is cut at the wrong moment ends with
    OSError,
)
_REPEAT: Final = frozenset({"40001", "40P01"})
"""Serialization failure and deadlock: the server has undone everything."""
_DISK_FULL: Final = "53100"
_UNIQUE: Final = "23505"

_DISTRUST: Final = (TimeoutError, asyncpg.ReadOnlySQLTransactionError)
"""After these the connection may still work, but to a server that has hung or become a replica."""

log = logging.getLogger(__name__)


def translate(error: BaseException) -> StoreError:
    """Return our error for the driver's; its words are dropped, they may quote values."""
    state = getattr(error, "sqlstate", None)
    return translate_state(state) if state else Unavailable(reason=type(error).__name__)


def translate_state(state: str) -> StoreError:
    """Return our error for an SQLSTATE."""
    match state[:2]:
        case _ if state == _UNIQUE:
            return Duplicate()
        case _ if state == STALE:
            return Stale()
        case _ if state == _DISK_FULL:
            return Full()
        case "22" | "23":
            return Rejected(reason=state)
        case "0A" | "21" | "42" | "44":
            return StoreError(reason=state)
        case _:  # no connection, no memory, a lock, a shutdown: another time it may work
            return Unavailable(reason=state)


def is_lost(error: BaseException) -> bool:
    """Tell whether an error means that the connection is of no more use."""
    if isinstance(error, asyncpg.PostgresError):
        return str(error.sqlstate).startswith(("08", "57P"))
    return not isinstance(error, TimeoutError)


class PostgresWriter:
    """Takes batches, writes them in groups, reconnects when the connection is lost."""

    def __init__(
        self,
        connection: asyncpg.Connection,
        connect: Connect,
        *,
        most_waiting: int,
        patience_seconds: float,
    ) -> None:
        self.flushes = 0
        self._connection = connection
        self._connect = connect
        self._patience = patience_seconds
        self._most_waiting = most_waiting
        self._waiting = 0
        self._jobs: deque[Job] = deque()
        self._wake = asyncio.Event()
        self._random = random.SystemRandom().random
        self._open = True
        # `close` awaits it, and it lets no error out.
        self._task = asyncio.get_running_loop().create_task(self._run(), name="postgres-writer")

    async def write(self, job: Job) -> None:
        """Have a batch written, and wait for it."""
        if not self._open:
            raise Unavailable(reason="closed")
        if self._waiting >= self._most_waiting:
            raise Unavailable(reason="too many writes are waiting")
        self._waiting += 1
        self._jobs.append(job)
        self._wake.set()
        await job.done

    async def close(self) -> None:
        """Write what was accepted, then let go of the connection."""
        self._open = False
        self._wake.set()
        await asyncio.shield(self._task)

    async def _run(self) -> None:
        while jobs := await self._take():
            try:
                failures = await self._flush(jobs)
            except Exception as error:  # noqa: BLE001 - nobody may wait for ever for a dead task
                kind = type(error).__name__
                log.error("store.writer_broken error=%s", kind)  # noqa: TRY400 - words may be data
                self._connection.terminate()
                failures = [StoreError(reason=kind) for _ in jobs]
            self._waiting -= len(jobs)
            for job, failure in zip(jobs, failures, strict=True):
                settle(job, failure)
        await self._hang_up()

    async def _take(self) -> list[Job]:
        """Wait for a job and take what else is there, by key; nothing means the end."""
        while not self._jobs and self._open:
            self._wake.clear()
            await self._wake.wait()
        jobs: list[Job] = []
        statements = 0
        while self._jobs and statements < FLUSH_STATEMENTS:
            jobs.append(self._jobs.popleft())
            statements += len(jobs[-1].batch)
        jobs.sort(key=lambda job: job.key)
        return jobs

    async def _flush(self, jobs: Sequence[Job]) -> Failures:
        """Commit the batches that work; return for each why it failed."""
        texts, batches = _encoded(jobs)
        attempt = 1
        while True:
            try:
                connection = await self._connected()
                states = await connection.fetchval(WRITE, texts, batches)
            except DRIVER_ERRORS as error:
                if getattr(error, "sqlstate", None) not in _REPEAT or attempt == TRIES:
                    if is_lost(error) or isinstance(error, _DISTRUST):
                        self._connection.terminate()
                    return [translate(error) for _ in jobs]
                # At random, so that two processes do not repeat in step.
                await asyncio.sleep(self._random() * FIRST_WAIT_SECONDS * attempt)
                attempt += 1
            else:
                self.flushes += 1
                return [None if state == WRITTEN else translate_state(state) for state in states]

    async def _connected(self) -> asyncpg.Connection:
        wait = FIRST_WAIT_SECONDS
        loop = asyncio.get_running_loop()
        end = loop.time() + self._patience
        while self._connection.is_closed():
            try:
                self._connection = await self._connect()
                log.warning("store.reconnected")
            except DRIVER_ERRORS:
                if loop.time() + wait > end:
                    raise
                await asyncio.sleep(wait)
                wait = min(wait * 2, LONGEST_WAIT_SECONDS)
        return self._connection

    async def _hang_up(self) -> None:
        try:
            await self._connection.close(timeout=HANG_UP_SECONDS)
        except DRIVER_ERRORS:
            self._connection.terminate()


def _encoded(jobs: Sequence[Job]) -> tuple[list[str], str]:
    """Return the texts, each once, and the batches as JSON: [[[text, rows, values...]...]...]."""
    number: dict[str, int] = {}
    batches = [
        [
            [
                number.setdefault(write_text(each.query, each.params), len(number)),
                each.rows,
                *map(_plain, each.params),
            ]
            for each in job.batch
        ]
        for job in jobs
    ]
    return list(number), msgspec.json.encode(batches).decode()


def _plain(value: Value) -> Value:
    return value.hex() if isinstance(value, bytes) else value
