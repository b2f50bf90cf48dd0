"""The whole walk with a keyboard alone, on a phone's screen and on a desk's."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Locator, Page, ViewportSize, expect

from tests.browser.chat import Chat
from tests.browser.conftest import PHONE, Visitors
from tests.browser.elsewhere import EXIT
from tests.browser.staffed import Staff, staffed
from tests.browser.test_accessible import WIDE
from tests.browser.test_names import RING, tab_to

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(scope="module", loop_scope="session", name="house")
async def _house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Staff]:
    async with staffed(tmp_path_factory.mktemp("keyboard")) as staff:
        yield staff


async def press(page: Page, target: Locator, *, back: bool = False) -> None:
    """Go there by Tab, see where one is, and press it."""
    await expect(target).to_be_visible()
    await tab_to(page, target, back=back)
    assert await target.evaluate(RING) >= 2
    await expect(target).to_be_in_viewport()
    await page.keyboard.press("Enter")


@pytest.mark.parametrize("screen", [PHONE, WIDE], ids=["phone", "desk"])
async def test_the_whole_walk_needs_no_pointer(
    screen: ViewportSize, house: Staff, visitors: Visitors
) -> None:
    page = await visitors.arrive(house.base, screen=screen)
    chat = Chat(page)
    await press(page, chat.launcher)
    await expect(chat.box).to_be_editable()
    await expect(chat.frame.get_by_role("heading", level=1)).to_be_focused()

    topics = chat.frame.get_by_role("list", name="People often ask").get_by_role("button")
    await press(page, topics.first)
    await chat.until(lines=2)
    await tab_to(page, chat.box)
    await page.keyboard.type("when")
    await page.keyboard.press("Enter")
    await chat.until(lines=4)
    await expect(chat.box).to_be_focused()
    await press(page, chat.log.locator("li.theirs").last.locator(".option").first)
    await chat.until(lines=6)
    await press(page, chat.button("Helpful").last)
    await expect(chat.button("Helpful").last).to_have_attribute("aria-pressed", "true")

    await press(page, chat.button("More"))
    await press(page, chat.button("Copy this chat"))
    await page.keyboard.press("Escape")
    await press(page, chat.button("Talk to a person"))
    await expect(chat.button("Stop waiting")).to_be_visible()
    now = await house.conversation(chat)
    await house.joins(now.id)
    await house.says(now.id, "Hello from Amina")
    await expect(chat.log.get_by_text("Hello from Amina")).to_be_in_viewport()

    await press(page, chat.button("Minimise"), back=True)
    await expect(chat.launcher).to_be_focused()
    await page.keyboard.press("Enter")
    await press(page, chat.button("Close chat"), back=True)
    await press(page, chat.button("End chat"))
    await press(page, chat.button("Not helpful"))
    await press(page, chat.button("Start a new chat"))
    await expect(chat.box).to_be_focused()
    await page.keyboard.type("do i have to pay owt")
    await page.keyboard.press("Enter")
    await chat.until(lines=2)
    await press(page, chat.button("Hide this page"), back=True)
    await expect(page).to_have_url(EXIT)
