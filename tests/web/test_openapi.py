"""The OpenAPI document and the service say the same; schemathesis looks for where they do not."""

import asyncio
from collections.abc import Iterator
from typing import Any, Final

import aiohttp
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import APIOperation, Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from chatbot.domain.api_tokens import Scope
from chatbot.domain.people import Role
from chatbot.web import keys, openapi
from chatbot.web.parse import BODY_LIMIT
from chatbot.web.routes import API, ROUTES, V1
from tests.web.conftest import Service, Visitor
from tests.web.staff import a_person

Operation = APIOperation[Any, Any, Any, Any]

SCHEMA: Final = schemathesis.openapi.from_dict(openapi.build(API))
OPERATIONS: Final = [found.ok() for found in SCHEMA.get_all_operations() if isinstance(found, Ok)]
EXAMPLES: Final = 40
CHECKS: Final = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
LONGEST_WAIT: Final = 0.05
"""Seconds: a long poll that is told to wait for longer would only take the tests' time."""


def _label(operation: Operation) -> str:
    return f"{operation.method.upper()} {operation.path}"


def test_the_document_is_valid_openapi() -> None:
    SCHEMA.validate()
    assert SCHEMA.specification.version == "3.1.0"


@pytest.mark.asyncio(loop_scope="session")
async def test_the_document_is_served_as_it_is_built(
    service: Service, http: aiohttp.ClientSession
) -> None:
    async with http.get(f"{service.api}/openapi.json") as answer:
        assert (answer.status, answer.content_type) == (200, "application/json")
        assert await answer.json() == openapi.build(API)


def test_every_route_of_the_api_is_in_the_document() -> None:
    routes = {f"{route.method} {route.path}" for route in ROUTES if route.path.startswith(V1)}
    assert routes - {f"GET {V1}/openapi.json"} == {_label(each) for each in OPERATIONS}


def test_every_operation_has_a_name_of_its_own_and_says_what_it_is_for() -> None:
    paths = openapi.build(API)["paths"]
    operations = [each for methods in paths.values() for each in methods.values()]
    assert len({each["operationId"] for each in operations}) == len(operations)
    assert all(each["summary"].strip() for each in operations)


def _tries() -> Iterator[Any]:
    for operation in OPERATIONS:
        yield pytest.param(operation, GenerationMode.POSITIVE, id=f"good-{_label(operation)}")
        if operation.query or operation.body:
            yield pytest.param(operation, GenerationMode.NEGATIVE, id=f"bad-{_label(operation)}")


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize(("operation", "mode"), [*_tries()])
async def test_an_operation_keeps_its_word(
    service: Service, operation: Operation, mode: GenerationMode
) -> None:
    """The service runs on this thread's loop, so its caller needs a thread of its own."""
    admin = await a_person(service, Role.ADMIN)
    token = await service.app[keys.API_TOKENS].make("a tool", [*Scope], 30, admin.id)
    await asyncio.to_thread(_try_out, operation, mode, service.base, token)


def _try_out(operation: Operation, mode: GenerationMode, base: str, token: str) -> None:
    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def keeps_its_word(case: Case[Any]) -> None:
        tool = {"Authorization": f"Bearer {token}"} if "/admin/" in case.path else {}
        headers = _as_a_visitor(case, base) if "{id}" in case.path else tool
        if "{reference}" in case.path:
            headers = _as_who_asked_to_be_rung(case, base)
        case.call_and_validate(base_url=base, headers=headers, checks=CHECKS)

    keeps_its_word()


def _as_a_visitor(case: Case[Any], base: str) -> dict[str, str]:
    """Give a case a conversation of its own, for some of them end it."""
    started = requests.post(f"{base}{V1}/conversations", json={}, timeout=10).json()
    case.path_parameters["id"] = started["id"]
    wait = (case.query or {}).get("wait")
    if isinstance(wait, int | float) and wait > LONGEST_WAIT:
        case.query["wait"] = LONGEST_WAIT
    return {"Authorization": f"Bearer {started['token']}"}


def _as_who_asked_to_be_rung(case: Case[Any], base: str) -> dict[str, str]:
    """Give a case a request of its own."""
    slots = requests.get(f"{base}{V1}/callback-slots", timeout=10).json()["slots"]
    form: dict[str, Any] = {
        "caller": "cautioned",
        "name": "Amina",
        "phone": "07911 123456",
        "slots": [slot["start"] for slot in slots[:3]],
        "shared_phone": "no",
        "safe_to_call": True,
    }
    made = requests.post(f"{base}{V1}/callbacks", json=form, timeout=10).json()
    case.path_parameters["reference"] = made["reference"]
    return {"Authorization": f"Bearer {made['secret']}"}


OF_A_VISITOR: Final = [each for each in OPERATIONS if "{id}" in each.path]


def _status(operation: Operation, visitor: Visitor, token: str, text: str = "") -> int:
    """Send one thing, hold the answer against the document, and return its status."""
    what: dict[str, Any] = {"body": {"text": text}} if operation.body else {}
    case = operation.Case(path_parameters={"id": visitor.id, "reference": "K4M7QD2"}, **what)
    base, headers = visitor.api.removesuffix(V1), {"Authorization": f"Bearer {token}"}
    return int(case.call_and_validate(base_url=base, headers=headers, checks=CHECKS).status_code)


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("operation", OF_A_VISITOR, ids=_label)
async def test_without_the_token_an_operation_refuses_in_its_documented_shape(
    a_visitor: Visitor, operation: Operation
) -> None:
    # A socket's token comes later, so a request that asks for no socket is merely wrong.
    expected = 400 if operation.path.endswith("/live") else 401
    assert await asyncio.to_thread(_status, operation, a_visitor, "no") == expected


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("operation", [o for o in OPERATIONS if o.body], ids=_label)
async def test_a_body_that_is_too_large_is_refused_in_its_documented_shape(
    a_visitor: Visitor, operation: Operation
) -> None:
    large = "x" * BODY_LIMIT
    assert await asyncio.to_thread(_status, operation, a_visitor, a_visitor.token, large) == 413


@pytest.mark.asyncio(loop_scope="session")
async def test_a_document_that_says_something_else_is_found_out(a_visitor: Visitor) -> None:
    document = openapi.build(API)
    document["components"]["schemas"]["Status"]["properties"]["waiting"] = {"type": "string"}
    status = schemathesis.openapi.from_dict(document)[f"{V1}/status"]["get"]
    with pytest.raises(FailureGroup):
        await asyncio.to_thread(_status, status, a_visitor, a_visitor.token)
