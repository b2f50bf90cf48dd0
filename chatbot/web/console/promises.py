"""Versions of what visitors are promised: what is in force, what was, and the next one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from aiohttp import web
from markupsafe import Markup

from chatbot.domain.difference import Piece, difference
from chatbot.domain.errors import Invalid
from chatbot.domain.hours import instant
from chatbot.domain.promises import UNKNOWN, Kind, Promise, in_force
from chatbot.services.promises import SHIPPED
from chatbot.services.rendering import UnknownPlaceholder
from chatbot.store.errors import Duplicate
from chatbot.web import keys, parse
from chatbot.web.console import faq
from chatbot.web.console.guard import see_other
from chatbot.web.console.page import done, page
from chatbot.web.languages import CHOSEN
from chatbot.web.renderer import apart

HERE: Final = "/console/promises"
FIELDS: Final = 5
MINUTE: Final = 60_000
SHOWN: Final = "%Y-%m-%dT%H:%M"


@dataclass(frozen=True, slots=True)
class Version:
    """A version in the history; `pieces` is what changed from the one before it."""

    promise: Promise
    writer: str
    state: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Looked:
    """A text as visitors would see it."""

    short: Markup
    more: Markup


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed for a kind, and why it cannot be used."""

    kind: str = ""
    text: str = ""
    starts: str = ""
    wrong: str = ""
    looked: Looked | None = None


async def show_promises(request: web.Request) -> web.Response:
    """GET /console/promises."""
    return await _page(request, Typed())


async def add(request: web.Request) -> web.Response:
    """POST /console/promises: the next version of a kind, or, with `do=look`, a look at it."""
    given = await parse.form(request, FIELDS)
    kind, text, starts = (given.get(name, "") for name in ("kind", "text", "from"))
    if kind not in list(Kind):
        raise Invalid(kind="unknown")
    service = request.app[keys.PROMISES]
    try:
        if given.get("do") == "look":
            looked = Looked(*(apart(part) for part in service.look(text)))
            return await _page(request, Typed(kind, text, starts, looked=looked))
        await service.add(
            Kind(kind), text, by=request[keys.PERSON].id, effective_from=_start(request, starts)
        )
    except Invalid as refusal:
        wrong = next(iter(refusal.fields.values()))
    except UnknownPlaceholder:
        wrong = "placeholder"
    except Duplicate:
        wrong = "duplicate"
    else:
        return see_other(f"{HERE}?done=promise_added")
    told = request[CHOSEN].language.texts(f"promises.wrong.{wrong}")
    return await _page(request, Typed(kind, text, starts, told), 422)


def _start(request: web.Request, typed: str) -> int | None:
    if not typed:
        return None
    try:
        wall = datetime.strptime(typed, SHOWN)  # noqa: DTZ007  # a wall clock
    except ValueError as refusal:
        raise Invalid(effective_from="malformed") from refusal
    at = instant(wall.date(), wall.hour * 60 + wall.minute)
    # This minute has begun: from now on.
    return None if at <= request.app[keys.CLOCK]() < at + MINUTE else at


async def show_notice(request: web.Request) -> web.Response:
    """GET /console/promises/{notice}: what somebody was promised, as their chat keeps it."""
    notice = request.match_info["notice"]
    texts = await request.app[keys.PROMISES].texts(notice)
    if texts is None and notice != UNKNOWN:
        raise web.HTTPNotFound
    return page(request, "promise_notice.html", notice=notice, promises=texts)


async def _page(request: web.Request, typed: Typed, status: int = 200) -> web.Response:
    history = await request.app[keys.PROMISES].history()
    now = request.app[keys.CLOCK]()
    current = in_force(history, now)
    names = await faq.names(request)
    return page(
        request,
        "promises.html",
        status,
        kinds=list(Kind),
        current={kind: current.get(kind) for kind in Kind},
        shown=request.app[keys.PROMISES].current().promises,
        versions={
            kind: _versions([one for one in history if one.kind is kind], current, names, now)
            for kind in Kind
        },
        shipped=SHIPPED,
        typed=typed,
        done=done(request),
    )


def _versions(
    some: list[Promise], current: Mapping[Kind, Promise], names: Mapping[str, str], now: int
) -> list[Version]:
    """Return the versions of a kind, newest first."""
    found = []
    for at, one in enumerate(some):
        before = some[at - 1].text if at else ""
        later = "to_come" if one.effective_from > now else "over"
        state = "in_force" if one in current.values() else later
        writer = names.get(one.written_by, one.written_by)
        found.append(Version(one, writer, state, tuple(difference(before, one.text))))
    return found[::-1]
