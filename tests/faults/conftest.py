"""Nodes that end with their test, however it ends."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest_asyncio

from tests.faults.node import Node, plant_small_faq

MakeNode = Callable[..., Awaitable[Node]]


@pytest_asyncio.fixture(name="make_node")
async def _make_node(tmp_path: Path) -> AsyncIterator[MakeNode]:
    """Make nodes that are not started yet, each in a folder of its own, with a small FAQ."""
    nodes: list[Node] = []

    async def make(name: str = "node", **what: Any) -> Node:
        node = Node(tmp_path / name, **what)
        nodes.append(node)
        if "database" not in what:
            await plant_small_faq(node.database)
        return node

    yield make
    for node in nodes:
        await node.kill()


@pytest_asyncio.fixture(name="a_node")
async def _a_node(make_node: MakeNode) -> Node:
    """A node that serves."""
    node = await make_node()
    await node.start()
    return node


@pytest_asyncio.fixture(name="http")
async def _http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session
