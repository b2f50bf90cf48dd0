"""Nodes that end with their test, however it ends."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import aiohttp
import pytest_asyncio

from tests.faults.node import Node

MakeNode = Callable[..., Node]


@pytest_asyncio.fixture(name="make_node")
async def _make_node(tmp_path: Path) -> AsyncIterator[MakeNode]:
    """Make nodes, each in a folder of its own unless one is named."""
    nodes: list[Node] = []

    def make(name: str = "node", **what: object) -> Node:
        node = Node(tmp_path / name, **what)  # type: ignore[arg-type]  # checked by the dataclass
        nodes.append(node)
        return node

    yield make
    for node in nodes:
        await node.kill()


@pytest_asyncio.fixture(name="http")
async def _http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session
