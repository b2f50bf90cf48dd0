"""The pages of staff in a real browser: keys, the number in the tab, the room, notifications."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from chatbot.domain.audit import COMMAND_LINE
from chatbot.domain.people import Role
from chatbot.domain.reference import reference_of
from chatbot.settings import Settings
from chatbot.web import keys
from tests.browser.conftest import PHONE, Visitors
from tests.browser.test_accessible import look
from tests.browser.test_staff import GOOD, WIDE
from tests.web.conftest import WIDE as LIMITS
from tests.web.conftest import Service, serving

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(loop_scope="session", name="house")
async def _house(tmp_path: Path) -> AsyncIterator[Service]:
    settings = Settings(
        database=f"sqlite:///{tmp_path}/chat.db", limits=LIMITS, model="/nowhere", wait_minutes=60
    )
    async with serving(settings) as service:
        yield service


async def who_waits(house: Service, words: str) -> str:
    """Return a chat that waits for staff."""
    chats, notice = house.app[keys.CONVERSATIONS], house.app[keys.PROMISES].current().version
    chat = (await chats.start(notice)).id
    await chats.say(chat, words, f"{words}-0000-4000-8000-000000000000"[-36:])
    await house.app[keys.HANDOVER].ask_for_person(chat)
    return chat


async def faults(page: Page) -> list[str]:
    return await look(page, page.main_frame, (PHONE, WIDE))


async def signed_in(house: Service, visitors: Visitors) -> Page:
    await house.app[keys.PEOPLE].add("Cleo", "c@b.example", Role.SUPERVISOR, GOOD, COMMAND_LINE)
    page = await visitors.arrive(f"{house.base}/console", screen=WIDE)
    await page.get_by_label("E-mail").fill("c@b.example")
    await page.get_by_label("Passphrase").fill(GOOD)
    await page.get_by_role("button", name="Sign in", exact=True).click()
    await page.get_by_role("button", name="On", exact=True).click()
    return page


async def test_staff_work_by_keys_see_the_room_and_are_told(
    house: Service, visitors: Visitors
) -> None:
    first = await who_waits(house, "1")
    cleo = await signed_in(house, visitors)
    await expect(cleo).to_have_title("(1) Chats · Project CARA team")
    icon = cleo.locator('link[rel="icon"]')
    assert "data:image/svg+xml" in (await icon.get_attribute("href") or "")

    await cleo.keyboard.press("?")
    await expect(cleo.get_by_role("dialog", name="Keys")).to_be_visible()
    assert await faults(cleo) == []
    await cleo.keyboard.press("Escape")
    await cleo.keyboard.press("j")
    await cleo.keyboard.press("Enter")
    await expect(cleo.get_by_role("heading", level=1)).to_contain_text(reference_of(first))
    await cleo.keyboard.press("t")
    reply = cleo.get_by_role("textbox", name="Reply")
    await expect(reply).to_be_visible()
    await cleo.keyboard.press("r")
    await expect(reply).to_be_focused()
    await cleo.keyboard.type("just text?")
    await expect(reply).to_have_value("just text?")
    await expect(cleo.get_by_role("dialog", name="Keys")).to_be_hidden()

    await cleo.goto(f"{house.base}/console/now")
    await expect(cleo.get_by_role("heading", level=1)).to_have_text("The room now")
    second = await who_waits(house, "2")
    waiting = cleo.get_by_role("list", name="Who waits")
    await expect(waiting.get_by_role("link", name=reference_of(second))).to_be_visible()
    assert await faults(cleo) == []
    await waiting.get_by_role("combobox").select_option("Cleo")
    await waiting.get_by_role("button", name="Give").click()
    await expect(cleo.get_by_text("2 of 4 chats")).to_be_visible()

    await cleo.goto(f"{house.base}/console/notifications")
    assert await faults(cleo) == []
    await cleo.get_by_label("Keys of one letter").uncheck()
    await cleo.get_by_label("Quiet from").fill("22:30")
    await cleo.get_by_label("Quiet until").fill("07:00")
    await cleo.get_by_role("button", name="Try the sound").click()
    await cleo.get_by_role("button", name="Save", exact=True).last.click()
    await expect(cleo.get_by_role("status").first).to_contain_text("Saved.")
    await expect(cleo.get_by_label("Quiet from")).to_have_value("22:30")
    await cleo.goto(f"{house.base}/console")
    await expect(cleo.get_by_role("button", name="Keys (?)")).to_have_count(0)
    await cleo.context.grant_permissions(["notifications"])
    manifest = await cleo.request.get(f"{house.base}/static/console.webmanifest")
    assert manifest.headers["content-type"] == "application/manifest+json"
    worker = await cleo.request.get(f"{house.base}/static/console/worker.js")
    assert worker.headers["service-worker-allowed"] == "/console"
    ready = await cleo.evaluate(
        """async () => {
          const worker = "/static/console/worker.js?say=a";
          await navigator.serviceWorker.register(worker, { scope: "/console" });
          return (await navigator.serviceWorker.ready).scope;
        }"""
    )
    assert ready == f"{house.base}/console"
