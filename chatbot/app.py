"""The composition root: the only module that knows every class.

What is opened here is closed here, in the opposite order: listeners, background work, store.
"""

import asyncio
import logging
import os
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from secrets import token_hex

from aiohttp import web

from chatbot.domain.editable import SECRETS, table
from chatbot.live.bus import Bus, Listeners, LocalBus, RedisBus
from chatbot.live.hub import Hub
from chatbot.materials import Materials, gather
from chatbot.overlay import Overlay, Parts, Places, base_values, patience, site_values
from chatbot.rooms import (
    Ground,
    open_attention,
    open_callbacks,
    open_desk,
    open_editing,
    open_handover,
    open_outbox,
    open_people,
    thread,
)
from chatbot.services.assistant import AssistantService
from chatbot.services.background import running
from chatbot.services.brain import Brain
from chatbot.services.conversations import ConversationService
from chatbot.services.editable import EditableService, Known
from chatbot.services.faq import FaqService
from chatbot.services.identity import Clock, system_clock
from chatbot.services.promises import PromiseService
from chatbot.services.sweeper import Sweeper
from chatbot.services.voice import Voice
from chatbot.settings import Limits, Settings, overlaid
from chatbot.store.conversations import Conversations
from chatbot.store.database import Database
from chatbot.store.editable import SettingChanges
from chatbot.store.faq import FaqEntries
from chatbot.store.installation import Installation, open_installation
from chatbot.store.nodes import others
from chatbot.store.opening import open_database
from chatbot.store.promises import Promises
from chatbot.store.recounting import count_alone
from chatbot.store.vault import Vault
from chatbot.web import assets, keys, openapi, parse
from chatbot.web.limits import Addresses, Limiter, Rate
from chatbot.web.middleware import edge
from chatbot.web.renderer import Renderer
from chatbot.web.routes import API, add_routes
from chatbot.web.site import Rates, Site
from chatbot.web.sockets import Sockets

log = logging.getLogger(__name__)


def build_app(
    settings: Settings,
    environment: Mapping[str, str] = os.environ,
    clock: Clock = system_clock,
) -> web.Application:
    """Return the service, ready to be run; nothing is opened before it starts."""
    app = web.Application(middlewares=[edge], client_max_size=parse.BODY_LIMIT)
    add_routes(app)
    openapi.publish(app, API)

    async def resources(app: web.Application) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            materials = await asyncio.to_thread(gather, settings, environment)
            await _open(app, settings, materials, clock, stack)
            yield

    app.cleanup_ctx.append(resources)
    app.on_shutdown.append(_close_sockets)
    return app


@asynccontextmanager
async def opened(settings: Settings, clock: Clock) -> AsyncIterator[web.Application]:
    """Run the service without a door to the outside, for a command that uses it from within."""
    runner = web.AppRunner(build_app(settings, os.environ, clock))
    await runner.setup()
    try:
        yield runner.app
    finally:
        await runner.cleanup()


async def _close_sockets(app: web.Application) -> None:
    await app[keys.SOCKETS].close_all()


async def _open(
    app: web.Application,
    settings: Settings,
    materials: Materials,
    clock: Clock,
    stack: AsyncExitStack,
) -> None:
    database = await open_database(settings.database)
    stack.push_async_callback(database.close)
    hub, vault, listeners = Hub(), Vault(materials.key), Listeners()
    installation = await open_installation(database, vault, fresh=token_hex(8), at=clock())
    bus = await _bus(settings, database, listeners)
    ground = Ground(database, vault, hub, bus, clock)
    editable = _editable(settings, materials, ground)
    settings = await asyncio.to_thread(overlaid, settings, await editable.load())
    parts = await _open_assistant(app, settings, materials, ground, stack)
    sessions = open_people(app, settings, ground, stack)
    work = {
        "bus": bus.run,
        "settings": editable.run,
        "assistant": app[keys.ASSISTANT].run,
        "sweeper": parts.sweeper.run,
        "faq": parts.faq.run,
        "promises": parts.promises.run,
        "sessions": sessions.run,
        **open_handover(app, settings, materials, ground, parts.voice),
        **open_desk(app, settings, ground),
        **open_callbacks(app, settings.callbacks, ground),
        **open_outbox(app, settings, materials, ground, stack),
        **open_editing(app, ground, parts.voice),
    }
    heard = (app[key] for key in (keys.CONVERSATIONS, keys.HOURS, keys.WAITING_ROOM, keys.WHISPERS))
    listeners.add(*heard, editable, parts.faq, parts.promises, sessions)
    await _publish(app, settings, installation, materials)
    await _lay_over(app, settings, editable, parts, materials.webhook_secret)
    open_attention(app, materials.unread, ground)
    await stack.enter_async_context(running(work))


