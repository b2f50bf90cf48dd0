"""Signing in and managing people as a browser does it: cookies, forms, time, and what is shown."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Final

import aiohttp
import pytest
import pytest_asyncio

from chatbot.domain.people import Role
from chatbot.services.identity import system_clock
from chatbot.settings import Settings
from chatbot.web import keys
from chatbot.web.console import cookies
from tests.store.team import GOOD, MINUTE, App
from tests.web.conftest import Service, serving
from tests.web.staff import Browser, a_person

pytestmark = pytest.mark.asyncio(loop_scope="session")

NEW: Final = "marble teapot horizon walnut"


class Clock:
    """The machine's time, moved on when it is told to."""

    def __init__(self) -> None:
        self.ahead = 0

    def __call__(self) -> int:
        return system_clock() + self.ahead


@pytest.fixture(scope="session", name="clock")
def _clock() -> Clock:
    return Clock()


@pytest_asyncio.fixture(scope="session", loop_scope="session", name="console")
async def _console(
    settings: Settings, clock: Clock, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Service]:
    """A service whose time can be moved on."""
    folder: Path = tmp_path_factory.mktemp("console")
    async with serving(replace(settings, database=f"sqlite:///{folder}/chat.db"), clock) as one:
        yield one


@pytest_asyncio.fixture(loop_scope="session", name="browser")
async def _browser(console: Service, http: aiohttp.ClientSession) -> Browser:
    return Browser(http, console.base)


@pytest_asyncio.fixture(loop_scope="session", name="an_admin")
async def _an_admin(console: Service, http: aiohttp.ClientSession) -> Browser:
    """The browser of an admin who has just signed in."""
    admin = Browser(http, console.base)
    await admin.sign_in(await a_person(console, Role.ADMIN))
    return admin


def hidden(html: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', html)
    assert found
    return found[1]


async def test_a_session_lives_in_a_cookie_that_only_this_host_gets(
    console: Service, browser: Browser
) -> None:
    answer = await browser.sign_in(await a_person(console, Role.STAFF))
    assert (answer.status, answer.to) == (303, "/console")
    lines = answer.headers.getall("Set-Cookie")
    (line,) = (line for line in lines if line.startswith(f"{cookies.SESSION}="))
    assert cookies.SESSION.startswith("__Host-")
    parts = {part.strip().lower() for part in line.split(";")[1:]}
    assert {"secure", "httponly", "path=/", "samesite=lax"} <= parts
    assert not any(part.startswith("domain") for part in parts)


async def test_a_visitors_page_sets_no_cookie(browser: Browser) -> None:
    for path in ("/", "/faq", "/ask", "/widget/frame", "/api/v1/status", "/console/sign-in"):
        assert "Set-Cookie" not in (await browser.get(path)).headers


async def test_pages_of_staff_are_kept_by_nobody(an_admin: Browser) -> None:
    answer = await an_admin.get("/console/people")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("wanted", "led_to"),
    [
        ("/console/people", "/console/people"),
        ("https://evil.example/", "/console"),
        ("//evil.example/console", "/console"),
        ("/console\\@evil.example", "/console"),
        ("/consolexyz", "/console"),
        ("/console/../ask", "/console"),
        ("/console/\r\nSet-Cookie: a=b", "/console"),
    ],
)
async def test_signing_in_leads_on_to_our_own_pages_only(
    console: Service, browser: Browser, wanted: str, led_to: str
) -> None:
    person = await a_person(console, Role.STAFF)
    answer = await browser.post(
        "/console/sign-in", email=person.email, passphrase=GOOD, next=wanted
    )
    assert answer.to == led_to


async def test_whoever_was_sent_to_sign_in_gets_the_page_they_wanted(browser: Browser) -> None:
    assert (await browser.get("/console/people")).to == "/console/sign-in?next=/console/people"


async def test_a_wrong_passphrase_and_an_unknown_address_read_the_same(
    console: Service, browser: Browser
) -> None:
    person = await a_person(console, Role.STAFF)
    told = []
    for email in (person.email, "nobody.here@example.org"):
        answer = await browser.post("/console/sign-in", email=email, passphrase="wrong")
        told.append((answer.status, answer.text.replace(email, "...")))
    assert told[0] == told[1]
    assert told[0][0] == 401
    assert not browser.signed_in()


async def test_signing_out_ends_the_session_not_only_the_cookie(
    console: Service, browser: Browser
) -> None:
    await browser.sign_in(await a_person(console, Role.STAFF))
    kept = dict(browser.jar)
    assert (await browser.post("/console/sign-out")).to == "/console/sign-in"
    assert not browser.signed_in()
    browser.jar = kept
    assert (await browser.get("/console/account")).status == 303


async def test_a_session_ends_when_nobody_is_there(
    console: Service, browser: Browser, clock: Clock
) -> None:
    await browser.sign_in(await a_person(console, Role.STAFF))
    clock.ahead += 59 * MINUTE
    assert (await browser.get("/console/account")).status == 200
    clock.ahead += 59 * MINUTE
    assert (await browser.get("/console/account")).status == 200
    clock.ahead += 61 * MINUTE
    assert (await browser.get("/console/account")).status == 303


