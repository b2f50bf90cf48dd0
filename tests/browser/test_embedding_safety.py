"""Nobody but the frame and its page speak to each other, and nothing covers the way out."""

import re
from typing import Final

import pytest
from playwright.async_api import Frame, Page, ViewportSize, expect

from tests.browser.chat import Chat
from tests.browser.conftest import Visitors
from tests.browser.elsewhere import EXIT
from tests.browser.running import Service
from tests.browser.town import Town

pytestmark = pytest.mark.asyncio(loop_scope="session")

DESK: Final = ViewportSize(width=1280, height=800)
SCREENS: Final = (
    *((320, 568), (360, 640), (768, 1024), (1280, 800), (640, 360)),
    (320, 256),  # 1280 x 1024 at 400 %
)
COVERED: Final = """() => {
  const hide = document.querySelector("[data-hide]");
  const {left, top, width, height} = hide.getBoundingClientRect();
  const shares = [0.1, 0.3, 0.5, 0.7, 0.9];
  const points = shares.flatMap(share => [[share, 0.5], [0.5, share]]);
  return points.map(([x, y]) => document.elementFromPoint(left + x * width, top + y * height))
    .filter(element => element?.closest("[data-hide]") !== hide)
    .map(element => element?.localName ?? "outside");
}"""
WORDS: Final = ("exit", "shut", "leave", "unread", "ready")
SPEAK: Final = """words => words.forEach(
  cara => parent.postMessage({cara, ended: true, count: 7, title: "x", neutral: "x"}, "*"))"""
SETTLE_MS: Final = 300


async def _a_chat(service: Service, town: Town, visitors: Visitors, more: str = "") -> Chat:
    tag = f'<script src="{service.base}/widget/embed.js"></script>'
    chat = Chat(await visitors.arrive(town.page("talk", f"<title>Our town</title>{more}{tag}")))
    await chat.open()
    await chat.ask("do i have to pay owt")
    return chat


async def _is_as_it_was(chat: Chat) -> None:
    await chat.page.wait_for_timeout(SETTLE_MS)
    assert chat.page.url.endswith("/talk")
    assert await chat.page.title() == "Our town"
    await expect(chat.panel).to_be_visible()
    assert len(await chat.lines()) == 2


async def _other_frame(page: Page, end: str) -> Frame:
    frame = next(frame for frame in page.frames if frame.url.endswith(end))
    await frame.wait_for_load_state()
    return frame


async def test_the_page_does_not_hear_itself(
    service: Service, town: Town, visitors: Visitors
) -> None:
    chat = await _a_chat(service, town, visitors)
    await chat.page.evaluate(SPEAK, WORDS)
    await _is_as_it_was(chat)


async def test_the_page_does_not_hear_a_frame_of_another_origin(
    service: Service, town: Town, visitors: Visitors
) -> None:
    # By number, so that it is an origin of its own.
    other = town.page("other", "<title>Elsewhere</title>").replace("localhost", "127.0.0.1")
    chat = await _a_chat(service, town, visitors, f'<iframe src="{other}"></iframe>')
    await (await _other_frame(chat.page, "/other")).evaluate(SPEAK, WORDS)
    await _is_as_it_was(chat)


async def test_the_page_does_not_hear_another_frame_of_the_same_origin_as_the_chat(
    service: Service, town: Town, visitors: Visitors
) -> None:
    twin = f'<iframe src="{service.base}/widget/frame?twin"></iframe>'
    chat = await _a_chat(service, town, visitors, twin)
    await (await _other_frame(chat.page, "?twin")).evaluate(SPEAK, WORDS)
    await _is_as_it_was(chat)


async def test_a_frame_beside_the_chat_cannot_even_reach_it(
    service: Service, town: Town, visitors: Visitors
) -> None:
    beside = town.page("beside", "<title>Beside</title>")
    chat = await _a_chat(service, town, visitors, f'<iframe src="{beside}"></iframe>')
    frame = await _other_frame(chat.page, "/beside")
    assert await frame.evaluate("[parent.length, parent[0] === window]") == [1, True]


