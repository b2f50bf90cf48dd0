"""An admin's walks through settings, audit and figures, on a phone and by keyboard."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from tests.browser.admins import first_admin
from tests.browser.chat import Chat
from tests.browser.conftest import PHONE, Visitors
from tests.browser.running import Service, running
from tests.browser.test_accessible import WIDE, look

pytestmark = pytest.mark.asyncio(loop_scope="session")

SCREENS: Final = (PHONE, WIDE)


@pytest_asyncio.fixture(scope="module", loop_scope="session", name="own_service")
async def _own_service(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Service]:
    folder: Path = tmp_path_factory.mktemp("admin")
    async with running(folder, staffed=False, CHATBOT_MODEL="/nowhere") as service:
        yield service


@pytest_asyncio.fixture(loop_scope="session", name="an_admin")
async def _an_admin(own_service: Service, visitors: Visitors) -> Page:
    return await first_admin(own_service, visitors)


async def test_an_admin_begins_with_what_needs_them(an_admin: Page) -> None:
    page = an_admin
    await page.get_by_role("link", name="Project CARA").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("What needs you")
    later = page.get_by_role("list", name="When you have time")
    await expect(later.get_by_role("link", name="Opening hours are not set")).to_be_visible()
    assert await look(page, page.main_frame, SCREENS) == []
    await later.get_by_role("link", name="Answers with something to confirm").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Questions and answers")


async def says_otherwise_how_to_leave(page: Page, service: Service, visitors: Visitors) -> None:
    """Try to empty the line, reword it, and see it in the chat."""
    leave = page.locator("[id='welcome.leave.en']")
    await leave.locator("summary").click()
    field = leave.get_by_label("Welcome: how to leave fast, in English", exact=True)
    await field.fill("")
    await leave.get_by_role("button", name="Save").click()
    await expect(leave.get_by_text("Enter something: this cannot be empty.")).to_be_visible()
    await expect(leave.get_by_text("It came as:")).to_be_visible()
    assert await look(page, page.main_frame, SCREENS) == []
    await field.fill("Press “Hide this page” and you are gone.")
    await leave.get_by_role("button", name="Save").click()
    chat = Chat(await visitors.arrive(service.base, screen=PHONE))
    await chat.open()
    await chat.frame.get_by_text("Read more about your privacy").click()
    await expect(chat.frame.get_by_text("and you are gone.")).to_be_visible()


async def decides_on_notifications(page: Page) -> None:
    """Switch e-mails off, and enter a secret that is never shown again."""
    mail = page.locator("#send_mail")
    await mail.locator("summary").click()
    await mail.get_by_label("E-mails to the team").select_option("Off")
    await mail.get_by_role("button", name="Save").click()
    secret = page.locator("#webhook_secret")
    await secret.locator("summary").click()
    await secret.get_by_label("Secret of the other system").fill("a-secret-that-we-typed")
    await page.keyboard.press("Enter")
    await expect(secret.locator(".setting-value")).to_have_text("set")
    await expect(secret.locator("summary")).to_contain_text("Replace")
    assert "a-secret-that-we-typed" not in await page.content()


async def test_settings_are_changed_undone_and_the_chat_is_switched_off(
    own_service: Service, visitors: Visitors, an_admin: Page
) -> None:
    page = an_admin
    await page.get_by_role("link", name="Set-up").click()
    await page.get_by_role("link", name="Settings", exact=True).click()
    assert await page.locator("script").count() == 0  # so this is the walk without scripts, too
    assert await look(page, page.main_frame, SCREENS) == []
    organisation = page.locator("#organisation")
    await organisation.locator("summary").focus()
    await page.keyboard.press("Enter")
    await organisation.get_by_label("Name of the organisation").fill("A Trust")
    await organisation.get_by_label("Why?").fill("We merged.")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("That is saved, and in effect now.")).to_be_visible()
    changes = page.get_by_role("region", name="Latest changes")
    await expect(changes).to_contain_text("From “what it is without a change” to “A Trust”")
    await changes.get_by_role("button", name="Undo").click()
    await expect(page.locator("#organisation .setting-value")).to_have_text("The Hampton Trust")
    await says_otherwise_how_to_leave(page, own_service, visitors)
    phone = page.locator("[id='contacts.samaritans']")
    await phone.locator("summary").click()
    await phone.get_by_label("Samaritans", exact=True).fill("")
    await phone.get_by_role("button", name="Save").click()
    await expect(phone.get_by_text("An answer, a page or a promise needs this.")).to_be_visible()
    assert await look(page, page.main_frame, SCREENS) == []
    await phone.get_by_role("button", name="I checked it today").click()
    await expect(page.get_by_text("It is noted as checked today.")).to_be_visible()
    await decides_on_notifications(page)
    switch = page.locator("#chat")
    await switch.locator("summary").click()
    await switch.get_by_label("Chat with a person").select_option("Off")
    await switch.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("The chat is switched off")).to_be_visible()
    assert await look(page, page.main_frame, SCREENS) == []


async def test_reports_audit_and_tokens_are_used_on_a_phone(
    own_service: Service, visitors: Visitors, an_admin: Page
) -> None:
    page = an_admin
    chat = Chat(await visitors.arrive(own_service.base, screen=WIDE))
    await chat.open()
    await chat.button("Talk to a person").click()
    await expect(chat.log.get_by_text("Nobody from the team is here right now")).to_be_visible()
    await page.get_by_role("link", name="Reports").click()
    await expect(page.get_by_role("img")).to_have_count(6)
    table = page.get_by_role("region", name="Figures as a table")
    await expect(table.get_by_role("row", name="Together").get_by_role("cell").first).to_have_text(
        "few"
    )
    assert await look(page, page.main_frame, SCREENS) == []
    await table.focus()  # what is wider than the screen is reached by keyboard
    await page.keyboard.press("ArrowRight")
    await page.get_by_role("link", name="Hour of the week").click()
    await expect(page.get_by_role("columnheader", name="Sunday")).to_be_attached()
    assert await look(page, page.main_frame, SCREENS) == []
    async with page.expect_download() as download:
        await page.get_by_role("link", name="Download as CSV").click()
    assert (await (await download.value).path()).read_text("utf-8-sig").count("\n") == 169
    await page.get_by_role("link", name="Set-up").click()
    await page.get_by_role("link", name="Audit", exact=True).click()
    await expect(page.get_by_role("row").nth(1)).to_contain_text("Amina")
    await page.get_by_label("What", exact=True).select_option("Joined")
    await page.get_by_role("button", name="Search").click()
    await expect(page.get_by_role("row")).to_have_count(2)
    assert await look(page, page.main_frame, SCREENS) == []
    async with page.expect_download() as download:
        await page.get_by_role("link", name="Download as CSV").click()
    assert "joined" in (await (await download.value).path()).read_text("utf-8-sig")
    await page.get_by_role("link", name="Show everything").click()
    await expect(page.get_by_role("row").nth(1)).to_contain_text("Downloaded the audit")
    await page.get_by_role("link", name="Tokens").click()
    await page.get_by_label("Name", exact=True).fill("Our dashboard")
    await page.get_by_role("button", name="Make token").click()
    await expect(page.get_by_text("Choose at least one.")).to_be_visible()
    assert await look(page, page.main_frame, SCREENS) == []
    await page.get_by_label("Figures").check()
    await page.get_by_role("button", name="Make token").click()
    shown = page.get_by_role("textbox", name="The token, shown this once")
    await expect(shown).to_have_value(re.compile("^cara_"))
    assert await look(page, page.main_frame, SCREENS) == []
    await page.get_by_role("button", name="Revoke").click()
    await expect(page.get_by_text("That token opens nothing any more.")).to_be_visible()
