"""What was read before a change and arrives after it must not bring the old state back."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest
import pytest_asyncio

from chatbot.live.bus import LocalBus
from chatbot.live.hub import Hub
from chatbot.services.conversations import ConversationService
from chatbot.services.errors import NotAllowed
from chatbot.services.identity import system_clock
from chatbot.store.conversations import Conversations
from chatbot.store.database import Database, Engine, Row
from chatbot.store.opening import open_database
from chatbot.store.query import Query, Statement
from chatbot.store.vault import Vault


class SlowLine:
    """A database behind a line on which writes wait to be sent, and what was read to arrive."""

    engine: Engine = "sqlite"

    def __init__(self, inner: Database) -> None:
        self._inner = inner
        self.reading = asyncio.Lock()
        self.writing = asyncio.Lock()
        self.read = asyncio.Event()

    @property
    def flushes(self) -> int:
        return self._inner.flushes

    async def fetch(self, query: Query, **params: object) -> Sequence[Row]:
        rows = await self._inner.fetch(query, **params)
        self.read.set()
        async with self.reading:
            return rows

    async def write(self, batch: Sequence[Statement], *, key: str = "") -> None:
        async with self.writing:
            await self._inner.write(batch, key=key)

    async def close(self) -> None:
        await self._inner.close()


@pytest_asyncio.fixture(name="slow")
async def _slow(tmp_path: Path) -> AsyncIterator[SlowLine]:
    database = SlowLine(await open_database(f"sqlite:///{tmp_path}/chat.db"))
    yield database
    await database.close()


async def test_a_token_stays_void_when_a_read_from_before_comes_in_late(slow: SlowLine) -> None:
    store = Conversations(slow, Vault(bytes(32)))
    service = ConversationService(store, Hub(), LocalBus(), system_clock)
    started = await service.start("1")
    slow.read.clear()
    async with slow.reading:
        async with slow.writing:
            leaving = asyncio.create_task(service.leave(started.id))
            await asyncio.sleep(0)  # it has forgotten the old state, and waits to write
            reading = asyncio.create_task(service.authorise(started.id, started.token))
            await slow.read.wait()
        await leaving
    assert (await reading).left is False

    with pytest.raises(NotAllowed):
        await service.authorise(started.id, started.token)
