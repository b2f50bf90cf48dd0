"""Being rung, as a program asks for it."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import aiohttp
import pytest
import pytest_asyncio

from chatbot.settings import Callbacks, Limits, Settings
from tests.web.conftest import Service, Visitor, serving

pytestmark = pytest.mark.asyncio(loop_scope="session")

Call = tuple[int, Any]
FORM: Final = {
    "caller": "cautioned",
    "name": "Amina Khan",
    "phone": "07911 123456",
    "shared_phone": "unsure",
    "safe_to_call": True,
    "voicemail_ok": False,
    "text_ok": False,
    "say_who": False,
}


@pytest_asyncio.fixture(scope="session", loop_scope="session", name="small")
async def _small(
    settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Service]:
    """A service with room for one call in a slot, as it is shipped."""
    folder: Path = tmp_path_factory.mktemp("small")
    database = f"sqlite:///{folder}/chat.db"
    own = replace(settings, database=database, callbacks=Callbacks(), model="/nowhere")
    async with serving(own) as service:
        yield service


async def call(
    http: aiohttp.ClientSession, method: str, url: str, secret: str = "", **what: Any
) -> Call:
    headers = {"Authorization": f"Bearer {secret}"} if secret else {}
    async with http.request(method, url, headers=headers, **what) as answer:
        body = await answer.json() if answer.content_type == "application/json" else None
        return answer.status, body


async def starts(http: aiohttp.ClientSession, service: Service, caller: str = "") -> list[int]:
    query = f"?caller={caller}" if caller else ""
    status, body = await call(http, "GET", f"{service.api}/callback-slots{query}")
    assert status == 200
    return [slot["start"] for slot in body["slots"]]


async def ask(http: aiohttp.ClientSession, service: Service, *slots: int, **other: Any) -> Call:
    form = {**FORM, "slots": slots, **other}
    return await call(http, "POST", f"{service.api}/callbacks", json=form)


async def test_a_slot_says_when_it_is_in_words(
    service: Service, http: aiohttp.ClientSession
) -> None:
    _, body = await call(http, "GET", f"{service.api}/callback-slots")
    slot = body["slots"][0]
    assert slot["end"] - slot["start"] == 30 * 60_000
    assert " to " in slot["label"]
    assert slot["label"].endswith("m") or slot["label"].endswith("midday")


async def test_a_request_is_made_looked_at_moved_and_cancelled(
    small: Service, http: aiohttp.ClientSession
) -> None:
    first, second, *_ = await starts(http, small, "partner")
    status, made = await ask(http, small, first, caller="partner")
    assert (status, made["slot"]["start"]) == (201, first)
    url, secret = f"{small.api}/callbacks/{made['reference']}", made["secret"]
    status, found = await call(http, "GET", url, secret)
    assert (status, found) == (
        200,
        {"reference": made["reference"], "status": "open", "slot": made["slot"]},
    )
    assert first not in await starts(http, small)
    assert first in await starts(http, small, "professional")
    status, moved = await call(http, "POST", f"{url}/slot", secret, json={"slots": [second]})
    assert (status, moved["slot"]["start"]) == (200, second)
    assert (await call(http, "DELETE", url, secret))[0] == 204
    assert (await call(http, "GET", url, secret))[1]["status"] == "cancelled"
    assert (await call(http, "POST", f"{url}/slot", secret, json={"slots": [first]}))[0] == 409
    for other in ("", "no", secret[:-1]):
        assert (await call(http, "GET", url, other))[0] == 401
    assert (await call(http, "GET", f"{small.api}/callbacks/0000000", secret))[0] == 401


async def test_when_every_wanted_slot_has_gone_the_nearest_free_ones_are_named(
    small: Service, http: aiohttp.ClientSession
) -> None:
    free = await starts(http, small)
    wanted = free[3:6]
    answers = await asyncio.gather(*(ask(http, small, *wanted) for _ in range(12)))
    assert sorted(status for status, _ in answers) == [201] * 3 + [409] * 9
    assert len({made["reference"] for status, made in answers if status == 201}) == 3
    status, body = await ask(http, small, *wanted)
    assert (status, body["error"]["code"]) == (409, "slot_taken")
    named = [slot["start"] for slot in body["slots"]]
    assert {free[2], free[6]} <= set(named)
    assert not set(named) & set(wanted)


async def test_a_form_that_is_sent_again_makes_no_second_request(
    service: Service, http: aiohttp.ClientSession
) -> None:
    slot, other, *_ = await starts(http, service)
    client_id = str(uuid4())
    answers = [await ask(http, service, slot, client_id=client_id) for _ in range(3)]
    assert {status for status, _ in answers} == {201}
    assert len({(made["reference"], made["secret"]) for _, made in answers}) == 1
    status, body = await ask(http, service, other, client_id=client_id)
    assert (status, body["error"]["code"]) == (409, "callback_sent")


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"phone": "07700 900982"}, "films"),
        ({"phone": "116 123"}, "short"),
        ({"phone": "0900 123 4567"}, "extra"),
        ({"safe_to_call": False}, "ring us"),
        ({"caller": "police"}, "kind"),
        ({"name": ""}, "Write"),
        ({"arrested_on": "yesterday"}, "date"),
    ],
)
async def test_a_field_that_cannot_be_used_is_named_and_explained(
    service: Service, http: aiohttp.ClientSession, wrong: dict[str, Any], why: str
) -> None:
    slot, *_ = await starts(http, service)
    status, body = await ask(http, service, slot, **wrong)
    assert status == 422
    assert body["error"]["fields"].keys() == wrong.keys()
    assert all(why in said for said in body["error"]["fields"].values())


async def test_a_request_made_in_a_chat_is_told_there_and_needs_its_token(
    service: Service, http: aiohttp.ClientSession, a_visitor: Visitor
) -> None:
    slot, *_ = await starts(http, service)
    assert (await ask(http, service, slot, conversation=a_visitor.id))[0] == 401
    url, form = f"{service.api}/callbacks", {**FORM, "slots": [slot], "conversation": a_visitor.id}
    status, made = await call(http, "POST", url, a_visitor.token, json=form)
    assert status == 201
    told = (await a_visitor.events())[-1]
    assert (told["type"], told["reference"]) == ("callback", made["reference"])
    assert "secret" not in told


async def test_what_looks_like_a_machines_is_kept(
    service: Service, http: aiohttp.ClientSession
) -> None:
    slot, *_ = await starts(http, service)
    status, _ = await ask(http, service, slot, website="https://spam.example", seconds=0.2)
    assert status == 201


async def test_who_asks_again_and_again_is_slowed_down(
    settings: Settings, http: aiohttp.ClientSession, tmp_path: Path
) -> None:
    database = f"sqlite:///{tmp_path}/chat.db"
    limits = Limits(callbacks_per_hour=1)
    own = replace(settings, database=database, limits=limits, model="/nowhere")
    async with serving(own) as service:
        slot, *_ = await starts(http, service)
        answers = [await ask(http, service, slot) for _ in range(101)]
        assert [status for status, _ in answers] == [201] * 100 + [429]


async def test_who_types_a_number_into_the_chat_is_offered_the_form(a_visitor: Visitor) -> None:
    told = await a_visitor.ask("07911 123456")
    assert (told["outcome"], told["offers"]) == ("smalltalk", ["callback"])
    assert '<a href="/callback">' in told["html"]
    told = await a_visitor.ask("do i have to pay? ring me on 07911 123456")
    assert told["offers"] == ["callback"]
    assert (await a_visitor.ask("can you call me back")).get("offers") == ["callback"]
    assert "offers" not in await a_visitor.ask("do i have to pay")
