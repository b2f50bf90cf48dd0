"""What every answer has: headers, one shape of error, and a log that tells nothing personal."""

import logging
import re

import aiohttp
import pytest

from tests.web.conftest import Service, Visitor, weigh

pytestmark = pytest.mark.asyncio(loop_scope="session")

PAGES = (
    *("/", "/faq", "/faq/cost", "/ask", "/staying-safe", "/privacy", "/accessibility"),
    *("/embed", "/embed/preview"),
)


@pytest.mark.parametrize("path", [*PAGES, "/widget/frame", "/api/v1/status", "/nowhere"])
async def test_every_answer_says_what_a_browser_may_do(
    service: Service, http: aiohttp.ClientSession, path: str
) -> None:
    async with http.get(service.base + path) as answer:
        headers = answer.headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Request-Id"]
    assert "Set-Cookie" not in headers


async def test_only_listed_sites_may_frame_the_chat_and_nobody_a_page(
    service: Service, http: aiohttp.ClientSession
) -> None:
    async with http.get(f"{service.base}/widget/frame") as frame, http.get(service.base) as page:
        framed = frame.headers["Content-Security-Policy"]
        paged = page.headers["Content-Security-Policy"]
    assert "frame-ancestors 'self' https://www.example.org" in framed
    assert "frame-ancestors 'none'" in paged


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/api/v1/nowhere", 404, "not_found"),
        ("PATCH", "/api/v1/conversations", 405, "method_not_allowed"),
        ("GET", "/api/v1/faq?limit=0", 422, "invalid"),
        ("POST", "/api/v1/conversations/x/messages", 401, "not_allowed"),
    ],
)
async def test_every_error_of_the_api_has_one_shape(
    service: Service, http: aiohttp.ClientSession, method: str, path: str, status: int, code: str
) -> None:
    async with http.request(method, service.base + path) as answer:
        body = await answer.json()
        assert answer.status == status
    assert body["error"]["code"] == code
    assert set(body) == {"error"}
    assert set(body["error"]) <= {"code", "message", "fields"}


async def test_a_crash_is_answered_in_the_same_shape(
    service: Service, http: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    from chatbot.services.availability import AvailabilityService  # noqa: PLC0415  # only here

    async def broken(_self: AvailabilityService) -> int:
        raise ZeroDivisionError

    monkeypatch.setattr(AvailabilityService, "status", broken)
    async with http.get(f"{service.api}/status") as answer:
        assert answer.status == 500
        assert (await answer.json())["error"]["code"] == "internal"


async def test_a_page_that_is_not_there_is_a_page(
    service: Service, http: aiohttp.ClientSession
) -> None:
    async with http.get(f"{service.base}/faq/no-such-entry") as answer:
        assert answer.status == 404
        assert answer.content_type == "text/html"
        assert "Hide this page" in await answer.text()


async def test_the_log_holds_no_word_token_or_id_of_anybody(
    a_visitor: Visitor, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        await a_visitor.ask("my very secret question")
        await a_visitor.call("POST", "/messages", data=b'{"text": "secret too"')
        url = f"{a_visitor.api}/faq?q=secret+search"
        async with a_visitor.http.get(url):
            pass
    logged = "\n".join(record.getMessage() for record in caplog.records)
    assert "route=/api/v1/conversations/{id}/messages" in logged
    for word in ("secret", a_visitor.token, a_visitor.id, "127.0.0.1"):
        assert word not in logged


async def test_one_address_opens_only_so_many_conversations(
    strict_service: Service, http: aiohttp.ClientSession
) -> None:
    headers = {"X-Forwarded-For": "203.0.113.7"}
    url = f"{strict_service.api}/conversations"
    for _ in range(30):
        async with http.post(url, json={}, headers=headers) as allowed:
            assert allowed.status == 201
    async with http.post(url, json={}, headers=headers) as refused:
        assert refused.status == 429
        assert (await refused.json())["error"]["code"] == "too_many"
        assert int(refused.headers["Retry-After"]) > 0
    async with http.post(url, json={}, headers={"X-Forwarded-For": "203.0.113.8"}) as other:
        assert other.status == 201


async def test_one_conversation_takes_only_so_many_messages(
    strict_service: Service, http: aiohttp.ClientSession
) -> None:
    visitor = Visitor(http, strict_service.api)
    await visitor.start()
    statuses = [(await visitor.say(f"message {n}"))[0] for n in range(12)]
    assert statuses[:8] == [201] * 8
    assert 429 in statuses


async def test_health_and_readiness(service: Service, http: aiohttp.ClientSession) -> None:
    for path in ("/healthz", "/readyz"):
        async with http.get(service.base + path) as answer:
            assert answer.status == 200


async def test_the_widget_is_kept_for_ever_under_its_version_only(
    service: Service, http: aiohttp.ClientSession
) -> None:
    async with http.get(f"{service.base}/widget/frame") as frame:
        html = await frame.text()
    version = html.split("/widget/", 1)[1].split("/", 1)[0]
    for name, kept in ((version, "immutable"), ("old", "no-store")):
        async with http.get(f"{service.base}/widget/{name}/app/main.js") as answer:
            assert answer.status == 200
            assert kept in answer.headers["Cache-Control"]
            assert answer.content_type == "text/javascript"


@pytest.mark.parametrize("language", ["", "?lang=pl"])
async def test_all_until_the_first_message_is_light(
    service: Service, http: aiohttp.ClientSession, language: str
) -> None:
    weights = await weigh(http, service.base, language)
    assert sum(weights.values()) <= 25 * 1024, weights


@pytest.mark.parametrize(
    "name", ["later/rating", "later/waiting", "later/copying", "later/extras", "ring/ring"]
)
async def test_what_comes_later_loads_nothing_a_second_time(
    service: Service, http: aiohttp.ClientSession, name: str
) -> None:
    async with http.get(f"{service.base}/widget/x/{name}.js") as answer:
        imported = re.findall(r'from "(.+?)"', await answer.text())
    assert {path for path in imported if not path.startswith("./")} == {"../app/all.js"}


async def test_a_file_is_the_same_packed_and_unpacked(
    service: Service, http: aiohttp.ClientSession
) -> None:
    url = f"{service.base}/widget/embed.js"
    async with (
        http.get(url) as packed,
        http.get(url, headers={"Accept-Encoding": "identity"}) as plain,
    ):
        assert packed.headers["Vary"] == "Accept-Encoding"
        assert await packed.read() == await plain.read()
        assert len(await plain.read()) <= 4 * 1024


@pytest.mark.parametrize(
    "path",
    [
        "/widget/x/../../settings.py",
        "/widget/x/frame.html",
        "/static/..%2f..%2fapp.py",
        "/widget/x/node_modules/typescript/package.json",
        "/widget/x/test/reducer.test.js",
    ],
)
async def test_no_other_file_is_served(
    service: Service, http: aiohttp.ClientSession, path: str
) -> None:
    from yarl import URL  # noqa: PLC0415  # only here

    async with http.get(URL(service.base + path, encoded=True)) as answer:
        assert answer.status == 404


async def test_an_unchanged_file_is_not_sent_again(
    service: Service, http: aiohttp.ClientSession
) -> None:
    url = f"{service.base}/widget/embed.js"
    async with http.get(url) as first:
        etag = first.headers["ETag"]
        assert first.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    async with http.get(url, headers={"If-None-Match": etag}) as again:
        assert again.status == 304
