"""The OpenAPI document, made from the table of routes and the types that it names."""

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

import msgspec
from aiohttp import web

from chatbot import __version__
from chatbot.web import schema
from chatbot.web.errors import json_response

if TYPE_CHECKING:
    from chatbot.web.route import Route

Parameter = Mapping[str, object]
Refs = Mapping[type[msgspec.Struct], dict[str, Any]]

_REF: Final = "#/components/schemas/{name}"
_ERRORS: Final = {
    "public": ("400", "422", "429", "503"),
    "visitor": ("400", "401", "404", "409", "422", "429", "503"),
    "holder": ("400", "401", "409", "422", "429", "503"),
    "tool": ("400", "401", "403", "422", "429", "503"),
}
_SWITCHING: Final = 101
_NAMED: Final = re.compile(r"\{(\w+)\}")
_CACHED: Final = web.AppKey("openapi", dict[str, Any])


def whole_number(least: int, most: int, default: int) -> Parameter:
    """Describe a query parameter that is a whole number."""
    return {"type": "integer", "minimum": least, "maximum": most, "default": default}


def seconds(most: float) -> Parameter:
    """Describe a query parameter in seconds; more than `most` is cut."""
    return {"type": "number", "minimum": 0, "default": 0, "description": f"At most {most:g}."}


def text(longest: int) -> Parameter:
    """Describe a query parameter that is text."""
    return {"type": "string", "maxLength": longest, "default": ""}


def choice(of: type[StrEnum], default: StrEnum) -> Parameter:
    """Describe a query parameter that is one of a few words."""
    return {"type": "string", "enum": [one.value for one in of], "default": default.value}


def day() -> Parameter:
    """Describe a query parameter that is a day; without it today counts."""
    return {"type": "string", "format": "date"}


def build(routes: Iterable["Route"]) -> dict[str, Any]:
    """Return the document for `routes`."""
    routes = tuple(routes)
    types: set[type[msgspec.Struct]] = {schema.ErrorAnswer}
    for route in routes:
        types |= {t for t in (route.body, *route.answers.values()) if t is not None}
    ordered = sorted(types, key=lambda type_: type_.__name__)
    shapes, components = msgspec.json.schema_components(ordered, ref_template=_REF)
    refs: Refs = dict(zip(ordered, shapes, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, refs)
    return {
        "openapi": "3.1.0",
        "info": {"title": "CARA chat", "version": __version__, "license": {"name": "MIT"}},
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _operation(route: "Route", refs: Refs) -> dict[str, Any]:
    answers = {str(s): _answer(refs[t] if t else None) for s, t in route.answers.items()}
    for status in _ERRORS[route.audience]:
        answers.setdefault(status, _answer(refs[schema.ErrorAnswer]))
    name = route.handler.__name__
    summary = (route.handler.__doc__ or name).strip().splitlines()[0]
    operation: dict[str, Any] = {"operationId": name, "summary": summary, "responses": answers}
    parameters: list[dict[str, Any]] = [
        {"name": name, "in": "query", "required": False, "schema": dict(shape)}
        for name, shape in route.query.items()
    ]
    if route.audience == "tool":
        operation["security"] = [{"token": []}]
    for name in _NAMED.findall(route.path):
        identity = {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        parameters.append(identity)
        if _SWITCHING not in route.answers:  # a socket's token comes in its first frame
            operation["security"] = [{"token": []}]
    if parameters:
        operation["parameters"] = parameters
    if route.body is not None:
        required = any(f.required for f in msgspec.structs.fields(route.body))
        content = {"application/json": {"schema": refs[route.body]}}
        operation["requestBody"] = {"required": required, "content": content}
        answers["413"] = _answer(refs[schema.ErrorAnswer])
    return operation


def _answer(shape: Mapping[str, Any] | None) -> dict[str, Any]:
    if shape is None:
        return {"description": "Done."}
    return {"description": "See the schema.", "content": {"application/json": {"schema": shape}}}


def publish(app: web.Application, routes: Iterable["Route"]) -> None:
    """Build the document once, for `document` to serve."""
    app[_CACHED] = build(routes)


async def document(request: web.Request) -> web.Response:
    """GET /api/v1/openapi.json."""
    return json_response(request.app[_CACHED])
