"""No fault that axe can find, and no sideways scroll, on any page and in any state of the chat."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any, Final, Literal

import aiohttp
import pytest
import pytest_asyncio
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Frame, Page, ViewportSize, expect

from tests.browser.chat import Chat
from tests.browser.conftest import PHONE, Visitors
from tests.browser.network import Network, Wire
from tests.browser.running import Service

pytestmark = pytest.mark.asyncio(loop_scope="session")

SMALL: Final = ViewportSize(width=320, height=568)
WIDE: Final = ViewportSize(width=1280, height=800)
SCHEMES: Final[tuple[Literal["light", "dark"], ...]] = ("light", "dark")
PAGES: Final = (
    "/",
    "/faq",
    "/faq/cost",
    "/ask",
    "/callback",
    "/callback/change",
    "/staying-safe",
    "/privacy",
    "/accessibility",
    "/embed?site=example.org&exit=nowhere",
    "/no-such-page",
)
SIDEWAYS: Final = """() => {
  const {scrollWidth, clientWidth} = document.documentElement;
  return scrollWidth - clientWidth;
}"""
CUT_OFF: Final = """() => [...document.querySelectorAll("main *")]
  .filter(element => element.getBoundingClientRect().right > innerWidth + 0.5)
  .map(element => `${element.localName} ${element.textContent.trim()}`)"""
"""What reaches beyond the screen, though a part of the page that clips may hide it."""
SMALLER: Final = "a => a.getBoundingClientRect().height < 44"
AXE: Final[Any] = Axe()


async def look(
    page: Page, frame: Frame, screens: Sequence[ViewportSize] = (SMALL, WIDE)
) -> list[str]:
    """Return what is wrong with a document, on both screens and in both colour schemes."""
    wrong: list[str] = []
    for screen in screens:
        await page.set_viewport_size(screen)
        for scheme in SCHEMES:
            await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            found = (await AXE.run(frame)).response["violations"]
            where = f"{screen['width']} {scheme}"
            for one in found:
                nodes = [f"{node['target']} {node['failureSummary']}" for node in one["nodes"]]
                wrong.append(f"{where}: {one['id']}: {nodes}")
        if (over := await frame.evaluate(SIDEWAYS)) > 0:
            wrong.append(f"{screen['width']}: {over} px wider than the screen")
    return wrong


@pytest.mark.parametrize("path", PAGES)
async def test_a_page_has_no_fault(path: str, service: Service, visitors: Visitors) -> None:
    page = await visitors.arrive(service.base + path, screen=WIDE)
    if path == "/":
        await expect(Chat(page).launcher).to_be_visible()
    assert await look(page, page.main_frame) == []


async def test_what_is_pressed_in_a_hurry_is_large_enough(
    service: Service, visitors: Visitors
) -> None:
    page = await visitors.arrive(service.base, screen=SMALL)
    found = page.locator(".strip-emergency a, .nav a, .foot a")
    assert await found.count() > 10
    small = await found.evaluate_all(f"links => links.filter({SMALLER}).map(a => a.textContent)")
    assert small == []


@pytest.mark.parametrize(
    "question", ["", "do i have to pay owt", "is it private", "i want to kill myself"]
)
async def test_an_answer_on_the_plain_page_has_no_fault(
    question: str, service: Service, visitors: Visitors
) -> None:
    page = await visitors.arrive(f"{service.base}/ask", screen=WIDE)
    await page.get_by_role("textbox").fill(question)
    await page.get_by_role("button", name="Find an answer").click()
    await page.wait_for_load_state()
    assert await look(page, page.main_frame) == []


@pytest_asyncio.fixture(loop_scope="session", name="a_chat")
async def _a_chat(a_network: Network, visitors: Visitors) -> AsyncIterator[Chat]:
    chat = Chat(await visitors.arrive(a_network.base, screen=WIDE))
    await chat.open()
    yield chat


async def faults(chat: Chat) -> list[str]:
    (frame,) = chat.page.main_frame.child_frames
    return await look(chat.page, frame)


async def test_the_welcome_has_no_fault(a_chat: Chat) -> None:
    assert await faults(a_chat) == []


async def test_the_promises_in_full_have_no_fault(a_chat: Chat) -> None:
    await a_chat.frame.get_by_text("Read more").click()
    assert await faults(a_chat) == []


@pytest.mark.parametrize(
    "question", ["do i have to pay owt", "is it private", "i want to kill myself"]
)
async def test_an_answer_in_the_chat_has_no_fault(question: str, a_chat: Chat) -> None:
    await a_chat.ask(question)
    assert await faults(a_chat) == []


async def test_a_chat_without_a_network_has_no_fault(a_chat: Chat, a_network: Network) -> None:
    await a_chat.ask("do i have to pay owt")
    loss = asyncio.create_task(a_network.fail(Wire.CUT, 60))
    await a_chat.say("hello")
    await expect(a_chat.offline).to_be_visible()
    assert await faults(a_chat) == []
    loss.cancel()


async def test_a_chat_that_waits_for_a_person_has_no_fault(a_chat: Chat) -> None:
    await a_chat.button("Talk to a person").click()
    await expect(a_chat.frame.get_by_text("Waiting for a person")).to_be_visible()
    assert await faults(a_chat) == []


async def test_a_chat_that_has_ended_has_no_fault(a_chat: Chat, service: Service) -> None:
    await a_chat.ask("do i have to pay owt")
    (frame,) = a_chat.page.main_frame.child_frames
    session = await frame.evaluate("JSON.parse(sessionStorage.chat)")
    address = f"{service.base}/api/v1/conversations/{session['id']}/close"
    token = {"Authorization": f"Bearer {session['token']}"}
    async with aiohttp.request("POST", address, headers=token, json={}) as answer:
        assert answer.status == 204
    await expect(a_chat.button("Start a new chat")).to_be_visible()
    assert await faults(a_chat) == []


async def _enlarge(page: Page) -> None:
    """Double the reader's own text size, as a browser's settings do."""
    session = await page.context.new_cdp_session(page)
    await session.send("Page.setFontSizes", {"fontSizes": {"standard": 32, "fixed": 26}})


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("screen", [SMALL, PHONE], ids=["320 px", "360 px"])
async def test_text_twice_as_large_fits_a_phone(
    screen: ViewportSize, path: str, service: Service, visitors: Visitors
) -> None:
    page = await visitors.arrive("about:blank", screen=screen)
    await _enlarge(page)
    await page.goto(service.base + path)
    assert await page.evaluate("getComputedStyle(document.documentElement).fontSize > '32px'")
    assert await page.evaluate(SIDEWAYS) <= 0
    assert await page.evaluate(CUT_OFF) == []
    await page.get_by_role("button", name="Hide this page").click(trial=True)


@pytest.mark.parametrize("screen", [SMALL, PHONE], ids=["320 px", "360 px"])
async def test_a_chat_with_text_twice_as_large_fits_a_phone(
    screen: ViewportSize, service: Service, visitors: Visitors
) -> None:
    page = await visitors.arrive("about:blank", screen=screen)
    await _enlarge(page)
    await page.goto(service.base)
    chat = Chat(page)
    await chat.open()
    await chat.ask("i want to kill myself")
    (frame,) = page.main_frame.child_frames
    assert await frame.evaluate(SIDEWAYS) <= 0
    for name in ("Hide this page", "Send", "Close chat"):
        await chat.button(name).click(trial=True)
