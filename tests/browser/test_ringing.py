"""Asking to be rung, in the chat and on the plain page, and being rung, in real browsers."""

import re
from typing import Final

import pytest
from playwright.async_api import Locator, Page, ViewportSize, expect

from tests.browser.chat import Chat
from tests.browser.conftest import PHONE, Visitors
from tests.browser.running import Service
from tests.browser.staffed import frame_of
from tests.browser.test_accessible import SMALL, WIDE, look
from tests.browser.test_staff import GOOD, faults, fill, press

pytestmark = pytest.mark.asyncio(loop_scope="session")

NARROW: Final[tuple[ViewportSize, ...]] = (SMALL,)
SECRET: Final = re.compile(r"^[0-9A-Z]{4}(-[0-9A-Z]{4}){3}$")


class Form:
    """The form in the chat, by what one hears of it."""

    def __init__(self, chat: Chat) -> None:
        self.chat = chat
        self.region: Locator = chat.frame.locator(".ring")

    async def asks(self, question: str) -> None:
        heading = self.region.get_by_role("heading", level=2, name=question)
        await expect(heading).to_be_visible()
        await expect(heading).to_be_focused()

    async def press(self, name: str) -> None:
        await self.region.get_by_role("button", name=name, exact=True).click()

    async def choose(self, label: str) -> None:
        await self.region.get_by_label(label, exact=True).check()
        await self.press("Next")


async def test_a_number_in_the_chat_leads_to_the_form_which_asks_one_thing_at_a_time(
    service: Service, visitors: Visitors
) -> None:
    chat = Chat(await visitors.arrive(service.base, screen=WIDE))
    await chat.open()
    answer = await chat.ask("07911 123456")
    assert "We do not ring numbers from the chat" in answer
    await chat.log.get_by_role("button", name="Ask us to ring you").click()
    form = Form(chat)
    await form.asks("Who are you?")
    await expect(chat.button("Hide this page")).to_be_visible()
    assert await look(chat.page, frame_of(chat), NARROW) == []
    await _who_is_called(form)
    await _what_is_safe(form)
    await form.asks("Please check your answers")
    assert await look(chat.page, frame_of(chat), NARROW) == []
    await form.press("Ask us to ring")
    await form.asks("What number should we ring?")
    await expect(form.region.get_by_text("only used in films and books")).to_be_visible()
    await form.region.get_by_role("textbox").fill("07911 123456")
    await form.press("Next")
    await form.asks("Please check your answers")
    await form.press("Ask us to ring")
    await form.asks("We have your request")
    await expect(form.region.locator("code").last).to_have_text(SECRET)
    assert await look(chat.page, frame_of(chat), NARROW) == []
    await form.region.get_by_role("button", name="Back to the chat").last.click()
    await expect(chat.box).to_be_visible()


async def _who_is_called(form: Form) -> None:
    """By keyboard alone: nothing is chosen, then something is."""
    keyboard = form.chat.page.keyboard
    for key in ("Tab", "Enter"):
        await keyboard.press(key)
    await expect(form.region.get_by_text("Please answer this one.")).to_be_visible()
    await keyboard.press("Tab")
    await keyboard.press("Space")
    await keyboard.press("Enter")
    await form.asks("What name should we ask for?")
    await form.region.get_by_role("textbox").fill("Amina Khan")
    await keyboard.press("Enter")
    await form.asks("What number should we ring?")
    await expect(form.region.get_by_role("textbox")).to_have_value("07911 123456")
    await form.region.get_by_role("textbox").fill("07700 900123")
    await form.press("Next")
    await form.asks("When can we ring you?")
    await form.region.get_by_label("Best time", exact=True).select_option(index=1)
    await form.press("Next")


async def _what_is_safe(form: Form) -> None:
    """It can be put away, and goes on where it was; most of it can be skipped."""
    await form.asks("Does anyone else use or answer this phone?")
    await form.choose("I am not sure")
    await form.choose("No")
    await expect(form.region.get_by_text("If it is not safe, we will not ring.")).to_have_count(2)
    await form.choose("Yes")
    await form.asks("If you do not answer, may we leave a voicemail?")
    await form.chat.page.keyboard.press("Escape")
    await expect(form.chat.box).to_be_visible()
    await form.chat.log.get_by_role("button", name="Ask us to ring you").click()
    await form.asks("If you do not answer, may we leave a voicemail?")
    for _ in range(20):
        if not await form.region.get_by_role("button", name="Skip").count():
            break
        await form.press("Skip")


