"""Tokens for tools: made and shown once, used within their scopes, and void in good time."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from html import unescape
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from chatbot.domain.api_tokens import DAY_MS, Scope
from chatbot.domain.audit import Deed
from chatbot.domain.errors import Invalid
from chatbot.domain.people import Person, Role
from chatbot.services.errors import TokenVoid
from chatbot.settings import Settings
from chatbot.store import audit
from chatbot.web import keys
from tests.store.team import Clock
from tests.web.conftest import Service, serving
from tests.web.staff import Browser, a_person

pytestmark = pytest.mark.asyncio(loop_scope="session")

PAGE = "/console/tokens"
PLACES = {
    Scope.FIGURES: "/api/v1/admin/figures",
    Scope.AUDIT: "/api/v1/admin/audit",
    Scope.FAQ: "/api/v1/admin/faq",
}


@pytest_asyncio.fixture(scope="session", loop_scope="session", name="clock")
async def _clock() -> Clock:
    return Clock()


@pytest_asyncio.fixture(scope="session", loop_scope="session", name="own")
async def _own(
    settings: Settings, tmp_path_factory: pytest.TempPathFactory, clock: Clock
) -> AsyncIterator[Service]:
    folder = tmp_path_factory.mktemp("tokens")
    own = replace(settings, database=f"sqlite:///{folder}/chat.db", model="/nowhere")
    async with serving(own, clock) as service:
        yield service


@pytest_asyncio.fixture(loop_scope="session", name="amina")
async def _amina(own: Service) -> Person:
    return await a_person(own, Role.ADMIN)


@pytest_asyncio.fixture(loop_scope="session", name="admin")
async def _admin(own: Service, http: aiohttp.ClientSession, amina: Person) -> Browser:
    browser = Browser(http, own.base)
    await browser.sign_in(amina)
    return browser


async def made(admin: Browser, *scopes: Scope, name: str = "Our dashboard") -> str:
    """Return a token that the page made."""
    chosen = {scope.value: "yes" for scope in scopes}
    page = (await admin.post(PAGE, name=name, days="30", **chosen)).text
    found = re.search(r'<input id="token" value="(cara_[\w-]{43})"', page)
    assert found
    return found[1]


async def read(own: Service, http: aiohttp.ClientSession, path: str, token: str) -> tuple[int, Any]:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with http.get(own.base + path, headers=headers) as answer:
        return answer.status, await answer.json()


async def test_a_token_opens_its_scopes_and_nothing_else(
    own: Service, http: aiohttp.ClientSession, admin: Browser
) -> None:
    for scope in Scope:
        token = await made(admin, scope)
        for other, path in PLACES.items():
            status, body = await read(own, http, path, token)
            assert status == (200 if other is scope else 403)
            assert other is scope or body["error"]["code"] == "out_of_scope"
        assert (await read(own, http, "/api/v1/status", token))[0] == 200
        headers = {"Authorization": f"Bearer {token}"}
        assert (
            await Browser(http, own.base).call("GET", "/console", headers=headers)
        ).status == 303


async def test_a_tool_reads_what_the_pages_show(
    own: Service, http: aiohttp.ClientSession, admin: Browser, amina: Person
) -> None:
    token = await made(admin, *Scope)
    _, figures = await read(own, http, f"{PLACES[Scope.FIGURES]}?by=hour&at=2026-01-01", token)
    assert (len(figures["hours_of_week"]), len(figures["lines"])) == (168, 1)
    _, faq = await read(own, http, PLACES[Scope.FAQ], token)
    assert {"slug", "answer", "status", "revision"} <= faq["entries"][0].keys()
    _, first = await read(own, http, f"{PLACES[Scope.AUDIT]}?limit=2", token)
    assert [line["action"] for line in first["lines"]] == [Deed.AUDIT_READ, Deed.TOKEN_MADE]
    assert first["lines"][0]["who"] == amina.id
    _, more = await read(
        own, http, f"{PLACES[Scope.AUDIT]}?limit=1&before={first['before']}", token
    )
    assert more["lines"][0]["id"] == first["lines"][-1]["id"] - 1


@pytest.mark.parametrize("token", ["", "cara_no", "no"])
async def test_what_is_no_token_opens_nothing(
    own: Service, http: aiohttp.ClientSession, token: str
) -> None:
    status, body = await read(own, http, PLACES[Scope.FAQ], token)
    assert (status, body["error"]["code"]) == (401, "token_void")


async def test_a_revoked_token_is_void_at_once(
    own: Service, http: aiohttp.ClientSession, admin: Browser, clock: Clock
) -> None:
    clock.pass_by(1)  # the newest stands first
    token = await made(admin, Scope.FAQ, name="To & fro")
    assert (await read(own, http, PLACES[Scope.FAQ], token))[0] == 200
    page = (await admin.get(PAGE)).text
    assert "To &amp; fro" in page
    assert "Last used: just now" in " ".join(unescape(re.sub("<[^>]+>", " ", page)).split())
    assert token not in page
    revoke = re.findall(rf'action="({PAGE}/[^"]+/revoke)"', page)[0]
    for _ in range(2):
        assert (await admin.post(revoke)).to == f"{PAGE}?done=revoked"
    assert (await read(own, http, PLACES[Scope.FAQ], token))[0] == 401
    deeds = [line.action for line in await audit.newest(own.app[keys.AUDIT].database, 2)]
    assert deeds == [Deed.TOKEN_REVOKED, Deed.TOKEN_MADE]


async def test_a_token_ends_with_its_time_and_with_its_makers_role(
    own: Service, amina: Person, clock: Clock
) -> None:
    tokens, people = own.app[keys.API_TOKENS], own.app[keys.PEOPLE]
    bilal = await a_person(own, Role.ADMIN, "Bilal")
    token = await tokens.make("a", [Scope.FAQ], 30, bilal.id)
    await people.set_role(bilal.id, Role.SUPERVISOR, amina.id)
    with pytest.raises(TokenVoid):
        await tokens.find(token, Scope.FAQ)
    await people.set_role(bilal.id, Role.ADMIN, amina.id)
    await tokens.find(token, Scope.FAQ)
    await people.disable(bilal.id, amina.id)
    with pytest.raises(TokenVoid):
        await tokens.find(token, Scope.FAQ)
    lasting = await tokens.make("b", [Scope.FAQ], 30, amina.id)
    before = clock.now
    clock.pass_by(30 * DAY_MS - 1)
    assert (await tokens.find(lasting, Scope.FAQ)).used_at is None
    clock.pass_by(1)
    with pytest.raises(TokenVoid):
        await tokens.find(lasting, Scope.FAQ)
    clock.now = before


@pytest.mark.parametrize(
    ("form", "why"),
    [
        ({"name": "", "faq": "yes", "days": "30"}, "Enter a name."),
        ({"name": "x" * 61, "faq": "yes", "days": "30"}, "Use at most 60 characters."),
        ({"name": "a", "days": "30"}, "Choose at least one."),
    ],
)
async def test_what_cannot_be_used_is_said_beside_it(
    admin: Browser, form: dict[str, str], why: str
) -> None:
    answer = await admin.post(PAGE, **form)
    assert answer.status == 422
    assert why in answer.text


async def test_no_token_lasts_for_ever(own: Service, admin: Browser, amina: Person) -> None:
    assert (await admin.post(PAGE, name="a", faq="yes", days="9999")).status == 422
    assert (await admin.post(PAGE, name="a", faq="yes", days="x")).status == 422
    with pytest.raises(Invalid):
        await own.app[keys.API_TOKENS].make("a", ["everything"], 30, amina.id)
