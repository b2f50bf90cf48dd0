"""The composition root: the only module that knows every class.

What is opened here is closed here, in the opposite order: listeners, background work, store.
"""

import asyncio
import logging
import os
import time
from collections.abc import AsyncIterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from secrets import token_hex
from typing import Final

from aiohttp import web

from chatbot.domain.editable import table
from chatbot.domain.people import Lifetime
from chatbot.domain.slots import DAY, Lane, Rules
from chatbot.live.bus import Bus, Listeners, LocalBus, RedisBus
from chatbot.live.hub import Hub
from chatbot.materials import Materials, gather
from chatbot.overlay import Overlay, Parts, Places, base_values, patience, site_values
from chatbot.services import passphrases
from chatbot.services.assistant import AssistantService
from chatbot.services.audit import AuditService
from chatbot.services.availability import AvailabilityService
from chatbot.services.background import Work, running
from chatbot.services.brain import Brain
from chatbot.services.call_desk import CallDeskService, Keep
from chatbot.services.callbacks import CallbackService, Terms
from chatbot.services.conversations import ConversationService
from chatbot.services.desk import DeskService
from chatbot.services.editable import EditableService, Known
from chatbot.services.editing import EditingService
from chatbot.services.exchange import ExchangeService
from chatbot.services.faq import FaqService
from chatbot.services.figures import FigureService
from chatbot.services.handover import HandoverService
from chatbot.services.hours import HoursService
from chatbot.services.identity import Clock, system_clock
from chatbot.services.notices import NoticeService
from chatbot.services.notifying import Notifier
from chatbot.services.overview import OverviewService
from chatbot.services.passkeys import PasskeyService
from chatbot.services.passphrases import Passphrases
from chatbot.services.people import PeopleService
from chatbot.services.promises import PromiseService
from chatbot.services.push import PushService
from chatbot.services.replies import ReplyService
from chatbot.services.second_factors import SecondFactorService
from chatbot.services.sessions import SessionService
from chatbot.services.sign_in import SignInService
from chatbot.services.sweeper import Sweeper
from chatbot.services.telling import Telling
from chatbot.services.trial import TrialService
from chatbot.services.unanswered import UnansweredService
from chatbot.services.voice import Voice
from chatbot.services.waiting import WaitingRoom
from chatbot.services.webhook import Webhook
from chatbot.settings import Callbacks as CallbackSettings
from chatbot.settings import Limits, Settings, overlaid
from chatbot.store.callbacks import Callbacks
from chatbot.store.conversations import Conversations
from chatbot.store.database import Database
from chatbot.store.desk import Desk
from chatbot.store.drafts import Drafts
from chatbot.store.editable import SettingChanges
from chatbot.store.factors import Factors
from chatbot.store.faq import FaqEntries
from chatbot.store.feeds import Feeds
from chatbot.store.figures import Figures
from chatbot.store.hours import OpeningHours
from chatbot.store.imports import Imports
from chatbot.store.inbox import Inbox
from chatbot.store.installation import Installation, open_installation
from chatbot.store.notices import Notices
from chatbot.store.opening import open_database
from chatbot.store.overview import OverviewStore
from chatbot.store.people import People
from chatbot.store.preferences import PreferenceStore
from chatbot.store.presence import Presence
from chatbot.store.promises import Promises
from chatbot.store.questions import Questions
from chatbot.store.regressions import Regressions
from chatbot.store.replies import Replies
from chatbot.store.sessions import Sessions
from chatbot.store.usage import UsageCounts
from chatbot.store.vault import Vault
from chatbot.web import assets, keys, openapi, parse
from chatbot.web.languages import ENGLISH
from chatbot.web.limits import Addresses, Limiter, Rate
from chatbot.web.middleware import edge
from chatbot.web.outgoing import Poster
from chatbot.web.renderer import Renderer
from chatbot.web.routes import API, add_routes
from chatbot.web.site import Rates, Site
from chatbot.web.sockets import Sockets

