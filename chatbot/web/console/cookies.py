"""The cookies of staff; a visitor never gets one.

`__Host-` ties a cookie to this host and to TLS: no neighbouring site can set it, no plain line
carries it. Browsers count plain http on localhost and 127.0.0.1 as safe, so it works there too.
"""

from secrets import token_urlsafe
from typing import Final

from aiohttp import web

SESSION: Final = "__Host-console"
STEP: Final = "__Host-console-step"
DEVICE: Final = "__Host-console-device"
DEVICE_SECONDS: Final = 400 * 24 * 3600
"""As long as browsers keep a cookie at most."""


def read(request: web.Request, name: str) -> str:
    """Return a cookie's value, or nothing."""
    return request.cookies.get(name, "")


def give(response: web.StreamResponse, name: str, value: str, seconds: float) -> None:
    """Set a cookie that no script can read and no other site can have sent in a form."""
    response.set_cookie(
        name,
        value,
        max_age=int(seconds),
        path="/",
        secure=True,
        httponly=True,
        samesite="Lax",
    )


def take(response: web.StreamResponse, name: str) -> None:
    """Delete a cookie."""
    give(response, name, "", 0)


def device(request: web.Request) -> str:
    """Return the token of this browser; a new one for a browser that has none."""
    return read(request, DEVICE) or token_urlsafe(24)
