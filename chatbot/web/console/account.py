"""A person's own account: name, passphrase, devices. Second factors stand in `factors.py`."""

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Final
from urllib.parse import quote

from aiohttp import web

from chatbot.domain.errors import Invalid
from chatbot.services.errors import Busy, SignInFailed, SlowDown
from chatbot.web import keys, parse
from chatbot.web.console import cookies
from chatbot.web.console.guard import see_other
from chatbot.web.console.page import done, error, page, why
from chatbot.web.console.passkey_site import can_have_passkeys
from chatbot.web.console.sign_in import FIELDS, caller, check_rate, own_page
from chatbot.web.errors import status_of

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
ACCOUNT: Final = "/console/account"
CONFIRM: Final = f"{ACCOUNT}/confirm"
UNPROCESSABLE: Final = 422


def proved(back: str) -> Callable[[Handler], Handler]:
    """Have whoever gave their passphrase a while ago give it again, then lead on to `back`.

    It is on what lets people in: a console that was left open must not become somebody else's.
    """

    def wrap(handler: Handler) -> Handler:
        @wraps(handler)
        async def prove(request: web.Request) -> web.StreamResponse:
            if is_proved(request):
                return await handler(request)
            return confirm_first(request.path_qs if request.method == "GET" else back)

        return prove

    return wrap


def is_proved(request: web.Request) -> bool:
    """Tell whether whoever asks gave their passphrase a short while ago."""
    return request.app[keys.SESSIONS].proved(request[keys.SESSION])


def confirm_first(back: str) -> web.Response:
    """Have them give it again, then lead on to `back`."""
    return see_other(f"{CONFIRM}?next={quote(back, safe='/')}")


async def show_account(request: web.Request) -> web.Response:
    """GET /console/account."""
    return await _page(request)


async def _page(
    request: web.Request, errors: dict[str, str] | None = None, name: str | None = None
) -> web.Response:
    me, session = request[keys.PERSON], request[keys.SESSION]
    return page(
        request,
        "account.html",
        UNPROCESSABLE if errors else 200,
        account=await request.app[keys.PEOPLE].account(me.id),
        passkeys=await request.app[keys.PASSKEYS].of(me),
        sessions=await request.app[keys.SESSIONS].of(me.id),
        here=session.id,
        name=me.name if name is None else name,
        errors=errors or {},
        done=done(request),
        can_have_passkeys=can_have_passkeys(request),
        required=request.app[keys.SITE].second_factor_required,
    )


async def set_name(request: web.Request) -> web.Response:
    """POST /console/account/name."""
    name = (await parse.form(request, FIELDS)).get("name", "")
    try:
        await request.app[keys.PEOPLE].rename(request[keys.PERSON], name)
    except Invalid as invalid:
        return await _page(request, why(request, invalid.fields), name)
    return see_other(f"{ACCOUNT}?done=name")


async def set_passphrase(request: web.Request) -> web.Response:
    """POST /console/account/passphrase: the present one and a new one."""
    check_rate(request)
    fields, session = await parse.form(request, FIELDS), request[keys.SESSION]
    try:
        await request.app[keys.SIGN_IN].confirm(session, fields.get("present", ""), caller(request))
        await request.app[keys.PEOPLE].set_passphrase(
            request[keys.PERSON], fields.get("passphrase", ""), session
        )
    except (SignInFailed, SlowDown, Busy) as refusal:
        return await _page(request, {"present": error(request, refusal.code)})
    except Invalid as invalid:
        return await _page(request, why(request, invalid.fields))
    return see_other(f"{ACCOUNT}?done=passphrase")


async def show_confirm(request: web.Request) -> web.Response:
    """GET /console/account/confirm: is it still you?"""
    return page(request, "confirm.html", next_page=own_page(request.query.get("next", "")))


async def confirm(request: web.Request) -> web.Response:
    """POST /console/account/confirm."""
    check_rate(request)
    fields = await parse.form(request, FIELDS)
    to = own_page(fields.get("next", ""))
    try:
        await request.app[keys.SIGN_IN].confirm(
            request[keys.SESSION], fields.get("passphrase", ""), caller(request)
        )
    except (SignInFailed, SlowDown, Busy) as refusal:
        wrong = error(request, refusal.code)
        return page(request, "confirm.html", status_of(refusal) or 200, next_page=to, wrong=wrong)
    return see_other(to)


async def end_session(request: web.Request) -> web.Response:
    """POST /console/account/sessions/{id}/end: sign one device out."""
    session_id, here = request.match_info["id"], request[keys.SESSION]
    await request.app[keys.SESSIONS].end(session_id, here.person_id)
    if session_id != here.id:
        return see_other(f"{ACCOUNT}?done=session")
    response = see_other("/console/sign-in")
    cookies.take(response, cookies.SESSION)
    return response


async def end_other_sessions(request: web.Request) -> web.Response:
    """POST /console/account/sessions/end-others."""
    here = request[keys.SESSION]
    await request.app[keys.SESSIONS].end_others(here.person_id, here.id)
    return see_other(f"{ACCOUNT}?done=sessions")
