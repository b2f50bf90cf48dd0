"""What a browser is told to allow: the headers of every answer.

Nothing comes from another origin, nothing personal is kept in a cache, and only the sites that
an admin lists may put the chat in a frame.
"""

from typing import Final
from urllib.parse import urlsplit

from aiohttp import hdrs, web

from chatbot.web.site import Site

_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; frame-src 'self'; font-src 'self'; form-action 'self'; "
    "base-uri 'none'; manifest-src 'self'; frame-ancestors {ancestors}"
)
_ALWAYS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), interest-cohort=()",
    "X-Robots-Tag": "noai, noimageai",
}
FRAME_PATH: Final = "/widget/frame"
OPEN_PREFIX: Final = "/widget/"
"""What other sites load: the script tag of the widget and what its frame needs."""


def policy(path: str, site: Site) -> str:
    """Return the Content-Security-Policy of a page."""
    framed = path == FRAME_PATH
    ancestors = " ".join(["'self'", *site.allowed_sites]) if framed else "'none'"
    return _POLICY.format(ancestors=ancestors)


def add_headers(request: web.Request, response: web.StreamResponse, site: Site) -> None:
    """Set what every answer carries."""
    headers = response.headers
    for name, value in _ALWAYS.items():
        headers.setdefault(name, value)
    path = request.path
    headers.setdefault("Content-Security-Policy", policy(path, site))
    open_to_all = path.startswith(OPEN_PREFIX)
    headers.setdefault(
        "Cross-Origin-Resource-Policy", "cross-origin" if open_to_all else "same-origin"
    )
    if path != FRAME_PATH:
        headers.setdefault("X-Frame-Options", "DENY")
    headers.setdefault(hdrs.CACHE_CONTROL, "no-store")


def origin_allowed(request: web.Request, site: Site) -> bool:
    """Tell whether a handshake comes from this service or a listed site.

    A client that is no browser sends no Origin; it has the token or it has nothing.
    """
    origin = request.headers.get(hdrs.ORIGIN)
    if origin is None or site.allows(origin):
        return True
    return urlsplit(origin).netloc == request.host
