"""Signing in and out, and joining by a link."""

from typing import Final
from urllib.parse import quote

from aiohttp import hdrs, web

from chatbot.services.errors import (
    Busy,
    SignInFailed,
    SlowDown,
    StepOver,
)
from chatbot.services.sign_in import STEP_MS, Caller, Halfway, SignedIn
from chatbot.web import keys, parse
from chatbot.web.console import cookies
from chatbot.web.console.devices import describe
from chatbot.web.console.guard import SIGN_IN, see_other
from chatbot.web.console.navigation import HOME, start
from chatbot.web.console.page import done, error, page
from chatbot.web.console.passkey_site import can_have_passkeys, own_site
from chatbot.web.errors import json_response, status_of
from chatbot.web.limits import Rate

FIELDS: Final = 8
SLASH: Final = "/"
BAD_REQUEST: Final = 400
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
    """Give the browser its session and lead on: where nothing was asked for, to the start."""
    response = see_other(start(signed_in.person) if to == HOME else to)
    whole = request.app[keys.SESSIONS].lifetime.whole / 1000
    cookies.give(response, cookies.SESSION, signed_in.token, whole)
    cookies.give(response, cookies.DEVICE, known.device_token, cookies.DEVICE_SECONDS)
    cookies.take(response, cookies.STEP)
    return response


async def show_sign_in(request: web.Request) -> web.Response:
    """GET /console/sign-in."""
    found = await request.app[keys.SESSIONS].find(cookies.read(request, cookies.SESSION))
    if found:
        return see_other(start(found.person))
    return _form(request, next_page=own_page(request.query.get("next", "")))


async def sign_in(request: web.Request) -> web.Response:
    """POST /console/sign-in: e-mail and passphrase."""
    check_rate(request)
    fields = await parse.form(request, FIELDS)
    email, to, known = fields.get("email", ""), own_page(fields.get("next", "")), caller(request)
    try:
        result = await request.app[keys.SIGN_IN].with_passphrase(
            email, fields.get("passphrase", ""), known
        )
    except (SignInFailed, SlowDown, Busy) as refusal:
        status = status_of(refusal) or BAD_REQUEST
        return _form(request, status, email, to, error(request, refusal.code))
    if isinstance(result, Halfway):
        response = see_other(f"{SIGN_IN}/code?next={quote(to, safe=SLASH)}")
        cookies.give(response, cookies.STEP, result.token, STEP_MS / 1000)
        return response
    return let_in(request, result, known, to)


async def show_code(request: web.Request) -> web.Response:
    """GET /console/sign-in/code: the second factor is due."""
    if not cookies.read(request, cookies.STEP):
        return see_other(SIGN_IN)
    return _code_form(request, next_page=own_page(request.query.get("next", "")))


async def give_code(request: web.Request) -> web.Response:
    """POST /console/sign-in/code: a code of an app, or a recovery code."""
    check_rate(request)
    fields = await parse.form(request, FIELDS)
    to, known = own_page(fields.get("next", "")), caller(request)
    step = cookies.read(request, cookies.STEP)
    try:
        signed_in = await request.app[keys.SIGN_IN].with_code(step, fields.get("code", ""), known)
    except StepOver as over:
        response = _form(request, 401, next_page=to, wrong=error(request, over.code))
        cookies.take(response, cookies.STEP)
        return response
    except (SignInFailed, SlowDown) as refusal:
        status = status_of(refusal) or BAD_REQUEST
        return _code_form(request, status, to, error(request, refusal.code))
    return let_in(request, signed_in, known, to)


async def begin_passkey(request: web.Request) -> web.Response:
    """POST /console/sign-in/passkey/options: what the browser is to ask for, as JSON."""
    check_rate(request)
    ceremony = await request.app[keys.PASSKEYS].begin_using(own_site(request))
    return json_response({"step": ceremony.step, "options": ceremony.options})


async def use_passkey(request: web.Request) -> web.Response:
    """POST /console/sign-in/passkey."""
    check_rate(request)
    fields = await parse.form(request, FIELDS)
    to, known = own_page(fields.get("next", "")), caller(request)
    try:
        person = await request.app[keys.PASSKEYS].use(
            fields.get("step", ""), fields.get("credential", ""), own_site(request)
        )
    except (SignInFailed, StepOver) as refusal:
        return _form(request, 401, next_page=to, wrong=error(request, refusal.code))
    signed_in = await request.app[keys.SIGN_IN].start(person, known, second_factor=True)
    return let_in(request, signed_in, known, to)


async def sign_out(request: web.Request) -> web.Response:
    """POST /console/sign-out."""
    session = request[keys.SESSION]
    await request.app[keys.SESSIONS].end(session.id, session.person_id)
    await request.app[keys.AVAILABILITY].leave(session.person_id)
    response = see_other(SIGN_IN)
    cookies.take(response, cookies.SESSION)
    return response


def _form(
    request: web.Request, status: int = 200, email: str = "", next_page: str = HOME, wrong: str = ""
) -> web.Response:
    return page(
        request,
        "sign_in.html",
        status,
        email=email,
        next_page=next_page,
        wrong=wrong,
        done=done(request),
        can_have_passkeys=can_have_passkeys(request),
    )


def _code_form(
    request: web.Request, status: int = 200, next_page: str = HOME, wrong: str = ""
) -> web.Response:
    return page(
        request,
        "code.html",
        status,
        next_page=next_page,
        wrong=wrong,
        can_have_passkeys=can_have_passkeys(request),
    )


def own_page(address: str) -> str:
    """Return the page to lead on to: one of the console, whatever a link asked for.

    >>> own_page("/console/people"), own_page("//evil.example/console"), own_page("/console/../x")
    ('/console/people', '/console', '/console')
    """
    plain = address.isascii() and address.isprintable() and not set(address) & set("\\ ")
    inside = address == HOME or address.startswith((f"{HOME}/", f"{HOME}?"))
    return address if plain and inside and ".." not in address else HOME