async def test_the_plain_page_needs_no_script_and_no_mouse(
    service: Service, visitors: Visitors
) -> None:
    page = await visitors.arrive(f"{service.base}/callback", screen=PHONE, scripts=False)
    send = page.get_by_role("button", name="Ask us to ring", exact=True)
    await send.press("Enter")
    await expect(page).to_have_title(re.compile("^Error: "))
    alert = page.get_by_role("alert")
    await alert.get_by_role("link", name="What name should we ask for?").press("Enter")
    await page.keyboard.type("Bo")
    await page.get_by_label("I am a partner or ex-partner").press("Space")
    await page.get_by_label("What number should we ring?").fill("(023) 8000 1061")
    await page.get_by_label("Best time", exact=True).select_option(index=3)
    await page.get_by_label("I am not sure").press("Space")
    safe = page.get_by_role("group", name="Is it safe for us to ring")
    await safe.get_by_label("Yes").press("Space")
    await send.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_have_text("We have your request")
    assert page.url == f"{service.base}/callback"
    codes = await page.locator("code").all_inner_texts()
    await page.get_by_role("link", name="Change or cancel").press("Enter")
    await page.get_by_label("Your reference").fill(codes[0])
    await page.get_by_label("Your secret").fill(codes[1].lower())
    await page.get_by_role("button", name="Show my request").press("Enter")
    await page.get_by_label("Another time").select_option(index=2)
    await page.get_by_role("button", name="Change the time").press("Enter")
    await expect(page.get_by_role("status").last).to_have_text("We have changed the time.")
    await page.get_by_role("button", name="Cancel the call").press("Enter")
    await expect(page.get_by_text("This call is cancelled.")).to_be_visible()


async def _called(page: Page, outcome: str, *, again: bool) -> None:
    await page.get_by_label(outcome, exact=True).check()
    if again:
        await page.get_by_label("When do we ring again?").select_option(index=2)
    await press(page, "Save how it went")


async def test_staff_ring_somebody_until_they_are_reached(
    a_service: Service, visitors: Visitors
) -> None:
    base = f"http://localhost:{a_service.port}"
    visitor = await visitors.arrive(f"{base}/callback", screen=PHONE)
    await visitor.get_by_role("button", name="Ask us to ring", exact=True).click()
    await expect(visitor.get_by_role("alert")).to_be_focused()
    assert await look(visitor, visitor.main_frame, NARROW) == []
    await visitor.get_by_label("I have a caution").check()
    await visitor.get_by_label("What name should we ask for?").fill("Amina Khan")
    await visitor.get_by_label("What number should we ring?").fill("07911 123456")
    await visitor.get_by_label("Best time", exact=True).select_option(index=1)
    await visitor.get_by_label("I am not sure").check()
    await visitor.get_by_role("group", name="Is it safe for us to ring").get_by_label("Yes").check()
    await visitor.get_by_role("button", name="Ask us to ring", exact=True).click()
    await expect(visitor.get_by_role("heading", level=1)).to_have_text("We have your request")
    assert await look(visitor, visitor.main_frame, NARROW) == []
    staff = await visitors.arrive(base + a_service.founding_path(), screen=WIDE)
    await fill(staff, name="Bilal", email="bilal@example.org", passphrase=GOOD)
    await press(staff, "Create account")
    await staff.get_by_role("link", name="Callbacks", exact=True).click()
    await expect(staff.get_by_text("Amina")).to_have_count(0)
    assert await faults(staff) == []
    await staff.get_by_role("link", name="A.K.").click()
    safe = staff.get_by_role("region", name="Before you ring: what is safe")
    await expect(safe.get_by_text("Leave no voicemail.")).to_be_visible()
    await press(staff, "I ring them")
    assert await faults(staff) == []
    await _called(staff, "No answer", again=True)
    await _called(staff, "Somebody else answered", again=True)
    await expect(staff.get_by_text("2 of 3")).to_be_visible()
    await staff.get_by_label("Add a note").fill("Rings off at the second ring.")
    await press(staff, "Save the note")
    await _called(staff, "Spoke to them, and all is done", again=False)
    await expect(staff.get_by_role("heading", level=2, name="Done")).to_be_visible()
    assert await faults(staff) == []
    await staff.goto(f"{base}/console/callbacks/new")
    assert await faults(staff) == []
    await staff.goto(f"{base}/console/callbacks/day")
    assert await faults(staff) == []
