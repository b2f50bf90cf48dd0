"""What staff do with conversations, by plain forms: the console without a line of JavaScript."""

import re
from html import unescape
from uuid import uuid4

import aiohttp
import pytest
import pytest_asyncio

from chatbot.domain.people import Person, Role
from chatbot.domain.reference import reference_of
from tests.web.conftest import Service, Visitor
from tests.web.staff import Answer, Browser, a_person

pytestmark = pytest.mark.asyncio(loop_scope="session")

JSON = {"Sec-Fetch-Site": "same-origin", "Accept": "application/json"}


async def at_the_desk(
    service: Service, http: aiohttp.ClientSession, role: Role, name: str
) -> tuple[Browser, Person]:
    person = await a_person(service, role, name)
    browser = Browser(http, service.base)
    await browser.sign_in(person)
    return browser, person


@pytest_asyncio.fixture(loop_scope="session", name="amina")
async def _amina(service: Service, http: aiohttp.ClientSession) -> Browser:
    return (await at_the_desk(service, http, Role.STAFF, "Amina"))[0]


@pytest_asyncio.fixture(loop_scope="session", name="ben")
async def _ben(service: Service, http: aiohttp.ClientSession) -> Browser:
    return (await at_the_desk(service, http, Role.STAFF, "Ben"))[0]


@pytest_asyncio.fixture(loop_scope="session", name="cleo")
async def _cleo(service: Service, http: aiohttp.ClientSession) -> Browser:
    return (await at_the_desk(service, http, Role.SUPERVISOR, "Cleo"))[0]


@pytest_asyncio.fixture(loop_scope="session", name="waiting")
async def _waiting(a_visitor: Visitor) -> Visitor:
    """A visitor who waits for staff; availability is not what is tested here."""
    await a_visitor.say("can i speak to somebody")
    await a_visitor.call("POST", "/person", json={})
    return a_visitor


