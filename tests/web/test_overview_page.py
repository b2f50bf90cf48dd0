"""Where an admin begins: what needs somebody is counted, and each line leads to it."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from chatbot.domain.faq import Entry
from chatbot.domain.people import Role
from chatbot.domain.reference import reference_of
from chatbot.settings import Callbacks, Settings
from chatbot.store.faq import FaqEntries
from chatbot.store.opening import open_database
from chatbot.web import keys
from chatbot.web.console.routes import STAFF
from tests.web.conftest import Service, Visitor, serving
from tests.web.staff import Browser, a_person
from tests.web.test_calls import ALWAYS, DAY, asked
from tests.web.test_console import Clock
from tests.web.test_desk_live import who_waits

pytestmark = pytest.mark.asyncio(loop_scope="session")

PAGE = "/console/overview"
COST = Entry("cost", "What does it cost?", "Nothing at all.")


@pytest.fixture(scope="session", name="overview_clock")
def _overview_clock() -> Clock:
    return Clock()


@pytest_asyncio.fixture(scope="session", loop_scope="session", name="quiet")
async def _quiet(
    settings: Settings, overview_clock: Clock, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Service]:
    """A service in which all is done, open day and night; its time can be moved on."""
    folder: Path = tmp_path_factory.mktemp("overview")
    own = replace(
        settings,
        database=f"sqlite:///{folder}/chat.db",
        opening_hours=ALWAYS,
        callbacks=Callbacks(capacity=50, lead_minutes=1, days_ahead=40),
        model="/nowhere",
        languages=("en",),
    )
    database = await open_database(own.database)
    await FaqEntries(database).save([COST], [], 1)
    await database.close()
    async with serving(own, overview_clock) as service:
        yield service


async def signed_in(service: Service, http: aiohttp.ClientSession) -> Browser:
    browser = Browser(http, service.base)
    answer = await browser.sign_in(await a_person(service, Role.ADMIN))
    assert answer.to == PAGE
    return browser


@pytest_asyncio.fixture(loop_scope="session", name="admin")
async def _admin(quiet: Service, http: aiohttp.ClientSession) -> Browser:
    await checked(quiet)
    return await signed_in(quiet, http)


async def checked(service: Service) -> None:
    """Have somebody check each helpline today."""
    settings = service.app[keys.EDITABLE]
    for item in (await settings.board()).items:
        if item.setting.has_date:
            await settings.checked(item.setting.name, "amina")


async def needs(admin: Browser) -> dict[str, tuple[int, str]]:
    """Return how many of each need somebody, and where each line leads."""
    html = (await admin.get(PAGE)).text
    found = re.findall(
        r'<a href="([^"]+)"><span class="need-count">(\d+)</span> <span>(.*?)</span></a>', html
    )
    return {unescape(what): (int(count), unescape(href)) for href, count, what in found}


async def test_where_all_is_done_nothing_needs_anybody(admin: Browser) -> None:
    page = await admin.get(PAGE)
    assert "Nothing needs you now." in page.text
    [(what, found)] = (await needs(admin)).items()
    assert what.startswith("Promises in the software")
    assert found == (3, "/console/promises")


async def test_who_waits_stands_there_by_reference(
    quiet: Service, admin: Browser, http: aiohttp.ClientSession
) -> None:
    waiting = await who_waits(quiet, http)
    page = await admin.get(PAGE)
    assert "Nothing needs you now." not in page.text
    assert (await needs(admin))["Chats that wait for a person"] == (1, "/console")
    link = f'<a href="/console/chats/{waiting.id}">{reference_of(waiting.id)}</a>'
    assert link in page.text.split('aria-label="Waiting"')[1]
    await waiting.call("POST", "/close", json={})
    assert "Chats that wait for a person" not in await needs(admin)


async def test_callbacks_are_counted_by_when_they_are_due(
    quiet: Service, http: aiohttp.ClientSession, overview_clock: Clock
) -> None:
    callback = await asked(quiet)
    overview_clock.ahead += callback.slot.start - overview_clock()
    admin = await signed_in(quiet, http)
    assert (await needs(admin))["Callbacks to make now"] == (1, "/console/callbacks")
    overview_clock.ahead += callback.slot.end - overview_clock()
    assert (await needs(admin))["Callbacks that are overdue"] == (1, "/console/callbacks")
    await quiet.app[keys.CALL_DESK].erase(callback.id, "amina")
    assert not [what for what in await needs(admin) if "allback" in what]


async def test_answers_and_questions_are_counted_with_their_lists(
    quiet: Service, admin: Browser, http: aiohttp.ClientSession
) -> None:
    faq, editing = quiet.app[keys.FAQ], quiet.app[keys.EDITING]
    await faq.save([replace(COST, slug="old", review_by="2026-01-01", confirm=("the price",))])
    (person, *_) = await quiet.app[keys.PEOPLE].everyone()
    slug = await editing.begin(person, "Is there a lift?")
    visitor = Visitor(http, quiet.api)
    await visitor.start()
    assert (await visitor.ask("zorbing by the seaside?"))["outcome"] == "unanswered"
    found = await needs(admin)
    for what, place in (
        ("Answers whose review is due", "/console/faq?state=due"),
        ("Answers with something to confirm", "/console/faq?state=confirm"),
        ("Answers that somebody works on", "/console/faq?state=draft"),
        ("Questions that were asked in vain", "/console/unanswered"),
    ):
        assert found[what] == (1, place)
        assert (await admin.get(place)).status == 200
    await editing.discard(person, slug)
    assert "Answers that somebody works on" not in await needs(admin)


async def test_what_is_set_up_and_who_was_invited_is_counted(
    quiet: Service, admin: Browser, http: aiohttp.ClientSession, overview_clock: Clock
) -> None:
    people = quiet.app[keys.PEOPLE]
    await people.invite("new@example.org", Role.STAFF, "amina")
    assert (await needs(admin))["People who were invited and have not joined"][0] == 1
    await admin.post("/console/settings/chat", value="off", seen="0")
    assert (await needs(admin))["The chat is switched off"] == (1, "/console/settings#chat")
    await admin.post("/console/settings/chat", value="on", seen="1")
    overview_clock.ahead += 400 * DAY
    later = await needs(await signed_in(quiet, http))
    assert later["Helplines that nobody has checked lately"][0] > 1


async def test_however_much_there_is_it_takes_as_many_queries(
    quiet: Service, http: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    database, asked_for = quiet.app[keys.AUDIT].database, []
    fetch = database.fetch

    async def counted(query: Any, /, **values: Any) -> Any:
        asked_for.append(query)
        return await fetch(query, **values)

    monkeypatch.setattr(database, "fetch", counted)
    attention = quiet.app[keys.ATTENTION]
    await attention.needs()
    before = len(asked_for)
    for number in range(3):
        await who_waits(quiet, http)
        await asked(quiet)
        await quiet.app[keys.FAQ].save([replace(COST, slug=f"more-{number}")])
    asked_for.clear()
    await attention.needs()
    assert len(asked_for) == before


async def test_others_begin_with_the_chats(quiet: Service, http: aiohttp.ClientSession) -> None:
    for role in (Role.STAFF, Role.SUPERVISOR):
        browser = Browser(http, quiet.base)
        assert (await browser.sign_in(await a_person(quiet, role))).to == "/console"
        assert (await browser.get(PAGE)).status == 403
        assert f'href="{PAGE}"' not in (await browser.get("/console")).text


NO_PAGES = {"/console/live", "/console/lists", "/console/reports.csv", "/console/audit.csv"}
"""Sockets, pieces and files."""
PLAIN = [
    route.path
    for route in STAFF
    if route.action and route.method == "GET"
    if "{" not in route.path and route.path not in NO_PAGES
]


@pytest.mark.parametrize("path", PLAIN)
async def test_a_page_has_one_heading_and_all_that_it_loads_is_there(
    quiet: Service, http: aiohttp.ClientSession, path: str
) -> None:
    page = await (await signed_in(quiet, http)).get(path)
    assert page.status == 200
    assert len(re.findall(r"<h1[ >]", page.text)) == 1
    assets = re.findall(r'(?:href|src)="(/static/[^"]+\.(?:css|js)[^"]*)"', page.text)
    assert len(assets) >= 3
    for asset in assets:
        async with http.get(quiet.base + asset) as answer:
            assert answer.status == 200
