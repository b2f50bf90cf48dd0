"""The socket of staff: lists move, an open conversation grows, colleagues see each other."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest

from chatbot.domain.people import Role
from chatbot.web import keys
from tests.web.conftest import Line, Service, Visitor
from tests.web.staff import Browser
from tests.web.test_desk import at_the_desk, desk_of, reply

pytestmark = pytest.mark.asyncio(loop_scope="session")


@asynccontextmanager
async def watching(browser: Browser, chat: str = "", after: int = 0) -> AsyncIterator[Line]:
    cookie = "; ".join(f"{name}={value}" for name, value in browser.jar.items())
    headers = {"Cookie": cookie, "Sec-Fetch-Site": "same-origin"}
    address = f"{browser.base}/console/live?chat={chat}&after={after}"
    async with browser.http.ws_connect(address, headers=headers) as ws:
        yield Line(ws)


async def test_a_list_is_told_to_look_when_somebody_waits(
    service: Service, http: aiohttp.ClientSession, a_visitor: Visitor
) -> None:
    amina, _ = await at_the_desk(service, http, Role.STAFF, "Amina")
    async with watching(amina) as line:
        await a_visitor.call("POST", "/person", json={})
        await line.until(type="inbox")


async def test_a_page_is_told_that_a_chat_waits_and_in_quiet_hours_it_is_not(
    service: Service, http: aiohttp.ClientSession
) -> None:
    amina, person = await at_the_desk(service, http, Role.STAFF, "Amina")
    await amina.post("/console/availability", availability="on")
    form = {"desktop": "yes", "sound": "yes", "volume": "40", "quiet_from": "", "quiet_to": ""}
    await amina.post("/console/notifications", **form)
    async with watching(amina) as line:
        waiting = await who_waits(service, http)
        notice = await line.until(type="notice")
        assert notice["text"] == "A chat is waiting."
        assert notice["volume"] == 0.4
        assert notice["desktop"]
        assert notice["link"] == desk_of(waiting)
        quiet = {"quiet_from": "00:00", "quiet_to": "23:59"}
        await amina.post("/console/notifications", **{**form, **quiet})
        assert "23:59" in (await amina.get("/console/notifications")).text
        await who_waits(service, http)
        await line.until(type="inbox")
        await amina.post("/console/notifications", **form)
        ben, _ = await at_the_desk(service, http, Role.STAFF, "Ben")
        await service.app[keys.PEOPLE].rename(person, f"Amina{person.id[-6:]}")
        note = f"@Amina{person.id[-6:]} please look"
        await ben.post(f"{desk_of(waiting)}/note", text=note)
        while (told := await line.until(type="notice"))["text"] == notice["text"]:
            assert told["link"] != desk_of(waiting), "each is told once"
        assert told["text"] == "A colleague asks for you in a note."


async def who_waits(service: Service, http: aiohttp.ClientSession) -> Visitor:
    visitor = Visitor(http, service.api)
    await visitor.start()
    await visitor.call("POST", "/person", json={})
    return visitor


@pytest.mark.parametrize("wrong", ["25:00", "9", "ab:cd", "10:61"])
async def test_a_time_that_is_none_is_a_clear_error(
    service: Service, http: aiohttp.ClientSession, wrong: str
) -> None:
    amina, _ = await at_the_desk(service, http, Role.STAFF, "Amina")
    answer = await amina.post("/console/notifications", volume="40", quiet_from=wrong)
    assert answer.status == 422
    assert "Write a time such as 22:30." in answer.text


async def test_an_open_conversation_grows_without_a_gap(
    service: Service, http: aiohttp.ClientSession, a_visitor: Visitor
) -> None:
    amina, _ = await at_the_desk(service, http, Role.STAFF, "Amina")
    await a_visitor.say("first")
    async with watching(amina, a_visitor.id) as line:
        assert "first" in (await said_by_visitor(line))["html"]
        await a_visitor.say("<b>second</b>")
        grown = await said_by_visitor(line)
        assert "&lt;b&gt;second" in grown["html"]
    async with watching(amina, a_visitor.id, after=grown["position"]) as line:
        await amina.post(f"{desk_of(a_visitor)}/note", text="for us")
        noted = await line.until(type="event")
        while "for us" not in noted["html"]:
            noted = await line.until(type="event")
        assert noted["position"] > grown["position"]


async def said_by_visitor(line: Line) -> dict[str, Any]:
    while True:
        frame = await line.until(type="event")
        if 'class="line visitor' in frame["html"]:
            return frame


async def test_colleagues_see_who_looks_and_who_writes(
    service: Service, http: aiohttp.ClientSession, a_visitor: Visitor
) -> None:
    amina, _ = await at_the_desk(service, http, Role.STAFF, "Amina")
    ben, person = await at_the_desk(service, http, Role.STAFF, "Ben")
    async with watching(amina, a_visitor.id) as seen:
        async with watching(ben, a_visitor.id) as line:
            assert (await seen.until(type="presence", person=person.id))["here"]
            await line.ws.send_json({"type": "typing"})
            await seen.until(type="presence", person=person.id, writes=True)
        await seen.until(type="presence", person=person.id, here=False)


async def test_a_visitor_sees_that_staff_write_and_staff_that_the_visitor_does(
    service: Service, http: aiohttp.ClientSession, a_visitor: Visitor
) -> None:
    amina, _ = await at_the_desk(service, http, Role.STAFF, "Amina")
    async with a_visitor.live() as visitor, watching(amina, a_visitor.id) as staff:
        await visitor.all_until_live()
        await staff.ws.send_json({"type": "typing"})
        assert (await visitor.until(type="typing"))["name"] == "Amina"
        await visitor.ws.send_json({"type": "typing"})
        await staff.until(type="typing", author="visitor")


async def test_staff_see_how_far_the_visitor_has_read(
    service: Service, http: aiohttp.ClientSession, a_visitor: Visitor
) -> None:
    amina, _ = await at_the_desk(service, http, Role.STAFF, "Amina")
    await a_visitor.ask("do i have to pay owt")
    await amina.post(f"{desk_of(a_visitor)}/take-over")
    async with a_visitor.live() as visitor, watching(amina, a_visitor.id) as staff:
        await reply(amina, a_visitor, "No, it is free.")
        said = await visitor.until(type="message", author="staff")
        page = (await amina.get(desk_of(a_visitor))).text
        assert "Seen by the visitor</p>" not in page
        assert "What was asked before: 1" in page
        await visitor.ws.send_json({"type": "read", "seq": 10_000})
        await visitor.ws.send_json({"type": "read", "seq": said["seq"]})
        assert (await staff.until(type="read"))["seq"] == said["seq"], "beyond the end counts not"
    assert "Seen by the visitor</p>" in (await amina.get(desk_of(a_visitor))).text


async def test_a_socket_ends_with_its_session(
    service: Service, http: aiohttp.ClientSession, a_visitor: Visitor
) -> None:
    amina, person = await at_the_desk(service, http, Role.STAFF, "Amina")
    async with watching(amina, a_visitor.id) as line:
        await line.until(type="presence")
        [session] = await service.app[keys.SESSIONS].of(person.id)
        await service.app[keys.SESSIONS].end(session.id, person.id)
        while (await line.ws.receive(timeout=10)).type is aiohttp.WSMsgType.TEXT:
            pass
        assert line.ws.close_code == 4401


async def test_a_socket_of_another_site_is_refused(
    service: Service, http: aiohttp.ClientSession
) -> None:
    amina, _ = await at_the_desk(service, http, Role.STAFF, "Amina")
    cookie = "; ".join(f"{name}={value}" for name, value in amina.jar.items())
    headers = {"Cookie": cookie, "Sec-Fetch-Site": "cross-site"}
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await http.ws_connect(f"{service.base}/console/live", headers=headers)
    assert refused.value.status == 403