async def test_our_page_does_not_hear_the_window_that_opened_it(
    service: Service, town: Town, visitors: Visitors
) -> None:
    page = await visitors.arrive(town.page("opener", "<title>Opener</title>"))
    async with page.expect_popup() as opened:
        await page.evaluate("address => void (globalThis.ours = open(address))", service.base)
    ours = await opened.value
    await expect(Chat(ours).launcher).to_be_visible()
    await page.evaluate("ours.postMessage({cara: 'exit'}, '*')")
    await ours.evaluate("postMessage({cara: 'exit'}, '*')")
    await ours.wait_for_timeout(SETTLE_MS)
    assert ours.url == f"{service.base}/"


@pytest.mark.parametrize("text", [16, 32])
async def test_neither_button_nor_chat_ever_covers_the_way_out(
    text: int, service: Service, visitors: Visitors
) -> None:
    page = await visitors.arrive("about:blank", screen=DESK)
    session = await page.context.new_cdp_session(page)
    await session.send("Page.setFontSizes", {"fontSizes": {"standard": text, "fixed": 13}})
    await page.goto(service.base)
    chat = Chat(page)
    covered: list[str] = []
    for action in (chat.launcher.wait_for, chat.open):
        await action()
        for width, height in SCREENS:
            await page.set_viewport_size({"width": width, "height": height})
            for where in ("0", "document.body.scrollHeight"):
                await page.evaluate(f"scrollTo(0, {where})")
                found = await page.evaluate(COVERED)
                covered += [f"{width}x{height} by {element}" for element in found]
    assert covered == []


async def test_the_preview_is_the_chat_as_others_will_have_it(
    service: Service, visitors: Visitors
) -> None:
    page = await visitors.arrive(f"{service.base}/embed", screen=DESK)
    await page.get_by_label("Words on the button").fill('Talk to <"us">')
    await page.get_by_label("Neutral title").fill("Weather")
    await page.get_by_role("button", name="Show my code").click()
    preview = page.frame_locator("iframe.preview")
    await page.locator("iframe.preview").scroll_into_view_if_needed()
    await preview.get_by_role("button", name='Talk to <"us">').click()
    chat = preview.frame_locator("iframe")
    await expect(chat.get_by_role("textbox", name="Your message")).to_be_editable()
    icon = preview.locator("head > link[rel=icon]")
    await expect(icon).to_have_attribute("href", re.compile("^data:image/svg"))
    assert await preview.locator("title").text_content() == "Weather"
    await chat.get_by_role("button", name="Hide this page").click()
    await expect(page).to_have_url(EXIT)
    # Both are told to leave: the page does, and its policy keeps the preview from it.
    assert [one for one in visitors.faults if "frame-src 'self'" not in one] == []
    visitors.faults.clear()


async def test_the_code_can_be_had_without_javascript(service: Service, visitors: Visitors) -> None:
    page = await visitors.arrive(f"{service.base}/embed", scripts=False)
    await page.get_by_label("Words on the button").fill("Talk to us")
    await page.get_by_label("Side of the page").select_option("Left")
    await page.get_by_role("button", name="Show my code").click()
    code = page.get_by_role("region", name="Your code")
    await expect(code).to_contain_text('data-label="Talk to us" data-position="left"')
    await expect(page.get_by_role("button", name="Copy")).to_have_count(0)


async def test_the_code_is_copied_with_a_press(service: Service, visitors: Visitors) -> None:
    page = await visitors.arrive(f"{service.base}/embed", screen=DESK)
    await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await page.get_by_role("button", name="Copy").first.click()
    await expect(page.get_by_role("button", name="Copied")).to_be_visible()
    copied = await page.evaluate("navigator.clipboard.readText()")
    assert copied == await page.locator("#line").text_content()
