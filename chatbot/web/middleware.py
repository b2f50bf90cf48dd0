"""What happens around every request: its id, its address, its errors, its headers, its log line.

The log line names the route, never the path: a path may hold an id, a query what somebody wrote.
"""

import logging
import secrets
import time
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import Final

from aiohttp import hdrs, web

from chatbot.web import keys
from chatbot.web.console import page as console
from chatbot.web.errors import HTTP_CODES, json_error, json_response, shape, status_of
from chatbot.web.languages import CHOSEN, choose
from chatbot.web.security import add_headers

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

API: Final = "/api/"
CONSOLE: Final = "/console"
BROKEN: Final = 500
request_id: ContextVar[str] = ContextVar("request_id", default="-")

log = logging.getLogger(__name__)


@web.middleware
async def edge(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Wrap a request."""
    started = time.perf_counter()
    token = request_id.set(secrets.token_hex(8))
    try:
        site = request.app[keys.SITE]
        forwarded = request.headers.get(hdrs.X_FORWARDED_FOR)
        request[keys.ADDRESS] = site.addresses.of(request.remote, forwarded)
        request[CHOSEN] = choose(request, request.app[keys.LANGUAGES])
        response = await _answered(request, handler)
        response.headers["X-Request-Id"] = request_id.get()
        if not response.prepared:
            add_headers(request, response, site)
        _log(request, response.status, started)
        return response
    finally:
        request_id.reset(token)


async def _answered(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        if "language" in request.match_info and not request[CHOSEN].prefix:
            raise web.HTTPNotFound  # noqa: TRY301  # one way out for all
        return await handler(request)
    except web.HTTPException as error:
        if error.status < 400:  # noqa: PLR2004  # redirects are answers
            raise
        return _http_error(request, error)
    except Exception as error:  # noqa: BLE001  # the edge: nothing may get past it unanswered
        status = status_of(error)
        if status is None or status == BROKEN:
            # The type and the place, never the words: they may quote a visitor.
            log.error("request.broken error=%s at=%s", type(error).__name__, _place(error))  # noqa: TRY400  # likewise
            status = BROKEN
        return _error(request, error, status)


def _http_error(request: web.Request, error: web.HTTPException) -> web.StreamResponse:
    code = HTTP_CODES.get(error.status, "malformed" if error.status < BROKEN else "internal")
    texts = request[CHOSEN].language.texts
    if request.path.startswith(API):
        response = json_response(shape(code, texts), error.status)
    else:
        response = _page(request, code, error.status)
    if allow := error.headers.get(hdrs.ALLOW):
        response.headers[hdrs.ALLOW] = allow
    return response


def _error(request: web.Request, error: Exception, status: int) -> web.StreamResponse:
    if request.path.startswith(API):
        return json_error(error, status, request[CHOSEN].language.texts)
    return _page(request, getattr(error, "code", "internal"), status)


def _page(request: web.Request, code: str, status: int) -> web.Response:
    texts = request[CHOSEN].language.texts
    title, message = texts("page.error.title"), texts(f"errors.{code}")
    if request.path.startswith(CONSOLE):
        return console.page(request, "error.html", status, title=title, message=message)
    response = request.app[keys.RENDERER].page(
        request, "error.html", title=title, message=message, alone=True
    )
    response.set_status(status)
    return response


def _place(error: Exception) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return "?"
    return f"{trace.tb_frame.f_globals.get('__name__')}:{trace.tb_lineno}"


def _log(request: web.Request, status: int, started: float) -> None:
    resource = request.match_info.route.resource
    log.info(
        "request method=%s route=%s status=%d ms=%.1f id=%s",
        request.method,
        resource.canonical if resource else "none",
        status,
        (time.perf_counter() - started) * 1000,
        request_id.get(),
    )
