"""The files that a browser loads: the widget's and the pages' own.

They are read once, at the start, so a request touches no disk and no path can lead outside. What
is served under its content's hash may be kept for ever. Comments, indents and empty lines stay at
home: a visitor on a bad line would pay for them.
"""

import gzip
import hashlib
import mimetypes
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from aiohttp import hdrs, web

from chatbot.web import keys
from chatbot.web.errors import json_response
from chatbot.web.joining import joined
from chatbot.web.languages import CHOSEN
from chatbot.web.welcome import team

FOR_EVER: Final = "public, max-age=31536000, immutable"
FIVE_MINUTES: Final = "public, max-age=300"
AN_HOUR: Final = "public, max-age=3600"
_SERVED: Final = frozenset({".js", ".css", ".svg", ".png", ".ico", ".webmanifest", ".html"})
_LEFT_OUT: Final = frozenset({"node_modules", "test", "eslint.config.js"})
_COMMENTED: Final = frozenset({".js", ".css"})
# Whole lines only: what follows code on its line might be text.
_COMMENT: Final = re.compile(
    r"^[ \t]*/\*(?:(?!\*/).)*\*/[ \t]*$|^[ \t]*//[^\n]*$", re.MULTILINE | re.DOTALL
)
_SHARED: Final = re.compile(r'from "\.\./app/\w+\.js"')
_BLANK: Final = re.compile(r"\n\s+")
SHEETS: Final = ("style.css", "conversation.css")
WORKER: Final = "console/worker.js"
"""It is called by a push service, for the pages of staff only."""
LATER: Final = ("later", "ring")
LAUNCHER: Final = ("embed.js", "panel.js", "neutral.js")
"""What runs in the page of a site: at an address that stays the same, for a tag that is pasted."""

mimetypes.add_type("text/javascript", ".js")
mimetypes.add_type("image/svg+xml", ".svg")
mimetypes.add_type("application/manifest+json", ".webmanifest")


@dataclass(frozen=True, slots=True)
class Asset:
    """A file, ready to send."""

    body: bytes
    gzipped: bytes
    content_type: str
    etag: str


@dataclass(frozen=True, slots=True)
class Assets:
    """The files of one folder by their relative path; `version` changes with any of them."""

    files: Mapping[str, Asset]
    version: str


def read_assets(folder: Path) -> Assets:
    """Read what is served of `folder`."""
    files: dict[str, Asset] = {}
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder)
        if path.suffix not in _SERVED or _LEFT_OUT & set(relative.parts) or not path.is_file():
            continue
        commented = path.suffix in _COMMENTED
        body = _lean(path.read_text("utf-8")) if commented else path.read_bytes()
        files[relative.as_posix()] = _asset(body, mimetypes.types_map[path.suffix])
    whole = "".join(f"{name}:{asset.etag}" for name, asset in files.items())
    return Assets(files, hashlib.sha256(whole.encode()).hexdigest()[:12])


def read_widget(folder: Path, tokens: Path) -> Assets:
    """Read the widget; what comes before the first message is one script and one sheet."""
    assets = read_assets(folder)
    modules = {path.name: path.read_text("utf-8") for path in (folder / "app").glob("*.js")}
    sheets = [path.read_text("utf-8") for path in (tokens, *(folder / one for one in SHEETS))]
    # What comes later finds there what it shares with them, and loads no module of its own again.
    made = {
        f"{part}/{path.name}": _asset(
            _lean(_SHARED.sub('from "../app/all.js"', path.read_text("utf-8"))), "text/javascript"
        )
        for part in LATER
        for path in sorted((folder / part).glob("*.js"))
    }
    made |= {
        "app/all.js": _asset(_lean(joined(modules, "main.js")), "text/javascript"),
        "all.css": _asset(_lean("\n".join(sheets)), "text/css"),
    }
    whole = assets.version + "".join(asset.etag for asset in made.values())
    return Assets({**assets.files, **made}, hashlib.sha256(whole.encode()).hexdigest()[:12])


def _asset(body: bytes, kind: str) -> Asset:
    etag = hashlib.sha256(body).hexdigest()[:16]
    return Asset(body, gzip.compress(body, 9, mtime=0), kind, etag)


