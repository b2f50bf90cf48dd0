"""Notices leave the house, to a real web server and a real mail server: once, whatever breaks."""

import asyncio
import json
import re
from base64 import urlsafe_b64decode
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from email import message_from_bytes
from pathlib import Path
from typing import Any
from uuid import uuid4

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import web
from aiosmtpd.smtp import SMTP, Envelope
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from chatbot.domain.people import Availability, Role
from chatbot.services.identity import system_clock
from chatbot.services.webhook import signature
from chatbot.settings import Settings
from chatbot.store.query import sql
from chatbot.web import keys
from tests.web.conftest import WIDE, Service, Visitor, serving
from tests.web.staff import Browser, a_person

pytestmark = pytest.mark.asyncio(loop_scope="session")

DELIVERIES = sql("select channel, target from delivery")
LATE = sql("select count(*) as many from notice where kind = 'late' and spread = 1")
SECRET_WORDS = "he said he would come to my work"


@dataclass
class Outside:
    """Another system, a push service and a mail server, and what each of them was given."""

    base: str = ""
    mail_port: int = 0
    answers: list[int] = field(default_factory=list)
    hooks: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    pushes: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    mails: list[Envelope] = field(default_factory=list)
    came: asyncio.Event = field(default_factory=asyncio.Event)

    async def hook(self, request: web.Request) -> web.Response:
        self.hooks.append((dict(request.headers), await request.read()))
        self.came.set()
        return web.Response(status=self.answers.pop(0) if self.answers else 200)

    async def push(self, request: web.Request) -> web.Response:
        self.pushes.append((request.path, dict(request.headers), await request.read()))
        self.came.set()
        return web.Response(status=self.answers.pop(0) if self.answers else 201)

    async def handle_DATA(self, _server: SMTP, _session: object, envelope: Envelope) -> str:  # noqa: N802  # aiosmtpd's name
        self.mails.append(envelope)
        self.came.set()
        return "250 taken"

    async def until(self, many: int, of: str) -> list[Any]:
        async with asyncio.timeout(20):
            while len(found := getattr(self, of)) < many:
                await self.came.wait()
                self.came.clear()
        kept: list[Any] = found
        return kept


@pytest_asyncio.fixture(scope="module", loop_scope="session", name="outside")
async def _outside() -> AsyncIterator[Outside]:
    outside = Outside()
    app = web.Application()
    app.router.add_post("/hook", outside.hook)
    app.router.add_post("/push/{id}", outside.push)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    outside.base = f"http://127.0.0.1:{runner.addresses[0][1]}"
    loop = asyncio.get_running_loop()
    mail = await loop.create_server(lambda: SMTP(outside, hostname="test"), "127.0.0.1", 0)
    outside.mail_port = mail.sockets[0].getsockname()[1]
    try:
        yield outside
    finally:
        mail.close()
        await runner.cleanup()


@pytest.fixture(scope="module", name="settings")
def _settings(tmp_path_factory: pytest.TempPathFactory, outside: Outside) -> Settings:
    return Settings(
        database=f"sqlite:///{tmp_path_factory.mktemp('outbox')}/chat.db",
        limits=WIDE,
        model="/nowhere",
        webhook=f"{outside.base}/hook",
        address="https://chat.example.org",
        mail_server=f"smtp://127.0.0.1:{outside.mail_port}",
        mail_from="cara@example.org",
        mail_after_minutes=1.0,
        push_services=(outside.base.removeprefix("http://"),),
    )


@pytest.fixture(scope="module", name="ahead")
def _ahead() -> list[int]:
    """By how many milliseconds the service's clock is ahead of ours."""
    return [0]


@pytest_asyncio.fixture(scope="module", loop_scope="session", name="service")
async def _service(settings: Settings, ahead: list[int]) -> AsyncIterator[Service]:
    async with serving(settings, lambda: system_clock() + ahead[0]) as service:
        yield service


async def who_waits(service: Service, http: aiohttp.ClientSession) -> Visitor:
    visitor = Visitor(http, service.api)
    await visitor.start()
    await visitor.say(SECRET_WORDS)
    await visitor.call("POST", "/person", json={})
    return visitor


async def test_another_system_is_told_once_signed_and_without_a_word(
    service: Service, settings: Settings, outside: Outside, http: aiohttp.ClientSession
) -> None:
    outside.answers = [500]
    visitor = await who_waits(service, http)
    first, again = await outside.until(2, "hooks")
    assert first[1] == again[1], "what was refused comes again as it was"
    headers, body = again
    told = json.loads(body)
    assert told["type"] == "chat.waiting"
    assert told["link"] == f"https://chat.example.org/console/chats/{visitor.id}"
    assert SECRET_WORDS not in body.decode()
    secret = Path(settings.data_folder / "webhook.secret").read_bytes().strip()
    signed = signature(secret, headers["X-Cara-Timestamp"], body)
    assert headers["X-Cara-Signature"] == f"sha256={signed}"


