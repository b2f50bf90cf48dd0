"""Versions of the promises in the console, and which one a chat's visitor saw."""

import aiohttp
import pytest
import pytest_asyncio

from chatbot.domain.audit import Deed
from chatbot.domain.people import Role
from chatbot.store.audit import Sought
from chatbot.web import keys
from tests.web.conftest import Service, Visitor
from tests.web.staff import Browser, a_person
from tests.web.test_faq_editor import shown

pytestmark = pytest.mark.asyncio(loop_scope="session")

HERE = "/console/promises"


@pytest_asyncio.fixture(loop_scope="session", name="admin")
async def _admin(small_service: Service, http: aiohttp.ClientSession) -> Browser:
    browser = Browser(http, small_service.base)
    await browser.sign_in(await a_person(small_service, Role.ADMIN, "Petra"))
    return browser


async def test_a_new_version_is_looked_at_put_in_force_and_named_by_the_chats_that_saw_it(
    small_service: Service, http: aiohttp.ClientSession, admin: Browser
) -> None:
    assert "These are the software's own words." in shown(await admin.get(HERE))
    promises = small_service.app[keys.PROMISES]
    before = promises.current().version
    text = "We ring nobody.\n\nUnless **you** ask, at {phone}."
    form = {"kind": "police", "text": text, "from": ""}
    looked = await admin.post(HERE, do="look", **form)
    assert "As visitors will see it" in looked.text
    assert "<strong>you</strong>" in looked.text
    assert promises.current().version == before
    assert (await admin.post(HERE, do="add", **form)).to == f"{HERE}?done=promise_added"
    page = shown(await admin.get(HERE))
    assert "In force: version 2" in page
    assert "by Petra" in page
    visitor = Visitor(http, small_service.api)
    start = {"notice": promises.current().version}
    async with http.post(f"{small_service.api}/conversations", json=start) as answer:
        visitor.id = (await answer.json())["id"]
    chat = await admin.get(f"/console/chats/{visitor.id}")
    assert f'href="{HERE}/{start["notice"]}"' in chat.text
    seen = await admin.get(f"{HERE}/{start['notice']}")
    assert "We ring nobody." in shown(seen)
    assert "We ring nobody." not in shown(await admin.get(f"{HERE}/{before}"))
    found = await small_service.app[keys.AUDIT].find(Sought(action=Deed.PROMISE_ADDED))
    assert [line.subject for line in found.lines] == ["police-2"]


async def test_who_was_shown_nothing_that_was_in_force_saw_nobody_knows_what(
    small_service: Service, http: aiohttp.ClientSession, admin: Browser
) -> None:
    visitor = Visitor(http, small_service.api)
    await visitor.start()
    assert f'href="{HERE}/unknown"' in (await admin.get(f"/console/chats/{visitor.id}")).text
    assert "Nobody can tell which version" in shown(await admin.get(f"{HERE}/unknown"))
    for name in ("c9.p9.v9", "nonsense"):
        assert (await admin.get(f"{HERE}/{name}")).status == 404


@pytest.mark.parametrize(
    ("text", "start", "told"),
    [
        (" ", "", "There is no text in it."),
        ("# A heading", "", "It must begin with a paragraph"),
        ("x" * 301, "", "Its first paragraph is longer"),
        ("Ring {nobody}.", "", "Curly brackets may only hold names"),
        ("We ring nobody.", "2020-01-01T09:00", "That time is over"),
        ("We ring nobody.", "soon", "This is no date and time."),
    ],
)
async def test_what_cannot_be_promised_comes_back_with_what_was_typed(
    admin: Browser, text: str, start: str, told: str
) -> None:
    form = {"kind": "privacy", "text": text, "from": start}
    refused = await admin.post(HERE, do="add", **form)
    assert refused.status == 422
    assert told in shown(refused)
    assert f">\n{text}</textarea>" in refused.text


async def test_staff_read_them_and_write_none(
    small_service: Service, http: aiohttp.ClientSession
) -> None:
    dana = Browser(http, small_service.base)
    await dana.sign_in(await a_person(small_service, Role.STAFF, "Dana"))
    page = await dana.get(HERE)
    assert page.status == 200
    assert "<textarea" not in page.text
    assert (await dana.post(HERE, kind="police", text="x", do="add")).status == 403
