"""Callback requests for staff: the queue, one request in full, and a form for each thing done.

Lists show initials. What the person said is safe stands in words at the head of every view that
shows who it is.
"""

from collections.abc import Awaitable, Callable
from typing import Any, Final

from aiohttp import web

from chatbot.domain.callback_form import Shared
from chatbot.domain.callbacks import Outcome
from chatbot.domain.errors import Invalid, Refused
from chatbot.domain.people import Action
from chatbot.services.call_desk import Opened, Safe, outcome_of
from chatbot.services.errors import NoCallback, SlotTaken, UnknownPerson
from chatbot.store.errors import StoreError
from chatbot.web import keys, parse
from chatbot.web.callback_form import offer
from chatbot.web.console.guard import see_other
from chatbot.web.console.page import done, page
from chatbot.web.errors import status_of
from chatbot.web.languages import CHOSEN, ENGLISH

PAGE: Final = "/console/callbacks"
FIELDS: Final = 8
SAFE: Final = ("voicemail_ok", "text_ok", "say_who")

Fields = dict[str, str]
Act = Callable[[web.Request, str, Fields], Awaitable[None]]


async def show_queue(request: web.Request) -> web.Response:
    """GET /console/callbacks?sort=: who is to be rung, by when or by the days since the arrest."""
    return await queue(request)


async def queue(request: web.Request, feed: str = "") -> web.Response:
    """Return the queue; `feed` is a calendar's address that was just made, shown this once."""
    desk, person = request.app[keys.CALL_DESK], request[keys.PERSON]
    by_days = request.query.get("sort") == "days"
    found = {} if by_days else await desk.queue()
    rows = await desk.longest_waiting() if by_days else ()
    return page(
        request,
        "calls.html",
        queue=found,
        rows=rows,
        by_days=by_days,
        ended=None,
        said=request.app[keys.TELLING][ENGLISH],
        names=await _names(request),
        feed=feed,
        has_feed=await desk.has_feed(person),
        done=done(request),
    )


async def show_ended(request: web.Request) -> web.Response:
    """GET /console/callbacks/ended: the requests that have ended."""
    return page(
        request,
        "calls.html",
        queue={},
        rows=(),
        by_days=False,
        ended=await request.app[keys.CALL_DESK].ended(),
        said=request.app[keys.TELLING][ENGLISH],
        names=await _names(request),
        feed="",
        has_feed=False,
        done="",
    )


async def _names(request: web.Request) -> dict[str, str]:
    return {one.id: one.name for one in await request.app[keys.PEOPLE].everyone()}


async def show_call(request: web.Request) -> web.Response:
    """GET /console/callbacks/{id}: one request in full; who looks is in the audit."""
    return await _page(request)


async def _page(request: web.Request, status: int = 200, wrong: str = "") -> web.Response:
    person, callback_id = request[keys.PERSON], request.match_info["id"]
    try:
        opened = await request.app[keys.CALL_DESK].open(person, callback_id)
    except NoCallback as error:
        raise web.HTTPNotFound from error
    colleagues = await request.app[keys.DESK].colleagues()
    return page(
        request,
        "call.html",
        status,
        wrong=wrong,
        names=await _names(request),
        colleagues=[one for one in colleagues if one.may(Action.HANDLE_CALLBACKS)],
        **shown(request, opened),
    )


def shown(request: web.Request, opened: Opened) -> dict[str, Any]:
    """Return what a template needs to show a request in full."""
    said, one = request.app[keys.TELLING][ENGLISH], opened.callback
    texts = request[CHOSEN].language.texts
    return {
        "call": one,
        "events": list(reversed(opened.events)),
        "again": offer(request, opened.again),
        "days_gone": opened.days,
        "left": opened.left,
        "when": said.slot(one.slot),
        "outcomes": list(Outcome),
        "tries": request.app[keys.CALLBACKS].terms.tries,
        "shared": [(kind.value, texts(f"callback.shared_phone.{kind}")) for kind in Shared],
        "values": {
            "shared_phone": one.form.shared_phone.value,
            "say_instead": one.form.say_instead,
            **{name: "yes" if getattr(one.form, name) else "no" for name in SAFE},
        },
        "errors": {},
    }


