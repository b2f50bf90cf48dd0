"""When people are there: weekly hours and closures, for admins. Times are London's wall clock."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from aiohttp import web

from chatbot.domain.errors import Invalid
from chatbot.domain.hours import DAYS, Period, Week, instant, local, parse_spans, write_spans
from chatbot.store.errors import Duplicate
from chatbot.web import keys, parse
from chatbot.web.console.guard import see_other
from chatbot.web.console.page import error, page, why
from chatbot.web.languages import ENGLISH

PAGE: Final = "/console/hours"
FIELDS: Final = 12
BANK_HOLIDAYS: Final = 6
SHOWN: Final = "%Y-%m-%dT%H:%M"
"""As a `datetime-local` field gives and takes it."""


async def show_hours(request: web.Request) -> web.Response:
    """GET /console/hours."""
    return await _page(request)


async def save_week(request: web.Request) -> web.Response:
    """POST /console/hours: the weekly hours, against the version that was looked at."""
    fields = await parse.form(request, FIELDS)
    try:
        week, seen = _week(fields), parse.whole(fields.get("version", ""))
        await request.app[keys.HOURS].save_week(week, seen, request[keys.PERSON].id)
    except Invalid as refusal:
        (told,) = why(request, {"hours": "malformed"}).values()
        return await _page(request, 422, fields, dict.fromkeys(refusal.fields, told))
    except Duplicate:
        return await _page(request, 409, alert=error(request, "stale"))
    return see_other(PAGE)


async def add_closure(request: web.Request) -> web.Response:
    """POST /console/hours/closures."""
    fields = await parse.form(request, FIELDS)
    try:
        period = Period(_moment(fields, "since"), _moment(fields, "until"))
        reason, who = fields.get("reason", ""), request[keys.PERSON].id
        await request.app[keys.HOURS].add_closure(period, reason, who)
    except Invalid as refusal:
        return await _page(request, 422, fields, why(request, refusal.fields))
    return see_other(f"{PAGE}#closures")


async def remove_closure(request: web.Request) -> web.Response:
    """POST /console/hours/closures/{id}/remove: open again."""
    who = request[keys.PERSON].id
    await request.app[keys.HOURS].remove_closure(request.match_info["id"], who)
    return see_other(f"{PAGE}#closures")


def _week(fields: Mapping[str, str]) -> Week:
    """Read the seven fields, and name every one that cannot be used."""
    week, wrong = [], {}
    for day in DAYS:
        try:
            week.append(parse_spans(fields.get(day, "")))
        except Invalid:
            wrong[day] = "malformed"
    if wrong:
        raise Invalid(**wrong)
    return tuple(week)


def _moment(fields: Mapping[str, str], name: str) -> int:
    try:
        wall = datetime.strptime(fields.get(name, ""), SHOWN)  # noqa: DTZ007  # a wall clock
    except ValueError as error_:
        raise Invalid(**{name: "malformed"}) from error_
    return instant(wall.date(), wall.hour * 60 + wall.minute)


async def _page(
    request: web.Request,
    status: int = 200,
    fields: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
    alert: str = "",
) -> web.Response:
    hours, telling = request.app[keys.HOURS], request.app[keys.TELLING][ENGLISH]
    board, now = await hours.board(), request.app[keys.CLOCK]()
    status_now = await request.app[keys.AVAILABILITY].status()
    words = {day: write_spans(spans) for day, spans in zip(DAYS, board.hours.week, strict=True)}
    return page(
        request,
        "hours.html",
        status,
        board=board,
        days=[(day, telling.day(number)) for number, day in enumerate(DAYS)],
        week=telling.week(board.hours.week),
        told=telling.chat(status_now, now),
        bank_holidays=[
            (telling.date(day), name) for day, name in hours.bank_holidays(BANK_HOLIDAYS)
        ],
        closures=[
            (closure, telling.moment(closure.period.starts), telling.moment(closure.period.ends))
            for closure in board.closures
        ],
        fields={**words, "since": "", "until": "", "reason": "", **(fields or {})},
        soonest=local(now).strftime(SHOWN),
        errors=errors or {},
        alert=alert,
    )
