"""The rooms of the staff's side, each opened for the application that it is part of.

Each takes what it stands on, puts its services where handlers find them, and returns the work that
goes on in the background, by name.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Final

from aiohttp import web

from chatbot.live.bus import Bus
from chatbot.live.hub import Hub
from chatbot.materials import Materials
from chatbot.overlay import keep, kept_for, lifetime, terms
from chatbot.services import passphrases
from chatbot.services.api_tokens import ApiTokenService
from chatbot.services.attention import AttentionService, Rooms
from chatbot.services.audit import AuditService
from chatbot.services.availability import AvailabilityService
from chatbot.services.background import Work
from chatbot.services.call_desk import CallDeskService
from chatbot.services.callbacks import CallbackService
from chatbot.services.desk import DeskService
from chatbot.services.editing import EditingService
from chatbot.services.exchange import ExchangeService
from chatbot.services.figures import FigureService
from chatbot.services.handover import HandoverService
from chatbot.services.hours import HoursService
from chatbot.services.identity import Clock
from chatbot.services.listing import ListingService
from chatbot.services.notices import NoticeService
from chatbot.services.notifying import Notifier
from chatbot.services.overview import OverviewService
from chatbot.services.passkeys import PasskeyService
from chatbot.services.passphrases import Passphrases
from chatbot.services.people import PeopleService
from chatbot.services.push import PushService
from chatbot.services.replies import ReplyService
from chatbot.services.retention import RetentionService
from chatbot.services.second_factors import SecondFactorService
from chatbot.services.sessions import SessionService
from chatbot.services.sign_in import SignInService
from chatbot.services.subject_access import Shelves, SubjectAccessService
from chatbot.services.telling import Telling
from chatbot.services.trial import TrialService
from chatbot.services.unanswered import UnansweredService
from chatbot.services.voice import Voice
from chatbot.services.waiting import WaitingRoom
from chatbot.services.webhook import Webhook
from chatbot.services.whispers import Whispers
from chatbot.settings import Callbacks as CallbackSettings
from chatbot.settings import Settings
from chatbot.store.api_tokens import ApiTokens
from chatbot.store.callbacks import Callbacks
from chatbot.store.database import Database
from chatbot.store.desk import Desk
from chatbot.store.drafts import Drafts
from chatbot.store.factors import Factors
from chatbot.store.feeds import Feeds
from chatbot.store.figures import Figures
from chatbot.store.hours import OpeningHours
from chatbot.store.imports import Imports
from chatbot.store.inbox import Inbox
from chatbot.store.listing import Listing
from chatbot.store.notices import Notices
from chatbot.store.overview import OverviewStore
from chatbot.store.people import People
from chatbot.store.preferences import PreferenceStore
from chatbot.store.presence import Presence
from chatbot.store.questions import Questions
from chatbot.store.regressions import Regressions
from chatbot.store.replies import Replies
from chatbot.store.retention import Retention
from chatbot.store.sessions import Sessions
from chatbot.store.subject_access import Beside
from chatbot.store.usage import UsageCounts
from chatbot.store.vault import Vault
from chatbot.web import keys
from chatbot.web.languages import ENGLISH
from chatbot.web.outgoing import Poster

MINUTE: Final = 60_000


@dataclass(frozen=True, slots=True)
class Ground:
    """What services stand on."""

    database: Database
    vault: Vault
    hub: Hub
    bus: Bus
    clock: Clock


def open_people(
    app: web.Application, settings: Settings, ground: Ground, stack: AsyncExitStack
) -> SessionService:
    lasting = lifetime(settings)
    store = Sessions(ground.database, lasting)
    sessions = SessionService(store, lasting, ground.bus, ground.clock)
    people = People(ground.database, ground.vault)
    hashing = Passphrases(thread(stack, "passphrases", passphrases.THREADS))
    app[keys.CLOCK] = ground.clock
    app[keys.HUB] = ground.hub
    app[keys.API_TOKENS] = ApiTokenService(ApiTokens(ground.database), ground.clock)
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


def open_handover(
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


def open_desk(app: web.Application, settings: Settings, ground: Ground) -> dict[str, Work]:
    inbox, desk = Inbox(ground.database, ground.vault), Desk(ground.database, ground.vault)
    app[keys.OVERVIEW] = OverviewService(
        OverviewStore(ground.database), app[keys.PEOPLE], app[keys.AVAILABILITY], ground.clock
    )
    app[keys.WHISPERS] = Whispers(ground.hub, ground.bus, app[keys.PEOPLE], ground.clock)
    app[keys.FIGURES] = FigureService(Figures(ground.database), ground.clock)
    app[keys.DESK] = DeskService(
        app[keys.CONVERSATIONS], inbox, desk, app[keys.PEOPLE], ground.clock
    )
    app[keys.DESK].on_read = app[keys.WHISPERS].visitor_read
    app[keys.RETENTION] = RetentionService(
        Retention(ground.database), app[keys.CONVERSATIONS], kept_for(settings), ground.clock
    )
    return {
        "whispers": app[keys.WHISPERS].run,
        "figures": app[keys.FIGURES].run,
        "retention": app[keys.RETENTION].run,
    }


def open_callbacks(
    app: web.Application, given: CallbackSettings, ground: Ground
) -> dict[str, Work]:
    store, conversations = Callbacks(ground.database, ground.vault), app[keys.CONVERSATIONS]
    hours, clock = app[keys.HOURS], ground.clock
    callbacks = CallbackService(store, hours, conversations, terms(given), clock)
    desk = CallDeskService(store, Feeds(ground.database), callbacks, conversations, ground.clock)
    desk.keep = keep(given)
    app[keys.CALLBACKS] = callbacks
    app[keys.CALL_DESK] = desk
    app[keys.SUBJECT_ACCESS] = SubjectAccessService(
        Shelves(
            ground.database,
            Retention(ground.database),
            store,
            Desk(ground.database, ground.vault),
            Beside(ground.database),
        ),
        conversations,
        clock,
    )
    return {"callbacks": desk.run}


def open_outbox(
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
    notifier.on_late, conversations.on_notice = conversations.tell_of_notices, notifier.look
    notifier.webhook = Webhook(notifier.address, post, clock)
    if settings.mail_server:
        notifier.mail = materials.mail
    app[keys.NOTICES] = NoticeService(notices, preferences, clock)
    app[keys.PUSH] = push
    app[keys.NOTIFIER] = notifier
    app[keys.CALL_DESK].on_due = notifier.remind
    return {"outbox": notifier.run}


def open_editing(app: web.Application, ground: Ground, voice: Voice) -> dict[str, Work]:
    faq, database, clock = app[keys.FAQ], ground.database, ground.clock
    app[keys.REPLIES] = ReplyService(Replies(database), faq, voice, clock)
    questions = Questions(database, ground.vault)
    editing = EditingService(faq, Drafts(database), UsageCounts(database), voice, clock)
    trial = TrialService(faq, Regressions(database), questions.newest, clock)
    app[keys.LISTING] = ListingService(Listing(database), clock)
    app[keys.ASSISTANT].on_answer = editing.used
    app[keys.EDITING], app[keys.TRIAL] = editing, trial
    app[keys.EXCHANGE] = ExchangeService(faq, Imports(database), voice, clock)
    app[keys.UNANSWERED] = UnansweredService(questions, faq, editing, clock)
    return {"editing": editing.run, "trial": trial.run}


def open_attention(app: web.Application, unread: Sequence[str], ground: Ground) -> None:
    """Open what looks into every other room: all of them are there."""
    rooms = Rooms(
        OverviewStore(ground.database),
        app[keys.AVAILABILITY],
        app[keys.CALL_DESK],
        app[keys.EDITABLE],
        app[keys.HOURS],
        app[keys.LISTING],
        app[keys.TRIAL],
        app[keys.UNANSWERED],
        app[keys.PROMISES],
        app[keys.PEOPLE],
        unread,
    )
    app[keys.ATTENTION] = AttentionService(rooms, ground.clock)


def thread(stack: AsyncExitStack, name: str, threads: int = 1) -> ThreadPoolExecutor:
    pool = ThreadPoolExecutor(threads, thread_name_prefix=name)
    stack.callback(pool.shutdown, wait=False, cancel_futures=True)
    return pool