def hidden(page: Answer, name: str) -> str:
    """Return the value of a hidden field."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page.text)
    assert found, name
    return unescape(found[1])


def desk_of(visitor: Visitor) -> str:
    return f"/console/chats/{visitor.id}"


async def reply(browser: Browser, visitor: Visitor, text: str) -> Answer:
    page = await browser.get(desk_of(visitor))
    return await browser.post(
        f"{desk_of(visitor)}/reply",
        text=text,
        seen=hidden(page, "seen"),
        client_id=hidden(page, "client_id"),
    )


async def test_who_waits_stands_in_the_list_as_a_link(waiting: Visitor, amina: Browser) -> None:
    page = await amina.get("/console")
    assert page.status == 200
    assert f'href="{desk_of(waiting)}"' in page.text
    assert reference_of(waiting.id) in page.text


async def test_a_chat_is_taken_answered_handed_back_and_closed(
    waiting: Visitor, amina: Browser
) -> None:
    desk = desk_of(waiting)
    assert (await amina.post(f"{desk}/take-over")).to == desk
    assert (await reply(amina, waiting, "Hello, I am Amina.")).to == desk
    events = await waiting.events()
    assert events[-1] | {"author": "staff", "text": "Hello, I am Amina."} == events[-1]
    assert events[-1]["name"] == "Amina"
    assert (await amina.post(f"{desk}/hand-back")).status == 303
    assert (await waiting.events())[-1]["state"] == "assistant"
    await amina.post(f"{desk}/take-over")
    assert (await amina.post(f"{desk}/close", ending="helped")).status == 303
    assert (await waiting.events())[-1]["type"] == "closed"
    page = await amina.get(desk)
    assert "Helped" in page.text
    assert "Undo closing" in page.text
    assert (await amina.post(f"{desk}/reopen")).status == 303
    assert (await waiting.events())[-1]["state"] == "staff"


async def test_a_colleague_who_comes_second_is_told_who_has_it(
    waiting: Visitor, amina: Browser, ben: Browser
) -> None:
    await amina.post(f"{desk_of(waiting)}/take-over")
    late = await ben.post(f"{desk_of(waiting)}/take-over")
    assert late.status == 409
    assert "Amina has this chat." in late.text


async def test_a_reply_that_missed_something_comes_back_with_what_is_new(
    waiting: Visitor, amina: Browser
) -> None:
    desk = desk_of(waiting)
    await amina.post(f"{desk}/take-over")
    page = await amina.get(desk)
    await waiting.say("wait there is more")
    form = {"text": "a reply that came too soon", "seen": hidden(page, "seen")}
    late = await amina.post(f"{desk}/reply", **form, client_id=str(uuid4()))
    assert late.status == 409
    assert "a reply that came too soon</textarea>" in late.text
    assert "wait there is more" in late.text
    assert all(event.get("author") != "staff" for event in await waiting.events())
    again = form | {"seen": hidden(late, "seen")}
    assert (await amina.post(f"{desk}/reply", **again, client_id=str(uuid4()))).status == 303


async def test_a_reply_that_is_sent_twice_is_there_once(waiting: Visitor, amina: Browser) -> None:
    desk = desk_of(waiting)
    await amina.post(f"{desk}/take-over")
    page = await amina.get(desk)
    form = {"text": "once", "seen": hidden(page, "seen"), "client_id": str(uuid4())}
    answers = [await amina.call("POST", f"{desk}/reply", form, JSON) for _ in range(2)]
    assert answers[0].text == answers[1].text
    assert [event.get("text") for event in await waiting.events()].count("once") == 1


async def test_only_who_is_in_charge_writes(
    waiting: Visitor, amina: Browser, ben: Browser, cleo: Browser
) -> None:
    desk = desk_of(waiting)
    await amina.post(f"{desk}/take-over")
    assert (await reply(ben, waiting, "me too")).status == 409
    assert (await ben.post(f"{desk}/join")).status == 403
    await cleo.post(f"{desk}/join")
    assert (await reply(cleo, waiting, "I am here as well")).status == 303


async def test_a_note_is_for_staff_and_never_reaches_the_visitor(
    waiting: Visitor, amina: Browser, ben: Browser
) -> None:
    secret = "she sounded frightened"
    await amina.post(f"{desk_of(waiting)}/note", text=secret)
    assert secret in (await ben.get(desk_of(waiting))).text
    assert secret not in str(await waiting.events())


async def test_a_chat_is_transferred_to_a_colleague(
    service: Service, http: aiohttp.ClientSession, waiting: Visitor, amina: Browser
) -> None:
    dora, person = await at_the_desk(service, http, Role.STAFF, "Dora")
    desk = desk_of(waiting)
    await amina.post(f"{desk}/take-over")
    assert (await amina.post(f"{desk}/transfer", to="nobody")).status == 404
    assert (await amina.post(f"{desk}/transfer", to=person.id)).status == 303
    assert (await waiting.events())[-1]["name"] == "Dora"
    assert (await reply(dora, waiting, "I am Dora")).status == 303


async def test_labels_are_found_again(waiting: Visitor, amina: Browser) -> None:
    label = f"label {uuid4().hex[:6]}"
    await amina.post(f"{desk_of(waiting)}/labels", labels=f" {label.upper()}, late,")
    page = await amina.get(f"/console?view=all&label={label.replace(' ', '+')}")
    assert page.text.count(f'<span class="tag">{label}</span>') >= 1
    assert f'href="{desk_of(waiting)}"' in page.text


async def test_a_reference_finds_the_chat(waiting: Visitor, amina: Browser) -> None:
    page = await amina.get(f"/console?view=all&reference={reference_of(waiting.id).lower()}")
    shown = page.text.split('id="shown"')[1]
    assert f'href="{desk_of(waiting)}"' in shown


async def test_words_are_found_by_a_supervisor_only_and_stand_in_no_address(
    waiting: Visitor, amina: Browser, cleo: Browser
) -> None:
    word = f"word{uuid4().hex[:8]}"
    await waiting.say(f"about {word} please")
    found = await cleo.post("/console/search", view="all", words=word.upper())
    assert f'href="{desk_of(waiting)}"' in found.text.split('id="shown"')[1]
    assert "words=" not in found.text
    missed = await amina.post("/console/search", view="all", words=f"no{word}")
    assert f'href="{desk_of(waiting)}"' in missed.text, "without the right the words do not count"


async def test_a_concern_is_read_by_who_may(
    waiting: Visitor, amina: Browser, cleo: Browser
) -> None:
    worry = "there are children in the house"
    assert (await amina.post(f"{desk_of(waiting)}/concern", text=worry)).status == 303
    assert worry not in (await amina.get(desk_of(waiting))).text
    assert worry in (await cleo.get(desk_of(waiting))).text
    flagged = (await amina.get("/console?view=flagged")).text.split('id="shown"')[1]
    assert f'href="{desk_of(waiting)}"' in flagged


async def test_a_block_ends_the_chat_with_kind_words(waiting: Visitor, amina: Browser) -> None:
    desk = desk_of(waiting)
    await amina.post(f"{desk}/take-over")
    assert (await amina.post(f"{desk}/block", reason="threats", hours="9999")).status == 422
    assert (await amina.post(f"{desk}/block", reason="threats", hours="24")).status == 303
    events = await waiting.events()
    assert events[-1]["type"] == "closed"
    assert events[-1]["until"] > events[-1]["at"]
    assert "please ring" in events[-2]["text"]
    assert "threats" not in str(events)
    answer = await amina.post(f"{desk}/reopen")
    assert answer.status == 409


async def test_nobody_writes_to_a_visitor_who_hid_the_page(
    waiting: Visitor, amina: Browser
) -> None:
    desk = desk_of(waiting)
    await amina.post(f"{desk}/take-over")
    await waiting.call("DELETE", "")
    page = await amina.get(desk)
    assert "Do not write to them or ring them." in page.text
    form = {"text": "are you there", "seen": hidden(page, "seen"), "client_id": str(uuid4())}
    assert (await amina.post(f"{desk}/reply", **form)).status == 409


async def test_a_draft_waits_for_its_writer_alone(
    waiting: Visitor, amina: Browser, ben: Browser
) -> None:
    await amina.post(f"{desk_of(waiting)}/draft", text="I am just")
    assert ">I am just</textarea>" in (await amina.get(desk_of(waiting))).text
    assert "I am just" not in (await ben.get(desk_of(waiting))).text


@pytest.mark.parametrize("query", ["view=nonsense", "view=all&from=yesterday"])
async def test_a_list_that_there_is_not_is_a_clear_error(amina: Browser, query: str) -> None:
    assert (await amina.get(f"/console?{query}")).status == 422


async def test_a_chat_that_there_is_not_is_not_found(amina: Browser) -> None:
    answer = await amina.get("/console/chats/00000000-0000-7000-8000-000000000000")
    assert answer.status == 404


async def test_why_the_assistant_said_something_is_shown_to_staff_alone(
    a_visitor: Visitor, amina: Browser
) -> None:
    answer = await a_visitor.ask("what does it cost to come")
    page = await amina.get(desk_of(a_visitor))
    assert "in 100 sure" in page.text
    assert answer["faq"]["slug"] in page.text
    assert "confidence" not in str(await a_visitor.events())
