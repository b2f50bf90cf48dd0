"""Setting up second factors: an authenticator app, recovery codes, passkeys."""

from io import BytesIO
from typing import Final

import segno
from aiohttp import web
from markupsafe import Markup

from chatbot.domain.errors import Invalid
from chatbot.services.errors import SignInFailed, StepOver
from chatbot.services.second_factors import Proposal
from chatbot.web import keys, parse
from chatbot.web.console.account import ACCOUNT, proved
from chatbot.web.console.guard import see_other
from chatbot.web.console.page import error, page, why
from chatbot.web.console.passkey_site import can_have_passkeys, own_site
from chatbot.web.console.sign_in import FIELDS
from chatbot.web.errors import json_response
from chatbot.web.languages import CHOSEN

APP: Final = f"{ACCOUNT}/second-factor"
ADD: Final = f"{ACCOUNT}/passkeys"
UNPROCESSABLE: Final = 422
UNAUTHORISED: Final = 401


@proved(APP)
async def show_app(request: web.Request) -> web.Response:
    """GET /console/account/second-factor: a QR code for an authenticator app."""
    return _app(request, request.app[keys.SECOND_FACTORS].propose(request[keys.PERSON]))


def _app(
    request: web.Request, proposal: Proposal, status: int = 200, wrong: str = ""
) -> web.Response:
    return page(
        request,
        "second_factor.html",
        status,
        proposal=proposal,
        picture=_qr(proposal.uri),
        wrong=wrong,
        required=request.app[keys.SITE].second_factor_required,
        can_have_passkeys=can_have_passkeys(request),
    )


@proved(APP)
async def set_app_up(request: web.Request) -> web.Response:
    """POST /console/account/second-factor: the app's first code proves that it works."""
    fields, factors = await parse.form(request, FIELDS), request.app[keys.SECOND_FACTORS]
    sealed, me = fields.get("sealed", ""), request[keys.PERSON]
    account = await request.app[keys.PEOPLE].account(me.id)
    try:
        codes = await factors.set_up(account, sealed, fields.get("code", ""))
    except StepOver:
        return see_other(APP)
    except SignInFailed:
        wrong = request[CHOSEN].language.texts("console.code.wrong")
        return _app(request, factors.again(me, sealed), UNPROCESSABLE, wrong)
    return _show_codes(request, codes) if codes else see_other(f"{ACCOUNT}?done=app")


@proved(ACCOUNT)
async def remove_app(request: web.Request) -> web.Response:
    """POST /console/account/second-factor/remove."""
    await request.app[keys.SECOND_FACTORS].remove_app(request[keys.PERSON])
    return see_other(f"{ACCOUNT}?done=app_removed")


@proved(ACCOUNT)
async def renew_codes(request: web.Request) -> web.Response:
    """POST /console/account/recovery-codes: new ones, shown once."""
    codes = await request.app[keys.SECOND_FACTORS].new_recovery_codes(request[keys.PERSON])
    return _show_codes(request, codes)


@proved(ADD)
async def show_passkey(request: web.Request) -> web.Response:
    """GET /console/account/passkeys: name a new passkey."""
    return _passkey(request)


def _passkey(
    request: web.Request, status: int = 200, errors: dict[str, str] | None = None, wrong: str = ""
) -> web.Response:
    return page(
        request,
        "passkey.html",
        status,
        errors=errors or {},
        wrong=wrong,
        can_have_passkeys=can_have_passkeys(request),
    )


@proved(ADD)
async def begin_passkey(request: web.Request) -> web.Response:
    """POST /console/account/passkeys/options: what the browser is to make, as JSON."""
    ceremony = await request.app[keys.PASSKEYS].begin_adding(
        request[keys.PERSON], own_site(request)
    )
    return json_response({"step": ceremony.step, "options": ceremony.options})


@proved(ADD)
async def add_passkey(request: web.Request) -> web.Response:
    """POST /console/account/passkeys."""
    fields = await parse.form(request, FIELDS)
    account = await request.app[keys.PEOPLE].account(request[keys.PERSON].id)
    name, step, answer = (fields.get(f, "") for f in ("name", "step", "credential"))
    try:
        codes = await request.app[keys.PASSKEYS].add(account, name, step, answer, own_site(request))
    except Invalid as invalid:
        return _passkey(request, UNPROCESSABLE, why(request, invalid.fields))
    except (SignInFailed, StepOver) as refusal:
        return _passkey(request, UNAUTHORISED, wrong=error(request, refusal.code))
    return _show_codes(request, codes) if codes else see_other(f"{ACCOUNT}?done=passkey")


@proved(ACCOUNT)
async def remove_passkey(request: web.Request) -> web.Response:
    """POST /console/account/passkeys/{id}/remove."""
    await request.app[keys.PASSKEYS].remove(request[keys.PERSON], request.match_info["id"])
    return see_other(f"{ACCOUNT}?done=passkey_removed")


def _show_codes(request: web.Request, codes: list[str]) -> web.Response:
    return page(request, "recovery.html", codes=codes)


def _qr(uri: str) -> Markup:
    """Return a QR code as SVG, black on white in any colour scheme."""
    drawn = BytesIO()
    segno.make(uri, error="m", micro=False).save(
        drawn, kind="svg", xmldecl=False, svgns=False, omitsize=True, border=3, light="#fff"
    )
    return Markup(drawn.getvalue().decode())  # noqa: S704  # segno drew it; the text is only in it as squares
