"""The service dies while somebody writes; what they wrote does not."""

import asyncio

import pytest

from tests.browser.chat import Chat
from tests.browser.conftest import Visitors
from tests.browser.running import Service

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_service_killed_while_a_message_is_sent_shows_everything_once(
    a_service: Service, visitors: Visitors
) -> None:
    page = await visitors.arrive(a_service.base)
    chat = Chat(page)
    await chat.open()
    said: list[str] = []
    # From the first byte on the way to an answer that is almost there.
    for number, seconds in enumerate((0, 0.01, 0.05), 1):
        said += [f"can i bring a friend {number}", f"do i have to pay {number}"]
        await chat.say(said[-2])
        await asyncio.sleep(seconds)
        await a_service.kill()
        await chat.say(said[-1])
        await a_service.start()
        await chat.until(lines=len(said) * 2)
        await chat.all_sent()
        assert await chat.said_by("You") == said
    before = await chat.lines()
    await page.reload()
    await chat.open()
    await chat.until(lines=len(said) * 2)
    assert await chat.lines() == before
