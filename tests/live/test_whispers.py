"""Signs that pass by, from one node to another: who types, who looks, how far somebody has read."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

from chatbot.domain.people import Person, Role
from chatbot.live.bus import Listeners, RedisBus
from chatbot.live.hub import Hub, Subscription
from chatbot.services.conversations import staff_topic, topic
from chatbot.services.identity import system_clock
from chatbot.services.whispers import Whispers

AMINA = Person("amina", "a@b.example", "Amina", Role.STAFF)


class Team:
    """Amina alone."""

    async def everyone(self) -> Sequence[Person]:
        return [AMINA]


@asynccontextmanager
async def a_node(redis_url: str) -> AsyncIterator[tuple[Hub, Whispers]]:
    hub, listeners = Hub(), Listeners()
    bus = RedisBus(redis_url, listeners)
    whispers = Whispers(hub, bus, Team(), system_clock)
    listeners.add(whispers)
    tasks = [asyncio.ensure_future(work) for work in (bus.run(), whispers.run())]
    try:
        yield hub, whispers
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def heard(subscription: Subscription) -> list[dict[str, Any]]:
    async def nothing(_: int, __: int) -> list[tuple[int, str]]:
        return []

    frames = await asyncio.wait_for(subscription.take(nothing), 10)
    return [frame for frame in map(json.loads, frames) if frame["type"] != "live"]


def live(_: int) -> str:
    return '{"type":"live"}'


async def test_a_sign_reaches_the_readers_of_every_node_once(redis_url: str) -> None:
    chat = str(uuid4())
    async with a_node(redis_url) as (here, whispers), a_node(redis_url) as (there, _):
        with (
            here.subscribe(staff_topic(chat), 0, live) as near,
            there.subscribe(staff_topic(chat), 0, live) as far,
            there.subscribe(topic(chat), 0, live) as visitor,
        ):
            for reader in (near, far, visitor):
                await heard(reader)
            async with asyncio.timeout(10):
                found: list[dict[str, Any]] = []
                while not found:  # a hint before the other node listens is lost, as it may be
                    whispers.staff(chat, AMINA, "writes")
                    with_luck = asyncio.ensure_future(heard(visitor))
                    done, _pending = await asyncio.wait([with_luck], timeout=0.5)
                    found = with_luck.result() if done else []
                    with_luck.cancel()
            assert found[0] == {"type": "typing", "author": "staff", "name": "Amina"}
            assert (await heard(far))[0]["name"] == "Amina"
            assert (await heard(near))[0]["writes"]
            whispers.visitor_read(chat, 7)
            assert await heard(far) == [{"type": "read", "seq": 7}]
            assert await heard(near) == [{"type": "read", "seq": 7}], "not a second time by the bus"
            whispers.visitor_types(chat)
            assert await heard(far) == [{"type": "typing", "author": "visitor"}]
