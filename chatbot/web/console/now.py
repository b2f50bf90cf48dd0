"""The room at a glance, for supervisors: who is on, who has what, who waits, and today."""

from typing import Final

from aiohttp import web

from chatbot.domain.errors import Refused
from chatbot.domain.outcome import Ending
from chatbot.store.errors import StoreError
from chatbot.web import keys, parse
from chatbot.web.console.guard import see_other
from chatbot.web.console.page import done, error, page
from chatbot.web.errors import status_of

HERE: Final = "/console/now"
FIELDS: Final = 3


async def show_now(request: web.Request) -> web.Response:
    """GET /console/now."""
    return await _page(request)


async def assign(request: web.Request) -> web.Response:
    """POST /console/now/assign: give a chat, whoever has it, to somebody."""
    fields = await parse.form(request, FIELDS)
    try:
        await request.app[keys.DESK].reassign(
            request[keys.PERSON], fields.get("chat", ""), fields.get("to", "")
        )
    except (Refused, StoreError) as refusal:
        return await _page(request, status_of(refusal) or 400, error(request, refusal.code))
    return see_other(f"{HERE}?done=assigned")


async def _page(request: web.Request, status: int = 200, wrong: str = "") -> web.Response:
    room = await request.app[keys.OVERVIEW].now()
    return page(
        request,
        "now.html",
        status,
        room=room,
        takers=[one.person for one in room.workers if not one.person.disabled],
        endings=list(Ending),
        wrong=wrong,
        done=done(request),
    )
