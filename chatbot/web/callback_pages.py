"""Being rung, as plain pages: asking, and looking at, moving or cancelling a request.

Without a script, without a cookie, and with nothing personal in an address: every step is a POST
that is answered by a page.
"""

from typing import Final

from aiohttp import web

from chatbot.domain.callbacks import Callback, Status
from chatbot.domain.errors import Invalid, Refused
from chatbot.services.callbacks import Origin, shown
from chatbot.services.errors import SlotTaken
from chatbot.web import callback_form as form
from chatbot.web import keys
from chatbot.web.callback_form import Fields
from chatbot.web.callbacks import check_asking, suspicions, telling
from chatbot.web.errors import status_of
from chatbot.web.languages import CHOSEN
from chatbot.web.limits import TooMany

CHANGE: Final = "callback_change.html"


async def show_callback(request: web.Request) -> web.Response:
    """GET /callback: the form for who wants to be rung."""
    return await _form(request, form.fresh(request))


async def ask(request: web.Request) -> web.Response:
    """POST /callback: keep the request once, and show its reference and secret this once."""
    fields = await form.given(request)
    try:
        check_asking(request)
        flags = suspicions(fields.get("website", ""), form.seconds(request, fields))
        origin = Origin(request[CHOSEN].language.code, flags=flags)
        service = request.app[keys.CALLBACKS]
        made = await service.ask(form.read(fields), form.client_id(fields), origin)
    except Invalid as refused:
        return await _form(request, fields, refused)
    except (Refused, TooMany) as refused:
        return await _form(request, fields, refused)
    return request.app[keys.RENDERER].page(
        request,
        "callback_done.html",
        made=made,
        secret=shown(made.secret),
        when=telling(request).slot(made.callback.slot),
        tries=service.terms.tries,
        alone=True,
    )


async def _form(
    request: web.Request, fields: Fields, refused: Refused | TooMany | None = None
) -> web.Response:
    """Show the form with what was typed, so that nobody has to type it twice."""
    texts, errors, alert = request[CHOSEN].language.texts, {}, ""
    if isinstance(refused, Invalid):
        errors = form.sentences(request, refused.fields)
    elif isinstance(refused, SlotTaken):
        near = ", ".join(telling(request).slot(slot) for slot in refused.nearest)
        why = texts("callback.slots.nearest", times=near) if near else texts("callback.none_free")
        errors = {"slots": why}
    elif refused is not None:
        alert = texts(f"errors.{refused.code}")
    values = {**form.fresh(request), **fields}
    response = request.app[keys.RENDERER].page(
        request,
        "callback.html",
        values=values,
        errors=errors,
        alert=alert,
        **await form.choices(request),
    )
    if refused is not None:
        response.set_status(status_of(refused) or 422)
    return response


async def show_change(request: web.Request) -> web.Response:
    """GET /callback/change: a reference and its secret are asked for."""
    return _asked(request, {})


async def change(request: web.Request) -> web.Response:
    """POST /callback/change: show a request, move it or cancel it."""
    fields = await form.given(request)
    reference, secret = fields.get("reference", ""), fields.get("secret", "")
    service, site, address = (
        request.app[keys.CALLBACKS],
        request.app[keys.SITE],
        request[keys.ADDRESS],
    )
    moved, refused = False, None
    try:
        site.limiter.check("request", address.whose, address.rate(site.rates.requests))
        found = await service.find(reference, secret)
    except (Refused, TooMany) as error:
        return _asked(request, fields, error)
    try:
        match fields.get("act"):
            case "cancel":
                found = await service.cancel(reference, secret)
            case "move":
                found, moved = await service.move(reference, secret, _one(fields)), True
            case _:
                pass
    except Refused as error:
        refused = error
    return await _found(request, fields, found, refused, moved=moved)


def _one(fields: Fields) -> tuple[int, ...]:
    starts = form.wanted(fields)
    if not starts:
        raise Invalid(slots="slot_missing")
    return starts


def _asked(
    request: web.Request, fields: Fields, refused: Refused | TooMany | None = None
) -> web.Response:
    texts = request[CHOSEN].language.texts
    alert = texts(f"errors.{refused.code}") if refused else ""
    values = {"reference": fields.get("reference", "")}
    response = request.app[keys.RENDERER].page(
        request, CHANGE, found=None, alert=alert, values=values, errors={}
    )
    if refused is not None:
        response.set_status(status_of(refused) or 422)
    return response


async def _found(
    request: web.Request, fields: Fields, found: Callback, refused: Refused | None, *, moved: bool
) -> web.Response:
    texts = request[CHOSEN].language.texts
    alert = ""
    if isinstance(refused, Invalid):
        alert = texts("errors.field.slot_missing")
    elif refused is not None:
        alert = texts(f"errors.{refused.code}")
    slots = await request.app[keys.CALLBACKS].slots(found.form.lane)
    response = request.app[keys.RENDERER].page(
        request,
        CHANGE,
        found=found,
        moved=moved,
        alert=alert,
        errors={},
        values={"reference": fields["reference"], "secret": fields["secret"]},
        when=telling(request).slot(found.slot),
        days=form.offer(request, slots) if found.status is Status.OPEN else [],
        alone=True,
    )
    if refused is not None:
        response.set_status(status_of(refused) or 422)
    return response
