"""No fault that axe can find in any state of the chat, nor on the page that it is in.

One visit goes through all of them, and each is looked at under every circumstance.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Final, Literal

import pytest
import pytest_asyncio
from playwright.async_api import Frame, ViewportSize, expect

from tests.browser.chat import Chat
from tests.browser.conftest import Visitors
from tests.browser.staffed import Staff, frame_of, staffed
from tests.browser.test_accessible import CUT_OFF, SIDEWAYS, SMALL, WIDE

pytestmark = pytest.mark.asyncio(loop_scope="session")

AXE: Final = (files("axe_playwright_python") / "axe.min.js").read_text("utf-8")
LOOK: Final = """async () => {
  const {violations} = await axe.run(document, {resultTypes: ["violations"]});
  return violations.flatMap(one => one.nodes.map(node => `${one.id}: ${node.target}`));
}"""


@dataclass(frozen=True, slots=True)
class Circumstance:
    """How somebody looks at the screen."""

    name: str
    screen: ViewportSize
    scheme: Literal["light", "dark"] = "light"
    forced: Literal["active", "none"] = "none"


CIRCUMSTANCES: Final = (
    Circumstance("320 px", SMALL),
    Circumstance("400 %", ViewportSize(width=320, height=256)),
    Circumstance("dark", SMALL, scheme="dark"),
    Circumstance("forced colours", WIDE, forced="active"),
)


@pytest_asyncio.fixture(scope="module", loop_scope="session", name="house")
async def _house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Staff]:
    async with staffed(tmp_path_factory.mktemp("states")) as staff:
        yield staff


class Look:
    """Looks at a page and at the chat in it, and writes down what is wrong."""

    def __init__(self, chat: Chat) -> None:
        self._chat = chat
        self._page = chat.page
        self.wrong: list[str] = []

    async def at(self, state: str, *, page_too: bool = False) -> None:
        """Look at both, or at the chat alone."""
        inside = [frame_of(self._chat)] if await self._chat.panel.count() else []
        documents = [*inside, *([self._page.main_frame] if page_too else [])]
        for document in documents:
            if not await document.evaluate("typeof axe === 'object'"):
                await document.evaluate(AXE)
        for seen in CIRCUMSTANCES:
            await self._page.set_viewport_size(seen.screen)
            await self._page.emulate_media(
                color_scheme=seen.scheme, forced_colors=seen.forced, reduced_motion="reduce"
            )
            for document in documents:
                found = await self._faults(document)
                self.wrong += [f"{state}, {seen.name}: {fault}" for fault in found]
        await self._page.set_viewport_size(WIDE)

    async def _faults(self, document: Frame) -> list[str]:
        found: list[str] = await document.evaluate(LOOK)
        over: int = await document.evaluate(SIDEWAYS)
        cut: Any = await document.evaluate(CUT_OFF) if over > 0 else []
        return [*found, *(f"{over} px wider than the screen: {cut}" for _ in range(over > 0))]


async def test_no_state_of_the_chat_has_a_fault(house: Staff, visitors: Visitors) -> None:
    chat = Chat(await visitors.arrive(house.base, screen=WIDE))
    page, look = chat.page, Look(chat)
    await expect(chat.launcher).to_be_visible()
    await look.at("closed", page_too=True)

    await chat.open()
    await chat.frame.get_by_text("Read more").click()
    await look.at("open", page_too=True)

    await chat.ask("do i have to pay owt")
    await chat.button("Not helpful").click()
    await chat.button("More").click()
    await look.at("answer")
    await chat.button("Copy this chat").click()
    await look.at("copying")
    await chat.button("Not now").click()
    await chat.ask("when")
    await look.at("clarify")
    await chat.ask("i want to kill myself")
    await look.at("urgent")

    await page.route("**/choice", lambda route: route.fulfill(status=400))
    topics = chat.frame.get_by_role("list", name="People often ask")
    await topics.get_by_role("button").first.click()
    await expect(chat.button("Try again")).to_be_visible()
    await look.at("error")
    await page.context.set_offline(offline=True)
    await expect(chat.offline).to_be_visible()
    await look.at("offline")
    await page.context.set_offline(offline=False)
    await expect(chat.offline).to_be_hidden()

    await chat.button("Talk to a person").click()
    await expect(chat.button("Stop waiting")).to_be_visible()
    await look.at("waiting")
    now = await house.conversation(chat)
    await house.joins(now.id)
    await house.warns(now.id)
    await expect(chat.button("I am still here")).to_be_visible()
    await look.at("staff")
    await chat.box.fill("not sent")
    await chat.button("Close chat").click()
    await look.at("closing")
    await chat.button("Keep it open").click()
    await house.closes(now.id)
    await chat.button("Helpful").last.click()
    await look.at("ended")
    assert "\n".join(look.wrong) == ""
