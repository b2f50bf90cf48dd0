"""Questions that must go on finding their entry."""

from typing import Final

from aiohttp import web

from chatbot.domain.errors import Invalid
from chatbot.services.errors import UnknownEntry
from chatbot.web import keys, parse
from chatbot.web.console.guard import see_other
from chatbot.web.console.page import done, page
from chatbot.web.languages import CHOSEN

HERE: Final = "/console/faq-checks"
FIELDS: Final = 4


async def show_checks(request: web.Request) -> web.Response:
    """GET /console/faq-checks."""
    return await _page(request)


async def add(request: web.Request) -> web.Response:
    """POST /console/faq-checks: a question, and the entry that must answer it."""
    given = await parse.form(request, FIELDS)
    question, slug = given.get("question", ""), given.get("slug", "")
    texts = request[CHOSEN].language.texts
    try:
        await request.app[keys.TRIAL].add(request[keys.PERSON], question, slug)
    except Invalid as refusal:
        reason = next(iter(refusal.fields.values()))
        return await _page(request, 422, given, {"question": texts(f"errors.field.{reason}")})
    except UnknownEntry:
        return await _page(request, 422, given, {"slug": texts("errors.unknown_entry")})
    return see_other(f"{HERE}?done=check_added")


async def remove(request: web.Request) -> web.Response:
    """POST /console/faq-checks/{id}/remove."""
    await request.app[keys.TRIAL].drop(request[keys.PERSON], request.match_info["id"])
    return see_other(f"{HERE}?done=check_removed")


async def _page(
    request: web.Request,
    status: int = 200,
    typed: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
) -> web.Response:
    trial, faq = request.app[keys.TRIAL], request.app[keys.FAQ]
    return page(
        request,
        "faq_checks.html",
        status,
        checks=await trial.regressions(),
        lost=trial.lost,
        published={one.slug: one.question for one in faq.published()},
        typed=typed or {},
        errors=errors or {},
        done=done(request),
    )
