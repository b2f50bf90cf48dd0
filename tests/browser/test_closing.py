"""A chat that staff have ended: it may be opened again, and who is blocked begins no other one."""

from pathlib import Path

import pytest
from playwright.async_api import expect

from chatbot.domain.events import State
from chatbot.services.identity import system_clock
from tests.browser.chat import Chat
from tests.browser.conftest import Visitors
from tests.browser.staffed import staffed
from tests.browser.test_accessible import WIDE, faults

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_closing_is_taken_back_and_a_block_holds(
    tmp_path: Path, visitors: Visitors
) -> None:
    async with staffed(tmp_path) as staff:
        await staff.is_there(on=True)
        chat = Chat(await visitors.arrive(staff.base, screen=WIDE))
        await chat.open()
        await chat.ask("do i have to pay owt")
        now = await staff.conversation(chat)
        await staff.joins(now.id)
        await staff.says(now.id, "Hello, I am here.")
        restart = chat.button("Start a new chat")
        await staff.closes(now.id)
        await expect(restart).to_be_visible()
        await staff.takes_closing_back(now.id)
        await expect(restart).to_be_hidden()
        await chat.say("you are back")
        await staff.until(now.id, lambda one: one.said == "you are back")
        await staff.blocks(now.id, until=system_clock() + 3_600_000)
        await expect(chat.log).to_contain_text("Please ring us.")
        await expect(chat.box).to_be_hidden()
        await expect(restart).to_be_hidden()
        assert await faults(chat) == []
        await chat.page.reload()
        await chat.launcher.click()
        await expect(chat.log).to_contain_text("Please ring us.")
        await expect(restart).to_be_hidden()
        await chat.button("Close chat").click()
        await chat.launcher.click()
        await expect(chat.log).to_contain_text("Please ring us.")
        await expect(restart).to_be_hidden()
        assert (await staff.stored(now.id)).state is State.CLOSED
