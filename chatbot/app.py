"""The composition root: the only module that knows every class.

What is opened here is closed here, in the opposite order: listeners, background work, store.
"""

import logging
import os
import time
from collections.abc import AsyncIterator, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from typing import Final

from aiohttp import web

from chatbot.answers import vectors
from chatbot.answers.encoder import Encoder, ModelMissing, load_encoder
from chatbot.answers.knowledge import Knowledge
from chatbot.content import loading
from chatbot.content.vector_file import VectorFile
from chatbot.domain.texts import Texts
from chatbot.live.bus import Bus, LocalBus, RedisBus
from chatbot.live.hub import Hub
from chatbot.services.assistant import AssistantService
from chatbot.services.background import running
from chatbot.services.conversations import ConversationService
from chatbot.services.faq import Brain, FaqService
from chatbot.services.identity import system_clock
from chatbot.services.rendering import render
from chatbot.services.sweeper import Patience, Sweeper
from chatbot.services.voice import Voice
from chatbot.settings import Limits, Settings, master_key
from chatbot.store.conversations import Conversations
from chatbot.store.database import Database
from chatbot.store.faq import STREAM, FaqEntries
from chatbot.store.installation import Installation, open_installation
from chatbot.store.opening import open_database
from chatbot.store.vault import Vault
from chatbot.web import assets, keys, openapi, parse
from chatbot.web.limits import Addresses, Limiter, Rate
from chatbot.web.middleware import edge
from chatbot.web.renderer import Page, Renderer
from chatbot.web.routes import API, add_routes
from chatbot.web.site import Rates, Site
from chatbot.web.sockets import Sockets

MINUTE: Final = 60_000
_HERE: Final = Path(__file__).parent

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Hints:
    """Sends a hint from another node to whoever holds what it is about."""

    conversations: ConversationService
    faq: FaqService

    def hint(self, topic: str, seq: int) -> None:
        """Pass a hint on."""
        if topic == STREAM:
            self.faq.hint()
        else:
            self.conversations.hint(topic, seq)

    def look_again(self) -> None:
        """Have everybody look."""
        self.faq.hint()
        self.conversations.look_again()


def build_app(settings: Settings, environment: Mapping[str, str] = os.environ) -> web.Application:
    """Return the service, ready to be run; nothing is opened before it starts."""
    app = web.Application(middlewares=[edge], client_max_size=parse.BODY_LIMIT)
    add_routes(app)
    openapi.publish(app, API)

    async def resources(app: web.Application) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            await _open(app, settings, environment, stack)
            yield

    app.cleanup_ctx.append(resources)
    app.on_shutdown.append(_close_sockets)
    return app


async def _close_sockets(app: web.Application) -> None:
    await app[keys.SOCKETS].close_all()


async def _open(
    app: web.Application,
    settings: Settings,
    environment: Mapping[str, str],
    stack: AsyncExitStack,
) -> None:
    texts = loading.texts()
    key = master_key(settings.data_folder, environment)
    database = await open_database(settings.database)
    stack.push_async_callback(database.close)
    vault = Vault(key)
    installation = await open_installation(database, vault, fresh=token_hex(8), at=system_clock())
    hub = Hub()
    bus = _Switch(LocalBus())
    conversations = ConversationService(Conversations(database, vault), hub, bus, system_clock)
    worker = ThreadPoolExecutor(1, thread_name_prefix="answers")
    stack.callback(worker.shutdown, wait=True, cancel_futures=True)
    faq = build_faq(settings, database, bus, worker)
    if settings.broker:
        bus.carrier = RedisBus(settings.broker, Hints(conversations, faq))
    await faq.seed(loading.entries())
    await faq.refresh()
    voice = Voice(texts, settings.placeholders)
    assistant = AssistantService(conversations, faq, voice, system_clock)
    conversations.on_owed = assistant.notice
    sweeper = Sweeper(conversations, assistant, _patience(settings), system_clock, voice)
    _publish(app, settings, installation, texts)
    app[keys.CONVERSATIONS] = conversations
    app[keys.HUB] = hub
    app[keys.FAQ] = faq
    app[keys.ASSISTANT] = assistant
    work = {
        "assistant": assistant.run,
        "sweeper": sweeper.run,
        "bus": bus.run,
        "faq": faq.run,
    }
    await stack.enter_async_context(running(work))


