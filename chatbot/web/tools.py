"""What an admin's own tools read, with a token of its scope: `/api/v1/admin/...`."""

from collections.abc import Mapping
from typing import Any, Final

from aiohttp import web

from chatbot.domain.api_tokens import ApiToken, Scope
from chatbot.domain.disclosure import Shown
from chatbot.domain.figures import Measure
from chatbot.services.errors import NotAllowed, TokenVoid
from chatbot.services.figures import MEANS
from chatbot.store.audit import Sought
from chatbot.web import keys, parse
from chatbot.web.errors import json_response
from chatbot.web.figures import asked_for

LINES: Final = 200
"""Lines of the audit in one answer, at most and by default."""


async def _opened(request: web.Request, scope: Scope) -> ApiToken:
    try:
        secret = parse.bearer(request)
    except NotAllowed as error:
        raise TokenVoid from error
    token = await request.app[keys.API_TOKENS].find(secret, scope)
    site = request.app[keys.SITE]
    site.limiter.check("request", token.id, site.rates.requests)
    return token


async def get_figures(request: web.Request) -> web.Response:
    """GET /api/v1/admin/figures?by=&at=: a report, small numbers hidden as null."""
    await _opened(request, Scope.FIGURES)
    report = await asked_for(request)
    lines = [
        {
            "first_day": span.first.isoformat(),
            "last_day": span.last.isoformat(),
            "figures": _figures(report.columns, place),
        }
        for place, span in enumerate(report.spans)
    ]
    body: dict[str, Any] = {
        "by": report.by.value,
        "lines": lines,
        "total": _figures(report.columns, None),
    }
    if report.since:
        body["complete_from"] = {one: day.isoformat() for one, day in report.since.items()}
    if report.hours:
        body["hours_of_week"] = report.hours.cells
    return json_response(body)


def _figures(columns: Mapping[Measure, Shown], place: int | None) -> dict[str, int | None]:
    return {
        f"{one}_mean_ms" if one in MEANS else one.value: shown.total
        if place is None
        else shown.cells[place]
        for one, shown in columns.items()
    }


async def get_audit(request: web.Request) -> web.Response:
    """GET /api/v1/admin/audit?before=&limit=: lines, newest first."""
    token = await _opened(request, Scope.AUDIT)
    limit = parse.limit(request, LINES, LINES)
    audit, before = request.app[keys.AUDIT], parse.before(request)
    found = await audit.read(Sought(), before, limit, token.made_by)
    lines = [
        {
            "id": line.id,
            "at": line.at,
            "who": line.who,
            "action": line.action,
            "subject": line.subject,
            "hash": line.hash,
        }
        for line in found.lines
    ]
    return json_response({"lines": lines, "before": found.before})


async def get_faq(request: web.Request) -> web.Response:
    """GET /api/v1/admin/faq: every entry, drafts and archived ones too, as it is written."""
    await _opened(request, Scope.FAQ)
    entries = [
        {
            "slug": entry.slug,
            "question": entry.question,
            "phrasings": entry.phrasings,
            "answer": entry.answer,
            "topic": entry.topic,
            "status": entry.status.value,
            "source": entry.source,
            "review_by": entry.review_by,
            "revision": entry.revision,
        }
        for entry in await request.app[keys.FAQ].entries()
    ]
    return json_response({"entries": entries})
