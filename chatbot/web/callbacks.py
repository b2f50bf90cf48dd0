"""Being rung, for programs and for the chat: slots, one request, and what its secret opens.

No answer here holds a name or a number. A request that was made in a conversation needs the token
of that conversation, so that nobody writes into another's chat.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final
from uuid import uuid4

from aiohttp import hdrs, web

from chatbot.domain.callback_form import Caller, Form
from chatbot.domain.callbacks import Callback, Status
from chatbot.domain.errors import Invalid
from chatbot.domain.reference import reference_of
from chatbot.domain.slots import Slot
from chatbot.services.callbacks import Origin, shown
from chatbot.services.errors import SlotTaken
from chatbot.services.telling import Telling
from chatbot.web import keys, parse
from chatbot.web.errors import json_response, shape
from chatbot.web.languages import CHOSEN

QUICK_SECONDS: Final = 4
"""Nobody reads and fills a form in so little time."""
TRAP: Final = "trap"
QUICK: Final = "quick"
MOST_WANTED: Final = 3
TAKEN: Final = 409


def telling(request: web.Request) -> Telling:
    """Return what says times in the language of the request."""
    return request.app[keys.TELLING][request[CHOSEN].language.code]


def slot_body(slot: Slot, said: Telling) -> dict[str, Any]:
    """Return a slot as the API shows it."""
    return {"start": slot.start, "end": slot.end, "label": said.slot(slot)}


def _bodies(slots: Iterable[Slot], said: Telling) -> list[dict[str, Any]]:
    return [slot_body(slot, said) for slot in slots]


def _check_rate(request: web.Request) -> None:
    site, address = request.app[keys.SITE], request[keys.ADDRESS]
    site.limiter.check("request", address.whose, address.rate(site.rates.requests))


async def get_slots(request: web.Request) -> web.Response:
    """GET /api/v1/callback-slots?caller=: when somebody can be rung."""
    _check_rate(request)
    try:
        caller = Caller(request.query.get("caller", Caller.CAUTIONED))
    except ValueError as error:
        raise Invalid(caller="malformed") from error
    slots = await request.app[keys.CALLBACKS].slots(caller.lane)
    return json_response({"slots": _bodies(slots, telling(request))})


async def ask(request: web.Request) -> web.Response:
    """POST /api/v1/callbacks: 201 when it is durable; the same `client_id` again says the same."""
    check_asking(request)
    given = await parse.body(request, parse.CallbackRequest)
    conversation = given.conversation or ""
    if conversation:
        token = parse.bearer(request)
        await request.app[keys.CONVERSATIONS].authorise(conversation, token)
    flags = suspicions(given.website or "", given.seconds)
    origin = Origin(request[CHOSEN].language.code, conversation, flags=flags)
    service, client_id = request.app[keys.CALLBACKS], str(given.client_id or uuid4())
    try:
        made = await service.ask(_form(given), client_id, origin)
    except SlotTaken as taken:
        return _taken(request, taken)
    slot = slot_body(made.callback.slot, telling(request))
    body = {"reference": made.reference, "secret": shown(made.secret), "slot": slot}
    return json_response(body, 201)


def check_asking(request: web.Request) -> None:
    """Count a request to be rung.

    Raises:
        TooMany: this address has asked often enough for now.
    """
    site, address = request.app[keys.SITE], request[keys.ADDRESS]
    site.limiter.check("callback", address.whose, address.rate(site.rates.callbacks))


def suspicions(trap: str, seconds: float | None) -> tuple[str, ...]:
    """Return what makes a request look like a machine's: staff see it, and nobody is refused."""
    flags = [TRAP] if trap else []
    if seconds is not None and seconds < QUICK_SECONDS:
        flags.append(QUICK)
    return tuple(flags)


def _form(given: parse.CallbackRequest) -> Form:
    return Form(
        caller=given.caller,
        name=given.name,
        phone=given.phone,
        slots=_starts(given.slots),
        shared_phone=given.shared_phone,
        safe_to_call=given.safe_to_call,
        voicemail_ok=given.voicemail_ok,
        text_ok=given.text_ok,
        say_who=given.say_who,
        say_instead=given.say_instead or "",
        email=given.email or "",
        needs=tuple(given.needs or ()),
        language=given.language or "",
        topic=given.topic or "",
        note=given.note or "",
        police_area=given.police_area or "",
        arrested_on=given.arrested_on or "",
    )


def _starts(given: Sequence[int]) -> tuple[int, ...]:
    """Return starts that a database can hold.

    Raises:
        Invalid: one is no time.
    """
    if any(not 0 <= start <= parse.SEQ_LIMIT for start in given):
        raise Invalid(slots="out_of_range")
    return tuple(given)


async def get_status(request: web.Request) -> web.Response:
    """GET /api/v1/callbacks/{reference}: where it stands."""
    reference, secret = _key(request)
    found = await request.app[keys.CALLBACKS].find(reference, secret)
    return _status(request, found)


async def move(request: web.Request) -> web.Response:
    """POST /api/v1/callbacks/{reference}/slot: ring at another time."""
    reference, secret = _key(request)
    wanted = _starts((await parse.body(request, parse.CallbackMove)).slots)
    if not 1 <= len(wanted) <= MOST_WANTED:
        raise Invalid(slots="too_many_slots" if wanted else "slot_missing")
    try:
        moved = await request.app[keys.CALLBACKS].move(reference, secret, wanted)
    except SlotTaken as taken:
        return _taken(request, taken)
    return _status(request, moved)


async def cancel(request: web.Request) -> web.Response:
    """DELETE /api/v1/callbacks/{reference}: do not ring."""
    await request.app[keys.CALLBACKS].cancel(*_key(request))
    return web.Response(status=204)


def _key(request: web.Request) -> tuple[str, str]:
    _check_rate(request)
    return request.match_info["reference"], parse.bearer(request)


def _status(request: web.Request, found: Callback) -> web.Response:
    waits = found.status is Status.OPEN
    body = {
        "reference": reference_of(found.id),
        "status": found.status.value,
        "slot": slot_body(found.slot, telling(request)) if waits else None,
    }
    return json_response(body)


def _taken(request: web.Request, taken: SlotTaken) -> web.Response:
    language = request[CHOSEN].language
    body = shape(taken.code, language.texts)
    body["slots"] = _bodies(taken.nearest, telling(request))
    response = json_response(body, TAKEN)
    response.headers[hdrs.VARY] = hdrs.ACCEPT_LANGUAGE
    return response
