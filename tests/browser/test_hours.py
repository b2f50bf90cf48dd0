"""The chat while nobody is there, and the page of opening hours, in a real browser."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from tests.browser.chat import Chat
from tests.browser.conftest import PHONE, Visitors
from tests.browser.running import Service, running
from tests.browser.test_accessible import SMALL, WIDE, look

pytestmark = pytest.mark.asyncio(loop_scope="session")

SCREENS: Final = (PHONE, SMALL, WIDE)
NAMES: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@pytest_asyncio.fixture(loop_scope="session", name="empty_service")
async def _empty_service(tmp_path: Path) -> AsyncIterator[Service]:
    """A service at which nobody is."""
    async with running(tmp_path, staffed=False, CHATBOT_MODEL="/nowhere") as service:
        yield service


@pytest_asyncio.fixture(loop_scope="session", name="admin")
async def _admin(empty_service: Service, visitors: Visitors) -> Page:
    """The first admin, who has just joined."""
    base = f"http://localhost:{empty_service.port}"  # where a browser keeps a `__Host-` cookie
    page = await visitors.arrive(base + empty_service.founding_path(), screen=PHONE)
    await page.get_by_label("Name", exact=True).fill("Amina")
    await page.get_by_label("E-mail", exact=True).fill("amina@example.org")
    await page.get_by_label("Passphrase", exact=True).fill("violet anchor mosaic thunder")
    await page.get_by_role("button", name="Create account").click()
    await expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    return page


async def test_a_visitor_is_told_the_truth_and_leaves_a_message(
    empty_service: Service, visitors: Visitors
) -> None:
    chat = Chat(await visitors.arrive(empty_service.base, screen=WIDE))
    await chat.open()
    await chat.button("Talk to a person").click()
    await expect(chat.log.get_by_text("Nobody from the team is here right now")).to_be_visible()
    await expect(chat.button("Talk to a person")).to_have_attribute("aria-disabled", "false")
    (frame,) = chat.page.main_frame.child_frames
    assert await look(chat.page, frame) == []
    await chat.button("Leave a message for the team").click()
    await expect(chat.log.get_by_text("Nobody is here to read it now")).to_be_visible()
    await expect(chat.frame.locator("#status")).to_have_text("Message for the team")
    assert await look(chat.page, frame) == []


async def test_hours_are_set_on_a_phone_and_the_page_has_no_fault(
    admin: Page,
) -> None:
    await admin.get_by_role("link", name="Set-up").click()
    await admin.get_by_role("link", name="Opening hours", exact=True).click()
    for name in NAMES:
        await admin.get_by_role("textbox", name=name).fill("00:00-24:00")
    await admin.get_by_role("button", name="Save weekly hours").click()
    told = admin.get_by_role("region", name="What a visitor is told now")
    await expect(told).to_contain_text("Monday to Sunday, midnight to midnight")
    await admin.get_by_role("button", name="On", exact=True).click()
    await expect(told).to_contain_text("The team is here to chat now.")
    await admin.get_by_role("textbox", name="From").fill("2020-01-01T09:00")
    await admin.get_by_role("textbox", name="To", exact=True).fill("2099-01-01T09:00")
    await admin.get_by_role("button", name="Add closure").click()
    await expect(told).to_contain_text("Nobody from the team is here to chat")
    assert await look(admin, admin.main_frame, SCREENS) == []
    await admin.get_by_role("button", name="Remove").click()
    await expect(admin.get_by_text("Nothing is planned.")).to_be_visible()
    await admin.get_by_role("textbox", name="Monday").fill("9 to 5")
    await admin.get_by_role("button", name="Save weekly hours").click()
    await expect(admin.get_by_role("textbox", name="Monday")).to_have_attribute(
        "aria-invalid", "true"
    )
    await expect(admin.get_by_text("Write hours like 09:00-17:00.")).to_be_visible()
    assert await look(admin, admin.main_frame, SCREENS) == []
