"""A visitor who waits is told their place, and nothing that nobody measured."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from chatbot.domain.commands import TakeOver
from chatbot.services import waiting
from chatbot.services.conversations import QUEUE
from chatbot.services.identity import system_clock
from chatbot.settings import Settings
from chatbot.web import keys
from tests.web.conftest import Service, Visitor, serving

pytestmark = pytest.mark.asyncio(loop_scope="session")

MINUTE = 60_000


@pytest_asyncio.fixture(loop_scope="session", name="quiet")
async def _quiet(settings: Settings, tmp_path: Path) -> AsyncIterator[Service]:
    """A service at which nobody waits yet."""
    own = replace(settings, database=f"sqlite:///{tmp_path}/chat.db")
    async with serving(own) as service:
        yield service


async def waits(service: Service, http: aiohttp.ClientSession) -> Visitor:
    visitor = Visitor(http, service.api)
    await visitor.start()
    assert await visitor.call("POST", "/person") == (202, {})
    return visitor


async def takes_over(service: Service, visitor: Visitor, at: int | None = None) -> None:
    command = TakeOver(at=at or system_clock(), staff="amina", name="Amina")
    await service.app[keys.CONVERSATIONS].do(visitor.id, command)


async def status(service: Service, http: aiohttp.ClientSession) -> dict[str, Any]:
    async with http.get(f"{service.api}/status") as answer:
        found: dict[str, Any] = await answer.json()
    return found


async def test_the_place_moves_up_when_somebody_ahead_is_answered(
    quiet: Service, http: aiohttp.ClientSession
) -> None:
    first, second = await waits(quiet, http), await waits(quiet, http)
    async with second.live() as line:
        assert await line.until(type="queue") == {"type": "queue", "position": 2, "chat": "open"}
        await takes_over(quiet, first)
        await line.until(type="queue", position=1)
        assert (await status(quiet, http))["waiting"] == 1


async def test_the_place_moves_up_when_another_node_changed_the_queue(
    settings: Settings,
    tmp_path: Path,
    http: aiohttp.ClientSession,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(waiting, "EVERY_SECONDS", 3_600)
    own = replace(settings, database=f"sqlite:///{tmp_path}/chat.db", model="/nowhere")
    async with serving(own) as service:
        first, second = await waits(service, http), await waits(service, http)
        async with second.live() as line:
            assert (await line.until(type="queue"))["position"] == 2
            service.app[keys.CONVERSATIONS].on_queue = lambda: None
            await takes_over(service, first)
            service.app[keys.WAITING_ROOM].hint("another", 1)
            service.app[keys.WAITING_ROOM].hint(QUEUE, 1)
            await line.until(type="queue", position=1)


async def test_the_place_is_told_after_the_event_that_one_waits(
    quiet: Service, http: aiohttp.ClientSession
) -> None:
    visitor = Visitor(http, quiet.api)
    await visitor.start()
    async with visitor.live() as line:
        await line.all_until_live()
        await visitor.call("POST", "/person")
        await line.until(type="state", state="waiting")
        assert (await line.until(type="queue"))["position"] == 1


async def test_a_long_poll_holds_the_place_beside_the_events(
    quiet: Service, http: aiohttp.ClientSession
) -> None:
    visitor = await waits(quiet, http)
    poll = asyncio.create_task(visitor.call("GET", "/events?after=2&wait=5"))
    await asyncio.sleep(0.2)
    quiet.app[keys.HUB].push(f"conversation:{visitor.id}", '{"type":"typing","name":"Amina"}')
    await takes_over(quiet, visitor)
    _, body = await poll
    assert [event["state"] for event in body["events"]] == ["staff"]
    assert "queue" not in body
    other = await waits(quiet, http)
    _, body = await other.call("GET", "/events")
    assert body["queue"] == {"position": 1, "chat": "open"}


async def test_a_wait_is_told_once_it_was_measured_and_somebody_is_there(
    quiet: Service, http: aiohttp.ClientSession
) -> None:
    for minutes in (1, 2, 3, 4):
        await takes_over(quiet, await waits(quiet, http), system_clock() + minutes * MINUTE)
    assert (await status(quiet, http))["wait_ms"] is None
    await takes_over(quiet, await waits(quiet, http), system_clock() + 90 * MINUTE)
    assert (await status(quiet, http))["wait_ms"] in {3 * MINUTE, 4 * MINUTE}
    visitor = await waits(quiet, http)
    told = await place(visitor)
    assert told["chat"] == "open"
    assert told["wait_ms"] in {3 * MINUTE, 4 * MINUTE}


async def place(visitor: Visitor) -> dict[str, Any]:
    _, body = await visitor.call("GET", "/events")
    found: dict[str, Any] = body["queue"]
    return found