class _Switch:
    """The bus that services are given before it is known who listens to it."""

    def __init__(self, carrier: Bus) -> None:
        self.carrier = carrier

    def announce(self, topic: str, seq: int) -> None:
        self.carrier.announce(topic, seq)

    async def run(self) -> None:
        await self.carrier.run()


def build_faq(settings: Settings, database: Database, bus: Bus, worker: Executor) -> FaqService:
    """Return the FAQ over a database, with the engine's model if it is there."""
    voice = Voice(loading.texts(), settings.placeholders)
    brain = build_brain(settings, worker)
    return FaqService(FaqEntries(database), brain, voice, bus, system_clock)


def build_brain(settings: Settings, worker: Executor) -> Brain:
    """Return what an engine is built with; without the model the lexical features must do."""
    known = open_vectors(settings)
    return Brain(load_knowledge(), find_encoder(settings), known, settings.wrong_share, worker)


def open_vectors(settings: Settings) -> VectorFile:
    """Return the vectors that are known already; new ones are kept in the data folder."""
    folder = settings.data_folder
    return VectorFile(folder / "vectors.bin" if folder.is_dir() else None, vectors.SIZE)


def load_knowledge() -> Knowledge:
    """Return what the engine knows beside the FAQ."""
    return Knowledge.from_data(loading.urgent(), loading.everyday())


def find_encoder(settings: Settings) -> Encoder | None:
    """Return the model, or say in the log that it is missing."""
    try:
        return load_encoder(Path(settings.model) if settings.model else None)
    except ModelMissing as error:
        log.warning("answers.model_missing %s", error)
        return None


def _patience(settings: Settings) -> Patience:
    return Patience(
        answer_again=int(settings.answer_again_seconds * 1000),
        idle=int(settings.idle_minutes * MINUTE),
        idle_grace=int(settings.idle_grace_minutes * MINUTE),
        wait=int(settings.wait_minutes * MINUTE),
    )


def _publish(
    app: web.Application, settings: Settings, installation: Installation, texts: Texts
) -> None:
    limits = settings.limits
    widget = assets.read_assets(widget_folder())
    site = Site(
        organisation=settings.organisation,
        name=settings.site_name,
        exit_url=settings.exit_url,
        exit_site=settings.exit_site,
        placeholders=settings.placeholders,
        allowed_sites=settings.allowed_sites,
        notice_version=settings.notice_version,
        epoch=installation.epoch,
        version=widget.version,
        rates=_rates(limits),
        limiter=Limiter(time.monotonic),
        addresses=Addresses(settings.trusted_proxies),
    )
    app[keys.SITE] = site
    app[keys.TEXTS] = texts
    app[keys.SOCKETS] = Sockets(limits.sockets_per_conversation, limits.sockets_per_address)
    app[keys.RENDERER] = Renderer(
        [_HERE / "web" / "templates", widget_folder()], texts=texts, site=site
    )
    app[keys.PAGES] = {
        name: Page(page.title, page.summary, render(page.markdown, settings.placeholders))
        for name, page in loading.pages().items()
    }
    app[assets.WIDGET] = widget
    app[assets.STATIC] = assets.read_assets(_HERE / "web" / "static")


def _rates(limits: Limits) -> Rates:
    return Rates(
        messages=Rate(limits.messages_per_second, limits.messages_burst),
        messages_long=Rate(limits.messages_per_5_minutes / 300, limits.messages_per_5_minutes),
        frames=Rate(limits.frames_per_second, limits.frames_burst),
        requests=Rate(limits.requests_per_second, limits.requests_burst),
        conversations=Rate(limits.conversations_per_hour / 3600, limits.conversations_per_hour),
        handshakes=Rate(limits.handshakes_per_minute / 60, limits.handshakes_per_minute),
        sockets_per_conversation=limits.sockets_per_conversation,
        sockets_per_address=limits.sockets_per_address,
    )


def widget_folder() -> Path:
    """Return where the widget's files are: in the installed package, or beside it in a clone."""
    installed = _HERE / "_widget"
    return installed if installed.is_dir() else _HERE.parent / "widget"
