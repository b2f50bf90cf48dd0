"""Signing in and out, and joining by a link."""

from typing import Final

from aiohttp import hdrs, web

from chatbot.domain.errors import Invalid
from chatbot.domain.people import Person
from chatbot.services.errors import (
    Busy,
    EmailTaken,
    LinkVoid,
    SignInFailed,
    SlowDown,
)
from chatbot.services.sign_in import STEP_MS, Caller, Halfway, SignedIn
from chatbot.web import keys, parse
from chatbot.web.console import cookies
from chatbot.web.console.devices import describe
from chatbot.web.console.guard import see_other
from chatbot.web.console.page import HOME, error, page, why
from chatbot.web.errors import status_of
from chatbot.web.limits import Rate

FIELDS: Final = 8
ATTEMPTS: Final = Rate(0.2, 20)
"""Tries to sign in or join that one address has: hashing passphrases is dear."""


def check_rate(request: web.Request) -> None:
    """Count a try of this address.

    Raises:
        TooMany: slow down.
    """
    address = request[keys.ADDRESS]
    request.app[keys.SITE].limiter.check("sign-in", address.whose, address.rate(ATTEMPTS))


def caller(request: web.Request) -> Caller:
    """Return where this request comes from, as far as signing in needs to know."""
    address = request[keys.ADDRESS]
    device = describe(request.headers.get(hdrs.USER_AGENT, ""))
    return Caller(address.whose, address.shared, device, cookies.device(request))


def let_in(request: web.Request, signed_in: SignedIn, known: Caller, to: str) -> web.Response:
    """Give the browser its session and lead on."""
    response = see_other(to)
    whole = request.app[keys.SESSIONS].lifetime.whole / 1000
    cookies.give(response, cookies.SESSION, signed_in.token, whole)
    cookies.give(response, cookies.DEVICE, known.device_token, cookies.DEVICE_SECONDS)
    cookies.take(response, cookies.STEP)
    return response


async def show_sign_in(request: web.Request) -> web.Response:
    """GET /console/sign-in."""
    if await request.app[keys.SESSIONS].find(cookies.read(request, cookies.SESSION)):
        return see_other(HOME)
    return _form(request, next_page=_own(request.query.get("next", "")))


async def sign_in(request: web.Request) -> web.Response:
    """POST /console/sign-in: e-mail and passphrase."""
    check_rate(request)
    fields = await parse.form(request, FIELDS)
    email, to, known = fields.get("email", ""), _own(fields.get("next", "")), caller(request)
    try:
        result = await request.app[keys.SIGN_IN].with_passphrase(
            email, fields.get("passphrase", ""), known
        )
    except (SignInFailed, SlowDown, Busy) as refusal:
        return _form(request, status_of(refusal) or 400, email, to, error(request, refusal.code))
    if isinstance(result, Halfway):
        response = see_other(f"/console/sign-in/code?next={to}")
        cookies.give(response, cookies.STEP, result.token, STEP_MS / 1000)
        return response
    return let_in(request, result, known, to)


async def sign_out(request: web.Request) -> web.Response:
    """POST /console/sign-out."""
    session = request[keys.SESSION]
    await request.app[keys.SESSIONS].end(session.id, session.person_id)
    response = see_other("/console/sign-in")
    cookies.take(response, cookies.SESSION)
    return response


async def show_join(request: web.Request) -> web.Response:
    """GET /console/join/{token}: create the account that the link invites to."""
    try:
        invitation = await request.app[keys.PEOPLE].invitation(request.match_info["token"])
    except LinkVoid:
        return page(request, "void.html", 410)
    return page(request, "join.html", founding=invitation.founding, email=invitation.email)


async def join(request: web.Request) -> web.Response:
    """POST /console/join/{token}."""
    check_rate(request)
    token, people = request.match_info["token"], request.app[keys.PEOPLE]
    fields = await parse.form(request, FIELDS)
    name, email, passphrase = (fields.get(f, "") for f in ("name", "email", "passphrase"))
    try:
        founding = (await people.invitation(token)).founding
        try:
            person = await people.join(token, name, email, passphrase)
        except Invalid as invalid:
            errors = why(request, invalid.fields)
        except EmailTaken:
            errors = why(request, {"email": "taken"})
        else:
            return await _welcome(request, person)
    except LinkVoid:
        return page(request, "void.html", 410)
    return page(request, "join.html", 422, founding=founding, email=email, name=name, errors=errors)


async def _welcome(request: web.Request, person: Person) -> web.Response:
    known = caller(request)
    signed_in = await request.app[keys.SIGN_IN].start(person, known)
    return let_in(request, signed_in, known, "/console/account?done=joined")


def _form(
    request: web.Request, status: int = 200, email: str = "", next_page: str = HOME, wrong: str = ""
) -> web.Response:
    return page(request, "sign_in.html", status, email=email, next_page=next_page, wrong=wrong)


def _own(address: str) -> str:
    """Return the page to lead on to: one of the console, whatever a link asked for.

    >>> _own("/console/people"), _own("//evil.example/console"), _own("/console/../x")
    ('/console/people', '/console', '/console')
    """
    plain = address.isascii() and address.isprintable() and not set(address) & set("\\ ")
    inside = address == HOME or address.startswith((f"{HOME}/", f"{HOME}?"))
    return address if plain and inside and ".." not in address else HOME
