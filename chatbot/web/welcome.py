"""What is said before the first message, for the frame and for clients of the API."""

from typing import Final

from aiohttp import web

from chatbot.domain.availability import Status
from chatbot.domain.promises import Kind
from chatbot.domain.welcome import lines
from chatbot.services.voice import Words
from chatbot.web import keys
from chatbot.web.errors import json_response
from chatbot.web.languages import CHOSEN

TEAM: Final = "open"
"""Of the lines that say whether somebody is there, one is said, in the place of this one."""
_OF_THE_TEAM: Final = frozenset({TEAM, "closed", "closed_until", "ways"})
_OF_THE_WIDGET: Final = frozenset({"shift", "topics"})
_PROMISED: Final = (Kind.CONFIDENTIALITY, Kind.POLICE)


def team(request: web.Request) -> Words:
    """Return whether somebody is there, as it was known a moment ago."""
    opening = request.app[keys.WAITING_ROOM].opening()
    status = Status(
        opening.open, opening.open, opening.opens_at, waiting=0, wait_ms=None, notice=opening.notice
    )
    telling = request.app[keys.TELLING][request[CHOSEN].language.code]
    return telling.chat(status, request.app[keys.CLOCK]())


async def get_welcome(request: web.Request) -> web.Response:
    """GET /api/v1/welcome: what a client shows before the first message."""
    site, address = request.app[keys.SITE], request[keys.ADDRESS]
    site.limiter.check("request", address.whose, address.rate(site.rates.requests))
    language, notice = request[CHOSEN].language, request.app[keys.PROMISES].current()
    said = []
    for line in lines(language.code):
        if line.name == TEAM:
            said.append({"name": "team", "text": team(request).text})
        elif line.name not in _OF_THE_TEAM | _OF_THE_WIDGET:
            text = language.texts(line.key, organisation=site.organisation)
            said += [{"name": line.name, "text": text}] if text else []
    promised = [
        {"kind": kind, "short_html": shown.short, "more_html": shown.more}
        for kind in _PROMISED
        if (shown := notice.promises.get(kind))
    ]
    return json_response(
        {
            "language": language.tag,
            "lines": said,
            "notice": notice.version,
            "promises": promised,
        }
    )
