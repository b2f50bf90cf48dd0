"""What a handler may reach: services and a few settings, each under a typed key."""

from typing import Final

from aiohttp import web

from chatbot.domain.people import Person, Session
from chatbot.domain.texts import Texts
from chatbot.live.hub import Hub
from chatbot.services.assistant import AssistantService
from chatbot.services.conversations import ConversationService
from chatbot.services.desk import DeskService
from chatbot.services.faq import FaqService
from chatbot.services.identity import Clock
from chatbot.services.people import PeopleService
from chatbot.services.replies import ReplyService
from chatbot.services.sessions import SessionService
from chatbot.services.sign_in import SignInService
from chatbot.web.limits import Address
from chatbot.web.renderer import Page, Renderer
from chatbot.web.site import Site
from chatbot.web.sockets import Sockets

ASSISTANT: Final = web.AppKey("assistant", AssistantService)
CLOCK: Final[web.AppKey[Clock]] = web.AppKey("clock")
CONVERSATIONS: Final = web.AppKey("conversations", ConversationService)
DESK: Final = web.AppKey("desk", DeskService)
FAQ: Final = web.AppKey("faq", FaqService)
HUB: Final = web.AppKey("hub", Hub)
PAGES: Final = web.AppKey("pages", dict[str, Page])
PEOPLE: Final = web.AppKey("people", PeopleService)
RENDERER: Final = web.AppKey("renderer", Renderer)
REPLIES: Final = web.AppKey("replies", ReplyService)
SESSIONS: Final = web.AppKey("sessions", SessionService)
SIGN_IN: Final = web.AppKey("sign_in", SignInService)
SITE: Final = web.AppKey("site", Site)
SOCKETS: Final = web.AppKey("sockets", Sockets)
TEXTS: Final = web.AppKey("texts", Texts)

ADDRESS: Final = web.RequestKey("address", Address)
PERSON: Final = web.RequestKey("person", Person)
REQUEST_ID: Final = web.RequestKey("request_id", str)
SESSION: Final = web.RequestKey("session", Session)
