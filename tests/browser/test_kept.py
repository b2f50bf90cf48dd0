"""No word is lost and none hidden: not by a reload, the wrong button, a keyboard, or a bad line."""

from collections.abc import AsyncIterator
from typing import Final

import pytest
import pytest_asyncio
from playwright.async_api import Route, ViewportSize, expect

from tests.browser.chat import Chat
from tests.browser.conftest import Visitors
from tests.browser.running import Service
from tests.browser.staffed import Staff, frame_of, staffed

pytestmark = pytest.mark.asyncio(loop_scope="session")

PAY: Final = "do i have to pay owt"
CONVERSATIONS: Final = "**/api/v1/conversations**"
WITH_KEYBOARD: Final = ViewportSize(width=360, height=300)
"""What a phone of 360 x 640 has left above its keyboard."""
SCROLL_UP: Final = """log => new Promise(done => {
  log.scrollTo(0, 0);
  requestAnimationFrame(() => requestAnimationFrame(done));
})"""
COMPOSES: Final = """field => ["keydown", "keyup"].forEach(kind => field.dispatchEvent(
  new KeyboardEvent(kind, {key: "Escape", isComposing: true, bubbles: true})))"""


@pytest_asyncio.fixture(scope="module", loop_scope="session", name="house")
async def _house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Staff]:
    async with staffed(tmp_path_factory.mktemp("kept")) as staff:
        yield staff


async def _opened(base: str, visitors: Visitors) -> Chat:
    chat = Chat(await visitors.arrive(base))
    await chat.open()
    return chat


async def test_the_first_message_survives_a_reload_before_it_was_sent(
    service: Service, visitors: Visitors
) -> None:
    chat = await _opened(service.base, visitors)
    await chat.box.press_sequentially("not sent yet")
    assert await frame_of(chat).evaluate("sessionStorage.length") == 0
    await chat.page.route(CONVERSATIONS, lambda route: route.abort())
    await chat.say(PAY)
    await chat.box.press_sequentially("and")
    await chat.page.reload()
    await chat.page.unroute(CONVERSATIONS)
    await chat.open()
    await expect(chat.box).to_have_value("and")
    await chat.until(lines=2)
    assert await chat.said_by("You") == [PAY]


async def test_closing_asks_before_a_word_is_lost(service: Service, visitors: Visitors) -> None:
    chat = await _opened(service.base, visitors)
    await chat.box.fill("a draft")
    await chat.button("Close chat").click()
    dialog = chat.frame.get_by_role("dialog", name="End this chat?")
    await expect(dialog).to_contain_text("You have written something that is not sent.")
    await chat.button("Keep it open").click()
    await expect(chat.box).to_have_value("a draft")
    await chat.page.route("**/widget/**", lambda route: route.abort())
    await chat.page.route(CONVERSATIONS, lambda route: route.abort())
    await chat.say("a draft")
    await chat.button("Close chat").click()
    await chat.button("End chat").click()
    await expect(chat.panel).to_have_count(0)


async def test_without_a_network_to_ask_by_closing_only_puts_it_away(
    service: Service, visitors: Visitors
) -> None:
    chat = await _opened(service.base, visitors)
    await chat.page.context.set_offline(offline=True)
    await chat.box.fill("a draft")
    await chat.button("Close chat").click()
    await expect(chat.panel).to_be_hidden()
    await chat.launcher.click()
    await expect(chat.box).to_have_value("a draft")
    await chat.page.context.set_offline(offline=False)


async def test_escape_that_belongs_to_a_word_being_composed_closes_nothing(
    service: Service, visitors: Visitors
) -> None:
    chat = await _opened(service.base, visitors)
    await chat.box.evaluate(COMPOSES)
    await chat.say(PAY)
    await chat.until(lines=2)
    await chat.page.keyboard.press("Escape")
    await expect(chat.panel).to_be_hidden()


async def test_a_phones_keyboard_leaves_the_field_and_the_way_out_in_sight(
    service: Service, visitors: Visitors
) -> None:
    chat = await _opened(service.base, visitors)
    await chat.ask("i want to kill myself")
    await chat.page.set_viewport_size(WITH_KEYBOARD)
    await expect(chat.log.get_by_role("heading", name="Help right now")).to_be_in_viewport()
    await chat.ask(PAY)
    for control in (chat.box, chat.button("Send"), chat.button("Hide this page")):
        await expect(control).to_be_in_viewport(ratio=1)
        await control.click(trial=True)
    await frame_of(chat).evaluate("scrollTo(0, 0)")
    await expect(chat.box).to_be_in_viewport(ratio=1)


async def test_news_are_seen_above_a_message_that_is_not_sent(
    house: Staff, visitors: Visitors
) -> None:
    chat = await _opened(house.base, visitors)
    for number in range(3):
        await chat.ask(f"{PAY} {number}")
    now = await house.conversation(chat)
    await house.joins(now.id)
    await chat.page.route("**/choice", lambda route: route.abort())
    await chat.log.evaluate(SCROLL_UP)
    await (
        chat.frame.get_by_role("list", name="People often ask").get_by_role("button").first.click()
    )
    await expect(chat.log.get_by_text("Sending…")).to_be_in_viewport()
    await house.says(now.id, "seen at once " * 30)
    await expect(chat.log.get_by_text("seen at once")).to_be_in_viewport()
    await chat.log.evaluate(SCROLL_UP)
    await house.says(now.id, "looked for later")
    await chat.button("New messages").click()
    await expect(chat.log.get_by_text("looked for later")).to_be_in_viewport()


async def test_a_phone_has_no_focus_behind_the_chat(service: Service, visitors: Visitors) -> None:
    chat = await _opened(service.base, visitors)
    places = []
    for _ in range(25):
        await chat.page.keyboard.press("Tab")
        places.append(await chat.page.evaluate("document.activeElement.className"))
    assert set(places) <= {"", "brand", "leave"}
    assert "leave" in places
    await chat.button("Minimise").click()
    await expect(chat.launcher).to_be_focused()
    await chat.page.get_by_role("main").get_by_role("link").first.focus()
    assert await chat.page.evaluate("document.activeElement.localName") == "a"


async def test_what_is_not_sent_goes_out_when_the_page_is_looked_at_again(
    service: Service, visitors: Visitors
) -> None:
    chat = await _opened(service.base, visitors)
    asked = 0

    async def refuse(route: Route) -> None:
        nonlocal asked
        asked += 1
        # It may try again in ten minutes: only somebody who comes back makes it try sooner.
        await route.fulfill(status=503, headers={"Retry-After": "600"})

    await chat.page.route(CONVERSATIONS, refuse)
    await chat.say(PAY)
    await expect(chat.log.get_by_text("Sending…")).to_be_visible()
    await chat.page.unroute(CONVERSATIONS)
    assert asked == 1
    await frame_of(chat).evaluate(
        "document.dispatchEvent(new Event('visibilitychange', {bubbles: true}))"
    )
    await chat.until(lines=2)
    await chat.all_sent()
