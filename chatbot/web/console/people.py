"""Everybody who works here, for whoever manages people."""

from dataclasses import dataclass
from typing import Final

from aiohttp import web

from chatbot.domain.errors import Invalid
from chatbot.domain.people import Role
from chatbot.services.errors import EmailTaken, LastAdmin, LinkVoid
from chatbot.web import keys, parse
from chatbot.web.console.account import proved
from chatbot.web.console.guard import see_other
from chatbot.web.console.page import done, error, page, why
from chatbot.web.console.sign_in import FIELDS

PEOPLE: Final = "/console/people"
UNPROCESSABLE: Final = 422
CONFLICT: Final = 409


@dataclass(frozen=True, slots=True)
class Link:
    """A link that was just made, and for whom."""

    email: str
    address: str


async def show_people(request: web.Request) -> web.Response:
    """GET /console/people."""
    return await _page(request)


async def _page(
    request: web.Request,
    status: int = 200,
    errors: dict[str, str] | None = None,
    link: Link | None = None,
    email: str = "",
) -> web.Response:
    people = request.app[keys.PEOPLE]
    return page(
        request,
        "people.html",
        status,
        accounts=await people.all(),
        invitations=await people.invitations(),
        roles=list(Role),
        errors=errors or {},
        link=link,
        email=email,
        done=done(request),
    )


@proved(PEOPLE)
async def invite(request: web.Request) -> web.Response:
    """POST /console/people/invite: make a link, which this answer shows once."""
    fields = await parse.form(request, FIELDS)
    email = fields.get("email", "")
    try:
        token = await request.app[keys.PEOPLE].invite(email, _role(fields), request[keys.PERSON].id)
    except Invalid as invalid:
        return await _page(request, UNPROCESSABLE, why(request, invalid.fields), email=email)
    except EmailTaken:
        return await _page(request, CONFLICT, why(request, {"email": "taken"}), email=email)
    return await _page(request, link=_link(request, email, token))


@proved(PEOPLE)
async def offer_passphrase(request: web.Request) -> web.Response:
    """POST /console/people/{id}/passphrase: a link for a new one, which this answer shows once."""
    people, me = request.app[keys.PEOPLE], request[keys.PERSON]
    person = (await people.account(request.match_info["id"])).person
    token = await people.offer_passphrase(person.id, me.id)
    return await _page(request, link=_link(request, person.email, token))


async def withdraw(request: web.Request) -> web.Response:
    """POST /console/people/invitations/{id}/withdraw."""
    try:
        await request.app[keys.PEOPLE].withdraw(request.match_info["id"], request[keys.PERSON].id)
    except LinkVoid:
        return see_other(PEOPLE)
    return see_other(f"{PEOPLE}?done=withdrawn")


@proved(PEOPLE)
async def set_role(request: web.Request) -> web.Response:
    """POST /console/people/{id}/role."""
    role = _role(await parse.form(request, FIELDS))
    try:
        await request.app[keys.PEOPLE].set_role(
            request.match_info["id"], role, request[keys.PERSON].id
        )
    except LastAdmin as refusal:
        return await _page(request, CONFLICT, {"": error(request, refusal.code)})
    return see_other(f"{PEOPLE}?done=role")


async def disable(request: web.Request) -> web.Response:
    """POST /console/people/{id}/disable: at once, whatever the person has open."""
    try:
        await request.app[keys.PEOPLE].disable(request.match_info["id"], request[keys.PERSON].id)
    except LastAdmin as refusal:
        return await _page(request, CONFLICT, {"": error(request, refusal.code)})
    return see_other(f"{PEOPLE}?done=disabled")


@proved(PEOPLE)
async def enable(request: web.Request) -> web.Response:
    """POST /console/people/{id}/enable."""
    await request.app[keys.PEOPLE].enable(request.match_info["id"], request[keys.PERSON].id)
    return see_other(f"{PEOPLE}?done=enabled")


@proved(PEOPLE)
async def reset_second_factor(request: web.Request) -> web.Response:
    """POST /console/people/{id}/reset: for somebody who has lost their phone."""
    person = (await request.app[keys.PEOPLE].account(request.match_info["id"])).person
    await request.app[keys.SECOND_FACTORS].reset(person.id, request[keys.PERSON].id)
    return see_other(f"{PEOPLE}?done=reset")


def _role(fields: dict[str, str]) -> Role:
    """Return the role that a form chose.

    Raises:
        Invalid: there is no such role.
    """
    try:
        return Role(fields.get("role", ""))
    except ValueError as wrong:
        raise Invalid(role="unknown") from wrong


def _link(request: web.Request, email: str, token: str) -> Link:
    """Return a link below this site's address as the admin's browser knows it."""
    origin = request.headers.get("Origin", "")
    base = origin if origin.endswith(f"://{request.host}") else f"http://{request.host}"
    return Link(email, f"{base}/console/join/{token}")
