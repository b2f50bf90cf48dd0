"""How somebody wants to be told that a chat needs them, and on which devices."""

from typing import Final

from aiohttp import hdrs, web

from chatbot.domain.errors import Invalid
from chatbot.domain.hours import DAY_MINUTES, clock
from chatbot.domain.notices import Preferences
from chatbot.web import keys, parse
from chatbot.web.console.devices import describe
from chatbot.web.console.guard import see_other
from chatbot.web.console.page import done, page, why
from chatbot.web.errors import json_response

HERE: Final = "/console/notifications"
FIELDS: Final = 8


async def show_notifications(request: web.Request) -> web.Response:
    """GET /console/notifications."""
    return await _page(request)


async def save_preferences(request: web.Request) -> web.Response:
    """POST /console/notifications: how this person wants to be told."""
    fields = await parse.form(request, FIELDS)
    try:
        wanted = Preferences(
            desktop=fields.get("desktop") == "yes",
            sound=fields.get("sound") == "yes",
            volume=parse.whole(fields.get("volume", ""), "volume"),
            mail=fields.get("mail") == "yes",
            shortcuts=fields.get("shortcuts") == "yes",
            quiet_from=_minute(fields, "quiet_from"),
            quiet_to=_minute(fields, "quiet_to"),
        )
    except Invalid as refusal:
        return await _page(request, 422, why(request, refusal.fields))
    await request.app[keys.NOTICES].save(request[keys.PERSON], wanted)
    return see_other(f"{HERE}?done=notifications")


async def add_device(request: web.Request) -> web.Response:
    """POST /console/notifications/devices: call this browser from now on."""
    endpoint = (await parse.form(request, FIELDS)).get("endpoint", "")
    name = describe(request.headers.get(hdrs.USER_AGENT, ""))
    session = request[keys.SESSION].id
    await request.app[keys.PUSH].add(request[keys.PERSON], session, endpoint, name)
    return json_response({})


async def remove_device(request: web.Request) -> web.Response:
    """POST /console/notifications/devices/{id}/remove: call it no more."""
    await request.app[keys.PUSH].drop(request[keys.PERSON], request.match_info["id"])
    return see_other(f"{HERE}?done=device")


async def _page(
    request: web.Request, status: int = 200, errors: dict[str, str] | None = None
) -> web.Response:
    me, push = request[keys.PERSON], request.app[keys.PUSH]
    wishes = await request.app[keys.NOTICES].preferences(me)
    quiet = wishes.quiet_from != wishes.quiet_to
    return page(
        request,
        "notifications.html",
        status,
        wishes=wishes,
        quiet_from=clock(wishes.quiet_from) if quiet else "",
        quiet_to=clock(wishes.quiet_to) if quiet else "",
        devices=await push.of(me.id),
        push_key=await push.public_key(),
        ways=request.app[keys.NOTIFIER].ways,
        errors=errors or {},
        done=done(request),
    )


def _minute(fields: dict[str, str], name: str) -> int:
    """Read a time of day as `22:30`; nothing is midnight.

    Raises:
        Invalid: it is none.
    """
    hours, colon, minutes = fields.get(name, "").partition(":")
    if not hours and not colon:
        return 0
    if not (hours.isdecimal() and minutes.isdecimal() and len(hours) == len(minutes) == 2):  # noqa: PLR2004  # digits
        raise Invalid(**{name: "malformed"})
    minute = int(hours) * 60 + int(minutes)
    if minute >= DAY_MINUTES or int(minutes) >= 60:  # noqa: PLR2004  # minutes of an hour
        raise Invalid(**{name: "malformed"})
    return minute