async def test_mail_goes_once_to_who_wants_it_about_who_still_waits(
    service: Service, outside: Outside, http: aiohttp.ClientSession, ahead: list[int]
) -> None:
    amina = await a_person(service, Role.STAFF, "Amina")
    ben = await a_person(service, Role.STAFF, "Ben")
    wishes = await service.app[keys.NOTICES].preferences(ben)
    await service.app[keys.NOTICES].save(ben, replace(wishes, mail=False))
    await service.app[keys.DESK].take_over(amina, (await who_waits(service, http)).id)
    waiting = await who_waits(service, http)
    ahead[0] += 61_000
    mails = await outside.until(1, "mails")
    assert {tuple(one.rcpt_tos) for one in mails} == {(amina.email,)}
    message = message_from_bytes(mails[0].content)
    text = message.get_payload(decode=True)
    assert isinstance(text, bytes)
    assert message["Subject"] == "A chat is waiting"
    assert b"https://chat.example.org/console" in text
    assert SECRET_WORDS.encode() not in mails[0].content
    assert waiting.id.encode() not in mails[0].content


def signed_by(key: str, token: str) -> dict[str, Any]:
    """Return what a token says, whose signature is checked as a push service does (RFC 8292)."""
    signed, _, signature_ = token.rpartition(".")
    point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decoded(key))
    first, second = (int.from_bytes(decoded(signature_)[half : half + 32]) for half in (0, 32))
    point.verify(encode_dss_signature(first, second), signed.encode(), ec.ECDSA(SHA256()))
    claims: dict[str, Any] = json.loads(decoded(signed.partition(".")[2]))
    return claims


def decoded(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


async def test_a_browser_is_called_without_a_body_and_forgotten_when_it_has_gone(
    service: Service, outside: Outside, http: aiohttp.ClientSession
) -> None:
    amina = await a_person(service, Role.STAFF, "Cleo")
    browser = Browser(http, service.base)
    await browser.sign_in(amina)
    await service.app[keys.AVAILABILITY].say(amina.id, Availability.AWAY, 4)
    refused = await browser.post(
        "/console/notifications/devices", endpoint="https://evil.example/push/1"
    )
    assert refused.status == 422
    push, session = service.app[keys.PUSH], (await service.app[keys.SESSIONS].of(amina.id))[0]
    endpoint = f"{outside.base}/push/{uuid4()}"
    await push.add(amina, session.id, endpoint, "Firefox, Linux")
    assert (await browser.get("/console/notifications")).text.count("<h3>Firefox, Linux</h3>") == 1
    await who_waits(service, http)
    [(path, headers, body)] = await outside.until(1, "pushes")
    assert endpoint.endswith(path)
    assert body == b""
    token, key = re.fullmatch(r"vapid t=(\S+), k=(\S+)", headers["Authorization"]).groups()  # type: ignore[union-attr]  # it fits
    assert key == await push.public_key()
    assert signed_by(key, token)["aud"] == outside.base
    outside.answers = [410]
    await who_waits(service, http)
    await outside.until(2, "pushes")
    for _ in range(500):
        if not await push.of(amina.id):
            break
        await asyncio.sleep(0.02)
    await push.add(amina, session.id, endpoint, "Firefox, Linux")
    await browser.post("/console/sign-out")
    assert await push.of(amina.id) == [], "signed out, not called"


async def test_a_restart_loses_nothing_and_tells_nothing_twice(
    tmp_path: Path, settings: Settings, outside: Outside, http: aiohttp.ClientSession
) -> None:
    place = f"sqlite:///{tmp_path}/chat.db"
    own = replace(settings, database=place, mail_server="", mail_after_minutes=1e6)
    async with serving(replace(own, webhook="http://127.0.0.1:9/closed")) as service:
        visitor = await who_waits(service, http)
        await visitor.call("DELETE", "/person")
        await visitor.call("POST", "/person", json={})
    outside.hooks.clear()
    async with serving(own, lambda: system_clock() + 600_000) as service:
        await outside.until(2, "hooks")
        other = await who_waits(service, http)
        await outside.until(3, "hooks")
    told = [json.loads(body)["id"].partition("/")[0] for _, body in outside.hooks]
    assert sorted(told) == sorted([visitor.id, visitor.id, other.id])


async def change(service: Service, **values: str) -> None:
    """Save settings as an admin does."""
    editable = service.app[keys.EDITABLE]
    for name, value in values.items():
        items = (await editable.board()).items
        seen = next(item.version for item in items if item.setting.name == name)
        await editable.save(name, value, seen, "amina")


async def deliveries(service: Service) -> set[tuple[str, str]]:
    """Return what is to be sent of a chat that waits too long, by way and target."""
    database = service.app[keys.AUDIT].database
    async with asyncio.timeout(20):
        while not (await database.fetch(LATE))[0]["many"]:
            await asyncio.sleep(0.02)
            await service.app[keys.NOTIFIER].spread()
    rows = await database.fetch(DELIVERIES)
    return {(row["channel"], row["target"]) for row in rows}


@pytest_asyncio.fixture(loop_scope="session", name="cut_off")
async def _cut_off(tmp_path: Path, settings: Settings) -> AsyncIterator[Service]:
    """A service that reaches nobody outside, so that what it has to send stays to be looked at."""
    own = replace(
        settings,
        database=f"sqlite:///{tmp_path}/chat.db",
        mail_after_minutes=0.001,
        webhook="http://127.0.0.1:9/closed",
        mail_server="smtp://127.0.0.1:9",
        push_services=("127.0.0.1:9",),
    )
    async with serving(own, staffed=False) as service:
        yield service


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({}, {("webhook", ""), ("mail", "ben"), ("mail", "amina")}),
        ({"send_mail": "off", "mail_to": "team@example.org"}, {("webhook", "")}),
        (
            {"mail_staff": "nobody", "mail_to": "team@example.org", "send_webhook": "off"},
            {("mail", "team@example.org")},
        ),
        ({"mail_staff": "present", "webhook": ""}, {("mail", "amina")}),
    ],
)
async def test_an_admin_decides_who_is_told_and_in_which_way(
    cut_off: Service,
    http: aiohttp.ClientSession,
    values: dict[str, str],
    told: set[tuple[str, str]],
) -> None:
    people = {
        (await a_person(cut_off, role, name)).id: name.lower()
        for name, role in (("Amina", Role.STAFF), ("Ben", Role.ADMIN))
    }
    (amina,) = [one for one, name in people.items() if name == "amina"]
    await cut_off.app[keys.AVAILABILITY].say(amina, Availability.ON, 4)
    await change(cut_off, **values)
    await who_waits(cut_off, http)
    found = {(way, people.get(target, target)) for way, target in await deliveries(cut_off)}
    assert found == told


