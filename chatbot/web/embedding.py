"""The page for whoever wants the chat on another website: the code, and the chat as it will be.

Nothing is kept of what is filled in: it travels in the address and comes back as the code.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode, urlsplit

from aiohttp import web

from chatbot.web import keys
from chatbot.web.errors import Malformed
from chatbot.web.site import Site

FIELDS: Final = ("site", "label", "position", "exit", "title")
LONGEST: Final = 200
"""Characters of a field; what is longer is cut."""
SIDES: Final = ("right", "left")
_HOST: Final = re.compile(r"[A-Za-z0-9._-]+(:\d+)?|\[[0-9A-Fa-f:]+\](:\d+)?")
_ADDRESS: Final = re.compile(r"https://[A-Za-z0-9.-]+(:\d+)?([/?#]\S*)?")
_PREVIEW: Final = (
    "default-src 'none'; script-src {origin}; frame-src {origin}; img-src data:; "
    "style-src {origin}; base-uri 'none'; frame-ancestors 'self'"
)
"""As strict as a policy can be that still has a style sheet, and a neutral icon."""


@dataclass(frozen=True, slots=True)
class Tag:
    """The one line of code: the address of the script, and its attributes in order."""

    src: str
    attributes: tuple[tuple[str, str], ...]


async def show_embedding(request: web.Request) -> web.Response:
    """GET /embed: the code for another website, from the fields in the query."""
    site, origin, given = request.app[keys.SITE], _origin(request), _given(request.query)
    theirs = _site(given["site"])
    return request.app[keys.RENDERER].page(
        request,
        "embed.html",
        alone=True,
        given=given,
        origin=origin,
        sides=SIDES,
        tag=_tag(given, origin, site),
        preview=urlencode({name: value for name, value in given.items() if name != "site"}),
        theirs=theirs,
        allowed=bool(theirs) and (theirs == origin or site.allows(theirs)),
        wrong_exit=bool(given["exit"]) and not _ADDRESS.fullmatch(given["exit"]),
        wrong_site=bool(given["site"]) and not theirs,
    )


async def show_preview(request: web.Request) -> web.Response:
    """GET /embed/preview: a page as others have it, with that code and a strict policy."""
    site, origin = request.app[keys.SITE], _origin(request)
    tag = _tag(_given(request.query), origin, site)
    response = request.app[keys.RENDERER].page(request, "embed_preview.html", tag=tag)
    response.headers["Content-Security-Policy"] = _PREVIEW.format(origin=origin)
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


def _origin(request: web.Request) -> str:
    """Return this service's origin as the visitor sees it.

    Whoever forges the headers reads a wrong address on a page that nobody else gets.

    Raises:
        Malformed: the request names no host.
    """
    forwarded = request.headers.get("X-Forwarded-Proto", "").partition(",")[0].strip()
    scheme = "https" if "https" in (forwarded, request.scheme) else "http"
    if not _HOST.fullmatch(request.host):
        raise Malformed
    return f"{scheme}://{request.host}"


def _given(query: Mapping[str, str]) -> dict[str, str]:
    return {name: " ".join(query.get(name, "").split())[:LONGEST] for name in FIELDS}


def _tag(given: Mapping[str, str], origin: str, site: Site) -> Tag:
    """Return the code; what is not filled in, or cannot be used, is left to the launcher."""
    exit_url = given["exit"] if _ADDRESS.fullmatch(given["exit"]) else site.exit_url
    attributes = {
        "data-label": given["label"],
        "data-position": "left" if given["position"] == "left" else "",
        "data-exit": exit_url,
        "data-neutral-title": given["title"],
    }
    used = tuple((name, value) for name, value in attributes.items() if value)
    return Tag(f"{origin}/widget/embed.js", used)


def _site(address: str) -> str:
    """Return the origin of an address that somebody typed, or nothing."""
    try:
        parts = urlsplit(address if "://" in address else f"https://{address}")
    except ValueError:
        return ""
    usable = parts.scheme in {"http", "https"} and _HOST.fullmatch(parts.netloc)
    return f"{parts.scheme}://{parts.netloc.lower()}" if usable else ""
