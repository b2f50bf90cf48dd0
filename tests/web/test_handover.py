"""Asking for a person where nobody is: the truth, and a message that is kept."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from chatbot.domain.hours import DAYS, local
from chatbot.domain.people import Availability
from chatbot.services.identity import system_clock
from chatbot.settings import Settings
from chatbot.web import keys
from tests.web.conftest import Service, Visitor, serving

pytestmark = pytest.mark.asyncio(loop_scope="session")

AMINA = "amina"


@pytest_asyncio.fixture(scope="session", loop_scope="session", name="without_hours")
async def _without_hours(
    settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Service]:
    folder = tmp_path_factory.mktemp("without_hours")
    own = replace(settings, database=f"sqlite:///{folder}/chat.db", model="/nowhere")
    async with serving(own, staffed=False) as service:
        yield service


@pytest_asyncio.fixture(loop_scope="session", name="empty")
async def _empty(without_hours: Service) -> AsyncIterator[Service]:
    """A service at which nobody is, and nobody has said when somebody will be."""
    handover = without_hours.app[keys.HANDOVER]
    patience = handover.patience
    yield without_hours
    handover.patience = patience
    await goes(without_hours, Availability.OFF)
    await handover.sweep()


@pytest_asyncio.fixture(scope="session", loop_scope="session", name="closed")
async def _closed(
    settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Service]:
    """A service that opens in two days at 9, whoever is on."""
    day = (local(system_clock()) + timedelta(days=2)).weekday()
    hours = f"{DAYS[day]} 09:00-17:00"
    folder = tmp_path_factory.mktemp("closed")
    own = replace(settings, database=f"sqlite:///{folder}/chat.db", opening_hours=hours)
    async with serving(replace(own, model="/nowhere")) as service:
        yield service


async def visits(service: Service, http: aiohttp.ClientSession) -> Visitor:
    visitor = Visitor(http, service.api)
    await visitor.start()
    return visitor


async def goes(service: Service, availability: Availability) -> None:
    await service.app[keys.AVAILABILITY].say(AMINA, availability, 4)


async def status(service: Service, http: aiohttp.ClientSession) -> dict[str, Any]:
    async with http.get(f"{service.api}/status") as answer:
        found: dict[str, Any] = await answer.json()
    return found


async def leaves_message(visitor: Visitor) -> None:
    assert await visitor.call("POST", "/person", json={"leave_message": True}) == (202, {})


async def test_who_asks_while_nobody_is_there_is_told_and_goes_on_with_the_assistant(
    empty: Service, http: aiohttp.ClientSession
) -> None:
    visitor = await visits(empty, http)
    assert await visitor.call("POST", "/person") == (202, {})
    (told,) = await visitor.events(after=1)
    assert (told["author"], told["offers"]) == ("system", ["leave_message", "callback"])
    assert "I do not know when someone will be" in told["text"]
    assert 'href="tel:02380001061"' in told["html"]
    assert (await visitor.ask("hello"))["outcome"] == "smalltalk"
    assert await status(empty, http) == {
        "chat": "closed",
        "opens_at": None,
        "waiting": 0,
        "phone": "023 8000 1061",
        "staff_on": False,
        "wait_ms": None,
    }


async def test_who_asks_outside_the_hours_is_told_until_when_though_somebody_is_on(
    closed: Service, http: aiohttp.ClientSession
) -> None:
    visitor = await visits(closed, http)
    await visitor.call("POST", "/person")
    (told,) = await visitor.events(after=1)
    found = await status(closed, http)
    when = local(found["opens_at"])
    assert (found["chat"], found["staff_on"], when.hour) == ("closed", True, 9)
    assert f"The chat opens again on {when:%A} at 9am." in told["text"]


async def test_a_message_is_kept_waiting_but_in_no_queue(
    closed: Service, http: aiohttp.ClientSession
) -> None:
    visitor = await visits(closed, http)
    await leaves_message(visitor)
    changed, told = await visitor.events(after=1)
    assert (changed["state"], changed["message_left"]) == ("waiting", True)
    assert "Nobody will read it before the chat opens again on " in told["text"]
    await visitor.say("please tell the team that i moved")
    await closed.app[keys.HANDOVER].sweep()
    _, body = await visitor.call("GET", "/events?after=3")
    assert [event["author"] for event in body["events"]] == ["visitor"]
    assert "queue" not in body
    assert (await status(closed, http))["waiting"] == 0


async def test_a_message_becomes_a_place_in_the_queue_once_somebody_is_there(
    empty: Service, http: aiohttp.ClientSession
) -> None:
    visitor = await visits(empty, http)
    await leaves_message(visitor)
    await goes(empty, Availability.ON)
    await visitor.call("POST", "/person")
    assert "message_left" not in (await visitor.events(after=3))[0]
    _, body = await visitor.call("GET", "/events?after=4")
    assert body["queue"]["position"] == 1
    assert (await status(empty, http))["waiting"] == 1
    other = await visits(empty, http)
    await leaves_message(other)  # for whom somebody has come meanwhile
    assert [event["type"] for event in await other.events(after=1)] == ["state"]


async def test_nobody_waits_on_once_the_last_has_gone(
    empty: Service, http: aiohttp.ClientSession
) -> None:
    await goes(empty, Availability.ON)
    visitor = await visits(empty, http)
    await visitor.call("POST", "/person")
    await visitor.say("hello")
    await empty.app[keys.HANDOVER].sweep()
    assert len(await visitor.events(after=3)) == 0
    await goes(empty, Availability.AWAY)
    await empty.app[keys.HANDOVER].sweep()
    told, back = (await visitor.events(after=3))[:2]
    assert told["text"].startswith("Nobody from the team is here right now")
    assert back["state"] == "assistant"
    assert (await visitor.events(after=5, wait=10))[0]["outcome"] == "smalltalk"


async def test_who_has_waited_for_long_is_told_how_else_to_reach_the_team(
    empty: Service, http: aiohttp.ClientSession
) -> None:
    await goes(empty, Availability.ON)
    visitor = await visits(empty, http)
    await visitor.call("POST", "/person")
    empty.app[keys.HANDOVER].patience = 0
    await empty.app[keys.HANDOVER].sweep()
    told, back = await visitor.events(after=2)
    assert told["text"].startswith("Sorry, nobody from the team could join")
    assert '<a href="/callback">ask us to ring you</a>' in told["html"]
    assert told["offers"] == ["leave_message", "callback"]
    assert back["state"] == "assistant"
