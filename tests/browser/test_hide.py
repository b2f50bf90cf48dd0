"""Hide this page: blank at once, away, and no way back, from everywhere and without a network."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Final

import aiohttp
import pytest
from playwright.async_api import Page, expect

from tests.browser.chat import Chat
from tests.browser.conftest import Visitors
from tests.browser.elsewhere import EXIT, HOST, NeutralSite
from tests.browser.running import Service

pytestmark = pytest.mark.asyncio(loop_scope="session")

ASKED: Final = "do i have to pay"
TELL_WHAT_IS_SEEN: Final = """setInterval(() => {
  const seen = [...document.querySelectorAll("body, body *")].filter(
    element => element.checkVisibility() && element.getClientRects().length > 0);
  console.debug(`seen ${document.title}: ${seen.map(element => element.localName)}`);
}, 10)"""
TELL_WHAT_IS_SAID: Final = """setInterval(() => {
  const chat = document.querySelector("cara-chat")?.shadowRoot;
  const said = [document, chat].flatMap(root => [...root?.querySelectorAll("[role=alert]") ?? []]);
  const {localName} = document.elementFromPoint(innerWidth / 2, innerHeight / 2);
  console.debug(`said ${said.map(element => element.textContent)} by ${localName}`);
}, 10)"""
BLANK: Final = (f"seen {HOST}: ", "seen Loading.: ")
SLOW_SECONDS: Final = 0.3
SETTLE_MS: Final = 300


async def _shift(page: Page, times: int = 3) -> None:
    for _ in range(times):
        await page.keyboard.press("Shift")


async def _by_button_on_the_page(chat: Chat) -> None:
    await chat.box.press("Escape")
    await chat.page.get_by_role("button", name="Hide this page").click()


async def _by_keys_on_the_page(chat: Chat) -> None:
    await chat.box.press("Escape")
    await expect(chat.launcher).to_be_focused()
    await _shift(chat.page)


async def _by_button_in_the_chat(chat: Chat) -> None:
    await chat.button("Hide this page").click()


async def _by_keys_in_the_chat(chat: Chat) -> None:
    await chat.box.focus()
    await _shift(chat.page)


Way = Callable[[Chat], Coroutine[Any, Any, None]]
ON_ANOTHER_SITE: Final[tuple[Way, ...]] = (
    _by_keys_on_the_page,
    _by_button_in_the_chat,
    _by_keys_in_the_chat,
)
EVERYWHERE: Final = (_by_button_on_the_page, *ON_ANOTHER_SITE)


async def _a_chat(page: Page) -> Chat:
    chat = Chat(page)
    await chat.open()
    await chat.ask(ASKED)
    return chat


async def _session(page: Page) -> dict[str, Any]:
    (frame,) = page.main_frame.child_frames
    kept: dict[str, Any] = await frame.evaluate("JSON.parse(sessionStorage.chat)")
    return kept


async def _is_forgotten(service: Service, session: dict[str, Any]) -> None:
    address = f"{service.base}/api/v1/conversations/{session['id']}/events?after=0"
    token = {"Authorization": f"Bearer {session['token']}"}
    async with asyncio.timeout(10):
        while True:
            async with aiohttp.request("GET", address, headers=token) as answer:
                if answer.status == 401:
                    return
            await asyncio.sleep(0.05)


async def _kept_on_our_pages(page: Page, service: Service) -> list[str]:
    """Return what the tab still remembers, seen from an address that runs no script."""
    await page.goto(f"{service.base}/healthz")
    found: list[str] = await page.evaluate("Object.keys(sessionStorage)")
    return found


@pytest.mark.parametrize("hide", EVERYWHERE)
async def test_hiding_leaves_at_once_and_forgets_the_chat(
    hide: Way, service: Service, visitors: Visitors
) -> None:
    page = await visitors.arrive(service.base)
    chat = await _a_chat(page)
    session = await _session(page)
    await hide(chat)
    await expect(page).to_have_url(EXIT)
    await _is_forgotten(service, session)
    assert "chat" not in await _kept_on_our_pages(page, service)
    await page.goto(service.base)
    await chat.open()
    assert await chat.lines() == []


async def _is_blank_while_leaving(page: Page, hide: Way, neutral_site: NeutralSite) -> None:
    chat = await _a_chat(page)
    title = await page.title()
    seen: list[str] = []
    # A page that is being left answers no question, but what it says is heard.
    async with page.expect_console_message():  # else the page may be gone before it first speaks
        page.on("console", lambda message: seen.append(message.text))
        await page.evaluate(TELL_WHAT_IS_SEEN)
    neutral_site.asked.clear()
    neutral_site.may_answer.clear()
    hiding = asyncio.create_task(hide(chat))
    try:
        await asyncio.wait_for(neutral_site.asked.wait(), 10)
        await asyncio.sleep(SLOW_SECONDS)
    finally:
        neutral_site.may_answer.set()
    await hiding
    await expect(page).to_have_url(EXIT)
    assert seen[0].startswith(f"seen {title}: body,")
    assert seen[-1] in BLANK


@pytest.mark.parametrize("hide", EVERYWHERE)
async def test_our_page_is_blank_while_the_next_one_is_slow_to_come(
    hide: Way, service: Service, neutral_site: NeutralSite, visitors: Visitors
) -> None:
    page = await visitors.arrive(service.base)
    await _is_blank_while_leaving(page, hide, neutral_site)


@pytest.mark.parametrize("hide", ON_ANOTHER_SITE)
async def test_another_site_is_blank_while_the_next_one_is_slow_to_come(
    hide: Way, another_site: str, neutral_site: NeutralSite, visitors: Visitors
) -> None:
    page = await visitors.arrive(another_site)
    await _is_blank_while_leaving(page, hide, neutral_site)


async def _is_told_while_leaving(page: Page, hide: Awaitable[None], neutral: NeutralSite) -> str:
    """Return what is told, and by which element, that covers the middle of the page."""
    told: list[str] = []
    async with page.expect_console_message():
        page.on("console", lambda message: told.append(message.text))
        await page.evaluate(TELL_WHAT_IS_SAID)
    neutral.asked.clear()
    neutral.may_answer.clear()
    hiding = asyncio.ensure_future(hide)
    try:
        await asyncio.wait_for(neutral.asked.wait(), 10)
        await asyncio.sleep(SLOW_SECONDS)
    finally:
        neutral.may_answer.set()
    await hiding
    await expect(page).to_have_url(EXIT)
    return told[-1]


@pytest.mark.parametrize("hide", ON_ANOTHER_SITE)
async def test_a_screen_reader_is_told_that_another_site_is_left(
    hide: Way, another_site: str, neutral_site: NeutralSite, visitors: Visitors
) -> None:
    page = await visitors.arrive(another_site)
    told = await _is_told_while_leaving(page, hide(await _a_chat(page)), neutral_site)
    assert told == "said Loading. by cara-chat"


async def test_a_screen_reader_is_told_once_that_our_page_is_left(
    service: Service, neutral_site: NeutralSite, visitors: Visitors
) -> None:
    page = await visitors.arrive(service.base)
    hide = _by_button_on_the_page(await _a_chat(page))
    told = await _is_told_while_leaving(page, hide, neutral_site)
    assert told == "said Loading. by cara-chat"


async def test_a_screen_reader_is_told_that_a_page_without_the_chat_is_left(
    service: Service, neutral_site: NeutralSite, visitors: Visitors
) -> None:
    page = await visitors.arrive(f"{service.base}/embed")
    told = await _is_told_while_leaving(page, _shift(page), neutral_site)
    assert told == "said Loading. by p"


async def test_hidden_from_a_page_on_which_it_was_not_open_the_chat_is_forgotten(
    service: Service, another_site: str, visitors: Visitors
) -> None:
    page = await visitors.arrive(another_site)
    await _a_chat(page)
    session = await _session(page)
    await page.reload()
    chat = Chat(page)
    await expect(chat.launcher).to_be_visible()
    await _shift(page)
    await expect(page).to_have_url(EXIT)
    await page.goto(another_site)
    await chat.open()
    assert await chat.lines() == []
    await _is_forgotten(service, session)
    assert await page.evaluate("sessionStorage.length") == 0


@pytest.mark.parametrize("hide", ON_ANOTHER_SITE)
async def test_hiding_another_site_leaves_nothing_in_the_tab(
    hide: Way, service: Service, another_site: str, visitors: Visitors
) -> None:
    page = await visitors.arrive(another_site)
    chat = await _a_chat(page)
    session = await _session(page)
    await hide(chat)
    await expect(page).to_have_url(EXIT)
    await _is_forgotten(service, session)
    await page.go_back()
    assert page.url == "about:blank"
    await page.add_init_script("globalThis.kept = location.host && Object.keys(sessionStorage)")
    await page.goto(another_site)
    await chat.open()
    (frame,) = page.main_frame.child_frames
    assert await frame.evaluate("kept") == []
    assert await chat.lines() == []


async def test_shift_three_times_leaves_another_site_too(
    another_site: str, visitors: Visitors
) -> None:
    page = await visitors.arrive(another_site)
    await expect(Chat(page).launcher).to_be_visible()
    await _shift(page)
    await expect(page).to_have_url(EXIT)


@pytest.mark.parametrize("hide", EVERYWHERE)
async def test_without_a_network_the_page_is_gone_all_the_same(
    hide: Way, service: Service, visitors: Visitors
) -> None:
    page = await visitors.arrive(service.base)
    chat = await _a_chat(page)
    await page.context.set_offline(offline=True)
    await hide(chat)
    await expect(page).to_have_url(re.compile("^chrome-error:"))
    assert "CARA" not in await page.title()
    await page.context.set_offline(offline=False)
    assert "chat" not in await _kept_on_our_pages(page, service)


async def test_going_back_shows_nothing_of_ours(service: Service, visitors: Visitors) -> None:
    page = await visitors.arrive(f"{service.base}/faq")
    await page.goto(service.base)
    await _by_button_in_the_chat(await _a_chat(page))
    await expect(page).to_have_url(EXIT)
    seen: list[str] = []
    page.on("console", lambda message: seen.append(message.text))
    await page.add_init_script(TELL_WHAT_IS_SEEN)
    await page.go_back(wait_until="commit")
    await expect(page).to_have_url(EXIT)
    await page.wait_for_timeout(SETTLE_MS)
    assert seen != []
    assert [what for what in seen if "CARA" in what and not what.endswith(": ")] == []


async def test_shift_as_part_of_typing_does_not_leave(service: Service, visitors: Visitors) -> None:
    page = await visitors.arrive(service.base)
    chat = Chat(page)
    await chat.open()
    await chat.box.focus()
    for letter in "ABC":
        await page.keyboard.press(f"Shift+{letter}")
    await _shift(page, 2)
    await page.keyboard.press("a")
    await _shift(page, 1)
    await page.wait_for_timeout(SETTLE_MS)
    assert page.url == f"{service.base}/"
    await expect(chat.box).to_have_value("ABCa")
