"""What a screen reader is told by the one live region: all that is new, once, and nothing else."""

from collections.abc import AsyncIterator
from typing import Final

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.browser.chat import Chat
from tests.browser.conftest import Visitors
from tests.browser.staffed import Staff, frame_of, staffed

pytestmark = pytest.mark.asyncio(loop_scope="session")

LIVE: Final = """() => [...document.querySelectorAll("*")]
  .filter(e => e.ariaLive ? e.ariaLive !== "off" : ["alert", "log", "status"].includes(e.role))
  .map(e => e.id)"""
LISTEN: Final = """() => {
  window.heard = [];
  const silent = "[aria-live=off], [aria-hidden=true], [hidden]";
  const hear = node => {
    const element = node.nodeType === 1 ? node : node.parentElement;
    if (!element?.isConnected || element.closest(silent)) return;
    const copy = node.cloneNode(true);
    copy.querySelectorAll?.(silent).forEach(part => part.remove());
    window.heard.push(copy.textContent);
  };
  new MutationObserver(changes => changes.forEach(({addedNodes}) => addedNodes.forEach(hear)))
    .observe(document.querySelector("#log"), {childList: true, subtree: true});
}"""
"""Hear what is added to the region, as a screen reader does."""


@pytest_asyncio.fixture(scope="module", loop_scope="session", name="house")
async def _house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Staff]:
    async with staffed(tmp_path_factory.mktemp("announced")) as staff:
        yield staff


async def _heard(chat: Chat, count: int) -> list[str]:
    """Return what was told since the last time, once it is so much."""
    frame = frame_of(chat)
    await frame.wait_for_function("count => window.heard.length >= count", arg=count)
    heard: list[str] = await frame.evaluate("window.heard.splice(0)")
    return [text.strip() for text in heard]


async def test_what_is_new_is_told_once(house: Staff, visitors: Visitors) -> None:
    chat = Chat(await visitors.arrive(house.base))
    await chat.open()
    assert await frame_of(chat).evaluate(LIVE) == ["log"]
    await frame_of(chat).evaluate(LISTEN)

    await chat.ask("do i have to pay owt")
    sent, answer = await _heard(chat, 2)
    assert sent == "Sent"
    assert answer.startswith("AssistantNo. There is no charge")
    assert "Helpful" not in answer

    await chat.ask("when")
    _, question = await _heard(chat, 2)
    options = chat.log.locator("li.theirs").last.locator(".option")
    offered = await options.all_inner_texts()
    assert len(offered) > 1
    assert "".join(offered) in question

    now = await house.conversation(chat)
    await house.joins(now.id)
    await expect(chat.log.get_by_text("Amina has joined the chat.")).to_be_visible()
    await house.types(now.id)
    await expect(chat.frame.locator("#dots")).to_be_visible()
    await house.says(now.id, "Hello")
    joined, hello = await _heard(chat, 2)
    assert joined == "Amina has joined the chat."
    assert hello.startswith("AminaHello")

    await chat.page.reload()
    await chat.open()
    await frame_of(chat).evaluate(LISTEN)
    await chat.until(lines=6)
    await house.says(now.id, "Still there?")
    (told,) = await _heard(chat, 1)
    assert told.startswith("AminaStill there?")


async def test_a_shift_that_leads_nowhere_is_not_found_later(
    house: Staff, visitors: Visitors
) -> None:
    chat = Chat(await visitors.arrive(house.base))
    await chat.open()
    await frame_of(chat).evaluate(LISTEN)
    await chat.box.press("Shift")
    await chat.box.press("a")
    await chat.box.press("Shift")
    two, stays, again = await _heard(chat, 3)
    assert (two, stays) == (again, "The page stays open.")
    await expect(chat.frame.locator("#announce")).to_be_empty(timeout=30_000)