async def test_pushes_are_switched_off_and_who_has_said_nothing_has_the_quiet_hours_of_all(
    cut_off: Service, http: aiohttp.ClientSession
) -> None:
    amina = await a_person(cut_off, Role.STAFF, "Amina")
    browser = Browser(http, cut_off.base)
    await browser.sign_in(amina)
    await cut_off.app[keys.AVAILABILITY].say(amina.id, Availability.ON, 4)
    session = (await cut_off.app[keys.SESSIONS].of(amina.id))[0]
    await cut_off.app[keys.PUSH].add(amina, session.id, "http://127.0.0.1:9/push", "Firefox")
    await change(cut_off, send_push="off", quiet_hours="22:00-07:30")
    await who_waits(cut_off, http)
    assert "push" not in {way for way, _ in await deliveries(cut_off)}
    page = (await browser.get("/console/notifications")).text
    assert "An admin has switched calling closed browsers off for everybody." in page
    assert 'value="22:00"' in page
    notices = cut_off.app[keys.NOTICES]
    await notices.save(amina, replace(await notices.preferences(amina), quiet_from=0, quiet_to=0))
    await change(cut_off, quiet_hours="21:00-06:00")
    assert (await notices.preferences(amina)).quiet_from == 0, "what is saved counts"


async def test_the_webhook_is_switched_off_and_on_and_signed_with_an_admins_secret(
    tmp_path: Path, settings: Settings, outside: Outside, http: aiohttp.ClientSession
) -> None:
    secret = "a-secret-of-the-admin"
    own = replace(settings, database=f"sqlite:///{tmp_path}/chat.db", mail_server="")
    outside.hooks.clear()
    async with serving(own) as service:
        await change(service, send_webhook="off")
        await who_waits(service, http)
        await service.app[keys.NOTIFIER].spread()
        await change(service, send_webhook="on", webhook_secret=secret)
        visitor = await who_waits(service, http)
        [(headers, body)] = await outside.until(1, "hooks")
        assert json.loads(body)["link"].endswith(visitor.id)
        signed = signature(secret.encode(), headers["X-Cara-Timestamp"], body)
        assert headers["X-Cara-Signature"] == f"sha256={signed}"
    outside.hooks.clear()
    async with serving(own) as service:  # it is kept
        await who_waits(service, http)
        [(headers, body)] = await outside.until(1, "hooks")
        signed = signature(secret.encode(), headers["X-Cara-Timestamp"], body)
        assert headers["X-Cara-Signature"] == f"sha256={signed}"
