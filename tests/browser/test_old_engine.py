"""A browser that lacks what newer ones have: the chat works, or says where to go instead."""

import asyncio
from collections.abc import AsyncIterator
from typing import Final

import pytest
import pytest_asyncio
from playwright.async_api import Page, Route, expect

from tests.browser.chat import Chat
from tests.browser.conftest import Visitors
from tests.browser.elsewhere import EXIT
from tests.browser.running import Service

pytestmark = pytest.mark.asyncio(loop_scope="session")

PAY: Final = "do i have to pay owt"
READY_SECONDS: Final = 3
OLD: Final = """
for (const name of ["showModal", "show", "close"]) delete HTMLDialogElement.prototype[name];
delete window.HTMLDialogElement;
delete window.structuredClone;
delete Array.prototype.findLastIndex;
CSS.supports = () => false;"""


async def _old_page(service: Service, visitors: Visitors) -> Page:
    page = await visitors.arrive("about:blank")
    await page.add_init_script(OLD)
    await page.goto(service.base)
    return page


async def test_the_question_before_closing_works_without_dialogs(
    service: Service, visitors: Visitors
) -> None:
    chat = Chat(await _old_page(service, visitors))
    await chat.open()
    await chat.ask(PAY)
    await chat.button("Talk to a person").click()
    await expect(chat.button("Stop waiting")).to_be_visible()
    question = chat.frame.get_by_role("dialog", name="End this chat?")
    await chat.button("Close chat").click()
    await expect(question).to_be_visible()
    await expect(chat.button("Keep it open")).to_be_focused()
    for name in ("End chat", "Keep it open"):
        await chat.page.keyboard.press("Tab")
        await expect(chat.button(name)).to_be_focused()
    await chat.page.keyboard.press("Shift+Tab")
    await expect(chat.button("End chat")).to_be_focused()
    await chat.page.keyboard.press("Escape")
    await expect(question).to_be_hidden()
    await expect(chat.panel).to_be_visible()
    await expect(chat.button("Close chat")).to_be_focused()
    await chat.button("Close chat").click()
    await chat.button("End chat").click()
    await expect(chat.panel).to_have_count(0)


async def test_a_chat_that_starts_says_nothing_of_another_way(
    service: Service, visitors: Visitors
) -> None:
    chat = Chat(await visitors.arrive(service.base))
    await chat.open()
    await expect(chat.frame.locator("#plain")).to_have_count(0)


@pytest_asyncio.fixture(loop_scope="session", name="too_old")
async def _too_old(service: Service, visitors: Visitors) -> AsyncIterator[Chat]:
    """A chat whose modules a browser cannot read."""
    page = await visitors.arrive("about:blank")

    async def fail(route: Route) -> None:
        await route.fulfill(body="export const old = 1 +;", content_type="text/javascript")

    await page.route("**/app/all.js", fail)
    await page.goto(service.base)
    chat = Chat(page)
    async with page.context.expect_event("weberror"):
        await chat.launcher.click()
    await expect(chat.frame.locator("#plain")).to_be_visible()
    yield chat
    assert "Unexpected token" in visitors.faults.pop()


async def test_where_scripts_do_not_start_there_is_the_plain_page_and_the_phone(
    service: Service, too_old: Chat
) -> None:
    plain = too_old.frame.locator("#plain")
    phone = plain.get_by_role("link", name="023 8000 1061")
    await expect(phone).to_have_attribute("href", "tel:02380001061")
    # The launcher takes away what has not answered by then.
    await asyncio.sleep(READY_SECONDS + 1)
    async with too_old.page.context.expect_page() as opened:
        await plain.get_by_role("link", name="Ask on a plain page").click()
    asked = await opened.value
    await expect(asked.get_by_role("heading", level=1)).to_be_visible()
    assert asked.url == f"{service.base}/en/ask"


@pytest.mark.parametrize("name", ["Minimise", "Close chat"])
async def test_where_scripts_do_not_start_it_can_be_put_away(name: str, too_old: Chat) -> None:
    await too_old.button(name).click()
    await expect(too_old.panel).to_have_count(0)
    await expect(too_old.launcher).to_be_focused()


async def test_where_scripts_do_not_start_the_page_can_be_hidden(too_old: Chat) -> None:
    await too_old.button("Hide this page").click()
    await expect(too_old.page).to_have_url(EXIT)