MINUTE: Final = 60_000

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Ground:
    """What services stand on."""

    database: Database
    vault: Vault
    hub: Hub
    bus: Bus
    clock: Clock


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
    bus: Bus = RedisBus(settings.broker, listeners) if settings.broker else LocalBus()
    ground = Ground(database, vault, hub, bus, clock)
    editable = _editable(settings, materials, ground, listeners)
    settings = await asyncio.to_thread(overlaid, settings, await editable.load())
    voice = _voice(settings, materials)
    conversations = ConversationService(Conversations(database, vault), hub, bus, clock)
    faq = await _open_faq(settings, materials, ground, voice, stack)
    promises = PromiseService(Promises(database), voice, bus, clock)
    await promises.start(materials.promises)
    assistant = AssistantService(conversations, faq, voice, clock)
    conversations.on_owed = assistant.notice
    sessions = _open_people(app, settings, ground, stack)
    app[keys.CONVERSATIONS] = conversations
    handover = _open_handover(app, settings, materials, ground, voice)
    listeners.add(conversations, faq, promises, sessions, app[keys.HOURS], app[keys.WAITING_ROOM])
    handover |= _open_desk(app, ground, conversations)
    handover |= _open_callbacks(app, settings.callbacks, ground)
    outbox = _open_outbox(app, settings, materials, ground, stack)
    app[keys.REPLIES] = ReplyService(Replies(database), faq, voice, clock)
    editing = _open_editing(app, ground, faq, assistant, voice)
    sweeper = Sweeper(conversations, assistant, patience(settings), clock, voice)
    await _publish(app, settings, installation, materials)
    await _lay_over(
        app, settings, editable, Parts(materials.languages, voice, faq, promises, sweeper)
    )
    app[keys.FAQ] = faq
    app[keys.PROMISES] = promises
    app[keys.ASSISTANT] = assistant
    work = {
        "assistant": assistant.run,
        "sweeper": sweeper.run,
        "bus": bus.run,
        "faq": faq.run,
        "promises": promises.run,
        "sessions": sessions.run,
        "settings": editable.run,
        **handover,
        **outbox,
        **editing,
    }
    await stack.enter_async_context(running(work))


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


def _editable(
    settings: Settings, materials: Materials, ground: Ground, listeners: Listeners
) -> EditableService:
    known = Known(
        table([one.code for one in materials.languages]),
        base_values(settings, materials.languages),
        materials.fixed,
    )
    changes = SettingChanges(ground.database)
    editable = EditableService(changes, known, ground.bus, ground.clock)
    listeners.add(editable)
    return editable


async def _lay_over(
    app: web.Application, settings: Settings, editable: EditableService, parts: Parts
) -> None:
    """Bring into effect what admins changed, and let them change more."""
    places = Places(app[keys.SITE], app[keys.AVAILABILITY], app[keys.HANDOVER])
    editable.prepare = Overlay(settings, parts, places).prepare
    (await editable.prepare(await editable.load()))()
    app[keys.EDITABLE] = editable


def _open_desk(
    app: web.Application, ground: Ground, conversations: ConversationService
) -> dict[str, Work]:
    inbox, desk = Inbox(ground.database, ground.vault), Desk(ground.database, ground.vault)
    app[keys.OVERVIEW] = OverviewService(
        OverviewStore(ground.database), app[keys.PEOPLE], app[keys.AVAILABILITY], ground.clock
    )
    app[keys.FIGURES] = FigureService(Figures(ground.database), ground.clock)
    app[keys.DESK] = DeskService(conversations, inbox, desk, app[keys.PEOPLE], ground.clock)
    return {"figures": app[keys.FIGURES].run}


def _open_outbox(
    app: web.Application,
    settings: Settings,
    materials: Materials,
    ground: Ground,
    stack: AsyncExitStack,
) -> dict[str, Work]:
    conversations, clock = app[keys.CONVERSATIONS], ground.clock
    notices = Notices(ground.database)
    preferences = PreferenceStore(ground.database, ground.vault)
    post = Poster()
    stack.push_async_callback(post.close)
    contact = f"mailto:{settings.mail_from}" if settings.mail_from else settings.address
    push = PushService(
        preferences, post, settings.push_services, contact or "mailto:nobody@invalid", clock
    )
    notifier = Notifier(notices, preferences, app[keys.PEOPLE], app[keys.AVAILABILITY], clock)
    notifier.push, notifier.address = push, settings.address.rstrip("/")
    notifier.texts = (materials.languages.find(ENGLISH) or materials.languages.default).texts
    notifier.patience = int(settings.mail_after_minutes * MINUTE)
    notifier.on_late, conversations.on_notice = conversations.tell_of_notices, notifier.look
    if settings.webhook:
        secret, address = materials.webhook_secret, notifier.address
        notifier.webhook = Webhook(settings.webhook, secret, address, post, clock)
    if settings.mail_server:
        notifier.mail = materials.mail
    app[keys.NOTICES] = NoticeService(notices, preferences, clock)
    app[keys.PUSH] = push
    return {"outbox": notifier.run}