def act(work: Act) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """Make a handler for one form: carry it out, or come back and say why not."""

    async def handler(request: web.Request) -> web.StreamResponse:
        given = await parse.form(request, FIELDS)
        callback_id = request.match_info["id"]
        try:
            await work(request, callback_id, given)
        except NoCallback as error:
            raise web.HTTPNotFound from error
        except (Refused, StoreError) as refusal:
            return await _page(request, status_of(refusal) or 400, _sentence(request, refusal))
        return see_other(f"{PAGE}/{callback_id}")

    return handler


def _sentence(request: web.Request, refusal: Refused | StoreError) -> str:
    texts = request[CHOSEN].language.texts
    if isinstance(refusal, Invalid):
        return " ".join(texts(f"errors.field.{why}") for why in refusal.fields.values())
    said = texts(f"errors.{refusal.code}")
    if isinstance(refusal, SlotTaken):
        telling = request.app[keys.TELLING][ENGLISH]
        return f"{said} {', '.join(telling.slot(slot) for slot in refusal.nearest)}"
    return said


async def claim(request: web.Request, callback_id: str, _: Fields) -> None:
    """Take it."""
    await request.app[keys.CALL_DESK].claim(request[keys.PERSON], callback_id)


async def give(request: web.Request, callback_id: str, given: Fields) -> None:
    """Give it to a colleague, or back to all."""
    to = given.get("to") or None
    known = {one.id for one in await request.app[keys.DESK].colleagues()}
    if to is not None and to not in known:
        raise UnknownPerson
    await request.app[keys.CALL_DESK].give(request[keys.PERSON], callback_id, to)


async def tried(request: web.Request, callback_id: str, given: Fields) -> None:
    """Write down how a call went."""
    outcome = outcome_of(given.get("outcome", ""))
    seen, again = parse.whole(given.get("seen", ""), "seen"), _start(given)
    desk, person = request.app[keys.CALL_DESK], request[keys.PERSON]
    await desk.tried(person, callback_id, outcome, seen, again)


def _start(given: Fields) -> int | None:
    typed = given.get("slot", "")
    if not typed:
        return None
    if not (typed.isascii() and typed.isdigit() and len(typed) < 16):  # noqa: PLR2004  # no such time
        raise Invalid(slot="malformed")
    return int(typed)


async def note(request: web.Request, callback_id: str, given: Fields) -> None:
    """Write something down."""
    text = given.get("text", "")
    await request.app[keys.CALL_DESK].note(request[keys.PERSON], callback_id, text)


async def correct(request: web.Request, callback_id: str, given: Fields) -> None:
    """Keep what is safe now, as the person said it."""
    if given.get("shared_phone") not in list(Shared):
        raise Invalid(shared_phone="missing")
    safe = Safe(
        shared_phone=Shared(given["shared_phone"]),
        voicemail_ok=given.get("voicemail_ok") == "yes",
        text_ok=given.get("text_ok") == "yes",
        say_who=given.get("say_who") == "yes",
        say_instead=given.get("say_instead", ""),
    )
    await request.app[keys.CALL_DESK].correct(request[keys.PERSON], callback_id, safe)


async def move(request: web.Request, callback_id: str, given: Fields) -> None:
    """Ring at another time, which the person asked for."""
    start = _start(given)
    if start is None:
        raise Invalid(slot="slot_missing")
    await request.app[keys.CALL_DESK].move(request[keys.PERSON], callback_id, start)


async def cancel(request: web.Request, callback_id: str, _: Fields) -> None:
    """Do not ring."""
    await request.app[keys.CALL_DESK].cancel(request[keys.PERSON], callback_id)


async def erase(request: web.Request) -> web.StreamResponse:
    """POST /console/callbacks/{id}/erase: forget it for good."""
    try:
        who = request[keys.PERSON].id
        await request.app[keys.CALL_DESK].erase(request.match_info["id"], who)
    except NoCallback as error:
        raise web.HTTPNotFound from error
    return see_other(f"{PAGE}?done=call_erased")
