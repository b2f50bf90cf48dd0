"""The FAQ as staff see it: the list, and the beginning of a new entry."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from aiohttp import web

from chatbot.domain.errors import Invalid
from chatbot.domain.faq import Status
from chatbot.domain.hours import local
from chatbot.services.editing import Listed
from chatbot.web import keys, parse
from chatbot.web.console.guard import see_other
from chatbot.web.console.page import page, why
from chatbot.web.languages import CHOSEN

HERE: Final = "/console/faq"
FIELDS: Final = 4
ON_A_PAGE: Final = 100


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list is narrowed to; what is empty does not matter."""

    words: str = ""
    topic: str = ""
    state: str = ""

    def fits(self, one: Listed, today: str) -> bool:
        """Tell whether an entry is wanted; every word has to stand in it somewhere."""
        entry = one.entry
        said = " ".join([entry.question, entry.slug, entry.answer, *entry.phrasings]).casefold()
        return (
            all(word in said for word in self.words.casefold().split())
            and self.topic in {"", entry.topic}
            and (not self.state or _STATES[self.state](one, today))
        )


_STATES: Final[Mapping[str, Callable[[Listed, str], bool]]] = {
    "published": lambda one, _: one.saved and one.entry.status is Status.PUBLISHED,
    "draft": lambda one, _: bool(one.drafts) or one.entry.status is Status.DRAFT,
    "planned": lambda one, _: one.publish_at is not None,
    "archived": lambda one, _: one.entry.status is Status.ARCHIVED,
    "due": lambda one, today: one.due(today),
    "confirm": lambda one, _: bool(one.entry.confirm),
}


async def show_faq(request: web.Request) -> web.Response:
    """GET /console/faq."""
    query = request.query
    state = query.get("state", "")
    wanted = Wanted(
        query.get("q", "")[: parse.QUERY_LIMIT],
        query.get("topic", ""),
        state if state in _STATES else "",
    )
    every = await request.app[keys.EDITING].listing()
    day = today(request)
    found = [one for one in every if wanted.fits(one, day)]
    start = parse.whole(query.get("from", "0"))
    return page(
        request,
        "faq.html",
        rows=found[start : start + ON_A_PAGE],
        total=len(every),
        found=len(found),
        start=start,
        more=start + ON_A_PAGE if start + ON_A_PAGE < len(found) else 0,
        wanted=wanted,
        counts={name: sum(fits(one, day) for one in every) for name, fits in _STATES.items()},
        topics=topics(every),
        names=await names(request),
        usage=await request.app[keys.EDITING].usage(),
        today=day,
        lost=len(request.app[keys.TRIAL].lost),
    )


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


def topics(every: list[Listed]) -> list[str]:
    """Return the topics in use, in the order of the list."""
    return list(dict.fromkeys(one.entry.topic for one in every if one.entry.topic))


async def names(request: web.Request) -> dict[str, str]:
    """Return what everybody is called, by id, those who are gone too."""
    return {one.id: one.name for one in await request.app[keys.PEOPLE].everyone()}


def topic_name(request: web.Request, slug: str) -> str:
    """Return what visitors see as a topic's name."""
    key, texts = f"page.topic.{slug}", request[CHOSEN].language.texts
    return texts(key) if key in texts else slug.replace("-", " ").capitalize()
