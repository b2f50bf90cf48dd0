"""A member of staff who looks at another tab is told that a chat waits, and not a word of it."""

from collections.abc import AsyncIterator
from typing import Any, Final

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from tests.browser.chat import Chat
from tests.browser.conftest import Visitors
from tests.browser.running import Service, running
from tests.browser.test_handover import at_work, employ, thread

pytestmark = pytest.mark.asyncio(loop_scope="session")

ASKED: Final = "how long is the workshop"
RECORD: Final = """
globalThis.notices = [];
globalThis.Notification = class extends Notification {
  constructor(title, options) {
    super(title, options);
    notices.push({notice: this, title, options});
  }
};"""
NOTICES: Final = "notices.map(({title, options}) => [title, options.tag, options.body ?? null])"


@pytest_asyncio.fixture(scope="module", loop_scope="session", name="house")
async def _house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Service]:
    folder = tmp_path_factory.mktemp("notices")
    await employ(folder, "amina@example.org", "Amina")
    async with running(folder, CHATBOT_OPENING_HOURS="mon-sun 00:00-24:00") as service:
        yield service


@pytest_asyncio.fixture(loop_scope="session", name="amina")
async def _amina(house: Service, visitors: Visitors) -> Page:
    """Amina at work, in a browser that may notify her."""
    page = await at_work(visitors, house.base, "amina@example.org")
    await page.context.grant_permissions(["notifications"], origin=house.base)
    await page.add_init_script(RECORD)
    async with page.expect_websocket() as line:
        await page.reload()
    await (await line.value).wait_for_event("framereceived")
    # Otherwise the driver lets every page believe that it is looked at.
    session = await page.context.new_cdp_session(page)
    await session.send("Emulation.setFocusEmulationEnabled", {"enabled": False})
    return page


async def asks_for_a_person(house: Service, visitors: Visitors) -> Chat:
    chat = Chat(await visitors.arrive(house.base))
    await chat.open()
    await chat.ask(ASKED)
    await chat.button("Talk to a person").click()
    await expect(chat.button("Stop waiting")).to_be_visible()
    return chat


async def notices(page: Page) -> list[list[Any]]:
    found: list[list[Any]] = await page.evaluate(NOTICES)
    return found


async def test_who_looks_elsewhere_is_told_without_a_word_of_the_chat(
    house: Service, visitors: Visitors, amina: Page
) -> None:
    elsewhere = await amina.context.new_page()
    await elsewhere.bring_to_front()
    assert not await amina.evaluate("document.hasFocus()")
    chat = await asks_for_a_person(house, visitors)
    await amina.wait_for_function("notices.length > 0")
    ((title, tag, body),) = await notices(amina)
    assert title == "A chat is waiting."
    assert tag.startswith("/console/chats/")
    assert body is None
    assert ASKED not in await amina.title()

    await amina.evaluate("notices[0].notice.dispatchEvent(new Event('click'))")
    await expect(amina).to_have_url(f"{house.base}{tag}")
    await expect(thread(amina)).to_contain_text(ASKED)
    await chat.button("Stop waiting").click()


async def test_who_looks_at_the_console_is_not_disturbed(
    house: Service, visitors: Visitors, amina: Page
) -> None:
    await amina.bring_to_front()
    await amina.locator("body").click(position={"x": 2, "y": 2})
    assert await amina.evaluate("document.hasFocus()")
    chat = await asks_for_a_person(house, visitors)
    waiting = amina.get_by_role("list", name="Waiting", exact=True)
    await expect(waiting.get_by_role("link").filter(has_text=ASKED).first).to_be_visible()
    await chat.button("Stop waiting").click()
    await expect(waiting.get_by_role("link").filter(has_text=ASKED)).to_have_count(0)
    assert await notices(amina) == []
