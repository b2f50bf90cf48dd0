"""What visitors are promised, as they meet it, and what their first message says of it."""

import re

import pytest
from playwright.async_api import expect

from tests.browser.chat import Chat
from tests.browser.conftest import Visitors
from tests.browser.running import Service

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_the_promises_are_read_before_the_first_message_which_names_them(
    service: Service, visitors: Visitors
) -> None:
    page = await visitors.arrive(service.base)
    chat = Chat(page)
    await chat.open()
    promised = chat.frame.locator("#promises")
    more = promised.locator("details > div")
    await expect(promised.get_by_text("tell the police").first).to_be_visible()
    await expect(more).to_be_hidden()
    await promised.get_by_text("Read more").press("Enter")
    await expect(more).to_be_visible()
    await expect(more).to_contain_text("ring 999")
    async with page.expect_request(re.compile("/conversations$")) as asked:
        await chat.ask("do i have to pay")
    started = await asked.value
    assert '"notice":"c1.p1.v1"' in (started.post_data or "")


async def test_the_promises_in_full_open_beside_the_chat(
    service: Service, visitors: Visitors
) -> None:
    page = await visitors.arrive(service.base)
    chat = Chat(page)
    await chat.open()
    promised = chat.frame.locator("#promises")
    short = await promised.locator("p").first.inner_text()
    await promised.get_by_text("Read more").click()
    async with page.expect_popup() as opened:
        await promised.get_by_role("link", name="About your privacy").click()
    full = await opened.value
    await expect(full.get_by_role("main")).to_contain_text(short)
    await expect(full.get_by_text(re.compile("^Version 1, in force since"))).to_have_count(3)
    await expect(chat.box).to_be_editable()
