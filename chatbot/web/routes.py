"""Every address of the service on one page: method, path, handler, and for whom it is."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Final

import msgspec
from aiohttp import web

from chatbot.web import assets, embedding, health, openapi, pages, parse, schema, socket, visitor

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
V1: Final = "/api/v1"
ONE: Final = f"{V1}/conversations/{{id}}"
LANGUAGE: Final = "/{language:[A-Za-z-]+}"


class Audience(StrEnum):
    """Who may call: anybody, or the visitor whose token opens the conversation."""

    PUBLIC = "public"
    VISITOR = "visitor"


@dataclass(frozen=True, slots=True)
class Route:
    """An address. `answers` maps a status to the shape of its body, for the OpenAPI document."""

    method: str
    path: str
    handler: Handler
    audience: Audience = Audience.PUBLIC
    body: type[msgspec.Struct] | None = None
    query: Mapping[str, openapi.Parameter] = field(default_factory=dict)
    answers: Mapping[int, type[msgspec.Struct] | None] = field(default_factory=dict)


def _visitor(method: str, path: str, handler: Handler, **docs: Any) -> Route:
    return Route(method, ONE + path, handler, Audience.VISITOR, **docs)


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
    _visitor("POST", "/person", visitor.ask_for_person, answers={202: schema.Empty}),
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
)

PAGES: Final = (
    Route("GET", "/", pages.show_home),
    Route("GET", "/faq", pages.show_faq),
    Route("GET", "/faq/{slug}", pages.show_entry),
    Route("GET", "/ask", pages.show_ask),
    Route("POST", "/ask", pages.ask),
    Route("GET", "/staying-safe", pages.show_staying_safe),
    Route("GET", "/privacy", pages.show_privacy),
    Route("GET", "/accessibility", pages.show_accessibility),
)
"""In the language that the browser asks for; below `/{language}` each of them in that one."""

ROUTES: Final = (
    *API,
    Route("GET", f"{V1}/openapi.json", openapi.document),
    Route("GET", "/healthz", health.healthz),
    Route("GET", "/readyz", health.readyz),
    *(Route("GET", f"/widget/{name}", assets.launcher) for name in assets.LAUNCHER),
    Route("GET", "/widget/frame", assets.frame),
    Route("GET", "/widget/{version}/{path:.+}", assets.widget_file),
    Route("GET", "/static/{path:.+}", assets.static_file),
    Route("GET", "/embed", embedding.show_embedding),
    Route("GET", "/embed/preview", embedding.show_preview),
    *PAGES,
    Route("GET", LANGUAGE, pages.lead_home),
    *(replace(page, path=LANGUAGE + page.path) for page in PAGES),
)


def add_routes(app: web.Application) -> None:
    """Register every route."""
    for route in ROUTES:
        app.router.add_route(route.method, route.path, route.handler)