async def _bus(settings: Settings, database: Database, listeners: Listeners) -> Bus:
    """Return what tells other nodes; without a broker say whether there are any to tell."""
    if settings.broker:
        return RedisBus(settings.broker, listeners)
    if database.engine == "postgres":
        number = await others(database)
        level = logging.WARNING if number else logging.INFO
        log.log(level, "bus.none others=%d (to hear each other they need a broker)", number)
    return LocalBus()


async def _open_assistant(
    app: web.Application,
    settings: Settings,
    materials: Materials,
    ground: Ground,
    stack: AsyncExitStack,
) -> Parts:
    """Open what a visitor talks to."""
    clock, voice = ground.clock, _voice(settings, materials)
    store = Conversations(ground.database, ground.vault)
    await store.list_old()
    await count_alone(ground.database, ground.vault)
    conversations = ConversationService(store, ground.hub, ground.bus, clock)
    faq = await _open_faq(settings, materials, ground, voice, stack)
    promises = PromiseService(Promises(ground.database), voice, ground.bus, clock)
    await promises.start(materials.promises)
    assistant = AssistantService(conversations, faq, voice, clock)
    conversations.on_owed = assistant.notice
    sweeper = Sweeper(conversations, assistant, patience(settings), clock, voice)
    app[keys.CONVERSATIONS] = conversations
    app[keys.FAQ] = faq
    app[keys.PROMISES] = promises
    app[keys.ASSISTANT] = assistant
    return Parts(materials.languages, voice, faq, promises, sweeper)


async def _open_faq(
    settings: Settings, materials: Materials, ground: Ground, voice: Voice, stack: AsyncExitStack
) -> FaqService:
    store, brain = FaqEntries(ground.database), _brain(settings, materials, stack)
    faq = FaqService(store, brain, voice, ground.bus, ground.clock)
    await faq.seed(materials.entries)
    await faq.refresh()
    return faq


def _voice(settings: Settings, materials: Materials) -> Voice:
    return Voice({one.code: one.texts for one in materials.languages}, settings.placeholders)


def _editable(settings: Settings, materials: Materials, ground: Ground) -> EditableService:
    known = Known(
        table([one.code for one in materials.languages]),
        base_values(settings, materials.languages),
        materials.fixed,
    )
    changes = SettingChanges(ground.database, ground.vault, SECRETS)
    return EditableService(changes, known, ground.bus, ground.clock)


async def _lay_over(
    app: web.Application,
    settings: Settings,
    editable: EditableService,
    parts: Parts,
    own_secret: Callable[[], bytes],
) -> None:
    """Bring into effect what admins changed, and let them change more."""
    places = Places(
        app[keys.SITE],
        app[keys.TELLING],
        app[keys.AVAILABILITY],
        app[keys.HANDOVER],
        app[keys.SESSIONS],
        app[keys.NOTIFIER],
        app[keys.CALLBACKS],
        app[keys.CALL_DESK],
        app[keys.RETENTION],
    )
    editable.prepare = Overlay(settings, parts, places, own_secret).prepare
    (await editable.prepare(await editable.load()))()
    app[keys.EDITABLE] = editable


def _brain(settings: Settings, materials: Materials, stack: AsyncExitStack) -> Brain:
    return Brain(
        materials.knowledge,
        materials.encoder,
        materials.vectors,
        materials.lessons,
        materials.index,
        settings.wrong_share,
        thread(stack, "answers"),
        thread(stack, "learning"),
    )


async def _publish(
    app: web.Application, settings: Settings, installation: Installation, materials: Materials
) -> None:
    limits = settings.limits
    site = Site(
        **site_values(settings),
        epoch=installation.epoch,
        version=materials.static.version,
        rates=_rates(limits),
        limiter=Limiter(time.monotonic),
        addresses=Addresses(settings.trusted_proxies),
    )
    app[keys.SITE] = site
    app[keys.LANGUAGES] = materials.languages
    app[keys.SOCKETS] = Sockets(limits.sockets_per_conversation, limits.sockets_per_address)
    app[keys.RENDERER] = await asyncio.to_thread(
        Renderer, materials.templates, languages=materials.languages, site=site
    )
    app[assets.WIDGET] = materials.widget
    app[assets.STATIC] = materials.static


def _rates(limits: Limits) -> Rates:
    return Rates(
        messages=Rate(limits.messages_per_second, limits.messages_burst),
        messages_long=Rate(limits.messages_per_5_minutes / 300, limits.messages_per_5_minutes),
        frames=Rate(limits.frames_per_second, limits.frames_burst),
        requests=Rate(limits.requests_per_second, limits.requests_burst),
        conversations=Rate(limits.conversations_per_hour / 3600, limits.conversations_per_hour),
        callbacks=Rate(limits.callbacks_per_hour / 3600, limits.callbacks_per_hour),
        handshakes=Rate(limits.handshakes_per_minute / 60, limits.handshakes_per_minute),
        sockets_per_conversation=limits.sockets_per_conversation,
        sockets_per_address=limits.sockets_per_address,
    )
