"""No fault that axe can find, and no sideways scroll, on any page and in any state of the chat."""

from collections.abc import Sequence
from typing import Any, Final, Literal

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Frame, Page, ViewportSize, expect

from tests.browser.chat import Chat
from tests.browser.conftest import PHONE, Visitors
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


async def faults(chat: Chat) -> list[str]:
    """Return what is wrong with the document of a chat."""
    (frame,) = chat.page.main_frame.child_frames
    return await look(chat.page, frame)


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
