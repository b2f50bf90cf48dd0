"""The public pages: server-rendered, whole without JavaScript, and without memory.

A question travels in the body of a POST and comes back only in the page that answers it: never
in an address, a title or a log.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import msgspec
from aiohttp import hdrs, web

from chatbot.content.faq_exchange import faq_page
from chatbot.domain import text
from chatbot.domain.errors import Invalid
from chatbot.domain.outcome import SMALL_TALK
from chatbot.services.errors import UnknownEntry
from chatbot.services.faq import FaqService, Published
from chatbot.web import keys, parse
from chatbot.web.languages import CHOSEN, Language

OFTEN_ASKED: Final = (
    "when-will-you-contact",
    "how-many-how-long",
    "late",
    "miss-or-break-condition",
    "cost",
)
"""What the first page offers, where it is published."""
MOST_RELATED: Final = 6
MOST_FIELDS: Final = 4
MOVED: Final = 301
UNPROCESSABLE: Final = 422


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic with its published questions, in the admin's order."""

    slug: str
    name: str
    entries: Sequence[Published]


async def show_home(request: web.Request) -> web.Response:
    """GET /."""
    faq = request.app[keys.FAQ]
    questions = [found for slug in OFTEN_ASKED if (found := faq.find(slug))]
    pages = request[CHOSEN].language.pages
    return request.app[keys.RENDERER].page(request, "home.html", pages=pages, questions=questions)


async def show_faq(request: web.Request) -> web.Response:
    """GET /faq: every published question, by topic."""
    topics = _topics(request.app[keys.FAQ].published(), request[CHOSEN].language)
    return request.app[keys.RENDERER].page(request, "faq.html", topics=topics)


async def show_json_ld(request: web.Request) -> web.Response:
    """GET /faq.jsonld: every published question as a FAQPage of schema.org."""
    body = json_ld(request.app[keys.FAQ])
    return web.Response(body=body, content_type="application/ld+json")


def json_ld(faq: FaqService) -> bytes:
    """Return what is public as a FAQPage; small talk is no question."""
    public = [one for one in faq.published() if one.topic != SMALL_TALK]
    return msgspec.json.encode(faq_page((one.question, one.answer_html) for one in public))


async def show_entry(request: web.Request) -> web.Response:
    """GET /faq/{slug}."""
    faq = request.app[keys.FAQ]
    entry = faq.find(request.match_info["slug"])
    if entry is None or entry.topic == SMALL_TALK:
        raise web.HTTPNotFound
    topics = _topics(faq.published(), request[CHOSEN].language)
    topic = next(topic for topic in topics if topic.slug == entry.topic)
    return request.app[keys.RENDERER].page(
        request, "entry.html", entry=entry, topic=topic, related=_around(entry, topic.entries)
    )


async def show_ask(request: web.Request) -> web.Response:
    """GET /ask: the form for who cannot, or would rather not, use the chat."""
    return _form(request)


async def ask(request: web.Request) -> web.Response:
    """POST /ask: answer a question, or the offered one that was picked; keep neither."""
    site, address = request.app[keys.SITE], request[keys.ADDRESS]
    site.limiter.check("ask", address.whose, address.rate(site.rates.messages))
    fields = await parse.form(request, MOST_FIELDS)
    assistant, faq = request.app[keys.ASSISTANT], request.app[keys.FAQ]
    language = request[CHOSEN].language.code
    if slug := fields.get("slug"):
        shown, asked = assistant.pick(slug, language), ""
        if shown is None:
            raise UnknownEntry
    else:
        given = fields.get("text", "")
        try:
            asked = text.message(given)
        except Invalid as error:
            return _form(request, given, error.fields["text"])
        shown = await assistant.ask(asked, language)
    found = faq.find(shown.slug) if shown.slug else None
    question = found.question if found and found.topic != SMALL_TALK else ""
    return request.app[keys.RENDERER].page(
        request, "answer.html", shown=shown, question=question, asked=asked
    )


async def lead_home(request: web.Request) -> web.Response:
    """GET /{language}: leads to the first page in that language."""
    to = {hdrs.LOCATION: f"{request[CHOSEN].prefix}/"}
    return web.Response(status=MOVED, headers=to)


async def show_staying_safe(request: web.Request) -> web.Response:
    """GET /staying-safe."""
    return _content(request, "staying-safe")


async def show_privacy(request: web.Request) -> web.Response:
    """GET /privacy: the promises in full, and what the website does on a device."""
    return request.app[keys.RENDERER].page(
        request,
        "privacy.html",
        content=request[CHOSEN].language.pages["privacy"],
        promises=request.app[keys.PROMISES].current().promises,
    )


async def show_accessibility(request: web.Request) -> web.Response:
    """GET /accessibility."""
    return _content(request, "accessibility")


def _content(request: web.Request, name: str) -> web.Response:
    content = request[CHOSEN].language.pages[name]
    return request.app[keys.RENDERER].page(request, "content.html", content=content)


def _form(request: web.Request, given: str = "", why: str = "") -> web.Response:
    language = request[CHOSEN].language
    limit = language.number(text.VISITOR_LIMIT)
    error = language.texts(f"page.ask.{why}", limit=limit) if why else ""
    promises = request.app[keys.PROMISES].current().promises
    response = request.app[keys.RENDERER].page(
        request, "ask.html", text=given, error=error, promises=promises
    )
    if error:
        response.set_status(UNPROCESSABLE)
    return response


def _topics(published: Sequence[Published], language: Language) -> list[Topic]:
    grouped: dict[str, list[Published]] = {}
    for entry in published:
        if entry.topic != SMALL_TALK:
            grouped.setdefault(entry.topic, []).append(entry)
    return [Topic(slug, _name(slug, language), entries) for slug, entries in grouped.items()]


def _name(slug: str, language: Language) -> str:
    """Return what a topic is called; an admin's own topic is named by its slug."""
    key, texts = f"page.topic.{slug}", language.texts
    return texts(key) if key in texts else slug.replace("-", " ").capitalize()


def _around(entry: Published, entries: Sequence[Published]) -> list[Published]:
    """Return the questions that follow in the topic, then those before it."""
    at = next(i for i, other in enumerate(entries) if other.slug == entry.slug)
    return [*entries[at + 1 :], *entries[:at]][:MOST_RELATED]
