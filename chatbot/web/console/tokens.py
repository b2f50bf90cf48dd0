"""Tokens for an admin's own tools: made and shown once, listed, revoked."""

from collections.abc import Mapping
from typing import Final

from aiohttp import web

from chatbot.domain.api_tokens import LIFETIMES, Scope
from chatbot.domain.errors import Invalid
from chatbot.web import keys, parse
from chatbot.web.console.account import proved
from chatbot.web.console.guard import see_other
from chatbot.web.console.page import done, page
from chatbot.web.languages import CHOSEN, ENGLISH

PAGE: Final = "/console/tokens"
FIELDS: Final = 8


async def show_tokens(request: web.Request) -> web.Response:
    """GET /console/tokens."""
    return await _page(request)


@proved(PAGE)
async def make_token(request: web.Request) -> web.Response:
    """POST /console/tokens: make one, which this answer shows once."""
    fields = await parse.form(request, FIELDS)
    scopes = [scope.value for scope in Scope if fields.get(scope)]
    try:
        days = parse.whole(fields.get("days", ""), "days")
        tokens, me = request.app[keys.API_TOKENS], request[keys.PERSON].id
        secret = await tokens.make(fields.get("name", ""), scopes, days, me)
    except Invalid as refusal:
        texts = request[CHOSEN].language.texts
        errors = {name: texts(f"tokens.{name}.{why}") for name, why in refusal.fields.items()}
        return await _page(request, 422, fields=fields, errors=errors)
    return await _page(request, secret=secret)


async def revoke_token(request: web.Request) -> web.Response:
    """POST /console/tokens/{id}/revoke."""
    await request.app[keys.API_TOKENS].revoke(request.match_info["id"], request[keys.PERSON].id)
    return see_other(f"{PAGE}?done=revoked")


async def _page(
    request: web.Request,
    status: int = 200,
    secret: str = "",
    fields: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
) -> web.Response:
    now = request.app[keys.CLOCK]()
    found = await request.app[keys.API_TOKENS].all()
    return page(
        request,
        "tokens.html",
        status,
        live=[token for token in found if token.is_live(now)],
        void=sum(not token.is_live(now) for token in found),
        names={person.id: person.name for person in await request.app[keys.PEOPLE].everyone()},
        scopes=list(Scope),
        lifetimes=LIFETIMES,
        told=request.app[keys.TELLING][ENGLISH].moment,
        secret=secret,
        fields=fields or {},
        errors=errors or {},
        done=done(request),
    )
