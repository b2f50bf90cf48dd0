"""The room at a glance: who has what, who waits, giving a chat away, and looking in unseen."""

import aiohttp
import pytest

from chatbot.domain.audit import Deed
from chatbot.domain.people import Role
from chatbot.domain.reference import reference_of
from chatbot.store import audit
from chatbot.web import keys
from tests.web.conftest import Service
from tests.web.staff import Browser
from tests.web.test_desk import at_the_desk, desk_of
from tests.web.test_desk_live import watching, who_waits

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def deeds(service: Service, who: str) -> list[tuple[str, str]]:
    """Return what somebody did, newest first."""
    lines = await audit.newest(service.app[keys.SESSIONS].store._database, 100)  # noqa: SLF001  # the service's own
    return [(line.action, line.subject) for line in lines if line.who == who]


async def test_a_supervisor_sees_the_room_and_gives_a_chat_to_somebody(
    service: Service, http: aiohttp.ClientSession
) -> None:
    cleo, supervisor = await at_the_desk(service, http, Role.SUPERVISOR, "Cleo")
    dora, worker = await at_the_desk(service, http, Role.STAFF, "Dora")
    await dora.post("/console/availability", availability="on")
    waiting = await who_waits(service, http)
    room = await cleo.get("/console/now")
    assert reference_of(waiting.id) in room.text.split('id="now-people"')[0]
    given = await cleo.post("/console/now/assign", chat=waiting.id, to=worker.id)
    assert given.to == "/console/now?done=assigned"
    people = (await cleo.get(given.to)).text.split('id="now-people"')[1]
    assert reference_of(waiting.id) in people
    assert "1 of 4 chats" in people
    assert (Deed.CHAT_REASSIGNED, waiting.id) in await deeds(service, supervisor.id)
    assert (await cleo.post("/console/now/assign", chat=waiting.id, to="nobody")).status == 404
    assert (await dora.get("/console/now")).status == 403


async def test_who_looks_in_unseen_stands_in_the_audit_and_nowhere_else(
    service: Service, http: aiohttp.ClientSession
) -> None:
    cleo, supervisor = await at_the_desk(service, http, Role.SUPERVISOR, "Cleo")
    amina, _ = await at_the_desk(service, http, Role.STAFF, "Amina")
    waiting = await who_waits(service, http)
    await amina.post(f"{desk_of(waiting)}/take-over")
    async with watching(amina, waiting.id) as seen:
        page = await cleo.get(f"{desk_of(waiting)}?silent=yes")
        assert "Nobody sees that you look." in page.text
        done = [deed for deed, chat in await deeds(service, supervisor.id) if chat == waiting.id]
        assert done == [Deed.CHAT_WATCHED]
        silent = Browser(cleo.http, cleo.base, cleo.jar)
        async with watching(silent, f"{waiting.id}&silent=yes") as unseen:
            await unseen.until(type="event")
            await unseen.ws.send_json({"type": "typing"})
            await amina.post(f"{desk_of(waiting)}/note", text="between us")
            told = await seen.until(type="event")
            while "between us" not in told["html"]:
                told = await seen.until(type="event")
        async with watching(cleo, waiting.id):
            told = await seen.until(type="presence")
            while told["person"] != supervisor.id:
                told = await seen.until(type="presence")
            assert told["here"], "only who looks openly is seen"
    await cleo.post(f"{desk_of(waiting)}/join")
    assert (Deed.CHAT_JOINED, waiting.id) in await deeds(service, supervisor.id)
    assert "Cleo came in." in (await amina.get(desk_of(waiting))).text


async def test_who_may_not_look_in_unseen_is_seen(
    service: Service, http: aiohttp.ClientSession
) -> None:
    amina, _ = await at_the_desk(service, http, Role.STAFF, "Amina")
    ben, other = await at_the_desk(service, http, Role.STAFF, "Ben")
    waiting = await who_waits(service, http)
    async with watching(amina, waiting.id) as seen, watching(ben, f"{waiting.id}&silent=yes"):
        told = await seen.until(type="presence")
        while told["person"] != other.id:
            told = await seen.until(type="presence")
    assert Deed.CHAT_WATCHED not in {deed for deed, _ in await deeds(service, other.id)}
