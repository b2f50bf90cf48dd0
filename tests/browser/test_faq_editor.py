"""Admins in real browsers: two who edit at once, and a question in vain that is answered later."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from playwright.async_api import Locator, Page, ViewportSize, expect

from chatbot.domain.faq import Entry, Status
from chatbot.domain.people import Role
from chatbot.settings import Settings
from chatbot.store.listing import MOST
from chatbot.web import keys
from tests.browser.chat import Chat
from tests.browser.conftest import PHONE, Visitors
from tests.browser.test_accessible import look
from tests.web.conftest import WIDE, Service, few_entries, serving
from tests.web.staff import PASSPHRASE, a_person

pytestmark = pytest.mark.asyncio(loop_scope="session")

LAPTOP: Final = ViewportSize(width=1280, height=800)
SCREENS: Final = (PHONE, LAPTOP)
ENTRY: Final = "do-i-have-to-pay"


@pytest_asyncio.fixture(scope="module", loop_scope="session", name="own")
async def _own(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Service]:
    """A service with few entries."""
    folder: Path = tmp_path_factory.mktemp("editors")
    own = Settings(
        database=f"sqlite:///{folder}/chat.db",
        limits=WIDE,
        model="/nowhere",
        opening_hours="mon-sun 00:00-24:00",
    )
    await few_entries(own.database)
    async with serving(own) as service:
        # Where a browser keeps a `__Host-` cookie.
        yield Service(f"http://localhost:{urlsplit(service.base).port}", service.app)


async def at_work(own: Service, visitors: Visitors, name: str, screen: ViewportSize) -> Page:
    person = await a_person(own, Role.ADMIN, name)
    page = await visitors.arrive(f"{own.base}/console/sign-in", screen=screen)
    await page.get_by_label("E-mail").fill(person.email)
    await page.get_by_label("Passphrase").fill(PASSPHRASE)
    await press(page, "Sign in")
    await page.get_by_role("link", name="Answers", exact=True).click()
    return page


async def press(page: Page, name: str) -> None:
    await page.get_by_role("button", name=name, exact=True).click()
    await page.wait_for_load_state()


async def faults(page: Page) -> list[str]:
    return await look(page, page.main_frame, SCREENS)


def field(page: Page, name: str) -> Locator:
    return page.get_by_role("textbox", name=name, exact=True)


async def saved(page: Page) -> None:
    await expect(page.locator("#kept")).to_have_text("Draft saved.")


async def writes_an_entry(page: Page) -> None:
    """Begin, write, try and publish it; what is typed is kept, and drawn as visitors see it."""
    assert await faults(page) == []
    await page.get_by_role("link", name="New entry").click()
    await field(page, "Question").fill("Do I have to pay?")
    await press(page, "Begin")
    answer = "No. It is **free**. Ring {phone} if anybody asks you for money."
    await field(page, "Answer").fill(answer)
    preview = page.locator("#as-read")
    await expect(preview.get_by_role("link", name="023 8000 1061")).to_be_visible()
    await expect(preview.locator("strong")).to_have_text("free")
    await expect(page.locator("#age")).not_to_have_text("0")
    await field(page, "Answer").fill("Ring {nobody}.")
    await expect(field(page, "Answer")).to_have_attribute("aria-invalid", "true")
    await field(page, "Answer").fill(answer)
    await expect(field(page, "Answer")).not_to_have_attribute("aria-invalid", "true")
    await field(page, "Other ways to ask").fill("is there a fee\nwhat is the price")
    await saved(page)
    await page.reload()
    await expect(field(page, "Answer")).to_have_value(answer)
    await page.get_by_label("What a visitor might write").fill("is there a fee")
    await page.get_by_label("What a visitor might write").press("Enter")
    await expect(page.get_by_role("heading", name="What would happen")).to_be_visible()
    await expect(page.get_by_role("rowheader").first).to_have_text(ENTRY)
    assert await faults(page) == []
    await press(page, "Check and publish")
    assert await faults(page) == []
    await press(page, "Publish now")
    await expect(page.get_by_role("status").first).to_contain_text("Published.")


async def test_two_edit_at_once_and_the_public_answer_changes(
    own: Service, visitors: Visitors
) -> None:
    amina = await at_work(own, visitors, "Amina", LAPTOP)
    await writes_an_entry(amina)
    bea = await at_work(own, visitors, "Bea", PHONE)
    await bea.get_by_role("searchbox", name="Search").fill("pay")
    await press(bea, "Show")
    await bea.get_by_role("link", name="Do I have to pay?").click()
    await field(bea, "Answer").fill("No. Nobody pays.")
    await saved(bea)
    await field(amina, "Answer").fill("No. It costs nothing.")
    await saved(amina)
    await press(amina, "Check and publish")
    await press(amina, "Publish now")
    await field(bea, "Answer").press_sequentially(" Ever.")
    await expect(bea.locator("#trouble")).to_contain_text("Somebody saved this entry")
    await press(bea, "Check and publish")
    await expect(field(bea, "Answer")).to_have_value("No. Nobody pays. Ever.")
    theirs = bea.locator(".theirs")
    await expect(theirs).to_contain_text("Amina has:")
    await expect(theirs.locator("ins")).to_contain_text("It costs nothing")
    assert await faults(bea) == []
    await field(bea, "Answer").fill("No. It costs nothing. Nobody pays.")
    await saved(bea)
    await press(bea, "Check and publish")
    await press(bea, "Publish now")
    await bea.get_by_role("link", name="See it on the public page").click()
    await expect(bea.get_by_text("No. It costs nothing. Nobody pays.")).to_be_visible()
    await bea.goto(f"{own.base}/console/faq/{ENTRY}/history")
    await expect(bea.get_by_role("heading", name="Version 3")).to_be_visible()
    assert await faults(bea) == []


async def test_what_was_asked_in_vain_is_answered_after_one_click(
    own: Service, visitors: Visitors
) -> None:
    first = Chat(await visitors.arrive(own.base, screen=LAPTOP))
    await first.open()
    await first.ask("zorbing by the sea, my number is 07700 900123")
    await first.button("Talk to a person").click()
    await expect(first.button("Stop waiting")).to_be_visible()
    admin = await at_work(own, visitors, "Cleo", PHONE)
    await admin.get_by_role("link", name="Unanswered").click()
    await expect(admin.get_by_text("07700")).to_have_count(0)
    await expect(admin.get_by_role("heading", level=2)).to_contain_text("[number]")
    assert await faults(admin) == []
    await field(admin, "Add it in these words").fill("zorbing by the sea")
    await admin.get_by_label("Or add to another entry").fill("what-is-cara")
    await press(admin, "Add there")
    await expect(admin.get_by_role("status")).to_contain_text("Added.")
    await expect(admin.get_by_text("Nothing is open here.")).to_be_visible()
    second = Chat(await visitors.arrive(own.base, screen=LAPTOP))
    await second.open()
    assert "two workshops" in await second.ask("zorbing by the sea")

    await admin.goto(f"{own.base}/console")
    await admin.get_by_role("link", name="All open").click()
    await admin.get_by_role("list", name="All open").get_by_role("link").first.click()
    suggest = admin.get_by_role("button", name="Save as FAQ phrasing").first
    await suggest.click()
    await expect(admin.get_by_role("button", name="Saved for the FAQ")).to_be_visible()
    await (
        admin.get_by_role("link", name="This visitor")
        .or_(admin.locator('a[href^="/console/promises/"]'))
        .click()
    )
    assert await faults(admin) == []
    for path in ("unanswered", "faq-checks", "faq-import", "promises", "faq-new"):
        await admin.goto(f"{own.base}/console/{path}")
        assert await faults(admin) == [], path


async def test_a_long_list_is_walked_page_by_page_without_scripts(
    own: Service, visitors: Visitors
) -> None:
    many = [
        Entry(f"long-{n}", f"Long {n}?", "So.", topic="long", status=Status.DRAFT)
        for n in range(4 * MOST)
    ]
    await own.app[keys.FAQ].save(many)
    person = await a_person(own, Role.ADMIN, "Dora")
    page = await visitors.arrive(f"{own.base}/console/sign-in", screen=PHONE, scripts=False)
    await page.get_by_label("E-mail").fill(person.email)
    await page.get_by_label("Passphrase").fill(PASSPHRASE)
    await press(page, "Sign in")
    await page.get_by_role("link", name="Answers", exact=True).click()
    await page.get_by_label("Topic", exact=True).select_option("long")
    await press(page, "Show")
    await expect(page.locator(".entry-name")).to_have_count(MOST)
    await page.get_by_role("link", name="More entries").focus()
    await page.keyboard.press("Enter")
    await expect(page.locator(".entry-name").first).to_have_text(f"Long {MOST}?")
    await page.get_by_role("link", name="Page 4").click()
    await expect(page.locator(".entry-name").last).to_have_text(f"Long {4 * MOST - 1}?")
    await expect(page.get_by_label("Topic", exact=True)).to_have_value("long")
    await expect(page.get_by_role("link", name="More entries")).to_have_count(0)
