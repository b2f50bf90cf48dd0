"""A visitor asks, loses the network, comes back: one conversation, once, in order."""

import asyncio
from typing import Final

import pytest
from playwright.async_api import expect

from tests.browser.chat import Chat, Line, squeezed, words
from tests.browser.conftest import Visitors
from tests.browser.network import Network, Wire
from tests.browser.running import Service

pytestmark = pytest.mark.asyncio(loop_scope="session")

LOSS_SECONDS: Final = 5
ASKED: Final = {
    "do i have to pay owt": "cost",
    "missed saterday wat now": "miss-or-break-condition",
    "can my girlfriend come with me": "bring-someone",
    "will the police be in the room": "who-runs-cara",
    "how long does each workshop last": "how-many-how-long",
}
NO_STORAGE: Final = """Object.defineProperty(window, "sessionStorage", {
  get() { throw new DOMException("Access is denied", "SecurityError"); },
});"""
PAY, MISSED, GIRLFRIEND, POLICE, LONG = ASKED


async def _approved(service: Service, question: str) -> str:
    return words((await service.entry(ASKED[question]))["answer_html"])


async def _is_whole(chat: Chat, service: Service) -> None:
    """Every question once and in order, each with its answer after it."""
    lines = await chat.lines()
    said = [line.text for line in lines if line.author == "You"]
    heard = [squeezed(line.text) for line in lines if line.author == "Assistant"]
    assert said == list(ASKED)
    assert heard == [await _approved(service, question) for question in ASKED]
    for question, answer in zip(said, heard, strict=True):
        asked_at = lines.index(Line("You", question))
        answered_at = [squeezed(line.text) for line in lines].index(answer)
        assert asked_at < answered_at


async def test_five_questions_get_their_answers_through_a_lost_network_and_a_reload(
    service: Service, a_network: Network, visitors: Visitors
) -> None:
    page = await visitors.arrive(a_network.base)
    chat = Chat(page)
    await chat.open()
    for question in (PAY, MISSED):
        assert squeezed(await chat.ask(question)) == await _approved(service, question)

    loss = asyncio.create_task(a_network.fail(Wire.CUT, LOSS_SECONDS))
    await chat.say(GIRLFRIEND)
    await chat.say(POLICE)
    await chat.box.press_sequentially(LONG)
    await expect(chat.offline).to_be_visible()
    assert (await chat.said_by("You"))[2:] == [GIRLFRIEND, POLICE]
    assert len(await chat.said_by("Assistant")) == 2
    await loss

    await chat.until(lines=8)
    await expect(chat.offline).to_be_hidden()
    await expect(chat.box).to_have_value(LONG)
    await chat.box.press("Enter")
    await chat.until(lines=10)
    await chat.all_sent()
    await _is_whole(chat, service)

    before = await chat.lines()
    await page.reload()
    await chat.open()
    await chat.until(lines=10)
    assert await chat.lines() == before


async def test_a_network_that_goes_silent_loses_nothing(
    service: Service, a_network: Network, visitors: Visitors
) -> None:
    chat = Chat(await visitors.arrive(a_network.base))
    await chat.open()
    await chat.ask(PAY)
    loss = asyncio.create_task(a_network.fail(Wire.SILENT, LOSS_SECONDS))
    await chat.say(MISSED)
    await chat.say(POLICE)
    await loss
    await chat.until(lines=6)
    await chat.all_sent()
    assert await chat.said_by("You") == [PAY, MISSED, POLICE]
    assert [squeezed(text) for text in await chat.said_by("Assistant")] == [
        await _approved(service, question) for question in (PAY, MISSED, POLICE)
    ]


async def test_a_browser_that_is_offline_sends_later(service: Service, visitors: Visitors) -> None:
    page = await visitors.arrive(service.base)
    chat = Chat(page)
    await chat.open()
    await page.context.set_offline(offline=True)
    await chat.say(PAY)
    await chat.say(MISSED)
    await expect(chat.offline).to_be_visible()
    await page.context.set_offline(offline=False)
    await chat.until(lines=4)
    assert await chat.said_by("You") == [PAY, MISSED]


async def test_a_first_message_into_a_dead_network_is_sent_when_it_is_back(
    a_network: Network, visitors: Visitors
) -> None:
    chat = Chat(await visitors.arrive(a_network.base))
    await chat.open()
    loss = asyncio.create_task(a_network.fail(Wire.CUT, 3))
    await chat.say(PAY)
    await expect(chat.offline).to_be_visible()
    await loss
    await chat.until(lines=2)
    assert await chat.said_by("You") == [PAY]
    await expect(chat.offline).to_be_hidden()


async def test_what_was_written_offline_survives_a_reload(
    a_network: Network, visitors: Visitors
) -> None:
    page = await visitors.arrive(a_network.base)
    chat = Chat(page)
    await chat.open()
    await chat.ask(PAY)
    loss = asyncio.create_task(a_network.fail(Wire.CUT, 1))
    await chat.say(MISSED)
    await chat.box.press_sequentially(POLICE)
    await loss
    await page.reload()
    await chat.open()
    await chat.until(lines=4)
    assert await chat.said_by("You") == [PAY, MISSED]
    await expect(chat.box).to_have_value(POLICE)


async def test_an_offered_question_is_a_button_that_asks_it(
    service: Service, visitors: Visitors
) -> None:
    chat = Chat(await visitors.arrive(service.base))
    await chat.open()
    entry = await service.entry("late")
    await chat.button(entry["question"]).click()
    await chat.until(lines=2)
    assert await chat.said_by("You") == [entry["question"]]
    assert squeezed((await chat.lines())[-1].text) == words(entry["answer_html"])


async def test_a_new_tab_is_another_visitor(service: Service, visitors: Visitors) -> None:
    page = await visitors.arrive(service.base)
    first = Chat(page)
    await first.open()
    await first.ask(PAY)
    other = await page.context.new_page()
    await other.goto(service.base)
    second = Chat(other)
    await second.open()
    await second.ask(MISSED)
    assert await first.said_by("You") == [PAY]
    assert await second.said_by("You") == [MISSED]


async def test_a_copied_tab_shows_the_same_conversation_in_the_same_order(
    service: Service, visitors: Visitors
) -> None:
    page = await visitors.arrive(service.base)
    first = Chat(page)
    await first.open()
    await first.ask(PAY)
    async with page.expect_popup() as opened:
        await page.evaluate("window.open(location.href)")
    second = Chat(await opened.value)
    await second.open()
    await second.until(lines=2)
    await second.ask(MISSED)
    await first.until(lines=4)
    await first.ask(POLICE)
    await second.until(lines=6)
    assert await first.lines() == await second.lines()


async def test_the_chat_works_on_another_site(another_site: str, visitors: Visitors) -> None:
    page = await visitors.arrive(another_site)
    chat = Chat(page)
    await chat.open()
    await chat.ask(PAY)
    before = await chat.lines()
    await page.reload()
    await chat.open()
    await chat.until(lines=2)
    assert await chat.lines() == before


async def test_the_chat_works_where_storage_is_forbidden(
    service: Service, visitors: Visitors
) -> None:
    page = await visitors.arrive("about:blank")
    await page.add_init_script(NO_STORAGE)
    await page.goto(f"{service.base}/ask")
    await page.goto(service.base)
    chat = Chat(page)
    await chat.open()
    await chat.ask(PAY)
    await chat.ask(MISSED)
    assert await chat.said_by("You") == [PAY, MISSED]
