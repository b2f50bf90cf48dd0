"""Files into the FAQ and out of it, in the console and on the public pages."""

import json
import re
from io import BytesIO
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from chatbot.content import faq_file
from chatbot.domain.faq import Status
from chatbot.domain.people import Role
from chatbot.web import keys
from chatbot.web.console.exchange import FILE_LIMIT
from tests.web.conftest import Service
from tests.web.staff import SAME, Answer, Browser, a_person
from tests.web.test_faq_editor import shown

pytestmark = pytest.mark.asyncio(loop_scope="session")

HERE = "/console/faq-import"
ENTRY = {"slug": "yurt", "question": "May I sleep in a yurt?", "answer": "Bring your own."}


@pytest_asyncio.fixture(loop_scope="session", name="admin")
async def _admin(small_service: Service, http: aiohttp.ClientSession) -> Browser:
    browser = Browser(http, small_service.base)
    await browser.sign_in(await a_person(small_service, Role.ADMIN, "Imre"))
    return browser


async def sent(admin: Browser, name: str, content: bytes | str, **fields: str) -> Answer:
    """Send a file as a browser does."""
    form = aiohttp.FormData(fields)
    raw = content.encode() if isinstance(content, str) else content
    form.add_field("file", BytesIO(raw), filename=name, content_type="application/octet-stream")
    cookie = "; ".join(f"{name}={value}" for name, value in admin.jar.items())
    headers = {**SAME, "Cookie": cookie}
    async with admin.http.post(
        admin.base + HERE, data=form, headers=headers, allow_redirects=False
    ) as answer:
        return Answer(answer.status, answer.headers, await answer.text())


def a_file(**changes: Any) -> str:
    return json.dumps({"entries": [ENTRY | changes]})


async def test_a_file_is_looked_through_first_and_then_carried_out_as_it_was_shown(
    small_service: Service, admin: Browser
) -> None:
    faq = small_service.app[keys.FAQ]
    looked = await sent(admin, "faq.json", a_file(), publish="yes")
    assert looked.status == 303
    page = shown(await admin.get(looked.to))
    assert "New: 1. Changed: 0. The same already: 0." in page
    assert "May I sleep in a yurt?" in page
    assert "yurt" not in [entry.slug for entry in await faq.entries()]
    assert (await admin.post(looked.to)).to == f"{HERE}?done=faq_imported"
    assert (await admin.get(f"{HERE}?done=faq_imported")).status == 200
    assert (await admin.post(looked.to)).status == 404, "it is done"
    await faq.refresh()
    assert faq.find("yurt") is not None
    (revision,) = await faq.revisions("yurt")
    assert revision.saved_by
    again = await sent(admin, "faq.json", a_file(), publish="yes")
    assert "Everything in this file is here already." in shown(await admin.get(again.to))
    both = [await sent(admin, "f.json", a_file(answer=text, status="published")) for text in "ab"]
    assert "Bring your own. a" in shown(await admin.get(both[0].to))
    assert (await admin.post(both[0].to)).status == 303
    assert (await admin.get(both[1].to)).status == 409, "it was made from what is no more"
    assert (await admin.post(both[1].to)).status == 409
    assert (await faq.revisions("yurt"))[0].entry.answer == "a"


async def test_nobody_carries_out_what_another_one_looked_through(
    small_service: Service, http: aiohttp.ClientSession, admin: Browser
) -> None:
    looked = await sent(admin, "faq.json", a_file(slug="tent"))
    other = Browser(http, small_service.base)
    await other.sign_in(await a_person(small_service, Role.ADMIN, "Otto"))
    assert (await other.get(looked.to)).status == 404
    assert (await other.post(looked.to)).status == 404


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("faq.json", a_file(answer=""), "entry 1 (yurt): answer is missing"),
        ("faq.json", a_file(answer="Ring {nobody}."), "The answer of yurt has {nobody} in it"),
        ("faq.json", b"\xff\xfe", "no text in UTF-8"),
        ("faq.exe", "x", "a FAQ file ends in .yaml, .json, .csv or .jsonld"),
        ("", "x", "Choose a file."),
        ("big.json", b" " * (FILE_LIMIT + 1), "more than 5 MB"),
    ],
)
async def test_a_file_that_cannot_be_used_changes_nothing_and_says_why(
    small_service: Service, admin: Browser, name: str, content: bytes | str, told: str
) -> None:
    before = await small_service.app[keys.FAQ].entries()
    refused = await sent(admin, name, content)
    assert refused.status == 422
    assert told in shown(refused)
    assert await small_service.app[keys.FAQ].entries() == before


async def test_a_form_that_brings_no_file_is_refused(admin: Browser) -> None:
    assert (await admin.post(HERE, file="x")).status == 400


@pytest.mark.parametrize("kind", ["yaml", "json", "csv"])
async def test_the_faq_goes_out_whole(small_service: Service, admin: Browser, kind: str) -> None:
    answer = await admin.get(f"/console/faq-export/{kind}")
    assert re.search(rf"faq-\d{{4}}-\d\d-\d\d\.{kind}", answer.headers["Content-Disposition"])
    found = {entry.slug: entry for entry in faq_file.parse(answer.text, f".{kind}")}
    entries = await small_service.app[keys.FAQ].entries()
    assert {slug: entry.question for slug, entry in found.items()} == {
        entry.slug: entry.question for entry in entries
    }
    assert (await admin.get("/console/faq-export/exe")).status == 404


async def test_what_is_public_is_a_faq_page_for_machines(
    small_service: Service, http: aiohttp.ClientSession, admin: Browser
) -> None:
    async with http.get(f"{small_service.base}/faq.jsonld") as answer:
        assert answer.content_type == "application/ld+json"
        public = json.loads(await answer.text())
    exported = json.loads((await admin.get("/console/faq-export/jsonld")).text)
    assert public == exported
    entries = await small_service.app[keys.FAQ].entries()
    drafts = {entry.question for entry in entries if entry.status is not Status.PUBLISHED}
    names = {one["name"] for one in public["mainEntity"]}
    assert names
    assert not names & drafts
    async with http.get(f"{small_service.base}/faq") as answer:
        assert 'type="application/ld+json" href="/faq.jsonld"' in await answer.text()
        policy = answer.headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy, "a block of data needs no exception"
    slug = small_service.app[keys.FAQ].published()[0].slug
    async with http.get(f"{small_service.base}/faq/{slug}") as answer:
        text = await answer.text()
    block = re.search(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
    assert block
    assert json.loads(block[1])["@type"] == "FAQPage"
