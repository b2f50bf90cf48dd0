"""Two in two browsers, and two of the staff in theirs: nothing lost, doubled or reordered."""

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

import pytest
import pytest_asyncio
from playwright.async_api import Locator, Page, ViewportSize, expect

from tests.browser.chat import Chat
from tests.browser.conftest import PHONE, Visitors
from tests.browser.network import Network, Wire, network
from tests.browser.running import ROOT, Service, running
from tests.browser.test_accessible import look

pytestmark = pytest.mark.asyncio(loop_scope="session")

GOOD: Final = "violet anchor mosaic thunder"
WIDE: Final = ViewportSize(width=1280, height=800)
PEOPLE: Final = (("amina@example.org", "Amina"), ("ben@example.org", "Ben"))
SECRET: Final = "sounds frightened, go slowly"


async def employ(folder: Path, email: str, name: str) -> None:
    """Create an account from the server, as the person who deploys does."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "chatbot", "person", "add", email, "--name", name),
        *("--passphrase-stdin", "--database", f"sqlite:///{folder}/chat.db"),
        cwd=ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    await process.communicate(f"{GOOD}\n".encode())
    assert process.returncode == 0


@pytest_asyncio.fixture(scope="module", loop_scope="session", name="staffed")
async def _staffed(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Service]:
    """A service with two members of staff."""
    folder = tmp_path_factory.mktemp("staffed")
    for email, name in PEOPLE:
        await employ(folder, email, name)
    async with running(folder, CHATBOT_OPENING_HOURS="mon-sun 00:00-24:00") as service:
        yield service


async def at_work(visitors: Visitors, base: str, email: str) -> Page:
    """Sign somebody of the staff in, on a laptop."""
    page = await visitors.arrive(f"{base}/console/sign-in", screen=WIDE)
    await page.get_by_label("E-mail").fill(email)
    await page.get_by_label("Passphrase").fill(GOOD)
    await page.get_by_role("button", name="Sign in", exact=True).click()
    await expect(page.get_by_role("list", name="Waiting", exact=True)).to_be_visible()
    await button(page, "On").click()
    await expect(button(page, "On")).to_have_attribute("aria-pressed", "true")
    return page


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


def thread(page: Page) -> Locator:
    return page.get_by_role("log", name="Conversation")


async def said(page: Page, who: str) -> list[str]:
    """Return what one side said, as staff see it."""
    lines = page.locator(f"#thread .line.{who} .as-typed")
    return [text.strip() for text in await lines.all_inner_texts()]


async def reply(page: Page, text: str) -> None:
    field = page.get_by_role("textbox", name="Reply", exact=True)
    await field.fill(text)
    await field.press("Enter")
    await expect(field).to_have_value("")


async def opened(page: Page, words: str) -> None:
    """Open the one of the waiting chats that says this."""
    await (
        page.get_by_role("list", name="Waiting", exact=True)
        .get_by_role("link")
        .filter(has_text=words)
        .click()
    )
    await expect(thread(page)).to_be_visible()


async def ten_each_way(chat: Chat, amina: Page, hers: Network, ours: Network) -> None:
    """Write ten messages on each side; first one line breaks for a while, then the other."""
    mine, theirs = [], ["Hello, I am Amina."]
    for number in range(10):
        if number == 3:
            hers.wire = Wire.CUT
            hers.hang_up()
        if number == 5:
            hers.wire = Wire.WHOLE
        if number == 6:
            await ours.fail(Wire.CUT, 0.5)
        mine.append(f"visitor {number}")
        await chat.say(mine[-1])
        if hers.wire is Wire.WHOLE:
            await expect(thread(amina)).to_contain_text(mine[-1])
        theirs.append(f"staff {number}")
        await reply(amina, theirs[-1])
    await expect(chat.log).to_contain_text(theirs[-1])
    await expect(thread(amina)).to_contain_text(mine[-1])
    assert (await said(amina, "visitor"))[1:] == mine
    assert await chat.said_by("Amina") == theirs
    assert (await chat.said_by("You"))[1:] == mine


async def test_a_chat_goes_from_the_assistant_to_staff_and_back_and_nothing_is_lost(
    staffed: Service, visitors: Visitors
) -> None:
    async with network(staffed.port) as visitors_wire, network(staffed.port) as staff_wire:
        page = await visitors.arrive(visitors_wire.base)
        chat = Chat(page)
        heard: list[str] = []
        page.on(
            "websocket", lambda ws: ws.on("framereceived", lambda data: heard.append(str(data)))
        )
        await chat.open()
        amina = await at_work(visitors, staff_wire.base, "amina@example.org")
        await chat.ask("how long is the workshop")
        await chat.button("Talk to a person").click()
        await opened(amina, "how long is the workshop")
        await button(amina, "Take over").click()
        await reply(amina, "Hello, I am Amina.")
        await expect(chat.log).to_contain_text("Hello, I am Amina.")

        await ten_each_way(chat, amina, visitors_wire, staff_wire)

        note = amina.get_by_role("textbox", name="Private note", exact=True)
        await note.fill(SECRET)
        await button(amina, "Add note").click()
        await expect(thread(amina)).to_contain_text(SECRET)

        ben = await at_work(visitors, staffed.base, "ben@example.org")
        await amina.get_by_label("Transfer to").select_option(label="Ben")
        await button(amina, "Transfer").click()
        await ben.get_by_role("list", name="Mine").get_by_role("link").click()
        await expect(thread(ben)).to_contain_text(SECRET)
        await reply(ben, "Ben here, I take over.")
        await expect(chat.log).to_contain_text("Ben here, I take over.")
        await button(ben, "Hand back").click()
        await expect(ben.get_by_text("The assistant answers.")).to_be_visible()
        answer = await chat.ask("does it cost anything")
        assert answer
        await button(ben, "Close chat").click()
        await expect(chat.frame.get_by_text("ended").first).to_be_visible()
        assert SECRET not in "".join(heard)
        assert SECRET not in await page.content()


async def test_the_pages_of_conversations_are_accessible_at_every_size(
    staffed: Service, visitors: Visitors
) -> None:
    amina = await at_work(visitors, staffed.base, "amina@example.org")
    chat = Chat(await visitors.arrive(staffed.base))
    await chat.open()
    await chat.ask("he is outside my house with a knife")
    await chat.button("Talk to a person").click()
    assert await look(amina, amina.main_frame, (PHONE, WIDE)) == []
    await opened(amina, "outside my house")
    await button(amina, "Take over").click()
    await expect(amina.get_by_role("textbox", name="Reply", exact=True)).to_be_visible()
    assert await look(amina, amina.main_frame, (PHONE, WIDE)) == []
    await amina.set_viewport_size(PHONE)
    assert await amina.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    await amina.goto(f"{staffed.base}/console/replies")
    assert await look(amina, amina.main_frame, (PHONE, WIDE)) == []
