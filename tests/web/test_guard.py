"""The door of the console: role x route, other sites, and who has not signed in."""

import re
from typing import Final

import aiohttp
import pytest

from chatbot.domain.people import Role, may
from chatbot.services.sign_in import Caller
from chatbot.web import keys
from chatbot.web.console import cookies
from chatbot.web.route import Audience, Route
from chatbot.web.routes import ROUTES
from tests.web.conftest import Service
from tests.web.staff import Browser, a_person

pytestmark = pytest.mark.asyncio(loop_scope="session")

GUARDED: Final = [route for route in ROUTES if route.audience is Audience.STAFF]
FORMS: Final = [
    route
    for route in ROUTES
    if route.audience in {Audience.STAFF, Audience.ENTRANCE} and route.method != "GET"
]
CALLER: Final = Caller("an address", shared=False, device="Firefox, Linux", device_token="a device")


def named(route: Route) -> str:
    return f"{route.method} {route.path}"


def address(route: Route) -> str:
    """Return a path that fits the route, to something that is not there."""
    return re.sub(r"\{[^}]+\}", "01a21804-0767-7f55-bef2-e39e396868ea", route.path)


async def signed_in(service: Service, http: aiohttp.ClientSession, role: Role) -> Browser:
    """Return a browser with a session of its own: some routes end the one they are called with."""
    person = next(
        (a.person for a in await service.app[keys.PEOPLE].all() if a.person.role is role), None
    ) or await a_person(service, role, role.value)
    token = (await service.app[keys.SIGN_IN].start(person, CALLER)).token
    return Browser(http, service.base, {cookies.SESSION: token})


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("route", GUARDED, ids=named)
async def test_a_route_lets_in_exactly_the_roles_that_may(
    service: Service, http: aiohttp.ClientSession, route: Route, role: Role
) -> None:
    assert route.action is not None
    browser = await signed_in(service, http, role)
    answer = await browser.call(route.method, address(route))
    assert answer.status != 500
    assert (answer.status == 403) is not may(role, route.action)


@pytest.mark.parametrize("route", GUARDED, ids=named)
async def test_whoever_has_not_signed_in_is_sent_to_sign_in(
    service: Service, http: aiohttp.ClientSession, route: Route
) -> None:
    answer = await Browser(http, service.base).call(route.method, address(route))
    assert (answer.status, answer.to.split("?")[0]) == (303, "/console/sign-in")


@pytest.mark.parametrize("route", FORMS, ids=named)
@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {},
    ],
    ids=str,
)
async def test_no_other_site_can_send_a_form(
    service: Service, http: aiohttp.ClientSession, route: Route, headers: dict[str, str]
) -> None:
    browser = await signed_in(service, http, Role.ADMIN)
    answer = await browser.call(route.method, address(route), headers=headers)
    assert answer.status == 403
    assert "another website" in answer.text


async def test_every_route_of_staff_names_its_action() -> None:
    assert [route.path for route in GUARDED if route.action is None] == []
    assert all(route.action is None for route in ROUTES if route.audience is not Audience.STAFF)


async def test_everything_below_the_console_is_guarded() -> None:
    open_doors = {
        route.path
        for route in ROUTES
        if route.path.startswith("/console") and route.audience is not Audience.STAFF
    }
    assert open_doors == {
        "/console/sign-in",
        "/console/sign-in/code",
        "/console/sign-in/passkey",
        "/console/sign-in/passkey/options",
        "/console/join/{token}",
    }
