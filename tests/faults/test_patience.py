"""What happens when nobody does anything: a warning, an end, and no waiting for ever."""

import asyncio
from typing import Any

import aiohttp
import pytest_asyncio

from tests.faults.conftest import MakeNode
from tests.faults.node import QUICK, Node
from tests.web.conftest import Visitor

IMPATIENT = f"idle_minutes = 0.02\nidle_grace_minutes = 0.02\nwait_minutes = 0.02\n{QUICK}"
"""A little more than a second each; the sweeper looks every five."""


@pytest_asyncio.fixture(name="impatient")
async def _impatient(make_node: MakeNode) -> Node:
    node = await make_node(settings=IMPATIENT)
    await node.start()
    return node


async def a_visitor(node: Node, http: aiohttp.ClientSession) -> Visitor:
    visitor = node.visitor(http)
    await visitor.start()
    return visitor


def outline(events: list[dict[str, Any]]) -> list[str]:
    return [e.get("author") or e.get("state") or e["type"] for e in events]


async def until_closed(visitor: Visitor) -> list[str]:
    async with visitor.live() as line:
        await line.until(type="closed", by="system")
    return outline(await visitor.events())


async def stay_until_warned_again(visitor: Visitor) -> list[str]:
    """Answer the first warning and not the second."""
    async with visitor.live() as line:
        await line.until(type="message", author="system")
        await line.ws.send_json({"type": "stay"})
        await line.until(type="message", author="system")
        await line.until(type="closed", by="system")
    return outline(await visitor.events())


async def write_when_warned(visitor: Visitor) -> list[str]:
    async with visitor.live() as line:
        await line.until(type="message", author="system")
        await visitor.ask("do i have to pay?")
        await line.until(type="closed", by="system")
    return outline(await visitor.events())


async def test_an_idle_chat_is_warned_and_closed_unless_its_visitor_stirs(
    impatient: Node, http: aiohttp.ClientSession
) -> None:
    idle, staying, writing = [await a_visitor(impatient, http) for _ in range(3)]
    seen = await asyncio.gather(
        until_closed(idle), stay_until_warned_again(staying), write_when_warned(writing)
    )
    assert seen[0] == ["assistant", "system", "closed"]
    assert seen[1] == ["assistant", "system", "system", "closed"]
    assert seen[2] == ["assistant", "system", "visitor", "assistant", "system", "closed"]
    status, body = await idle.say("hello?")
    assert (status, body["error"]["code"]) == (409, "conversation_closed")


async def test_who_waited_in_vain_is_told_and_has_the_assistant_again(
    impatient: Node, http: aiohttp.ClientSession
) -> None:
    visitor = await a_visitor(impatient, http)
    await visitor.call("POST", "/person")
    async with visitor.live(after=2) as line:
        told = await line.until(type="message", author="system")
        await line.until(type="state", state="assistant")
    assert "023 8000 1061" in told["text"]
    assert (await visitor.ask("do i have to pay?"))["faq"]["slug"] == "cost"
