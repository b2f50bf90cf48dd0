"""What a person does with the chat and sees of it, by roles and names."""

import re
from dataclasses import dataclass
from html import unescape
from typing import Final

from playwright.async_api import FrameLocator, Locator, Page, expect

TITLE: Final = "Chat with Project CARA"
READ: Final = """lines => lines.map(line => {
  const bubble = line.querySelector(".bubble")?.cloneNode(true);
  bubble?.querySelectorAll(".unseen").forEach(part => part.remove());
  return [line.querySelector("p").textContent, bubble?.textContent ?? ""];
})"""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the conversation: who says it, and what."""

    author: str
    text: str


def squeezed(text: str) -> str:
    """Return the letters of a text; markup may put spaces where it likes."""
    return "".join(text.split())


def words(html: str) -> str:
    """Return the letters of an answer that came as HTML."""
    return squeezed(unescape(re.sub(r"<[^>]+>", "", html)))


class Chat:
    """The chat on a page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.launcher: Locator = page.get_by_role("button", name="Chat")
        self.panel: Locator = page.locator(f'iframe[title="{TITLE}"]')
        self.frame: FrameLocator = page.frame_locator(f'iframe[title="{TITLE}"]')
        self.log: Locator = self.frame.get_by_role("log", name="Conversation")
        self.box: Locator = self.frame.get_by_role("textbox", name="Your message")
        self.offline: Locator = self.frame.locator("#offline")
        self._lines: Locator = self.log.locator("ol > li")

    def button(self, name: str) -> Locator:
        """Return the button of this name inside the chat."""
        return self.frame.get_by_role("button", name=name, exact=True)

    async def open(self) -> None:
        """Open it with the launcher, and wait until one can write."""
        await self.launcher.click()
        await expect(self.box).to_be_editable()

    async def say(self, text: str) -> None:
        """Send a message, and wait for nothing."""
        await self.box.fill(text)
        await self.box.press("Enter")

    async def ask(self, text: str) -> str:
        """Send a question, and return the assistant's answer to it."""
        before = await self._lines.count()
        await self.say(text)
        await expect(self._lines).to_have_count(before + 2)
        return (await self.lines())[-1].text

    async def lines(self) -> list[Line]:
        """Return the conversation as it is shown."""
        found: list[list[str]] = await self._lines.evaluate_all(READ)
        return [Line(author, text) for author, text in found]

    async def said_by(self, author: str) -> list[str]:
        """Return what one of them said."""
        return [line.text for line in await self.lines() if line.author == author]

    async def until(self, lines: int) -> None:
        """Wait until the conversation has as many lines."""
        await expect(self._lines).to_have_count(lines)

    async def all_sent(self) -> None:
        """Wait until the service has stored all that was said."""
        await expect(self.log.get_by_text("Sending…")).to_have_count(0)
