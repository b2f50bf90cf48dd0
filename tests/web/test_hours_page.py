"""Opening hours and availability in the console, as plain forms."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from html import unescape

import aiohttp
import pytest
import pytest_asyncio

from chatbot.domain.availability import Colleague
from chatbot.domain.hours import DAYS
from chatbot.domain.people import Role
from chatbot.settings import Settings
from chatbot.web import keys
from tests.web.conftest import Service, serving
from tests.web.staff import Answer, Browser, a_person

pytestmark = pytest.mark.asyncio(loop_scope="session")

HOURS = "/console/hours"
CLOSED = dict.fromkeys(DAYS, "")
MONDAYS = {**CLOSED, "mon": "09:00-12:00 13:00-17:00"}


@pytest_asyncio.fixture(scope="session", loop_scope="session", name="own")
async def _own(
    settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Service]:
    """A service with nobody on but whom a test has go on; what is saved stays from test to test."""
    folder = tmp_path_factory.mktemp("hours")
    own = replace(settings, database=f"sqlite:///{folder}/chat.db", model="/nowhere")
    async with serving(own, staffed=False) as service:
        yield service


@pytest_asyncio.fixture(loop_scope="session", name="admin")
async def _admin(own: Service, http: aiohttp.ClientSession) -> Browser:
    browser = Browser(http, own.base)
    await browser.sign_in(await a_person(own, Role.ADMIN))
    return browser


async def save(admin: Browser, own: Service, **week: str) -> Answer:
    board = await own.app[keys.HOURS].board()
    return await admin.post(HOURS, version=f"{board.version}", **week)


async def colleague(own: Service, name: str) -> Colleague:
    """Return the newest person of that name, as others find them."""
    known = {one.id: one for one in await own.app[keys.AVAILABILITY].colleagues()}
    people = [account.person for account in await own.app[keys.PEOPLE].all()]
    return [known[person.id] for person in people if person.name == name][-1]


def seen(html: str) -> str:
    """Return what is left to read, on one line."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


async def chat(service: Service) -> tuple[bool, bool]:
    found = await service.app[keys.AVAILABILITY].status()
    return found.open, found.staff_on


async def test_the_page_shows_what_a_visitor_is_told_and_the_next_bank_holidays(
    own: Service, admin: Browser
) -> None:
    version = (await own.app[keys.HOURS].board()).version
    assert ("the setting opening_hours" in (await admin.get(HOURS)).text) is (version == 0)
    await save(admin, own, **CLOSED)
    page = seen((await admin.get(HOURS)).text)
    assert "Nobody from the team is here to chat right now." in page
    assert "No hours are set." in page
    assert "the setting opening_hours" not in page
    assert "Christmas Day" in page


async def test_weekly_hours_are_saved_and_told(own: Service, admin: Browser) -> None:
    before = (await own.app[keys.HOURS].board()).version
    saved = await save(admin, own, **MONDAYS)
    assert (saved.status, saved.to) == (303, HOURS)
    page = (await admin.get(HOURS)).text
    assert "Monday, 9am to midday and 1pm to 5pm" in seen(page)
    assert f'name="version" value="{before + 1}"' in page
    assert (await own.app[keys.HOURS].hours()).known


async def test_hours_that_cannot_be_read_are_named_and_kept_on_the_page(
    own: Service, admin: Browser
) -> None:
    answer = await save(admin, own, **{**MONDAYS, "tue": "9 to 5", "sun": "17:00-09:00"})
    assert answer.status == 422
    assert answer.text.count('aria-invalid="true"') == 2
    assert 'value="9 to 5"' in answer.text
    assert "Write hours like 09:00-17:00." in answer.text


async def test_who_saves_over_a_colleague_is_told(own: Service, admin: Browser) -> None:
    await save(admin, own, **MONDAYS)
    seen_version = (await own.app[keys.HOURS].board()).version - 1
    answer = await admin.post(HOURS, version=f"{seen_version}", **CLOSED)
    assert answer.status == 409
    assert "Somebody else changed this at the same time." in answer.text
    assert 'value="09:00-12:00 13:00-17:00"' in answer.text


async def test_a_closure_is_added_shown_and_taken_back(own: Service, admin: Browser) -> None:
    form = {"since": "2020-12-24T12:00", "until": "2099-01-02T09:30", "reason": "Moving <house>"}
    assert (await admin.post(f"{HOURS}/closures", **form)).to == f"{HOURS}#closures"
    page = (await admin.get(HOURS)).text
    told = "From Thursday 24 December 2020, midday to Friday 2 January 2099, 9:30am"
    assert told in seen(page)
    assert "Moving &lt;house&gt;" in page
    assert len((await own.app[keys.HOURS].hours()).closures) == 1
    (remove,) = re.findall(r'action="(/console/hours/closures/[^"]+/remove)"', page)
    for _ in range(2):
        assert (await admin.post(remove)).status == 303
    assert "Nothing is planned." in (await admin.get(HOURS)).text


@pytest.mark.parametrize(
    ("form", "why"),
    [
        ({"since": "", "until": "2099-01-01T09:00"}, "Enter a day and a time."),
        ({"since": "2099-01-02T09:00", "until": "2099-01-01T09:00"}, "Enter an end that is later"),
        ({"since": "2019-01-01T09:00", "until": "2020-01-01T09:00"}, "not over yet"),
        (
            {"since": "2099-01-01T09:00", "until": "2099-01-02T09:00", "reason": "x" * 201},
            "Use at most 200 characters.",
        ),
    ],
)
async def test_a_closure_that_makes_no_sense_is_named(
    admin: Browser, form: dict[str, str], why: str
) -> None:
    answer = await admin.post(f"{HOURS}/closures", **form)
    assert answer.status == 422
    assert why in seen(answer.text)
    assert f'value="{form["until"]}"' in answer.text


async def test_going_on_opens_the_chat_and_signing_out_closes_it(
    own: Service, admin: Browser
) -> None:
    await save(admin, own, **CLOSED)
    assert await chat(own) == (False, False)
    on = await admin.post("/console/availability", availability="on", back=f"{HOURS}?a=1")
    assert (on.status, on.to) == (303, f"{HOURS}?a=1")
    assert await chat(own) == (True, True)
    page = (await admin.get(HOURS)).text
    assert 'value="on" aria-pressed="true"' in page
    assert "The team is here to chat now." in seen(page)
    await admin.post("/console/sign-out")
    assert await chat(own) == (False, False)


async def test_capacity_is_kept_with_what_was_said_before(own: Service, admin: Browser) -> None:
    await admin.post("/console/availability", availability="away")
    sent = await admin.post("/console/availability", capacity="7", back="https://evil.example")
    assert sent.to == "/console"
    me = await colleague(own, "Amina")
    assert (me.availability, me.capacity) == ("away", 7)
    page = (await admin.get(HOURS)).text
    assert "7 chats" in seen(page)


@pytest.mark.parametrize(
    "form", [{"capacity": "0"}, {"capacity": "21"}, {"capacity": "x"}, {"availability": "maybe"}]
)
async def test_what_nobody_can_be_is_refused(admin: Browser, form: dict[str, str]) -> None:
    assert (await admin.post("/console/availability", **form)).status == 422


async def test_a_page_that_is_open_keeps_somebody_seen(own: Service, admin: Browser) -> None:
    await admin.get(HOURS)
    me = await colleague(own, "Amina")
    assert me.availability == "off"
    assert me.seen_at > 0
