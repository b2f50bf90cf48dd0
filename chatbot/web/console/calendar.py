"""Callback requests elsewhere: a calendar feed without names, and a day's list to be printed."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime

from aiohttp import hdrs, web

from chatbot.domain.errors import Invalid
from chatbot.domain.hours import local
from chatbot.domain.people import Action
from chatbot.domain.reference import reference_of
from chatbot.services.call_desk import Row
from chatbot.services.errors import UnknownPerson
from chatbot.web import keys
from chatbot.web.console.calls import PAGE, queue
from chatbot.web.console.guard import see_other
from chatbot.web.console.page import page
from chatbot.web.languages import CHOSEN, ENGLISH


async def show_day(request: web.Request) -> web.Response:
    """GET /console/callbacks/day?day=: who is to be rung on a day, in full; it is in the audit."""
    day = _day(request)
    calls = await request.app[keys.CALL_DESK].of_day(request[keys.PERSON], day)
    said = request.app[keys.TELLING][ENGLISH]
    left: dict[str, bool] = {}
    return page(request, "call_day.html", day=said.date(day), calls=calls, said=said, left=left)


def _day(request: web.Request) -> date:
    given = request.query.get("day", "")
    try:
        return date.fromisoformat(given) if given else local(request.app[keys.CLOCK]()).date()
    except ValueError as error:
        raise Invalid(day="malformed") from error


async def make_feed(request: web.Request) -> web.Response:
    """POST /console/callbacks/feed: an address for a calendar, which this answer shows once."""
    token = await request.app[keys.CALL_DESK].make_feed(request[keys.PERSON])
    return await queue(request, f"{request.scheme}://{request.host}/calendar/{token}.ics")


async def drop_feed(request: web.Request) -> web.Response:
    """POST /console/callbacks/feed/drop: the address is void."""
    await request.app[keys.CALL_DESK].drop_feed(request[keys.PERSON])
    return see_other(f"{PAGE}?done=feed_dropped")


async def show_feed(request: web.Request) -> web.Response:
    """GET /calendar/{token}.ics: when somebody is to be rung, for who has the secret address."""
    site, address = request.app[keys.SITE], request[keys.ADDRESS]
    site.limiter.check("request", address.whose, address.rate(site.rates.requests))
    desk = request.app[keys.CALL_DESK]
    person_id = await desk.whose_feed(request.match_info["token"])
    if person_id is None or not await _may(request, person_id):
        raise web.HTTPNotFound
    rows = await desk.calendar(person_id)
    title = request[CHOSEN].language.texts("calls.feed.event")
    body = "\r\n".join([*_calendar(rows, title, request.app[keys.CLOCK]()), ""])
    response = web.Response(text=body, content_type="text/calendar", charset="utf-8")
    response.headers[hdrs.CACHE_CONTROL] = "no-store"
    return response


async def _may(request: web.Request, person_id: str) -> bool:
    try:
        account = await request.app[keys.PEOPLE].account(person_id)
    except UnknownPerson:
        return False
    return account.person.may(Action.SEE_CALLBACKS)


def _calendar(rows: Sequence[Row], title: str, now: int) -> Iterator[str]:
    """Return the lines of RFC 5545; a title has a reference, and nothing that says who it is."""
    yield from ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//CARA chat//EN", "METHOD:PUBLISH")
    for row in rows:
        yield "BEGIN:VEVENT"
        yield f"UID:{row.id}"
        yield f"DTSTAMP:{_utc(now)}"
        yield f"DTSTART:{_utc(row.slot.start)}"
        yield f"DTEND:{_utc(row.slot.end)}"
        yield f"SUMMARY:{title} {reference_of(row.id)}"
        yield "CLASS:PRIVATE"
        yield "END:VEVENT"
    yield "END:VCALENDAR"


def _utc(at: int) -> str:
    return f"{datetime.fromtimestamp(at / 1000, UTC):%Y%m%dT%H%M%SZ}"
