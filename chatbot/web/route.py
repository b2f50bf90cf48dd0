"""An address of the service, and for whom it is."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import msgspec
from aiohttp import web

from chatbot.domain.people import Action
from chatbot.web.openapi import Parameter

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


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
    query: Mapping[str, Parameter] = field(default_factory=dict)
    answers: Mapping[int, type[msgspec.Struct] | None] = field(default_factory=dict)
