"""Every address of the service on one page: method, path, handler, and for whom it is."""

from dataclasses import replace
from typing import Any, Final

from aiohttp import web

from chatbot.domain.callback_form import Caller
from chatbot.domain.figures import By
from chatbot.web import (
    assets,
    callback_pages,
    callbacks,
    embedding,
    health,
    openapi,
    pages,
    parse,
    schema,
    socket,
    tool_schema,
    tools,
    visitor,
    welcome,
)
from chatbot.web.console import calendar, guard
from chatbot.web.console.routes import STAFF
from chatbot.web.route import Audience, Handler, Route

V1: Final = "/api/v1"
ONE: Final = f"{V1}/conversations/{{id}}"
LANGUAGE: Final = "/{language:[A-Za-z-]+}"


def _visitor(method: str, path: str, handler: Handler, **docs: Any) -> Route:
    return Route(method, ONE + path, handler, Audience.VISITOR, **docs)


def _holder(method: str, path: str, handler: Handler, **docs: Any) -> Route:
    return Route(method, f"{V1}/callbacks/{{reference}}{path}", handler, Audience.HOLDER, **docs)


def _tool(path: str, handler: Handler, **docs: Any) -> Route:
    return Route("GET", f"{V1}/admin{path}", handler, Audience.TOOL, **docs)


WRITTEN: Final = {201: schema.Written, 200: schema.Written}
DONE: Final = {204: None}

API: Final = (
    Route(
        "POST",
        f"{V1}/conversations",
        visitor.start_conversation,
        body=parse.Start,
        answers={201: schema.Started},
    ),
    _visitor("POST", "/messages", visitor.post_message, body=parse.Message, answers=WRITTEN),
    _visitor(
        "GET",
        "/events",
        visitor.get_events,
        answers={200: schema.Events},
        query={
            "after": openapi.whole_number(0, parse.SEQ_LIMIT, 0),
            "wait": openapi.seconds(parse.LONGEST_WAIT),
        },
    ),
    _visitor("GET", "/live", socket.live, answers={101: None}),
    _visitor(
        "POST", "/person", visitor.ask_for_person, body=parse.Person, answers={202: schema.Empty}
    ),
    _visitor("DELETE", "/person", visitor.stop_waiting, answers=DONE),
    _visitor("POST", "/choice", visitor.choose, body=parse.Choice, answers=WRITTEN),
    _visitor("POST", "/rating", visitor.rate, body=parse.Rating, answers=DONE),
    _visitor("POST", "/stay", visitor.stay, answers=DONE),
    _visitor("POST", "/close", visitor.close, answers=DONE),
    _visitor("DELETE", "", visitor.leave, answers=DONE),
    Route(
        "GET",
        f"{V1}/faq",
        visitor.search_faq,
        query={
            "q": openapi.text(parse.QUERY_LIMIT),
            "limit": openapi.whole_number(1, visitor.SEARCH_MOST, visitor.SEARCH_LIMIT),
        },
        answers={200: schema.Found},
    ),
    Route("GET", f"{V1}/status", visitor.status, answers={200: schema.Status}),
    Route("GET", f"{V1}/welcome", welcome.get_welcome, answers={200: schema.Welcome}),
    Route(
        "GET",
        f"{V1}/callback-slots",
        callbacks.get_slots,
        query={"caller": openapi.choice(Caller, Caller.CAUTIONED)},
        answers={200: schema.Slots},
    ),
    Route(
        "POST",
        f"{V1}/callbacks",
        callbacks.ask,
        body=parse.CallbackRequest,
        answers={201: schema.Receipt, 401: schema.ErrorAnswer, 409: schema.SlotTakenAnswer},
    ),
    _holder("GET", "", callbacks.get_status, answers={200: schema.CallbackStatus}),
    _holder("DELETE", "", callbacks.cancel, answers=DONE),
    _holder(
        "POST",
        "/slot",
        callbacks.move,
        body=parse.CallbackMove,
        answers={200: schema.CallbackStatus, 409: schema.SlotTakenAnswer},
    ),
    _tool(
        "/figures",
        tools.get_figures,
        query={"by": openapi.choice(By, By.MONTH), "at": openapi.day()},
        answers={200: tool_schema.FigureReport},
    ),
    _tool(
        "/audit",
        tools.get_audit,
        query={
            "before": openapi.whole_number(0, parse.SEQ_LIMIT, 0),
            "limit": openapi.whole_number(1, tools.LINES, tools.LINES),
        },
        answers={200: tool_schema.AuditPage},
    ),
    _tool("/faq", tools.get_faq, answers={200: tool_schema.FaqEntries}),
)

PAGES: Final = (
    Route("GET", "/", pages.show_home),
    Route("GET", "/faq", pages.show_faq),
    Route("GET", "/faq/{slug}", pages.show_entry),
    Route("GET", "/ask", pages.show_ask),
    Route("POST", "/ask", pages.ask),
    Route("GET", "/callback", callback_pages.show_callback),
    Route("POST", "/callback", callback_pages.ask),
    Route("GET", "/callback/change", callback_pages.show_change),
    Route("POST", "/callback/change", callback_pages.change),
    Route("GET", "/staying-safe", pages.show_staying_safe),
    Route("GET", "/privacy", pages.show_privacy),
    Route("GET", "/accessibility", pages.show_accessibility),
)
"""In the language that the browser asks for; below `/{language}` each of them in that one."""

ROUTES: Final = (
    *API,
    *STAFF,
    Route("GET", f"{V1}/openapi.json", openapi.document),
    Route("GET", "/healthz", health.healthz),
    Route("GET", "/readyz", health.readyz),
    *(Route("GET", f"/widget/{name}", assets.launcher) for name in assets.LAUNCHER),
    Route("GET", "/widget/frame", assets.frame),
    Route("GET", "/widget/later", assets.later_texts),
    Route("GET", "/widget/ring", assets.ring_texts),
    Route("GET", "/widget/{version}/{path:.+}", assets.widget_file),
    Route("GET", "/static/{path:.+}", assets.static_file),
    Route("GET", "/calendar/{token}.ics", calendar.show_feed),
    Route("GET", "/embed", embedding.show_embedding),
    Route("GET", "/embed/preview", embedding.show_preview),
    Route("GET", "/faq.jsonld", pages.show_json_ld),
    *PAGES,
    Route("GET", LANGUAGE, pages.lead_home),
    *(replace(page, path=LANGUAGE + page.path) for page in PAGES),
)


def add_routes(app: web.Application) -> None:
    """Register every route."""
    for route in ROUTES:
        app.router.add_route(route.method, route.path, _guarded(route))
        if route.method == "GET" and route.audience is Audience.PUBLIC and route not in API:
            # Who looks whether a page is still there gets its head; aiohttp leaves the body out.
            app.router.add_route("HEAD", route.path, route.handler)


def _guarded(route: Route) -> Handler:
    if route.audience is Audience.STAFF:
        if route.action is None:
            raise ValueError(f"{route.path} names no action")
        return guard.guarded(route.action, route.handler)
    return guard.entrance(route.handler) if route.audience is Audience.ENTRANCE else route.handler
