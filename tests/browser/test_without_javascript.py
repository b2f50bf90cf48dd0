"""The pages alone, in a browser that runs no script."""

import re

import pytest
from playwright.async_api import Page, expect

from tests.browser.chat import squeezed, words
from tests.browser.conftest import Visitors
from tests.browser.elsewhere import EXIT
from tests.browser.running import Service

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def _ask(page: Page, question: str) -> None:
    await page.get_by_role("textbox", name="question").fill(question)
    await page.get_by_role("button", name="Find an answer").click()
    await expect(page.get_by_role("heading", level=1, name="Your answer")).to_be_visible()


async def test_a_question_is_answered(service: Service, visitors: Visitors) -> None:
    page = await visitors.arrive(f"{service.base}/ask", scripts=False)
    await _ask(page, "do i have to pay owt")
    entry = await service.entry("cost")
    await expect(page.get_by_role("heading", name=entry["question"])).to_be_visible()
    shown = await page.get_by_role("main").inner_text()
    assert words(entry["answer_html"]) in squeezed(shown)


async def test_an_urgent_question_shows_999_before_anything_else(
    service: Service, visitors: Visitors
) -> None:
    page = await visitors.arrive(f"{service.base}/ask", scripts=False)
    await _ask(page, "i want to kill myself")
    main = page.get_by_role("main")
    number = main.get_by_role("link", name="999").first
    await expect(number).to_have_attribute("href", "tel:999")
    shown = await main.inner_text()
    assert shown.index("999") < shown.index("You asked")
    await expect(number).to_be_in_viewport()


async def test_an_offered_question_is_a_button_that_answers(
    service: Service, visitors: Visitors
) -> None:
    page = await visitors.arrive(f"{service.base}/ask", scripts=False)
    await _ask(page, "can i change it")
    offered = page.get_by_role("main").locator("button[name=slug]").first
    question = (await offered.inner_text()).strip()
    await page.get_by_role("button", name=question).click()
    await expect(page.get_by_role("heading", level=2, name=question)).to_be_visible()
    assert page.url == f"{service.base}/ask"


async def test_a_question_that_was_forgotten_is_asked_for(
    service: Service, visitors: Visitors
) -> None:
    page = await visitors.arrive(f"{service.base}/ask", scripts=False)
    await page.get_by_role("button", name="Find an answer").click()
    await expect(page.get_by_text("Write your question first")).to_be_visible()
    box = page.get_by_role("textbox")
    await expect(box).to_have_attribute("aria-invalid", "true")
    await expect(box).to_have_accessible_description(re.compile("Write your question first"))


async def test_the_faq_can_be_read(service: Service, visitors: Visitors) -> None:
    page = await visitors.arrive(f"{service.base}/faq", scripts=False)
    entry = await service.entry("cost")
    await page.get_by_text(entry["question"], exact=True).click()
    shown = await page.get_by_role("main").inner_text()
    assert words(entry["answer_html"]) in squeezed(shown)
    await page.get_by_role("link", name=f"Open on its own page: {entry['question']}").click()
    await expect(page.get_by_role("heading", level=1, name=entry["question"])).to_be_visible()


async def test_hide_this_page_is_a_link_that_leaves(service: Service, visitors: Visitors) -> None:
    page = await visitors.arrive(service.base, scripts=False)
    await page.get_by_role("button", name="Hide this page").click()
    await expect(page).to_have_url(EXIT)


async def test_who_cannot_chat_is_led_to_the_plain_form(
    service: Service, visitors: Visitors
) -> None:
    page = await visitors.arrive(service.base, scripts=False)
    await page.get_by_role("link", name="Ask your question on a plain page instead").click()
    await expect(page.get_by_role("button", name="Find an answer")).to_be_visible()
