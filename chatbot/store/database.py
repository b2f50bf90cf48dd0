"""The whole interface between the product and a database: read rows, write a batch.

No transaction is ever open across an `await`: read, decide, write guarded by a version.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, Protocol, TypeAlias

from chatbot.store.errors import StoreError
from chatbot.store.query import Query, Statement

Engine: TypeAlias = Literal["sqlite", "postgres"]

WAITING_BATCHES: Final = 5_000
"""Batches that may wait for the writer; at 20,000 rows a second that is a quarter of a second."""
FLUSH_STATEMENTS: Final = 512
"""Statements after which a flush takes no further batch, so that one commit stays short."""


class Row(Protocol):
    """A row by column name."""

    def __getitem__(self, name: str, /) -> Any: ...


class Reads(Protocol):
    """What can be read."""

    async def fetch(self, query: Query, **params: object) -> Sequence[Row]:
        """Return all rows; what was written and acknowledged before is among them."""
        ...


class Database(Reads, Protocol):
    """One open database; every error it raises is a StoreError."""

    engine: Engine

    @property
    def flushes(self) -> int:
        """How many transactions its writer has committed, for metrics."""
        ...

    async def write(self, batch: Sequence[Statement], *, key: str = "") -> None:
        """Write all of a batch durably, or nothing of it.

        `key` names what the batch is about; batches that come together are ordered by it, so that
        two processes lock the same rows in the same order. When the caller is cancelled, the batch
        is written as a whole or not at all.

        Raises:
            Stale: a statement did not change `rows` rows.
            Duplicate: a unique key is taken.
            Unavailable: it may have been written or not; see there.
        """
        ...

    async def close(self) -> None:
        """Finish what was accepted, then let go; a second call does nothing."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Job:
    """A batch on its way to the writer, and the future of whoever waits for it."""

    batch: tuple[Statement, ...]
    key: str
    done: asyncio.Future[None]


def settle(job: Job, failure: StoreError | None) -> None:
    """Tell the caller, if he is still there."""
    if job.done.done():
        return
    if failure is None:
        job.done.set_result(None)
    else:
        job.done.set_exception(failure)
