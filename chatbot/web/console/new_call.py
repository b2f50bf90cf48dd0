"""A request that a member of staff writes down for somebody: the same form, and the same rules.

From a chat it begins with what is known there. Who hid the page asked to be left alone, so no
call is made to them from their chat.
"""

from typing import Any, Final

from aiohttp import web

from chatbot.domain.errors import Invalid, Refused
from chatbot.domain.events import Author, MessagePosted
from chatbot.domain.phones import find
from chatbot.services.callbacks import Origin, shown
from chatbot.services.errors import NotAllowed, SlotTaken
from chatbot.web import callback_form as form
from chatbot.web import keys
from chatbot.web.callback_form import Fields
from chatbot.web.callbacks import telling
from chatbot.web.console.page import page
from chatbot.web.errors import status_of
from chatbot.web.languages import CHOSEN, ENGLISH

READ: Final = 500


async def show_new(request: web.Request) -> web.Response:
    """GET /console/callbacks/new?chat=: the form, with what a chat has told already."""
    chat = request.query.get("chat", "")
    known = await _known(request, chat) if chat else {}
    return await _page(request, {**form.fresh(request), **known, "chat": chat})


async def _known(request: web.Request, chat: str) -> dict[str, str]:
    """Return what the visitor has written that the form asks for: a number, if there is one."""
    try:
        opened = await request.app[keys.DESK].open(request[keys.PERSON], chat)
    except NotAllowed as error:
        raise web.HTTPNotFound from error
    written = [
        item.event.text
        for item in opened.events[-READ:]
        if isinstance(item.event, MessagePosted) and item.event.author is Author.VISITOR
    ]
    numbers = [number for text in written if (number := find(text))]
    return {"phone": numbers[-1]} if numbers else {}


async def add_call(request: web.Request) -> web.Response:
    """POST /console/callbacks/new: keep it, and show its reference and secret this once."""
    fields = await form.given(request)
    chat = fields.get("chat", "")
    try:
        language = await _language(request, chat) if chat else ENGLISH
        origin = Origin(language, chat, staff=request[keys.PERSON].id)
        service = request.app[keys.CALLBACKS]
        made = await service.ask(form.read(fields), form.client_id(fields), origin)
    except Refused as refused:
        return await _page(request, {**form.fresh(request), **fields}, refused)
    return page(
        request,
        "call_made.html",
        made=made,
        secret=shown(made.secret),
        when=telling(request).slot(made.callback.slot),
    )


async def _language(request: web.Request, chat: str) -> str:
    """Return what is spoken in a chat.

    Raises:
        HTTPNotFound: there is none.
        Invalid: its visitor hid the page.
    """
    try:
        now = (await request.app[keys.DESK].open(request[keys.PERSON], chat)).now
    except NotAllowed as error:
        raise web.HTTPNotFound from error
    if now.left:
        raise Invalid(chat="has_left")
    return now.language


async def _page(
    request: web.Request, values: Fields, refused: Refused | None = None
) -> web.Response:
    texts = request[CHOSEN].language.texts
    errors: dict[str, str] = {}
    alert = ""
    if isinstance(refused, Invalid) and "chat" not in refused.fields:
        errors = form.sentences(request, refused.fields)
    elif isinstance(refused, Invalid):
        alert = texts("calls.new.left")
    elif isinstance(refused, SlotTaken):
        near = ", ".join(telling(request).slot(slot) for slot in refused.nearest)
        errors = {"slots": texts("callback.slots.nearest", times=near)}
    elif refused is not None:
        alert = texts(f"errors.{refused.code}")
    status = (status_of(refused) or 422) if refused else 200
    offered: dict[str, Any] = await form.choices(request)
    return page(
        request, "call_new.html", status, values=values, errors=errors, alert=alert, **offered
    )
