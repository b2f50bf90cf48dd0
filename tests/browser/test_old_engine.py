"""A browser that lacks what newer ones have: the chat works, or says where to go instead."""

from typing import Final

import pytest
from playwright.async_api import Page, Route, expect

from tests.browser.chat import Chat
from tests.browser.conftest import Visitors
from tests.browser.running import Service

pytestmark = pytest.mark.asyncio(loop_scope="session")

PAY: Final = "do i have to pay owt"
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


@pytest.mark.parametrize("module", ["all.js"])
@pytest.mark.parametrize("motion", ["no-preference", "reduce"])
async def test_where_scripts_do_not_start_there_is_the_plain_page_and_the_phone(
    module: str, motion: str, service: Service, visitors: Visitors
) -> None:
    page = await visitors.arrive("about:blank")
    await page.emulate_media(reduced_motion="reduce" if motion == "reduce" else "no-preference")

    async def fail(route: Route) -> None:
        await route.fulfill(body="export const old = 1 +;", content_type="text/javascript")

    await page.route(f"**/app/{module}", fail)
    await page.goto(service.base)
    chat = Chat(page)
    await chat.launcher.click()
    plain = chat.frame.locator("#plain")
    await expect(plain).to_be_visible()
    await expect(plain.get_by_role("link", name="Hide this page")).to_be_visible()
    phone = plain.get_by_role("link", name="023 8000 1061")
    await expect(phone).to_have_attribute("href", "tel:02380001061")
    async with page.context.expect_page() as opened:
        await plain.get_by_role("link", name="Ask on a plain page").click()
    asked = await opened.value
    await expect(asked.get_by_role("heading", level=1)).to_be_visible()
    assert asked.url == f"{service.base}/ask"
    visitors.faults.clear()
