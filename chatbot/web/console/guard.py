"""The only door to what staff may do: who it is, whether they may, and where the call comes from.

`routes.py` wraps every staff route in it, so a handler that asks for nothing is still guarded.
"""

from collections.abc import Awaitable, Callable
from typing import Final
from urllib.parse import quote, urlsplit

from aiohttp import hdrs, web

from chatbot.domain.people import Action
from chatbot.web import keys
from chatbot.web.console import cookies
from chatbot.web.errors import NotForYou, NotSignedIn, OtherSite

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

API: Final = "/api/"
SIGN_IN: Final = "/console/sign-in"
FACTORS: Final = "/console/account/second-factor"
SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
OURS: Final = frozenset({"same-origin", "none"})
"""`Sec-Fetch-Site` of our own pages, and of an address that a person typed."""


def guarded(action: Action, handler: Handler) -> Handler:
    """Let in whoever is signed in and may do `action`, from our own pages only.

    The handler finds them under `request[keys.PERSON]` and `request[keys.SESSION]`.
    """

    async def guard(request: web.Request) -> web.StreamResponse:
        _refuse_other_sites(request)
        found = await request.app[keys.SESSIONS].find(cookies.read(request, cookies.SESSION))
        if found is None:
            return _to_sign_in(request)
        if not found.person.may(action):
            raise NotForYou
        person = await request.app[keys.AVAILABILITY].seen(found.person)
        request[keys.PERSON], request[keys.SESSION] = person, found.session
        lacks = request.app[keys.SITE].second_factor_required and not found.has_second_factor
        if lacks and action is not Action.OWN_ACCOUNT:
            return _elsewhere(request, FACTORS, NotForYou())
        return _private(await handler(request))

    return guard


def entrance(handler: Handler) -> Handler:
    """Let in whoever is about to sign in, from our own pages only."""

    async def guard(request: web.Request) -> web.StreamResponse:
        _refuse_other_sites(request)
        return _private(await handler(request))

    return guard


def see_other(address: str) -> web.Response:
    """Answer a form: look there now."""
    return web.Response(status=303, headers={hdrs.LOCATION: address})


def _refuse_other_sites(request: web.Request) -> None:
    """Refuse what another site's page makes a browser send.

    A socket's handshake counts as well: it is a GET that carries the cookie. Whoever names
    neither header is no browser that is newer than ten years, and has to name its origin.
    """
    if request.method in SAFE and hdrs.UPGRADE not in request.headers:
        return
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        allowed = site in OURS
    else:
        origin = request.headers.get(hdrs.ORIGIN, "")
        allowed = urlsplit(origin).netloc == request.host != ""
    if not allowed:
        raise OtherSite


def _to_sign_in(request: web.Request) -> web.StreamResponse:
    if request.method != "GET":
        return _elsewhere(request, SIGN_IN, NotSignedIn())
    wanted = quote(request.path_qs, safe="/")
    return _elsewhere(request, f"{SIGN_IN}?next={wanted}", NotSignedIn())


def _elsewhere(request: web.Request, address: str, refusal: Exception) -> web.StreamResponse:
    """Send a page elsewhere; a program gets the plain refusal."""
    if request.path.startswith(API) or hdrs.UPGRADE in request.headers:
        raise refusal
    return see_other(address)


def _private(response: web.StreamResponse) -> web.StreamResponse:
    """Have our own forms name their origin, for browsers without `Sec-Fetch-Site`."""
    if not response.prepared:
        response.headers.setdefault("Referrer-Policy", "same-origin")
    return response
