"""What visitors are promised, wherever it is shown, and which version a conversation keeps."""

import json
import re
from collections.abc import AsyncIterator
from html import unescape
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from chatbot.domain.promises import Kind
from chatbot.settings import Settings
from chatbot.web import keys
from chatbot.web.renderer import apart
from tests.web.conftest import WIDE, Service, serving

pytestmark = pytest.mark.asyncio(loop_scope="session")

FIRST = "c1.p1.v1"


@pytest_asyncio.fixture(loop_scope="session", name="own")
async def _own(tmp_path: Path) -> AsyncIterator[Service]:
    """A service whose promises a test may change."""
    settings = Settings(database=f"sqlite:///{tmp_path}/chat.db", limits=WIDE, model="/nowhere")
    async with serving(settings) as service:
        yield service


async def read(http: aiohttp.ClientSession, url: str) -> str:
    async with http.get(url) as answer:
        assert answer.status == 200
        return await answer.text()


def words(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def version(frame: str) -> str:
    """Return the version that a frame will send with the first message."""
    data = re.search(r'<script type="application/json" id="config">(.*?)</script>', frame)
    assert data
    found: dict[str, Any] = json.loads(data[1])
    return str(found["notice"]["version"])


async def start(service: Service, http: aiohttp.ClientSession, **body: str) -> str:
    """Start a conversation and return which notice is kept with it."""
    async with http.post(f"{service.api}/conversations", json=body) as answer:
        assert answer.status == 201
        started = await answer.json()
    return await service.app[keys.CONVERSATIONS].notice(started["id"])


async def test_the_frame_shows_the_promises_before_the_first_message(
    service: Service, http: aiohttp.ClientSession
) -> None:
    html = await read(http, f"{service.base}/widget/frame")
    welcome = html.split('<div class="welcome"')[1].split('<ol id="items"')[0]
    always = words(welcome.split("<details>")[0])
    for kind, text in service.app[keys.PROMISES].current().promises.items():
        if kind is not Kind.PRIVACY:
            assert words(text.short) in always
            assert words(text.more) in words(welcome)
        assert words(text.short) in words(welcome)
    assert version(html) == FIRST


async def test_the_plain_form_shows_them_before_the_question(
    service: Service, http: aiohttp.ClientSession
) -> None:
    html = await read(http, f"{service.base}/ask")
    before = words(html.split('<form class="ask"')[0])
    promises = service.app[keys.PROMISES].current().promises
    for kind in (Kind.CONFIDENTIALITY, Kind.POLICE):
        assert words(promises[kind].short) in before
        assert words(promises[kind].more) in before


async def test_the_privacy_page_has_each_in_full_with_its_version_and_day(
    own: Service, http: aiohttp.ClientSession
) -> None:
    promises = own.app[keys.PROMISES]
    new = await promises.add(Kind.POLICE, "We tell them **nothing**.\n\n## More\n\nOr so.", by="a")
    html = await read(http, f"{own.base}/privacy")
    police = html.split('<section class="prose" id="police"')[1].split("</section>")[0]
    assert "We tell them <strong>nothing</strong>." in police
    assert "<h3>More</h3>" in police
    today = own.app[keys.LANGUAGES].default.day(new.effective_from)
    assert f"Version 2, in force since {today}." in police
    assert words(html).count("Version 1, in force since") == 2
    for text in promises.current().promises.values():
        assert words(text.short) in words(html)
        assert words(text.more) in words(html)


async def test_a_page_that_was_open_when_they_changed_keeps_what_it_showed(
    own: Service, http: aiohttp.ClientSession
) -> None:
    before = version(await read(http, f"{own.base}/widget/frame"))
    await own.app[keys.PROMISES].add(Kind.POLICE, "Quite other words.", by="amina")
    html = await read(http, f"{own.base}/widget/frame")
    assert "Quite other words." in html
    assert (before, version(html)) == (FIRST, "c1.p2.v1")
    assert await start(own, http, notice=before) == before
    assert await start(own, http, notice=version(html)) == version(html)


@pytest.mark.parametrize("body", [{}, {"notice": "1"}, {"notice": "c7.p7.v7"}])
async def test_who_shows_no_version_of_ours_can_write_but_is_not_said_to_have_read_it(
    service: Service, http: aiohttp.ClientSession, body: dict[str, str]
) -> None:
    assert await start(service, http, **body) == "unknown"


async def test_staff_can_be_shown_the_very_words(own: Service, http: aiohttp.ClientSession) -> None:
    promises = own.app[keys.PROMISES]
    notice = await start(own, http, notice=FIRST)
    shown = promises.current().promises[Kind.POLICE].promise.text
    await promises.add(Kind.POLICE, "Quite other words.", by="amina")
    texts = await promises.texts(notice)
    assert texts is not None
    assert texts[Kind.POLICE].text == shown


async def test_links_in_a_promise_leave_the_chat_where_it_is() -> None:
    html = '<a href="/privacy">a</a> <a href="https://x.org">b</a> <a href="tel:999">c</a>'
    found = re.findall(r"<a ([^>]*)>", apart(html))
    assert ['target="_blank"' in link for link in found] == [True, True, False]
