"""A visitor reads and chats in Polish; a right-to-left language fits the smallest phone."""

import re
from collections.abc import AsyncIterator
from typing import Final

import pytest
import pytest_asyncio
from playwright.async_api import Frame, FrameLocator, Locator, Page, expect

from chatbot.content import loading
from tests.browser.chat import Chat, squeezed, words
from tests.browser.conftest import Visitors
from tests.browser.running import Service, running
from tests.browser.test_accessible import PAGES, SIDEWAYS, SMALL, WIDE, look

pytestmark = pytest.mark.asyncio(loop_scope="session")

POLISH: Final = loading.texts("pl")
RIGHT_TO_LEFT: Final = "ar-XB"
PAY: Final = "do i have to pay owt"


class Spoken:
    """The chat in whichever language; its names are the catalogue's."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.launcher: Locator = page.locator("cara-chat button")
        self.frame: FrameLocator = page.frame_locator("cara-chat iframe")
        self.box: Locator = self.frame.get_by_role("textbox")
        self.lines: Locator = self.frame.locator("#items > li")

    @property
    def document(self) -> Frame:
        (frame,) = self.page.main_frame.child_frames
        return frame

    async def open(self) -> None:
        await self.launcher.click()
        await expect(self.box).to_be_editable()

    async def ask(self, text: str) -> Locator:
        before = await self.lines.count()
        await self.box.fill(text)
        await self.box.press("Enter")
        await expect(self.lines).to_have_count(before + 2)
        return self.lines.nth(before + 1)


async def test_a_visitor_chooses_polish_asks_and_is_answered(
    service: Service, visitors: Visitors
) -> None:
    page = await visitors.arrive(service.base)
    await page.get_by_role("link", name="Polski").click()
    await expect(page).to_have_url(f"{service.base}/pl/")
    hide = page.get_by_role("button", name=POLISH("page.hide"), exact=True)
    await expect(hide).to_be_visible()
    chat = Spoken(page)
    await expect(chat.launcher).to_have_accessible_name(POLISH("page.launcher"))
    await chat.open()
    await expect(page.get_by_title(POLISH("widget.title"), exact=True)).to_be_visible()
    await expect(chat.box).to_have_accessible_name(POLISH("widget.message"))
    await expect(chat.frame.get_by_text(POLISH("widget.welcome.english"))).to_be_visible()
    answer = await chat.ask(PAY)
    entry = await service.entry("cost")
    bubble = answer.locator(".bubble")
    assert words(entry["answer_html"]) in squeezed(await bubble.inner_text())
    await expect(bubble).to_have_attribute("lang", "en-GB")
    await expect(answer.locator("time")).to_have_text(re.compile(r"^\d{1,2}:\d\d$"))
    assert await page.context.cookies() == []


async def test_who_is_not_understood_is_told_so_in_polish(
    service: Service, visitors: Visitors
) -> None:
    chat = Spoken(await visitors.arrive(f"{service.base}/pl/"))
    await chat.open()
    answer = await chat.ask("zxqv wvut qqqq")
    await expect(answer).to_contain_text("Rozumiem tylko pytania po angielsku.")
    await expect(answer.get_by_role("link", name="999")).to_have_attribute("href", "tel:999")
    assert await answer.locator(".bubble").get_attribute("lang") is None


async def test_the_language_is_chosen_in_the_chat_and_kept_with_the_conversation(
    another_site: str, visitors: Visitors
) -> None:
    page = await visitors.arrive(another_site)
    chat = Spoken(page)
    await chat.open()
    steps = await page.evaluate("history.length")
    await chat.frame.get_by_role("link", name="Polski").click()
    await expect(chat.box).to_have_accessible_name(POLISH("widget.message"))
    await expect(chat.box).to_be_editable()
    assert await page.evaluate("history.length") == steps
    assert await chat.document.evaluate("sessionStorage.length") == 0
    await chat.ask(PAY)
    await page.reload()
    await chat.open()
    await expect(chat.box).to_have_accessible_name(POLISH("widget.message"))
    await expect(chat.lines).to_have_count(2)
    await expect(chat.frame.get_by_role("link", name="English")).to_be_hidden()


async def test_another_language_is_not_offered_to_who_would_lose_words(
    service: Service, visitors: Visitors
) -> None:
    chat = Chat(await visitors.arrive(service.base))
    await chat.open()
    polish = chat.frame.get_by_role("link", name="Polski")
    await expect(polish).to_be_visible()
    await chat.box.press_sequentially("do i")
    await expect(polish).to_be_hidden()
    await chat.box.fill("")
    await expect(polish).to_be_visible()


@pytest.mark.parametrize("path", PAGES)
async def test_a_polish_page_has_no_fault(path: str, service: Service, visitors: Visitors) -> None:
    page = await visitors.arrive(f"{service.base}/pl{path}", screen=WIDE)
    assert await look(page, page.main_frame) == []


@pytest_asyncio.fixture(scope="module", loop_scope="session", name="mirrored")
async def _mirrored(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Service]:
    folder = tmp_path_factory.mktemp("mirrored")
    async with running(folder, CHATBOT_LANGUAGES=f"en,{RIGHT_TO_LEFT}") as service:
        yield service


@pytest.mark.parametrize("path", PAGES)
async def test_a_page_from_right_to_left_has_no_fault_and_fits_a_phone(
    path: str, mirrored: Service, visitors: Visitors
) -> None:
    page = await visitors.arrive(f"{mirrored.base}/{RIGHT_TO_LEFT}{path}", screen=WIDE)
    assert await look(page, page.main_frame) == []
    brand, leave = page.locator(".brand"), page.locator(".leave")
    assert await _left(brand) > await _left(leave)


async def test_a_chat_from_right_to_left_has_no_fault_and_fits_a_phone(
    mirrored: Service, visitors: Visitors
) -> None:
    page = await visitors.arrive(f"{mirrored.base}/{RIGHT_TO_LEFT}/", screen=SMALL)
    chat = Spoken(page)
    await chat.open()
    assert await look(page, chat.document) == []
    for question in (PAY, "is it private"):
        await chat.ask(question)
    answer = await chat.ask("i want to kill myself")
    assert await look(page, chat.document) == []
    await page.set_viewport_size(SMALL)
    assert await chat.document.evaluate(SIDEWAYS) <= 0
    mine, theirs = chat.lines.nth(4).locator(".bubble"), answer.locator(".bubble")
    assert await _left(mine) < await _left(theirs) + await _width(theirs) - await _width(mine)
    # An English answer reads from left to right, whatever is around it.
    assert await theirs.evaluate("element => getComputedStyle(element).direction") == "ltr"


async def _left(element: Locator) -> float:
    return await _of(element, "left")


async def _width(element: Locator) -> float:
    return await _of(element, "width")


async def _of(element: Locator, side: str) -> float:
    found: float = await element.evaluate(f"e => e.getBoundingClientRect().{side}")
    return found
