"""Where something on the way lets no WebSocket through, asking works all the same."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.browser.chat import Chat
from tests.browser.conftest import Visitors
from tests.browser.network import Network, network
from tests.browser.running import Service

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(loop_scope="session", name="an_old_proxy")
async def _an_old_proxy(service: Service) -> AsyncIterator[Network]:
    async with network(service.port, sockets=False) as wire:
        yield wire


async def test_without_sockets_questions_are_answered(
    an_old_proxy: Network, visitors: Visitors
) -> None:
    page = await visitors.arrive(an_old_proxy.base)
    chat = Chat(page)
    await chat.open()
    assert await chat.ask("do i have to pay owt") != ""
    assert await chat.ask("missed saterday wat now") != ""
    assert an_old_proxy.refused > 0
    before = await chat.lines()
    await page.reload()
    await chat.open()
    await chat.until(lines=4)
    assert await chat.lines() == before
