"""What a handler may reach: services and a few settings, each under a typed key."""

from typing import Final

from aiohttp import web

from chatbot.live.hub import Hub
from chatbot.services.assistant import AssistantService
from chatbot.services.conversations import ConversationService
from chatbot.services.faq import FaqService
from chatbot.services.promises import PromiseService
from chatbot.services.waiting import WaitingRoom
from chatbot.web.languages import Languages
from chatbot.web.limits import Address
from chatbot.web.renderer import Renderer
from chatbot.web.site import Site
from chatbot.web.sockets import Sockets

ASSISTANT: Final = web.AppKey("assistant", AssistantService)
CONVERSATIONS: Final = web.AppKey("conversations", ConversationService)
FAQ: Final = web.AppKey("faq", FaqService)
HUB: Final = web.AppKey("hub", Hub)
LANGUAGES: Final = web.AppKey("languages", Languages)
PROMISES: Final = web.AppKey("promises", PromiseService)
RENDERER: Final = web.AppKey("renderer", Renderer)
SITE: Final = web.AppKey("site", Site)
SOCKETS: Final = web.AppKey("sockets", Sockets)
WAITING_ROOM: Final = web.AppKey("waiting_room", WaitingRoom)

ADDRESS: Final = web.RequestKey("address", Address)
REQUEST_ID: Final = web.RequestKey("request_id", str)
