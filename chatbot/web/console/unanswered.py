"""What visitors asked in vain: grouped, masked, and mended with one click."""

from collections.abc import Mapping, Sequence
from typing import Final

from aiohttp import hdrs, web

from chatbot.domain.errors import Invalid, Refused
from chatbot.domain.unanswered import AGAIN_MS, AGAIN_TIMES, Reason
from chatbot.services.errors import EntryChanged, UnknownEntry
from chatbot.store.questions import Place
from chatbot.web import keys, parse
from chatbot.web.console import faq
from chatbot.web.console.guard import see_other
from chatbot.web.console.page import done, page
from chatbot.web.errors import json_response, status_of
from chatbot.web.languages import CHOSEN

HERE: Final = "/console/unanswered"
DISMISSED: Final = "dismissed"
FIELDS: Final = 6
WEEK_MS: Final = 7 * 86_400_000
MOST_PLACES: Final = 500


async def show_unanswered(request: web.Request) -> web.Response:
    """GET /console/unanswered?show=: what counts, or what is dismissed."""
    return await _page(request)


async def mend(request: web.Request) -> web.Response:
    """POST /console/unanswered: add a question to an entry, make it an entry, or let it be.

    `do` is add:SLUG, other, draft, dismiss or back; `places` says which questions are dealt with
    by that.
    """
    given = await parse.form(request, FIELDS)
    service, person = request.app[keys.UNANSWERED], request[keys.PERSON]
    text, places = given.get("text", ""), _places(given.get("places", ""))
    do, _, slug = given.get("do", "").partition(":")
    try:
        match do:
            case "dismiss":
                await service.dismiss(person, places)
                return see_other(f"{HERE}?done=question_dismissed")
            case "back":
                await service.bring_back(person, places)
                return see_other(f"{HERE}?show={DISMISSED}&done=question_brought_back")
            case "draft":
                return see_other(f"{faq.HERE}/{await service.draft(person, text, places)}")
            case _:
                await service.add(person, slug or given.get("slug", ""), text, places)
                return see_other(f"{HERE}?done=phrasing_added")
    except (Invalid, UnknownEntry, EntryChanged) as refusal:
        return await _page(request, status_of(refusal) or 400, _sentence(request, refusal), given)


async def suggest(request: web.Request) -> web.Response:
    """POST /console/faq/phrasings: what a visitor wrote shall be known; an admin sees it next."""
    given = await parse.form(request, FIELDS)
    chat, seq = given.get("chat", ""), parse.whole(given.get("seq", ""))
    await request.app[keys.UNANSWERED].suggest(request[keys.PERSON], chat, seq)
    if "application/json" in request.headers.get(hdrs.ACCEPT, ""):
        return json_response({})
    return see_other(f"/console/chats/{chat}")


def _places(text: str) -> list[Place]:
    """Read a list of CONVERSATION/SEQ/REASON, with blanks between them.

    Raises:
        Invalid: it is none.
    """
    found = []
    for one in text.split()[:MOST_PLACES]:
        conversation, _, rest = one.partition("/")
        seq, _, reason = rest.partition("/")
        if reason not in list(Reason):
            raise Invalid(places="malformed")
        found.append(Place(conversation, parse.whole(seq, "places"), Reason(reason)))
    return found


def written(places: Sequence[Place]) -> str:
    """Return a list that `mend` reads."""
    return " ".join(f"{one.conversation}/{one.seq}/{one.reason}" for one in places)


def _sentence(request: web.Request, refusal: Refused) -> str:
    texts = request[CHOSEN].language.texts
    if isinstance(refusal, Invalid):
        return texts(f"errors.field.{next(iter(refusal.fields.values()))}")
    return texts(f"errors.{refusal.code}")


async def _page(
    request: web.Request, status: int = 200, wrong: str = "", typed: Mapping[str, str] | None = None
) -> web.Response:
    dismissed = request.query.get("show") == DISMISSED
    groups = await request.app[keys.UNANSWERED].groups(request[keys.PERSON], dismissed=dismissed)
    rows = [(one, written([member.place for member in one.members])) for one in groups.shown]
    return page(
        request,
        "unanswered.html",
        status,
        rows=rows,
        groups=groups,
        dismissed=dismissed,
        again=AGAIN_TIMES,
        weeks=AGAIN_MS // WEEK_MS,
        published=request.app[keys.FAQ].published(),
        names=await faq.names(request),
        wrong=wrong,
        typed=typed or {},
        done=done(request),
    )
