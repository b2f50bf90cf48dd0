"""Where an admin begins: what needs somebody now, each line with where to see to it."""

from collections.abc import Mapping
from typing import Final

from aiohttp import web

from chatbot.services.attention import Matter
from chatbot.web import keys
from chatbot.web.console.page import page

SHOWN: Final = 5
"""Chats that wait, by name; all of them are one step away."""
PLACES: Final[Mapping[Matter, str]] = {
    Matter.CHAT_OFF: "/console/settings#chat",
    Matter.WAITING: "/console",
    Matter.CALLS_OVERDUE: "/console/callbacks",
    Matter.CALLS_NOW: "/console/callbacks",
    Matter.CALLS_TODAY: "/console/callbacks",
    Matter.HELPLINES: "/console/settings#group-helplines",
    Matter.REVIEW: "/console/faq?state=due",
    Matter.LOST: "/console/faq-checks",
    Matter.UNANSWERED: "/console/unanswered",
    Matter.HOURS: "/console/hours",
    Matter.CONFIRM: "/console/faq?state=confirm",
    Matter.PROMISES: "/console/promises",
    Matter.TRANSLATIONS: "/console/settings",
    Matter.DRAFTS: "/console/faq?state=draft",
    Matter.PLANNED: "/console/faq?state=planned",
    Matter.INVITED: "/console/people",
}


async def show_overview(request: web.Request) -> web.Response:
    """GET /console/overview."""
    attention = request.app[keys.ATTENTION]
    unread = attention.unread
    translations = {Matter.TRANSLATIONS: f"/{unread[0]}/"} if unread else {}
    return page(
        request,
        "overview.html",
        needs=await attention.needs(),
        places={**PLACES, **translations},
        shown=SHOWN,
    )
