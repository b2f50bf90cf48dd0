"""A real service on a real port for the whole folder, and visitors who talk to it."""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any
from uuid import uuid4

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import web

from chatbot.app import build_app
from chatbot.content import loading
from chatbot.services.identity import Clock, system_clock
from chatbot.settings import Callbacks, Limits, Settings
from chatbot.store.faq import FaqEntries
from chatbot.store.opening import open_database
from tests.staffed import somebody_on

WIDE = Limits(
    messages_per_second=1e6,
    messages_burst=1_000_000,
    messages_per_5_minutes=1_000_000,
    frames_per_second=1e6,
    frames_burst=1_000_000,
    requests_per_second=1e6,
    requests_burst=1_000_000,
    conversations_per_hour=1_000_000,
    callbacks_per_hour=1_000_000,
    handshakes_per_minute=1_000_000,
    sockets_per_conversation=1_000,
)


@dataclass
class Service:
    """A running service: its address, and the application behind it."""

    base: str
    app: web.Application

    @property
    def api(self) -> str:
        return f"{self.base}/api/v1"


@asynccontextmanager
async def serving(
    settings: Settings,
    clock: Clock = system_clock,
    *,
    staffed: bool = True,
    environment: Mapping[str, str] = MappingProxyType({}),
) -> AsyncIterator[Service]:
    """Run the service on a free port, with Amina there to take chats unless it is not `staffed`."""
    if staffed:
        await somebody_on(settings.database)
    runner = web.AppRunner(
        build_app(settings, environment, clock), access_log=None, shutdown_timeout=1.0
    )
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield Service(f"http://127.0.0.1:{runner.addresses[0][1]}", runner.app)
    finally:
        await runner.cleanup()


@pytest.fixture(scope="session", name="settings")
def _settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder: Path = tmp_path_factory.mktemp("service")
    site = ("https://www.example.org",)
    return Settings(
        database=f"sqlite:///{folder}/chat.db",
        limits=WIDE,
        allowed_sites=site,
        callbacks=Callbacks(capacity=100_000, third_party_capacity=100_000),
    )


@pytest_asyncio.fixture(scope="session", loop_scope="session", name="service")
async def _service(settings: Settings) -> AsyncIterator[Service]:
    async with serving(settings) as service:
        yield service


@pytest_asyncio.fixture(loop_scope="session", name="http")
async def _http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@dataclass
class Visitor:
    """Somebody with a conversation of their own."""

    http: aiohttp.ClientSession
    api: str
    id: str = ""
    token: str = ""

    async def start(self) -> dict[str, Any]:
        async with self.http.post(f"{self.api}/conversations", json={}) as answer:
            assert answer.status == 201
            started: dict[str, Any] = await answer.json()
        self.id, self.token = started["id"], started["token"]
        return started

    @property
    def url(self) -> str:
        return f"{self.api}/conversations/{self.id}"

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    async def call(self, method: str, path: str = "", **what: Any) -> tuple[int, Any]:
        what = {"headers": self.headers, **what}
        async with self.http.request(method, self.url + path, **what) as answer:
            body = await answer.json() if answer.content_type == "application/json" else None
            return answer.status, body

    async def say(self, text: str, client_id: str | None = None) -> tuple[int, Any]:
        message = {"client_id": client_id or str(uuid4()), "text": text}
        return await self.call("POST", "/messages", json=message)

    async def events(self, after: int = 0, wait: float = 0) -> list[dict[str, Any]]:
        status, body = await self.call("GET", f"/events?after={after}&wait={wait}")
        assert status == 200
        events: list[dict[str, Any]] = body["events"]
        return events

    async def ask(self, text: str) -> dict[str, Any]:
        """Say something and return the assistant's answer to it."""
        _, said = await self.say(text)
        after = said["seq"]
        for _ in range(20):
            for event in await self.events(after, wait=5):
                if event.get("author") == "assistant":
                    return event
                after = event["seq"]
        raise AssertionError("no answer came")

    @asynccontextmanager
    async def live(self, after: int = 0) -> AsyncIterator["Line"]:
        async with self.http.ws_connect(f"{self.url}/live") as ws:
            await ws.send_json({"type": "hello", "token": self.token, "after": after})
            yield Line(ws)


@dataclass
class Line:
    """A visitor's open socket."""

    ws: aiohttp.ClientWebSocketResponse

    def __post_init__(self) -> None:
        self.frames: list[dict[str, Any]] = []

    async def until(self, **what: Any) -> dict[str, Any]:
        """Return the first frame, from now on, that has all of `what`; keep those before it."""
        while True:
            while self.frames:
                frame = self.frames.pop(0)
                if what.items() <= frame.items():
                    return frame
            message = await self.ws.receive(timeout=10)
            assert message.type is aiohttp.WSMsgType.TEXT, f"closed with {self.ws.close_code}"
            self.frames += message.json()

    async def all_until_live(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        while True:
            message = await self.ws.receive(timeout=10)
            found += message.json()
            if found[-1]["type"] == "live":
                return found


@pytest_asyncio.fixture(loop_scope="session", name="a_visitor")
async def _a_visitor(service: Service, http: aiohttp.ClientSession) -> Visitor:
    visitor = Visitor(http, service.api)
    await visitor.start()
    return visitor


async def weigh(http: aiohttp.ClientSession, base: str, language: str) -> dict[str, int]:
    """Return the gzipped bytes of what a chat loads until the first message, by path."""
    gzipped = {"Accept-Encoding": "gzip"}
    async with aiohttp.ClientSession(auto_decompress=False, headers=gzipped) as raw:
        weights = {}
        async with http.get(f"{base}/widget/frame{language}") as frame:
            html = await frame.text()
        files = re.findall(r'(?:src|href)="(/(?:widget|static)/[^"?]+)"', html)
        for path in {"/widget/embed.js", "/widget/panel.js", f"/widget/frame{language}", *files}:
            async with raw.get(base + path) as answer:
                assert answer.headers["Content-Encoding"] == "gzip"
                weights[path] = len(await answer.read())
    assert len(weights) == 6
    return weights


async def few_entries(database: str) -> None:
    """Begin with a FAQ that is read in no time."""
    few = (await asyncio.to_thread(loading.entries))[:6]
    opened = await open_database(database)
    try:
        await FaqEntries(opened).save(few, [], 1)
    finally:
        await opened.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session", name="small_service")
async def _small_service(
    settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Service]:
    """A service with six entries and without a model, for those who edit them."""
    folder: Path = tmp_path_factory.mktemp("small")
    own = replace(settings, database=f"sqlite:///{folder}/chat.db", model="/nowhere")
    await few_entries(own.database)
    async with serving(own) as service:
        yield service


@pytest_asyncio.fixture(scope="session", loop_scope="session", name="strict_service")
async def _strict_service(
    settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Service]:
    """A service with the limits as they are shipped."""
    folder: Path = tmp_path_factory.mktemp("strict")
    own = replace(settings, database=f"sqlite:///{folder}/chat.db", limits=Limits())
    async with serving(own) as service:
        yield service
