"""Prepared words: kept by their owner, shared by who may, found while writing."""

import json
import re
from uuid import uuid4

import aiohttp
import pytest

from chatbot.domain.people import Role
from tests.web.conftest import Service, Visitor
from tests.web.staff import Browser
from tests.web.test_desk import at_the_desk, desk_of

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def found(browser: Browser, words: str) -> list[dict[str, str]]:
    answer = await browser.post("/console/words", words=words)
    assert answer.status == 200
    words_found: list[dict[str, str]] = json.loads(answer.text)["found"]
    return words_found


async def test_ones_own_reply_is_found_filled_in_and_not_by_others(
    service: Service, http: aiohttp.ClientSession
) -> None:
    amina, _ = await at_the_desk(service, http, Role.STAFF, "Amina")
    ben, _ = await at_the_desk(service, http, Role.STAFF, "Ben")
    name = f"Ring us {uuid4().hex[:6]}"
    saved = await amina.post("/console/replies", name=name, text="Please ring {phone}.")
    assert saved.status == 303
    [mine] = [one for one in await found(amina, name) if one["name"] == name]
    assert mine["text"] == "Please ring 023 8000 1061."
    assert name not in str(await found(ben, name))
    assert name not in (await ben.get("/console/replies")).text


async def test_only_who_may_shares_and_changes_what_is_shared(
    service: Service, http: aiohttp.ClientSession
) -> None:
    cleo, _ = await at_the_desk(service, http, Role.SUPERVISOR, "Cleo")
    ben, _ = await at_the_desk(service, http, Role.STAFF, "Ben")
    name = f"Shared {uuid4().hex[:6]}"
    form = {"name": name, "text": "For all.", "shared": "yes"}
    assert (await ben.post("/console/replies", **form)).status == 404
    assert (await cleo.post("/console/replies", **form)).status == 303
    assert name in str(await found(ben, name))
    page = await cleo.get("/console/replies")
    kept = re.search(rf'id="reply-([^"]+)">{name}<', page.text)
    assert kept
    assert (await ben.post("/console/replies/drop", id=kept[1])).status == 404
    assert (await cleo.post("/console/replies/drop", id=kept[1])).status == 303
    assert name not in str(await found(ben, name))


@pytest.mark.parametrize(
    ("name", "text"),
    [("", "words"), ("x" * 61, "words"), ("name", " "), ("name", "ring {nobody}")],
)
async def test_a_reply_that_cannot_be_used_comes_back_with_what_was_typed(
    service: Service, http: aiohttp.ClientSession, name: str, text: str
) -> None:
    amina, _ = await at_the_desk(service, http, Role.STAFF, "Amina")
    answer = await amina.post("/console/replies", name=name, text=text)
    assert answer.status == 422
    assert f'value="{name}"' in answer.text
    assert f">{text}</textarea>" in answer.text


async def test_the_faq_is_found_and_suggested_for_what_was_asked(
    service: Service, http: aiohttp.ClientSession, a_visitor: Visitor
) -> None:
    amina, _ = await at_the_desk(service, http, Role.STAFF, "Amina")
    assert await found(amina, "what does it cost")
    await a_visitor.say("how much does it cost")
    await amina.post(f"{desk_of(a_visitor)}/take-over")
    page = await amina.get(desk_of(a_visitor))
    assert "Answers that may fit" in page.text
    key = re.search(r'href="\?insert=(faq:[^"#]+)#reply" data-insert="([^"]+)"', page.text)
    assert key
    filled = await amina.get(f"{desk_of(a_visitor)}?insert={key[1]}")
    assert key[2][:30] in filled.text.split('id="reply"')[1].split("</textarea>")[0]
