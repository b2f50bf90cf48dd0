"""A copy of the chat, for who wants one: plain text, on this device, and only after a warning."""

from typing import Final

import pytest
from playwright.async_api import expect

from tests.browser.chat import Chat
from tests.browser.conftest import Visitors
from tests.browser.running import Service

pytestmark = pytest.mark.asyncio(loop_scope="session")

PAY: Final = "do i have to pay owt"
NO_CLIPBOARD: Final = """
Object.defineProperty(navigator, "clipboard", { value: undefined });
document.execCommand = () => false;"""


async def _ask_to_copy(chat: Chat) -> None:
    await chat.ask(PAY)
    await chat.button("More").click()
    await chat.button("Copy this chat").click()
    await expect(chat.frame.get_by_role("dialog", name="Copy this chat")).to_contain_text(
        "The copy stays on this device"
    )


async def test_the_chat_is_copied_as_plain_text(service: Service, visitors: Visitors) -> None:
    page = await visitors.arrive(service.base)
    await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    chat = Chat(page)
    await chat.open()
    await _ask_to_copy(chat)
    await chat.button("Copy").click()
    await expect(chat.frame.get_by_role("dialog")).to_contain_text("Copied.")
    (frame,) = page.main_frame.child_frames
    copied = await frame.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("Chat with Project CARA\n")
    assert f"You:\n{PAY}\n" in copied
    assert "Assistant:\nNo. There is no charge" in copied
    await chat.button("Done").click()
    await expect(chat.frame.get_by_role("dialog")).to_have_count(0)


async def test_nothing_is_copied_before_the_warning_is_accepted(
    service: Service, visitors: Visitors
) -> None:
    page = await visitors.arrive(service.base)
    await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    chat = Chat(page)
    await chat.open()
    (frame,) = page.main_frame.child_frames
    await frame.evaluate("navigator.clipboard.writeText('before')")
    await _ask_to_copy(chat)
    await chat.page.keyboard.press("Escape")
    await expect(chat.frame.get_by_role("dialog")).to_have_count(0)
    await expect(chat.panel).to_be_visible()
    assert await frame.evaluate("navigator.clipboard.readText()") == "before"


async def test_the_chat_is_copied_on_another_site_too(
    another_site: str, visitors: Visitors
) -> None:
    page = await visitors.arrive(another_site)
    chat = Chat(page)
    await chat.open()
    await _ask_to_copy(chat)
    await chat.button("Copy").click()
    await expect(chat.frame.get_by_role("dialog")).to_contain_text("Copied.")
    await chat.button("Done").click()
    await chat.box.focus()
    await page.keyboard.press("Control+V")
    assert f"You:\n{PAY}\n" in await chat.box.input_value()


async def test_where_nothing_may_be_copied_the_text_is_shown(
    service: Service, visitors: Visitors
) -> None:
    page = await visitors.arrive("about:blank")
    await page.add_init_script(NO_CLIPBOARD)
    await page.goto(service.base)
    chat = Chat(page)
    await chat.open()
    await _ask_to_copy(chat)
    await chat.button("Copy").click()
    text = chat.frame.get_by_role("textbox", name="This chat as text")
    await expect(text).to_be_focused()
    assert f"You:\n{PAY}\n" in await text.input_value()
    assert await text.evaluate("field => field.selectionEnd - field.selectionStart > 100")


async def test_the_menu_opens_and_closes_by_keyboard_and_covers_nothing(
    service: Service, visitors: Visitors
) -> None:
    chat = Chat(await visitors.arrive(service.base))
    await chat.open()
    await expect(chat.button("More")).to_have_count(0)
    await chat.ask(PAY)
    more = chat.button("More")
    await more.focus()
    await chat.page.keyboard.press("Enter")
    await expect(more).to_have_attribute("aria-expanded", "true")
    await chat.button("Hide this page").click(trial=True)
    for choice in ("Ask us to ring you", "Copy this chat"):
        await chat.page.keyboard.press("Tab")
        await expect(chat.button(choice)).to_be_focused()
    await chat.page.keyboard.press("Escape")
    await expect(more).to_be_focused()
    await expect(chat.button("Copy this chat")).to_be_hidden()
    await expect(chat.panel).to_be_visible()
