"""Callback requests as staff have them: the queue, one request, calls, calendar, list, erasure."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import aiohttp
import pytest
import pytest_asyncio

from chatbot.domain.audit import Deed
from chatbot.domain.callback_form import Caller, Shared
from chatbot.domain.callbacks import Callback, Due, Status
from chatbot.domain.hours import local
from chatbot.domain.people import Role
from chatbot.services.callbacks import Origin
from chatbot.services.errors import NoCallback
from chatbot.settings import Callbacks, Settings
from chatbot.store.audit import newest
from chatbot.web import keys
from tests.store.callers import a_form
from tests.store.team import MINUTE
from tests.web.conftest import Service, Visitor, serving
from tests.web.staff import Browser, a_person
from tests.web.test_console import Clock

pytestmark = pytest.mark.asyncio(loop_scope="session")

DAY: Final = 24 * 60 * MINUTE
SAFE: Final = ("shared_phone", "voicemail_ok", "text_ok", "say_who", "say_instead")
ALWAYS: Final = "mon-sun 00:00-24:00"


@pytest.fixture(scope="session", name="call_clock")
def _call_clock() -> Clock:
    """From nine in the morning on: the days that are counted do not change under a test."""
    clock = Clock()
    now = local(clock())
    morning = now.replace(hour=9, minute=0) + timedelta(days=1)
    clock.ahead = round((morning - now).total_seconds() * 1_000)
    return clock


@pytest_asyncio.fixture(scope="session", loop_scope="session", name="office")
async def _office(
    settings: Settings, call_clock: Clock, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Service]:
    """A service whose time can be moved on, open day and night."""
    folder: Path = tmp_path_factory.mktemp("calls")
    own = replace(
        settings,
        database=f"sqlite:///{folder}/chat.db",
        opening_hours=ALWAYS,
        callbacks=Callbacks(capacity=50, lead_minutes=1, days_ahead=40),
        model="/nowhere",
    )
    async with serving(own, call_clock) as service:
        yield service


@pytest_asyncio.fixture(loop_scope="session", name="amina")
async def _amina(office: Service, http: aiohttp.ClientSession) -> Browser:
    return await signed_in(office, http, Role.STAFF)


async def signed_in(service: Service, http: aiohttp.ClientSession, role: Role) -> Browser:
    browser = Browser(http, service.base)
    await browser.sign_in(await a_person(service, role, role.value.title()))
    return browser


async def asked(office: Service, **other: Any) -> Callback:
    service = office.app[keys.CALLBACKS]
    lane = other.get("caller", Caller.CAUTIONED).lane
    slots = await service.slots(lane)
    form = a_form(slots[0].start, slots[4].start, **other)
    return (await service.ask(form, str(uuid4()), Origin("en"))).callback


async def state(office: Service, callback: Callback) -> Callback:
    return (await office.app[keys.CALLBACKS].load(callback.id)).callback


def days_ago(clock: Clock, days: int) -> str:
    return (local(clock()).date() - timedelta(days=days)).isoformat()


def times(html: str) -> list[str]:
    select = re.search(r'id="slot".*?</select>', html, re.DOTALL)
    return re.findall(r'<option value="(\d+)"', select[0]) if select else []


def seen(html: str) -> str:
    found = re.search(r'name="seen" value="(\d+)"', html)
    assert found
    return found[1]


async def test_a_request_goes_from_asking_to_done_after_two_calls_in_vain(
    office: Service, amina: Browser, call_clock: Clock
) -> None:
    one = await asked(office, say_instead="the dentist")
    address = f"/console/callbacks/{one.id}"
    lists = (await amina.get("/console/callbacks")).text
    assert "A.K." in lists
    for private in ("Amina Khan", "07911", "447911"):
        assert private not in lists
    page = (await amina.get(address)).text
    banner = page.index("Before you ring")
    for words in ("Leave no voicemail", "Send no text", "Do not say who we are", "the dentist"):
        assert page.index(words, banner)
    assert banner < page.index("tel:+447911123456")
    assert page.index("could I speak to Amina Khan") > banner
    await amina.post(f"{address}/claim")
    for number in (1, 2):
        page = (await amina.get(address)).text
        again = times(page)
        form = {"outcome": "no_answer", "seen": seen(page), "slot": again[0]}
        assert (await amina.post(f"{address}/tried", **form)).status == 303
        twice = await amina.post(f"{address}/tried", **form)
        assert twice.status == 409, "a call that is sent twice counts once"
        assert (await state(office, one)).tries == number
        call_clock.ahead += 30 * MINUTE
    page = (await amina.get(address)).text
    await amina.post(f"{address}/note", text="back from work at five")
    changed = await amina.post(f"{address}/tried", outcome="completed", seen=seen(page))
    assert (changed.status, "Something has changed" in changed.text) == (409, True)
    await amina.post(f"{address}/tried", outcome="completed", seen=seen(changed.text))
    done = await state(office, one)
    assert (done.status, done.ending) == (Status.DONE, "completed")
    page = (await amina.get(address)).text
    assert "tel:+44" not in page
    assert "back from work at five" in page
    assert one.id in (await amina.get("/console/callbacks/ended")).text


async def test_the_third_call_in_vain_is_the_last(office: Service, amina: Browser) -> None:
    one = await asked(office)
    address = f"/console/callbacks/{one.id}"
    for outcome in ("no_answer", "wrong_person", "no_answer"):
        page = (await amina.get(address)).text
        slot = times(page)[0]
        await amina.post(f"{address}/tried", outcome=outcome, seen=seen(page), slot=slot)
    assert (await state(office, one)).ending == "not_reached"
    assert "Not reached" in (await amina.get(address)).text


async def test_a_call_that_ends_nothing_needs_its_next_time(
    office: Service, amina: Browser
) -> None:
    one = await asked(office)
    address = f"/console/callbacks/{one.id}"
    position = str(one.position)
    missing = await amina.post(f"{address}/tried", outcome="no_answer", seen=position)
    assert missing.status == 422
    nothing = await amina.post(f"{address}/tried", seen=position)
    assert nothing.status == 422
    gone = {"outcome": "no_answer", "seen": position, "slot": "7"}
    assert (await amina.post(f"{address}/tried", **gone)).status == 409


async def test_the_next_time_comes_from_what_suits_the_person(
    office: Service, amina: Browser
) -> None:
    one = await asked(office)
    page = (await amina.get(f"/console/callbacks/{one.id}")).text
    assert str(one.form.slots[1]) in times(page)


async def test_what_a_colleague_has_can_be_given_but_not_taken(
    office: Service, http: aiohttp.ClientSession, amina: Browser
) -> None:
    one = await asked(office)
    address = f"/console/callbacks/{one.id}"
    bilal = await signed_in(office, http, Role.STAFF)
    cleo = await signed_in(office, http, Role.SUPERVISOR)
    await amina.post(f"{address}/claim")
    assert (await bilal.post(f"{address}/claim")).status == 409
    assert (await bilal.post(f"{address}/give", to="")).status == 409
    page = (await bilal.get(address)).text
    slot = times(page)[0]
    called = await bilal.post(f"{address}/tried", outcome="no_answer", seen=seen(page), slot=slot)
    assert called.status == 409
    assert (await cleo.post(f"{address}/give", to="nobody")).status == 404
    assert (await cleo.post(f"{address}/give", to="")).status == 303
    assert (await bilal.post(f"{address}/claim")).status == 303


async def test_the_queue_is_sorted_by_when_and_by_the_days_that_are_gone(
    office: Service, amina: Browser, call_clock: Clock
) -> None:
    desk = office.app[keys.CALL_DESK]
    late = await asked(office, name="Late One", arrested_on=days_ago(call_clock, 24))
    for _ in range(2):
        call_clock.ahead += 35 * MINUTE
        await amina.get("/console/callbacks")
    soon = await asked(office, name="Soon Two", arrested_on=days_ago(call_clock, 6))
    queue = await desk.queue()
    parts = {row.id: part for part, rows in queue.items() for row in rows}
    assert parts[late.id] is Due.OVERDUE
    assert parts[soon.id] in {Due.NOW, Due.TODAY, Due.LATER}
    ids = [row.id for row in await desk.longest_waiting()]
    assert ids.index(late.id) < ids.index(soon.id)
    page = (await amina.get("/console/callbacks?sort=days")).text
    assert page.index("L.O.") < page.index("S.T.")
    assert "24 days since the arrest" in page


async def test_who_looks_and_who_acts_stands_in_the_audit(
    office: Service, http: aiohttp.ClientSession, amina: Browser
) -> None:
    one = await asked(office)
    await amina.get("/console/callbacks")
    await amina.get(f"/console/callbacks/{one.id}")
    await amina.post(f"/console/callbacks/{one.id}/claim")
    admin = await signed_in(office, http, Role.ADMIN)
    day = (await admin.get("/console/callbacks/day")).text
    assert "shred it" in day
    await admin.post(f"/console/callbacks/{one.id}/erase")
    database = office.app[keys.CALL_DESK]._store._database  # noqa: SLF001  # what was written down
    lines = [(line.action, line.subject) for line in await newest(database, 40)]
    for deed in (Deed.CALLBACK_SEEN, Deed.CALLBACK_CHANGED, Deed.CALLBACK_ERASED):
        assert (deed, one.id) in lines
    assert (Deed.CALLBACKS_PRINTED, "") in lines
    assert (await amina.get(f"/console/callbacks/{one.id}")).status == 404
    with pytest.raises(NoCallback):
        await state(office, one)


async def test_what_is_safe_is_asked_again_and_stands_in_the_banner(
    office: Service, amina: Browser
) -> None:
    one = await asked(office)
    address = f"/console/callbacks/{one.id}"
    said = {"shared_phone": "no", "voicemail_ok": "yes", "say_instead": "the garage"}
    assert (await amina.post(f"{address}/correct", **said)).status == 303
    page = (await amina.get(address)).text
    for words in ("nobody else uses this phone", "You may leave a voicemail", "“the garage”"):
        assert words in page
    assert "Send no text" in page
    assert "What is safe was asked again." in page
    after = await state(office, one)
    assert replace(after.form, **{name: getattr(one.form, name) for name in SAFE}) == one.form
    assert (await amina.post(f"{address}/correct", shared_phone="perhaps")).status == 422


async def test_two_requests_with_one_number_are_never_shown_together(
    office: Service, amina: Browser
) -> None:
    first = await asked(office, name="First Person")
    second = await asked(office, name="Second Person", caller=Caller.PARTNER, note="about him")
    page = (await amina.get(f"/console/callbacks/{first.id}")).text
    for words in ("Second", "about him", second.id):
        assert words not in page


async def test_a_calendar_shows_times_and_no_names(
    office: Service, http: aiohttp.ClientSession, amina: Browser
) -> None:
    one = await asked(office)
    made = (await amina.post("/console/callbacks/feed")).text
    found = re.search(r"(/calendar/[^<]+\.ics)", made)
    assert found
    stranger = Browser(http, office.base)
    feed = await stranger.get(found[1])
    assert (feed.status, feed.headers["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    assert f"UID:{one.id}" in feed.text
    assert re.search(r"\r\nDTSTART:\d{8}T\d{6}Z\r\n", feed.text)
    for private in ("Amina", "07911", "447911"):
        assert private not in feed.text
    assert found[1] not in (await amina.get("/console/callbacks")).text
    await amina.post("/console/callbacks/feed/drop")
    assert (await stranger.get(found[1])).status == 404
    assert (await stranger.get("/calendar/guess.ics")).status == 404


async def test_staff_write_a_request_down_from_a_chat(
    office: Service, http: aiohttp.ClientSession, amina: Browser
) -> None:
    visitor = Visitor(http, office.api)
    await visitor.start()
    await visitor.say("please ring me on 07911 123 456 tomorrow")
    chat = (await amina.get(f"/console/chats/{visitor.id}")).text
    new = f"/console/callbacks/new?chat={visitor.id}"
    assert new in chat
    page = (await amina.get(new)).text
    assert 'value="07911 123 456"' in page
    slots = re.findall(r'<option value="(\d+)"', page)
    form = {
        "chat": visitor.id,
        "caller": "partner",
        "name": "Bo",
        "phone": "07911 123 456",
        "slot_1": slots[0],
        "shared_phone": Shared.NO.value,
        "safe_to_call": "yes",
    }
    wrong = await amina.post("/console/callbacks/new", **{**form, "phone": "999"})
    assert (wrong.status, "too short" in wrong.text) == (422, True)
    made = await amina.post("/console/callbacks/new", **form)
    assert (made.status, "The request is kept" in made.text) == (200, True)
    assert any(event["type"] == "callback" for event in await visitor.events())
    assert "A callback was asked for" in (await amina.get(f"/console/chats/{visitor.id}")).text
    await visitor.call("DELETE")
    left = await amina.post("/console/callbacks/new", **form)
    assert (left.status, "hid the page" in left.text) == (422, True)
    (callback_id,) = await office.app[keys.CALL_DESK].of_conversation(visitor.id)
    shown = (await amina.get(f"/console/callbacks/{callback_id}")).text
    assert "They hid the page after asking" in shown


async def test_staff_are_reminded_once_of_each_call_that_is_near(
    office: Service, call_clock: Clock, amina: Browser
) -> None:
    desk = office.app[keys.CALL_DESK]
    told: list[str | None] = []

    async def hear(person: str | None) -> None:
        told.append(person)

    desk.on_due = hear
    one = await asked(office)
    await amina.post(f"/console/callbacks/{one.id}/claim")
    holder = (await state(office, one)).assignee
    before = call_clock.ahead
    call_clock.ahead += one.slot.start - call_clock() - 4 * MINUTE
    for _ in range(2):
        await desk.remind()
    assert told.count(holder) == 1
    later = (await office.app[keys.CALLBACKS].slots(one.form.lane))[9]
    await office.app[keys.CALLBACKS].move_to(one.id, (later.start,), None)
    await desk.remind()
    assert told.count(holder) == 1
    call_clock.ahead += later.start - call_clock()
    await desk.remind()
    assert told.count(holder) == 2
    call_clock.ahead = before


async def test_requests_are_forgotten_in_time_by_how_they_ended(
    office: Service, amina: Browser, call_clock: Clock
) -> None:
    desk = office.app[keys.CALL_DESK]
    open_, cancelled, done, declined = [await asked(office) for _ in range(4)]
    await amina.post(f"/console/callbacks/{cancelled.id}/cancel")
    for one, outcome in ((done, "completed"), (declined, "declined")):
        await amina.post(f"/console/callbacks/{one.id}/tried", outcome=outcome, seen="1")
    desk.keep = replace(desk.keep, completed=90 * DAY, unfinished=60 * DAY, cancelled=30 * DAY)
    ended = {cancelled: 30, declined: 60, done: 90}
    before = call_clock.ahead
    for one, days in ended.items():
        call_clock.ahead = before + days * DAY - MINUTE
        await desk.sweep()
        assert (await state(office, one)).id == one.id
        call_clock.ahead = before + days * DAY + MINUTE
        await desk.sweep()
        with pytest.raises(NoCallback):
            await state(office, one)
    call_clock.ahead = before
    assert (await state(office, open_)).status is Status.OPEN
