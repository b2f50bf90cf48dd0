"""What an address of the service is: method, path, handler, and for whom."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

import msgspec
from aiohttp import web

from chatbot.domain.people import Action
from chatbot.web import openapi

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
V1: Final = "/api/v1"
CONSOLE: Final = "/console"
ONE: Final = f"{V1}/conversations/{{id}}"


class Audience(StrEnum):
    """Who may call: anybody, the visitor whose token opens the conversation, staff, or a tool
    with an admin's token.

    HOLDER is who has the secret of a callback request.
    ENTRANCE is for staff who have not signed in yet; only our own pages may send it forms.
    """

    PUBLIC = "public"
    VISITOR = "visitor"
    HOLDER = "holder"
    ENTRANCE = "entrance"
    STAFF = "staff"
    TOOL = "tool"


@dataclass(frozen=True, slots=True)
class Route:
    """An address. `answers` maps a status to the shape of its body, for the OpenAPI document.

    `action` is what somebody of staff must be allowed to do; nobody else has one.
    """

    method: str
    path: str
    handler: Handler
    audience: Audience = Audience.PUBLIC
    action: Action | None = None
    body: type[msgspec.Struct] | None = None
    query: Mapping[str, openapi.Parameter] = field(default_factory=dict)
    answers: Mapping[int, type[msgspec.Struct] | None] = field(default_factory=dict)


def visitor(method: str, path: str, handler: Handler, **docs: Any) -> Route:
    """Return a call about one conversation, for who has its token."""
    return Route(method, ONE + path, handler, Audience.VISITOR, **docs)


def holder(method: str, path: str, handler: Handler, **docs: Any) -> Route:
    """Return a call about one callback request, for who has its secret."""
    return Route(method, f"{V1}/callbacks/{{reference}}{path}", handler, Audience.HOLDER, **docs)


def entrance(method: str, path: str, handler: Handler) -> Route:
    """Return an address of the console for who has not signed in yet."""
    return Route(method, CONSOLE + path, handler, Audience.ENTRANCE)


def staff(method: str, path: str, handler: Handler, action: Action) -> Route:
    """Return an address of the console for who may do `action`."""
    return Route(method, CONSOLE + path, handler, Audience.STAFF, action)


def own(method: str, path: str, handler: Handler) -> Route:
    """Return an address of the console about somebody's own account."""
    return staff(method, path, handler, Action.OWN_ACCOUNT)


def tool(path: str, handler: Handler, **docs: Any) -> Route:
    """Return a call for tools with an admin's token."""
    return Route("GET", f"{V1}/admin{path}", handler, Audience.TOOL, **docs)