def _open_callbacks(
    app: web.Application, given: CallbackSettings, ground: Ground
) -> dict[str, Work]:
    rules = Rules(
        length=given.slot_minutes * MINUTE,
        lead=given.lead_minutes * MINUTE,
        days=given.days_ahead,
        room={Lane.OWN: given.capacity, Lane.THIRD: given.third_party_capacity},
    )
    store, conversations = Callbacks(ground.database, ground.vault), app[keys.CONVERSATIONS]
    terms = Terms(rules, given.week, given.tries)
    callbacks = CallbackService(store, app[keys.HOURS], conversations, terms, ground.clock)
    desk = CallDeskService(store, Feeds(ground.database), callbacks, conversations, ground.clock)
    desk.keep = Keep(
        completed=given.keep_completed_days * DAY,
        unfinished=given.keep_unfinished_days * DAY,
        cancelled=given.keep_cancelled_days * DAY,
    )
    app[keys.CALLBACKS] = callbacks
    app[keys.CALL_DESK] = desk
    return {"callbacks": desk.run}


def _open_editing(
    app: web.Application,
    ground: Ground,
    faq: FaqService,
    assistant: AssistantService,
    voice: Voice,
) -> dict[str, Work]:
    database, clock = ground.database, ground.clock
    questions = Questions(database, ground.vault)
    editing = EditingService(faq, Drafts(database), UsageCounts(database), voice, clock)
    trial = TrialService(faq, Regressions(database), questions.newest, clock)
    assistant.on_answer = editing.used
    app[keys.EDITING], app[keys.TRIAL] = editing, trial
    app[keys.EXCHANGE] = ExchangeService(faq, Imports(database), voice, clock)
    app[keys.UNANSWERED] = UnansweredService(questions, faq, editing, clock)
    return {"editing": editing.run, "trial": trial.run}


def _open_handover(
    app: web.Application, settings: Settings, materials: Materials, ground: Ground, voice: Voice
) -> dict[str, Work]:
    conversations, clock = app[keys.CONVERSATIONS], ground.clock
    hours = HoursService(
        OpeningHours(ground.database), settings.week, materials.bank_holidays, ground.bus, clock
    )
    availability = AvailabilityService(Presence(ground.database), conversations, hours, clock)
    telling = {one.code: Telling(one.texts, voice) for one in materials.languages}
    handover = HandoverService(conversations, availability, voice, telling, clock)
    handover.patience = int(settings.wait_minutes * MINUTE)
    room = WaitingRoom(conversations, ground.hub)
    room.opening = lambda: availability.opening
    conversations.on_queue = room.look
    app[keys.AVAILABILITY] = availability
    app[keys.HANDOVER] = handover
    app[keys.HOURS] = hours
    app[keys.TELLING] = telling
    app[keys.WAITING_ROOM] = room
    return {"handover": handover.run, "waiting": room.run}


def _open_people(
    app: web.Application, settings: Settings, ground: Ground, stack: AsyncExitStack
) -> SessionService:
    lifetime = Lifetime(
        idle=int(settings.session_idle_minutes * MINUTE),
        whole=int(settings.session_hours * 60 * MINUTE),
    )
    store = Sessions(ground.database, lifetime)
    sessions = SessionService(store, lifetime, ground.bus, ground.clock)
    people = People(ground.database, ground.vault)
    hashing = Passphrases(_thread(stack, "passphrases", passphrases.THREADS))
    app[keys.CLOCK] = ground.clock
    app[keys.HUB] = ground.hub
    app[keys.AUDIT] = AuditService(ground.database, ground.clock)
    app[keys.SESSIONS] = sessions
    app[keys.PEOPLE] = PeopleService(people, hashing, sessions, ground.clock)
    factors = Factors(ground.database, ground.vault)
    title = settings.site_name
    second = SecondFactorService(people, factors, sessions, ground.clock, title)
    app[keys.SECOND_FACTORS] = second
    app[keys.PASSKEYS] = PasskeyService(people, factors, store, ground.clock, title)
    app[keys.SIGN_IN] = SignInService(people, sessions, hashing, second, ground.clock)
    return sessions


def _brain(settings: Settings, materials: Materials, stack: AsyncExitStack) -> Brain:
    return Brain(
        materials.knowledge,
        materials.encoder,
        materials.vectors,
        materials.lessons,
        materials.index,
        settings.wrong_share,
        _thread(stack, "answers"),
        _thread(stack, "learning"),
    )


def _thread(stack: AsyncExitStack, name: str, threads: int = 1) -> ThreadPoolExecutor:
    pool = ThreadPoolExecutor(threads, thread_name_prefix=name)
    stack.callback(pool.shutdown, wait=False, cancel_futures=True)
    return pool


async def _publish(
    app: web.Application, settings: Settings, installation: Installation, materials: Materials
) -> None:
    limits = settings.limits
    site = Site(
        **site_values(settings),
        epoch=installation.epoch,
        version=materials.static.version,
        rates=_rates(limits),
        number_shown=settings.callbacks.number_shown,
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