async def test_a_session_ends_after_twelve_hours_in_any_case(
    console: Service, browser: Browser, clock: Clock
) -> None:
    await browser.sign_in(await a_person(console, Role.STAFF))
    for _ in range(15):
        clock.ahead += 47 * MINUTE
        assert (await browser.get("/console/account")).status == 200
    clock.ahead += 47 * MINUTE
    assert (await browser.get("/console/account")).status == 303


async def test_a_link_creates_an_account_and_signs_it_in_once(
    console: Service, browser: Browser, an_admin: Browser
) -> None:
    answer = await an_admin.post(
        "/console/people/invite", email="chidi@example.org", role="supervisor"
    )
    found = re.search(rf'value="{re.escape(console.base)}(/console/join/[^"]+)"', answer.text)
    assert found
    link = found[1]
    assert "chidi@example.org" in (await browser.get(link)).text
    fields = {"name": "Chidi", "email": "chidi@example.org"}
    poor = await browser.post(link, **fields, passphrase="password123")
    assert (poor.status, "Guessed" in poor.text) == (422, True)
    joined = await browser.post(link, **fields, passphrase=GOOD)
    assert joined.to == "/console/account?done=joined"
    assert "Supervisor" in (await browser.get("/console/account")).text
    assert (await browser.get(link)).status == 410
    assert (await browser.post(link, **fields, passphrase=GOOD)).status == 410
    assert link not in (await an_admin.get("/console/people")).text, "it is shown once"


async def test_a_forgotten_passphrase_is_renewed_by_a_link(
    console: Service, browser: Browser, an_admin: Browser
) -> None:
    person = await a_person(console, Role.STAFF)
    await browser.sign_in(person)
    answer = await an_admin.post(f"/console/people/{person.id}/passphrase")
    found = re.search(r'value="http[^"]+(/console/join/[^"]+)"', answer.text)
    assert found
    assert person.email in (await browser.get(found[1])).text
    assert (await browser.post(found[1], passphrase="short")).status == 422
    assert (await browser.get("/console/account")).status == 200
    renewed = await browser.post(found[1], passphrase=NEW)
    assert renewed.to == "/console/sign-in?done=renewed"
    assert (await browser.get("/console/account")).status == 303
    assert (await browser.post(found[1], passphrase=NEW)).status == 410
    assert (await browser.sign_in(person)).status == 401
    assert (await browser.sign_in(person, NEW)).status == 303


async def test_after_a_while_the_passphrase_is_asked_for_before_what_lets_people_in(
    console: Service, browser: Browser, clock: Clock
) -> None:
    await browser.sign_in(await a_person(console, Role.ADMIN))
    clock.ahead += 20 * MINUTE
    ask = "/console/account/confirm?next="
    assert (await browser.get("/console/account/second-factor")).to.startswith(ask)
    assert (await browser.post("/console/account/recovery-codes")).to.startswith(ask)
    assert (await browser.post("/console/people/invite", email="x@example.org")).to.startswith(ask)
    wrong = await browser.post("/console/account/confirm", passphrase="wrong")
    assert wrong.status == 401
    right = {"passphrase": GOOD, "next": "/console/account/second-factor"}
    answer = await browser.post("/console/account/confirm", **right)
    assert answer.to == "/console/account/second-factor"
    assert (await browser.get(answer.to)).status == 200


async def test_an_app_is_set_up_and_asked_for(
    console: Service, browser: Browser, clock: Clock
) -> None:
    person = await a_person(console, Role.STAFF)
    await browser.sign_in(person)
    page = (await browser.get("/console/account/second-factor")).text
    assert "<svg" in page
    typed = re.search(r'class="typed">([A-Z2-7 ]+)<', page)
    assert typed
    app = App(f"secret={typed[1].replace(' ', '')}&", clock)
    fields = {"sealed": hidden(page, "sealed")}
    wrong = await browser.post("/console/account/second-factor", **fields, code="000000")
    assert (wrong.status, typed[1] in wrong.text) == (422, True)
    codes = await browser.post("/console/account/second-factor", **fields, code=app.code())
    assert len(re.findall(r"<code>", codes.text)) == 10
    await browser.post("/console/sign-out")
    assert (await browser.sign_in(person)).to == "/console/sign-in/code?next=/console"
    assert not browser.signed_in()
    clock.ahead += MINUTE
    wrong = await browser.post("/console/sign-in/code", code="123")
    assert (wrong.status, browser.signed_in()) == (401, False)
    assert (await browser.post("/console/sign-in/code", code=app.code())).to == "/console"
    assert browser.signed_in()
    removed = await browser.post("/console/account/second-factor/remove")
    assert removed.to == "/console/account?done=app_removed"
    assert not (await console.app[keys.PEOPLE].account(person.id)).second_factor


async def test_a_code_without_a_passphrase_before_it_leads_nowhere(browser: Browser) -> None:
    assert (await browser.get("/console/sign-in/code")).to == "/console/sign-in"
    assert (await browser.post("/console/sign-in/code", code="123456")).status == 401


