"""What a handler may reach: services and a few settings, each under a typed key."""

from collections.abc import Mapping
from typing import Final

from aiohttp import web

from chatbot.domain.people import Person, Session
from chatbot.live.hub import Hub
from chatbot.services.api_tokens import ApiTokenService
from chatbot.services.assistant import AssistantService
from chatbot.services.attention import AttentionService
from chatbot.services.audit import AuditService
from chatbot.services.availability import AvailabilityService
from chatbot.services.call_desk import CallDeskService
from chatbot.services.callbacks import CallbackService
from chatbot.services.conversations import ConversationService
from chatbot.services.desk import DeskService
from chatbot.services.editable import EditableService
from chatbot.services.editing import EditingService
from chatbot.services.exchange import ExchangeService
from chatbot.services.faq import FaqService
from chatbot.services.figures import FigureService
from chatbot.services.handover import HandoverService
from chatbot.services.hours import HoursService
from chatbot.services.identity import Clock
from chatbot.services.listing import ListingService
from chatbot.services.notices import NoticeService
from chatbot.services.notifying import Notifier
from chatbot.services.overview import OverviewService
from chatbot.services.passkeys import PasskeyService
from chatbot.services.people import PeopleService
from chatbot.services.promises import PromiseService
from chatbot.services.push import PushService
from chatbot.services.replies import ReplyService
from chatbot.services.retention import RetentionService
from chatbot.services.second_factors import SecondFactorService
from chatbot.services.sessions import SessionService
from chatbot.services.sign_in import SignInService
from chatbot.services.subject_access import SubjectAccessService
from chatbot.services.telling import Telling
from chatbot.services.trial import TrialService
from chatbot.services.unanswered import UnansweredService
from chatbot.services.waiting import WaitingRoom
from chatbot.services.whispers import Whispers
from chatbot.web.languages import Languages
from chatbot.web.limits import Address
from chatbot.web.renderer import Renderer
from chatbot.web.site import Site
from chatbot.web.sockets import Sockets

API_TOKENS: Final = web.AppKey("api_tokens", ApiTokenService)
ASSISTANT: Final = web.AppKey("assistant", AssistantService)
ATTENTION: Final = web.AppKey("attention", AttentionService)
AUDIT: Final = web.AppKey("audit", AuditService)
CLOCK: Final = web.AppKey[Clock]("clock")
AVAILABILITY: Final = web.AppKey("availability", AvailabilityService)
RETENTION: Final = web.AppKey("retention", RetentionService)
CALL_DESK: Final = web.AppKey("call_desk", CallDeskService)
CALLBACKS: Final = web.AppKey("callbacks", CallbackService)
CONVERSATIONS: Final = web.AppKey("conversations", ConversationService)
DESK: Final = web.AppKey("desk", DeskService)
EDITABLE: Final = web.AppKey("editable", EditableService)
EDITING: Final = web.AppKey("editing", EditingService)
EXCHANGE: Final = web.AppKey("exchange", ExchangeService)
FAQ: Final = web.AppKey("faq", FaqService)
FIGURES: Final = web.AppKey("figures", FigureService)
HANDOVER: Final = web.AppKey("handover", HandoverService)
HOURS: Final = web.AppKey("hours", HoursService)
HUB: Final = web.AppKey("hub", Hub)
LANGUAGES: Final = web.AppKey("languages", Languages)
LISTING: Final = web.AppKey("listing", ListingService)
NOTICES: Final = web.AppKey("notices", NoticeService)
OVERVIEW: Final = web.AppKey("overview", OverviewService)
PROMISES: Final = web.AppKey("promises", PromiseService)
PASSKEYS: Final = web.AppKey("passkeys", PasskeyService)
PEOPLE: Final = web.AppKey("people", PeopleService)
NOTIFIER: Final = web.AppKey("notifier", Notifier)
PUSH: Final = web.AppKey("push", PushService)
RENDERER: Final = web.AppKey("renderer", Renderer)
SECOND_FACTORS: Final = web.AppKey("second_factors", SecondFactorService)
REPLIES: Final = web.AppKey("replies", ReplyService)
SESSIONS: Final = web.AppKey("sessions", SessionService)
SIGN_IN: Final = web.AppKey("sign_in", SignInService)
SITE: Final = web.AppKey("site", Site)
SOCKETS: Final = web.AppKey("sockets", Sockets)
SUBJECT_ACCESS: Final = web.AppKey("subject_access", SubjectAccessService)
TELLING: Final = web.AppKey[Mapping[str, Telling]]("telling")
TRIAL: Final = web.AppKey("trial", TrialService)
UNANSWERED: Final = web.AppKey("unanswered", UnansweredService)
WHISPERS: Final = web.AppKey("whispers", Whispers)
WAITING_ROOM: Final = web.AppKey("waiting_room", WaitingRoom)

ADDRESS: Final = web.RequestKey("address", Address)
PERSON: Final = web.RequestKey("person", Person)
REQUEST_ID: Final = web.RequestKey("request_id", str)
SESSION: Final = web.RequestKey("session", Session)
