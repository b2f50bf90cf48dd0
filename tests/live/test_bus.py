"""One contract for every bus: hints arrive, and where they are lost the readers look."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from redis.asyncio import Redis

from chatbot.live.bus import CHANNEL, LocalBus, RedisBus


class Heard:
    """Keeps what a node was told."""

    def __init__(self) -> None:
        self.hints: dict[str, int] = {}
        self.looked_again = 0

    def hint(self, topic: str, seq: int) -> None:
        self.hints[topic] = max(seq, self.hints.get(topic, 0))

    def look_again(self) -> None:
        self.looked_again += 1

    async def hears(self, topic: str, seq: int) -> None:
        await until(lambda: self.hints.get(topic) == seq)

    async def looks_again(self, before: int = 0) -> None:
        await until(lambda: self.looked_again > before)


@asynccontextmanager
async def node(url: str, heard: Heard, *, sweep: float = 60.0) -> AsyncIterator[RedisBus]:
    bus = RedisBus(url, heard, look_again_seconds=sweep)
    task = asyncio.create_task(bus.run())
    try:
        yield bus
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def until(what: Callable[[], object], seconds: float = 10.0) -> None:
    async with asyncio.timeout(seconds):
        while not what():  # noqa: ASYNC110  # what is awaited sets no event
            await asyncio.sleep(0.01)


async def test_a_hint_reaches_the_other_node(redis_url: str) -> None:
    there = Heard()
    async with node(redis_url, Heard()) as here, node(redis_url, there):
        await there.looks_again()
        here.announce("conversation:1", 7)
        await there.hears("conversation:1", 7)


async def test_a_node_looks_at_the_store_when_it_first_listens(redis_url: str) -> None:
    heard = Heard()
    async with node(redis_url, heard):
        await heard.looks_again()


async def test_a_cut_link_comes_back_and_the_node_looks_again(redis_url: str) -> None:
    here, there = Heard(), Heard()
    async with node(redis_url, here) as bus, node(redis_url, there):
        await there.looks_again()
        for number in range(1, 6):
            before = there.looked_again
            async with Redis.from_url(redis_url) as admin:
                await admin.client_kill_filter(_type="pubsub")
            await there.looks_again(before)
            bus.announce("conversation:2", number)
            await there.hears("conversation:2", number)


async def test_hints_announced_while_the_broker_is_away_are_sent_later(redis_url: str) -> None:
    there = Heard()
    async with node(redis_url, there):
        await there.looks_again()
        here = RedisBus(redis_url, Heard())
        here.announce("conversation:3", 1)
        here.announce("conversation:3", 2)
        task = asyncio.create_task(here.run())
        await there.hears("conversation:3", 2)
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def test_a_node_that_cannot_reach_the_broker_keeps_looking(unused_port: int) -> None:
    heard = Heard()
    async with node(f"redis://127.0.0.1:{unused_port}", heard, sweep=0.05) as bus:
        bus.announce("conversation:4", 1)
        await until(lambda: heard.looked_again >= 3)


async def test_nonsense_on_the_channel_is_passed_over(redis_url: str) -> None:
    heard = Heard()
    async with node(redis_url, Heard()) as bus, node(redis_url, heard):
        await heard.looks_again()
        async with Redis.from_url(redis_url) as stranger:
            await stranger.publish(CHANNEL, b"\xff not json")
        bus.announce("conversation:5", 1)
        await heard.hears("conversation:5", 1)


@pytest.fixture(name="unused_port")
def _unused_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def test_a_local_bus_tells_nobody_and_runs_for_ever() -> None:
    bus = LocalBus()
    bus.announce("conversation:6", 1)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.02):
            await bus.run()
