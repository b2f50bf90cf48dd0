"""What a visitor can do beside writing: say whether it helped, wait or not, stay, keep a copy."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Final

import pytest
import pytest_asyncio
from playwright.async_api import Locator, Route, expect

from chatbot.domain.changes import Verdict
from tests.browser.chat import Chat
from tests.browser.conftest import Visitors
from tests.browser.elsewhere import EXIT
from tests.browser.network import Network, Wire, network
from tests.browser.staffed import Staff, frame_of, staffed
from tests.browser.test_accessible import WIDE

pytestmark = pytest.mark.asyncio(loop_scope="session")

PAY: Final = "do i have to pay owt"
PHONE: Final = "023 8000 1061"


@pytest_asyncio.fixture(scope="module", loop_scope="session", name="house")
async def _house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Staff]:
    async with staffed(tmp_path_factory.mktemp("staffed")) as staff:
        yield staff


@pytest_asyncio.fixture(loop_scope="session", name="staff")
async def _staff(house: Staff) -> Staff:
    await house.is_there(on=True)
    await house.sends_all_away()
    return house


@pytest_asyncio.fixture(loop_scope="session", name="chat")
async def _chat(staff: Staff, visitors: Visitors) -> Chat:
    chat = Chat(await visitors.arrive(staff.base, screen=WIDE))
    await chat.open()
    return chat


@pytest_asyncio.fixture(loop_scope="session", name="wire")
async def _wire(staff: Staff) -> AsyncIterator[Network]:
    async with network(int(staff.base.rsplit(":", 1)[1])) as wire:
        yield wire


def said(chat: Chat) -> Locator:
    """Return what a screen reader is told once, politely."""
    return chat.frame.locator("#announce")


async def until_verdicts(staff: Staff, conversation_id: str, *verdicts: Verdict) -> None:
    await staff.until(conversation_id, lambda now: now.verdicts == verdicts)


async def test_an_answer_is_rated_with_two_quiet_buttons(staff: Staff, chat: Chat) -> None:
    await chat.ask(PAY)
    pair = chat.frame.get_by_role("group", name="Was this answer helpful?")
    helpful, not_helpful = (
        pair.get_by_role("button", name=name, exact=True) for name in ("Helpful", "Not helpful")
    )
    for one in (helpful, not_helpful):
        await expect(one).to_have_attribute("aria-pressed", "false")
        box = await one.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 44
    await helpful.focus()
    await chat.page.keyboard.press("Enter")
    await expect(helpful).to_have_attribute("aria-pressed", "true")
    await expect(helpful).to_be_focused()
    await expect(said(chat)).to_contain_text("Thank you for telling us.")
    now = await staff.conversation(chat)
    await until_verdicts(staff, now.id, Verdict(3, helpful=True))
    await not_helpful.click()
    await expect(helpful).to_have_attribute("aria-pressed", "false")
    await until_verdicts(staff, now.id, Verdict(3, helpful=False))


async def test_no_leads_gently_to_other_words_or_a_person(chat: Chat) -> None:
    await chat.ask(PAY)
    await chat.button("Not helpful").click()
    await expect(said(chat)).to_contain_text("You can ask in other words, or ask for a person.")
    await chat.button("Use other words").click()
    await expect(chat.box).to_be_focused()
    await chat.button("Ask for a person").click()
    await expect(chat.button("Stop waiting")).to_be_visible()
    await expect(chat.button("Ask for a person")).to_have_count(0)
    await expect(chat.log).to_be_focused()


@pytest.mark.parametrize("question", ["hello", "xqzv plmk wrrt", "i want to kill myself"])
async def test_only_an_answer_is_rated(question: str, chat: Chat) -> None:
    await chat.ask(PAY)
    await expect(chat.button("Helpful")).to_have_count(1)
    await chat.ask(question)
    await expect(chat.button("Helpful")).to_have_count(1)


async def test_a_rating_without_a_network_is_sent_when_it_is_back(
    staff: Staff, wire: Network, visitors: Visitors
) -> None:
    chat = Chat(await visitors.arrive(wire.base))
    await chat.open()
    await chat.ask(PAY)
    await expect(chat.button("Helpful")).to_be_visible()
    now = await staff.conversation(chat)
    loss = asyncio.create_task(wire.fail(Wire.CUT, 3))
    await chat.button("Helpful").click()
    await expect(chat.button("Helpful")).to_have_attribute("aria-pressed", "true")
    await chat.button("Not helpful").click()
    assert (await staff.stored(now.id)).verdicts == ()
    await loss
    await until_verdicts(staff, now.id, Verdict(3, helpful=False))
    assert (await staff.stored(now.id)).position == now.position + 1


async def test_what_comes_later_is_asked_for_again_after_a_failure(
    staff: Staff, visitors: Visitors
) -> None:
    page = await visitors.arrive(staff.base)
    failed: list[str] = []

    async def fail_once(route: Route) -> None:
        part = route.request.url.rsplit("/", 1)[1].split("?")[0]
        if part in failed or part == "extras.js":
            await route.continue_()
        else:
            failed.append(part)
            await route.abort()

    await page.route("**/later/**", fail_once)
    chat = Chat(page)
    await chat.open()
    await chat.ask(PAY)
    await expect(chat.button("Helpful")).to_have_count(0)
    for number in range(6):
        await chat.ask(f"{PAY} {number}")
        with suppress(AssertionError):
            await expect(chat.button("Helpful").first).to_be_visible(timeout=2_000)
            break
    await expect(chat.button("Helpful").first).to_be_visible()
    assert "rating.js" in failed


async def test_whoever_waits_hears_their_place_and_can_stop(
    staff: Staff, chat: Chat, visitors: Visitors
) -> None:
    ahead = Chat(await visitors.arrive(staff.base))
    await ahead.open()
    await ahead.button("Talk to a person").click()
    await expect(ahead.button("Stop waiting")).to_be_visible()
    await chat.button("Talk to a person").click()
    panel = chat.frame.get_by_role("region", name="Waiting for a person")
    await expect(panel).to_contain_text("You are number 2. We cannot say how long it will take.")
    await expect(said(chat)).to_contain_text("You are number 2.")
    await ahead.button("Stop waiting").click()
    await expect(panel).to_contain_text("You are next.")
    await expect(ahead.frame.get_by_text("the automated assistant again")).to_be_visible()
    await expect(ahead.log).to_be_focused()
    await chat.say(PAY)
    await chat.button("Stop waiting").click()
    await expect(chat.log.get_by_text("There is no charge")).to_be_visible()
    await expect(panel).to_be_hidden()


async def test_nobody_is_said_to_be_there_who_is_not(staff: Staff, visitors: Visitors) -> None:
    await staff.is_there(on=False)
    chat = Chat(await visitors.arrive(staff.base))
    await chat.open()
    team = chat.frame.locator("#team")
    await expect(team).to_contain_text("Nobody from the team is here to chat right now.")
    await expect(team.get_by_role("link", name=PHONE)).to_have_attribute("href", "tel:02380001061")
    await chat.button("Talk to a person").click()
    await expect(chat.button("Leave a message for the team")).to_be_visible()
    await expect(chat.button("Stop waiting")).to_have_count(0)
    await staff.is_there(on=True)
    await chat.page.reload()
    await chat.open()
    await expect(team).to_contain_text("The team is here to chat now.")
    await chat.button("Talk to a person").click()
    await expect(chat.button("Stop waiting")).to_be_visible()
    await staff.is_there(on=False)
    await expect(chat.button("Stop waiting")).to_be_hidden()
    await expect(chat.button("Leave a message for the team")).to_have_count(2)


async def test_a_person_is_named_and_seen_typing(staff: Staff, chat: Chat) -> None:
    await chat.ask(PAY)
    now = await staff.conversation(chat)
    await chat.button("Talk to a person").click()
    await expect(chat.button("Stop waiting")).to_be_visible()
    await staff.joins(now.id)
    await expect(chat.frame.get_by_text("You are talking to Amina")).to_be_visible()
    await expect(chat.button("Stop waiting")).to_be_hidden()
    await staff.types(now.id)
    await expect(chat.frame.locator("#dots")).to_be_visible()
    await staff.says(now.id, "Hello")
    await expect(chat.frame.locator("#dots")).to_be_hidden()
    assert await chat.said_by("Amina") == ["Hello"]


async def test_one_press_keeps_a_chat_open_that_was_to_be_closed(staff: Staff, chat: Chat) -> None:
    await chat.ask(PAY)
    now = await staff.conversation(chat)
    await staff.warns(now.id)
    await chat.button("I am still here").click()
    await expect(said(chat)).to_contain_text("Thank you. We will keep this chat open.")
    await expect(chat.button("I am still here")).to_have_count(0)
    await staff.until(now.id, lambda stored: stored.warned_at is None)
    await staff.warns(now.id)
    await expect(chat.button("I am still here")).to_be_visible()
    await chat.say("yes")
    await expect(chat.button("I am still here")).to_have_count(0)


async def _talks_to_amina(staff: Staff, chat: Chat) -> str:
    await chat.ask(PAY)
    now = await staff.conversation(chat)
    await staff.joins(now.id)
    await staff.says(now.id, "Hello from Amina")
    await expect(chat.log.get_by_text("Hello from Amina")).to_be_visible()
    return now.id


async def test_an_ended_chat_can_be_rated_in_a_few_words(staff: Staff, chat: Chat) -> None:
    conversation_id = await _talks_to_amina(staff, chat)
    await staff.closes(conversation_id)
    group = chat.frame.get_by_role("group", name="Did this chat help you?")
    await group.get_by_role("button", name="Helpful", exact=True).click()
    await until_verdicts(staff, conversation_id, Verdict(None, helpful=True))
    await chat.frame.get_by_role("textbox", name="Would you like to say more?").fill("kind")
    await chat.button("Send comment").click()
    thanks = chat.frame.locator(".ending").get_by_text("Thank you for telling us.")
    await expect(thanks).to_be_focused()
    await chat.button("Start a new chat").click()
    await expect(group).to_have_count(0)
    await expect(chat.box).to_be_focused()


async def test_whoever_ends_a_chat_with_a_person_is_asked_and_no_word_stays(
    staff: Staff, chat: Chat
) -> None:
    conversation_id = await _talks_to_amina(staff, chat)
    await chat.button("Close chat").click()
    await chat.button("End chat").click()
    await chat.button("Not helpful").click()
    await until_verdicts(staff, conversation_id, Verdict(None, helpful=False))
    assert await chat.lines() == []
    assert await frame_of(chat).evaluate("sessionStorage.length") == 0
    await expect(chat.button("Copy this chat")).to_have_count(0)
    await chat.button("Close chat").click()
    await expect(chat.panel).to_have_count(0)


async def test_nobody_is_asked_after_hiding_the_page(staff: Staff, visitors: Visitors) -> None:
    chat = Chat(await visitors.arrive(staff.base))
    await chat.open()
    conversation_id = await _talks_to_amina(staff, chat)
    await chat.button("Hide this page").click()
    await expect(chat.page).to_have_url(EXIT)
    await staff.until(conversation_id, lambda stored: stored.left)
    assert (await staff.stored(conversation_id)).verdicts == ()
