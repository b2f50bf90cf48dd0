"""What a person finds on the page and in the chat, by eye, by ear and by keyboard."""

import asyncio
from typing import Final

import pytest
from playwright.async_api import Locator, Page, Route, expect

from tests.browser.chat import TITLE, Chat
from tests.browser.conftest import Visitors
from tests.browser.running import Service

pytestmark = pytest.mark.asyncio(loop_scope="session")

MOST_STOPS: Final = 80
BUTTONS: Final = ("Send", "Talk to a person", "Hide this page", "Close chat")
RING: Final = """element => {
  const {outlineStyle, outlineWidth} = getComputedStyle(element);
  return outlineStyle === "none" ? 0 : parseFloat(outlineWidth);
}"""


async def tab_to(page: Page, target: Locator, *, back: bool = False) -> None:
    """Go on, or back, until it has the focus."""
    for _ in range(MOST_STOPS):
        if await target.evaluate("element => element.matches(':focus')"):
            return
        await page.keyboard.press("Shift+Tab" if back else "Tab")
    raise AssertionError(f"the keyboard does not reach {target}")


async def test_the_page_has_a_way_out_and_a_way_in(service: Service, visitors: Visitors) -> None:
    page = await visitors.arrive(service.base)
    await expect(page.get_by_role("button", name="Hide this page", exact=True)).to_be_visible()
    await expect(page.get_by_role("button", name="Chat")).to_have_count(1)
    await page.get_by_role("button", name="Chat").click()
    await expect(page.get_by_title(TITLE, exact=True)).to_be_visible()
    assert await page.get_by_title(TITLE, exact=True).evaluate("e => e.localName") == "iframe"


async def test_the_chat_has_its_parts_by_name(service: Service, visitors: Visitors) -> None:
    chat = Chat(await visitors.arrive(service.base))
    await chat.open()
    await expect(chat.log).to_be_visible()
    await expect(chat.box).to_be_visible()
    for name in BUTTONS:
        await expect(chat.button(name)).to_be_visible()
        await expect(chat.button(name)).to_be_enabled()


async def test_every_button_of_the_chat_can_be_pressed_with_a_finger(
    service: Service, visitors: Visitors
) -> None:
    chat = Chat(await visitors.arrive(service.base))
    await chat.open()
    for name in BUTTONS:
        # Not forced: what lies over it would stop this.
        await chat.button(name).click(trial=True)
        box = await chat.button(name).bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 44, name


async def test_every_stop_of_the_keyboard_in_the_chat_can_be_seen(
    service: Service, visitors: Visitors
) -> None:
    page = await visitors.arrive(service.base)
    chat = Chat(page)
    await chat.open()
    for name in ("Minimise", *BUTTONS):
        await tab_to(page, chat.button(name))
        assert await chat.button(name).evaluate(RING) >= 2, name


@pytest.mark.parametrize("press", ["Escape", "Minimise", "Close chat"])
async def test_closing_gives_the_focus_back_to_the_launcher(
    press: str, service: Service, visitors: Visitors
) -> None:
    page = await visitors.arrive(service.base)
    chat = Chat(page)
    await chat.open()
    if press == "Escape":
        await chat.box.press("Escape")
    else:
        await chat.button(press).click()
    await expect(chat.panel).to_be_hidden()
    await expect(chat.launcher).to_be_focused()


async def test_whoever_writes_before_all_has_loaded_keeps_the_field(
    service: Service, visitors: Visitors
) -> None:
    page = await visitors.arrive(service.base)
    come = asyncio.Event()

    async def late(route: Route) -> None:
        await come.wait()
        await route.continue_()

    await page.route("**/plain.js", late)
    chat = Chat(page)
    await chat.open()
    await chat.box.press_sequentially("do i have to")
    come.set()
    # The page behind a chat that fills the screen is sealed once the chat has answered.
    await expect(page.locator("body > [inert]")).not_to_have_count(0)
    await page.keyboard.type(" pay owt")
    await expect(chat.box).to_have_value("do i have to pay owt")
    await page.keyboard.press("Enter")
    await chat.until(lines=2)


async def test_a_minimised_chat_opens_where_it_was(service: Service, visitors: Visitors) -> None:
    page = await visitors.arrive(service.base)
    chat = Chat(page)
    await chat.open()
    await chat.ask("do i have to pay owt")
    await chat.box.press_sequentially("and")
    await chat.box.press("Escape")
    await expect(chat.launcher).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(chat.panel).to_be_visible()
    await chat.until(lines=2)
    await expect(chat.box).to_have_value("and")


async def test_the_pages_can_be_walked_by_landmark_and_heading(
    service: Service, visitors: Visitors
) -> None:
    page = await visitors.arrive(service.base)
    for path in ("/", "/faq", "/ask", "/staying-safe", "/privacy", "/accessibility"):
        await page.goto(service.base + path)
        await expect(page.get_by_role("main")).to_have_count(1)
        await expect(page.get_by_role("heading", level=1)).to_have_count(1)
        await page.keyboard.press("Tab")
        await expect(page.get_by_role("link", name="Skip to the main content")).to_be_focused()
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("main")).to_be_focused()