async def test_an_answer_that_is_no_passkey_signs_nobody_in(browser: Browser) -> None:
    for credential in ("", "{}", "[]", '{"id": 1}', '{"id": "AAAA"}', "[" * 5000):
        answer = await browser.post("/console/sign-in/passkey", step="x", credential=credential)
        assert answer.status in {400, 401}
    assert not browser.signed_in()


async def test_a_name_and_a_passphrase_can_be_changed(console: Service, browser: Browser) -> None:
    person = await a_person(console, Role.STAFF)
    await browser.sign_in(person)
    assert (await browser.post("/console/account/name", name=" ")).status == 422
    await browser.post("/console/account/name", name="Bo <b>")
    assert "Bo &lt;b&gt;" in (await browser.get("/console/account")).text
    change = "/console/account/passphrase"
    assert (await browser.post(change, present="wrong", passphrase=NEW)).status == 422
    assert (await browser.post(change, present=GOOD, passphrase="short")).status == 422
    assert (await browser.post(change, present=GOOD, passphrase=NEW)).status == 303
    assert (await browser.get("/console/account")).status == 200
    assert (await Browser(browser.http, browser.base).sign_in(person, NEW)).status == 303


async def test_devices_are_shown_and_signed_out(console: Service, browser: Browser) -> None:
    person = await a_person(console, Role.STAFF)
    other = Browser(browser.http, browser.base)
    await browser.sign_in(person)
    await other.sign_in(person)
    page = (await browser.get("/console/account")).text
    ends = re.findall(r'action="(/console/account/sessions/[^"]+/end)"', page)
    assert len(ends) == 1
    await browser.post(ends[0])
    assert (await other.get("/console/account")).status == 303
    await other.sign_in(person)
    await browser.post("/console/account/sessions/end-others")
    assert (await other.get("/console/account")).status == 303
    assert (await browser.get("/console/account")).status == 200


async def test_an_admin_changes_a_role_and_sends_somebody_away(
    console: Service, browser: Browser, an_admin: Browser
) -> None:
    person = await a_person(console, Role.STAFF, "Bilal")
    await browser.sign_in(person)
    role = f"/console/people/{person.id}/role"
    assert (await an_admin.post(role, role="emperor")).status == 422
    assert (await an_admin.post(role, role="admin")).to == "/console/people?done=role"
    assert (await browser.get("/console/people")).status == 200
    away = await an_admin.post(f"/console/people/{person.id}/disable")
    assert away.to == "/console/people?done=disabled"
    assert (await browser.get("/console/people")).status == 303
    assert (await browser.sign_in(person)).status == 401
    await an_admin.post(f"/console/people/{person.id}/enable")
    await an_admin.post(f"/console/people/{person.id}/reset")
    assert (await browser.sign_in(person)).status == 303
    assert (await an_admin.post("/console/people/nobody/disable")).status == 404


async def test_invitations_are_refused_listed_and_withdrawn(
    console: Service, an_admin: Browser
) -> None:
    taken = (await console.app[keys.PEOPLE].all())[0].person.email
    invite = "/console/people/invite"
    assert (await an_admin.post(invite, email=taken, role="staff")).status == 409
    assert (await an_admin.post(invite, email="nothing", role="staff")).status == 422
    page = (await an_admin.post(invite, email="dora@example.org", role="staff")).text
    # The newest stands first.
    withdraw = re.findall(r'action="(/console/people/invitations/[^"]+/withdraw)"', page)[0]
    assert (await an_admin.post(withdraw)).to == "/console/people?done=withdrawn"
    assert "dora@example.org" not in (await an_admin.get("/console/people")).text
    assert (await an_admin.post(withdraw)).to == "/console/people"


async def test_an_error_has_the_frame_of_the_console(an_admin: Browser) -> None:
    answer = await an_admin.get("/console/nowhere")
    assert (answer.status, "Back to the console" in answer.text) == (404, True)


async def test_guessing_is_slowed_down_and_says_so(console: Service, browser: Browser) -> None:
    person = await a_person(console, Role.STAFF)
    statuses = [(await browser.sign_in(person, "wrong")).status for _ in range(7)]
    assert statuses == [401] * 5 + [429] * 2


async def test_with_a_required_second_factor_all_else_waits_for_it(
    settings: Settings, http: aiohttp.ClientSession, tmp_path: Path
) -> None:
    strict = replace(settings, database=f"sqlite:///{tmp_path}/chat.db", second_factor="required")
    async with serving(strict) as service:
        admin = Browser(http, service.base)
        await admin.sign_in(await a_person(service, Role.ADMIN))
        assert (await admin.get("/console/people")).to == "/console/account/second-factor"
        assert "everybody needs a second step" in (await admin.get("/console/account")).text
        page = (await admin.get("/console/account/second-factor")).text
        typed = re.search(r'class="typed">([A-Z2-7 ]+)<', page)
        assert typed
        code = App(f"secret={typed[1].replace(' ', '')}&", Clock()).code()
        fields = {"sealed": hidden(page, "sealed"), "code": code}
        await admin.post("/console/account/second-factor", **fields)
        assert (await admin.get("/console/people")).status == 200
