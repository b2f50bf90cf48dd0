"""What the chat leaves behind: nothing before it is used, and never what somebody wrote."""

import asyncio
from typing import Final

import pytest
from playwright.async_api import Frame, Page, expect

from tests.browser.chat import Chat
from tests.browser.conftest import Visitors
from tests.browser.running import Service

pytestmark = pytest.mark.asyncio(loop_scope="session")

QUIET_SECONDS: Final = 1.0
KEPT: Final = """async () => [
  ...Object.keys(localStorage), ...Object.keys(sessionStorage),
  ...(await indexedDB.databases()).map(({name}) => name), ...await caches.keys(),
  ...(await navigator.serviceWorker.getRegistrations()).map(({scope}) => scope),
]"""
LASTING: Final = """() => [
  document.title, location.href, JSON.stringify(history.state), document.cookie,
  ...Object.entries(localStorage).flat(),
].join("\\n")"""


class Watch:
    """What a page asks for from now on."""

    def __init__(self, page: Page) -> None:
        self.asked: list[str] = []
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("websocket", lambda socket: self.asked.append(socket.url))

    async def until_quiet(self) -> None:
        """Wait until nothing has been asked for in a while."""
        before = -1
        while before != len(self.asked):
            before = len(self.asked)
            await asyncio.sleep(QUIET_SECONDS)


def _frame(page: Page) -> Frame:
    (frame,) = page.main_frame.child_frames
    return frame


async def _stored(page: Page) -> list[str]:
    found: list[str] = [cookie.get("name", "") for cookie in await page.context.cookies()]
    for frame in page.frames:
        found += await frame.evaluate(KEPT)
    return found


async def test_before_it_is_opened_another_site_loads_one_script(
    service: Service, another_site: str, visitors: Visitors
) -> None:
    page = await visitors.arrive("about:blank")
    watch = Watch(page)
    await page.goto(another_site)
    await expect(Chat(page).launcher).to_be_visible()
    await watch.until_quiet()
    favicon = f"{another_site}favicon.ico"
    asked = [address for address in watch.asked if address != favicon]
    assert asked == [another_site, f"{service.base}/widget/embed.js"]
    assert await _stored(page) == []


async def test_before_it_is_opened_our_page_loads_no_part_of_it_but_the_launcher(
    service: Service, visitors: Visitors
) -> None:
    page = await visitors.arrive("about:blank")
    watch = Watch(page)
    await page.goto(service.base)
    await expect(Chat(page).launcher).to_be_visible()
    await watch.until_quiet()
    rest = [address for address in watch.asked if "/static/" not in address]
    assert rest == [f"{service.base}/", f"{service.base}/widget/embed.js"]
    assert await _stored(page) == []


async def test_before_the_first_message_nothing_is_kept_and_no_line_is_open(
    service: Service, another_site: str, visitors: Visitors
) -> None:
    page = await visitors.arrive(another_site)
    watch = Watch(page)
    chat = Chat(page)
    await chat.open()
    await chat.box.press_sequentially("will anyone see this")
    await watch.until_quiet()
    allowed = (f"{service.base}/widget/", f"{service.base}/static/")
    assert watch.asked != []
    assert [address for address in watch.asked if not address.startswith(allowed)] == []
    assert await _stored(page) == []


async def test_after_the_first_message_only_this_tab_remembers(
    service: Service, visitors: Visitors
) -> None:
    page = await visitors.arrive(service.base)
    chat = Chat(page)
    await chat.open()
    await chat.ask("is lunch provided zebra")
    assert await _frame(page).evaluate("Object.keys(sessionStorage)") == ["chat"]
    assert "zebra" not in await _frame(page).evaluate("JSON.stringify(sessionStorage)")
    assert await _frame(page).evaluate("localStorage.length") == 0
    assert await page.context.cookies() == []


async def test_what_was_written_is_in_no_title_address_history_or_lasting_storage(
    service: Service, visitors: Visitors
) -> None:
    page = await visitors.arrive(service.base)
    watch = Watch(page)
    steps = await page.evaluate("history.length")
    chat = Chat(page)
    await chat.open()
    await chat.ask("what happens if i am late zebra")
    await chat.box.press_sequentially("a draft with zebra")
    for frame in page.frames:
        assert "zebra" not in await frame.evaluate(LASTING)
    assert await page.evaluate("history.length") == steps
    await page.reload()
    await chat.open()
    await chat.until(lines=2)
    assert [address for address in watch.asked if "zebra" in address] == []
    for frame in page.frames:
        assert "zebra" not in await frame.evaluate(LASTING)


async def test_a_question_on_the_plain_page_is_in_no_title_address_or_history(
    service: Service, visitors: Visitors
) -> None:
    page = await visitors.arrive(f"{service.base}/ask")
    await page.get_by_role("textbox").fill("what happens if i am late zebra")
    await page.get_by_role("button", name="Find an answer").click()
    await expect(page.get_by_text("zebra")).to_be_visible()
    assert "zebra" not in await page.evaluate(LASTING)
    assert await _stored(page) == []


async def test_a_closed_chat_is_not_found_again(service: Service, visitors: Visitors) -> None:
    page = await visitors.arrive(service.base)
    chat = Chat(page)
    await chat.open()
    await chat.ask("do i have to pay")
    await chat.button("Close chat").click()
    await expect(chat.panel).to_have_count(0)
    assert await page.evaluate("sessionStorage.length") == 0
    await page.reload()
    await chat.open()
    assert await chat.lines() == []