def _lean(text: str) -> bytes:
    """Return a text without the comments that have lines of their own, and without indents."""
    return _BLANK.sub("\n", _COMMENT.sub("", text)).lstrip().encode()


STATIC: Final = web.AppKey("static", Assets)
WIDGET: Final = web.AppKey("widget", Assets)


async def launcher(request: web.Request) -> web.Response:
    """GET /widget/embed.js: what runs in the page of a site; the others once it is pressed."""
    name = request.path.rpartition("/")[2]
    response = _send(request, request.app[WIDGET].files[name], FIVE_MINUTES)
    response.headers[hdrs.ACCESS_CONTROL_ALLOW_ORIGIN] = "*"  # for `type=module` and `integrity`
    return response


async def frame(request: web.Request) -> web.Response:
    """GET /widget/frame: the page inside the iframe."""
    site, language = request.app[keys.SITE], request[CHOSEN].language
    texts = language.texts.area("widget.")
    faq, notice = request.app[keys.FAQ], request.app[keys.PROMISES].current()
    config = {
        "site": site.name,
        "organisation": site.organisation,
        "phone": site.phone,
        "language": language.code,
        "exit": site.exit_url,
        "later": f"/widget/later?lang={language.code}",
        "notice": {"version": notice.version},
        "topics": [{"slug": s, "question": faq.question(s)} for s in TOPICS if faq.find(s)],
    }
    return request.app[keys.RENDERER].page(
        request,
        "frame.html",
        version=request.app[WIDGET].version,
        texts=texts,
        said={key: text for key, text in texts.items() if not key.startswith(WELCOME)},
        neutral_title=site.neutral_title,
        config=config,
        promises=notice.promises,
        team=team(request).html,
    )


async def later_texts(request: web.Request) -> web.Response:
    """GET /widget/later: what the chat says after the first message only."""
    return json_response(request[CHOSEN].language.texts.area("later."))


async def ring_texts(request: web.Request) -> web.Response:
    """GET /widget/ring: what the form in the chat says, for who wants to be rung."""
    site = request.app[keys.SITE]
    known = {
        "{organisation}": site.organisation,
        "{phone}": site.phone,
        "{tries}": str(request.app[keys.CALLBACKS].terms.tries),
    }
    texts = request[CHOSEN].language.texts.area("callback.")
    for name, value in known.items():
        texts = {key: text.replace(name, value) for key, text in texts.items()}
    return json_response(texts)


WELCOME: Final = "widget.welcome."
"""Sentences that are in the page and never said again: no script needs them."""

TOPICS: Final = ("what-is-cara", "when-will-you-contact", "late", "miss-or-break-condition")
"""What the welcome offers to pick, where it is published."""


async def widget_file(request: web.Request) -> web.Response:
    """GET /widget/{version}/...: a module or style sheet of the widget."""
    assets = request.app[WIDGET]
    asset = assets.files.get(request.match_info["path"])
    if asset is None or request.match_info["path"].endswith(".html"):
        raise web.HTTPNotFound
    current = request.match_info["version"] == assets.version
    return _send(request, asset, FOR_EVER if current else "no-store")


async def static_file(request: web.Request) -> web.Response:
    """GET /static/...: a file of the pages."""
    path = request.match_info["path"]
    asset = request.app[STATIC].files.get(path)
    if asset is None:
        raise web.HTTPNotFound
    response = _send(request, asset, AN_HOUR)
    if path == WORKER:
        response.headers["Service-Worker-Allowed"] = "/console"
    return response


def _send(request: web.Request, asset: Asset, cache: str) -> web.Response:
    headers = {
        hdrs.CACHE_CONTROL: cache,
        hdrs.ETAG: f'"{asset.etag}"',
        hdrs.VARY: hdrs.ACCEPT_ENCODING,
    }
    if request.headers.get(hdrs.IF_NONE_MATCH) == headers[hdrs.ETAG]:
        return web.Response(status=304, headers=headers)
    body = asset.body
    if "gzip" in request.headers.get(hdrs.ACCEPT_ENCODING, ""):
        body, headers[hdrs.CONTENT_ENCODING] = asset.gzipped, "gzip"
    return web.Response(
        body=body, content_type=asset.content_type, charset=_charset(asset), headers=headers
    )


def _charset(asset: Asset) -> str | None:
    return "utf-8" if asset.content_type.startswith("text/") else None
