"""The FAQ as staff see it: the list, and the beginning of a new entry."""

from datetime import date
from itertools import pairwise
from typing import Final

from aiohttp import web

from chatbot.domain.errors import Invalid
from chatbot.domain.hours import local
from chatbot.store.listing import STATES, Wanted
from chatbot.web import keys, parse
from chatbot.web.console.guard import see_other
from chatbot.web.console.page import page, why
from chatbot.web.languages import CHOSEN

HERE: Final = "/console/faq"
FIELDS: Final = 4


async def show_faq(request: web.Request) -> web.Response:
    """GET /console/faq: a page of the entries, narrowed to what is asked for."""
    query, day = request.query, today(request)
    state = query.get("state", "")
    words = query.get("q", "")[: parse.QUERY_LIMIT]
    wanted = Wanted(day, words, query.get("topic", ""), state if state in STATES else "")
    await request.app[keys.EDITING].count_used()
    found = await request.app[keys.LISTING].page(wanted, parse.whole(query.get("page", "1")))
    return page(
        request,
        "faq.html",
        found=found,
        wanted=wanted,
        states=STATES,
        near=_near(found.number, found.last),
        names=await names(request),
        lost=len(request.app[keys.TRIAL].lost),
    )


def _near(number: int, last: int) -> list[int]:
    """Return the pages that are linked: the first, the last and those around, 0 for a gap.

    >>> _near(5, 9), _near(1, 1)
    ([1, 0, 4, 5, 6, 0, 9], [1])
    """
    shown = sorted({1, *range(max(1, number - 1), min(last, number + 1) + 1), last})
    gaps = [[0] if after - before > 1 else [] for before, after in pairwise(shown)]
    return [
        shown[0],
        *(n for gap, after in zip(gaps, shown[1:], strict=True) for n in (*gap, after)),
    ]


async def show_new(request: web.Request) -> web.Response:
    """GET /console/faq-new."""
    return page(request, "faq_new.html", typed="", errors={})


async def begin(request: web.Request) -> web.Response:
    """POST /console/faq-new: a draft with this question."""
    given = await parse.form(request, FIELDS)
    question = given.get("question", "")
    try:
        slug = await request.app[keys.EDITING].begin(request[keys.PERSON], question)
    except Invalid as refusal:
        reason = next(iter(refusal.fields.values()))
        errors = why(request, {"question": reason})
        return page(request, "faq_new.html", 422, typed=question, errors=errors)
    return see_other(f"{HERE}/{slug}")


def today(request: web.Request) -> str:
    """Return the day that it is in London, such as 2027-02-28."""
    day: date = local(request.app[keys.CLOCK]()).date()
    return day.isoformat()


async def names(request: web.Request) -> dict[str, str]:
    """Return what everybody is called, by id, those who are gone too."""
    return {one.id: one.name for one in await request.app[keys.PEOPLE].everyone()}


def topic_name(request: web.Request, slug: str) -> str:
    """Return what visitors see as a topic's name."""
    key, texts = f"page.topic.{slug}", request[CHOSEN].language.texts
    return texts(key) if key in texts else slug.replace("-", " ").capitalize()
