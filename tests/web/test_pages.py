"""The public pages as somebody without JavaScript gets them, and what they never tell."""

import json
import re
from html import unescape
from typing import Final

import aiohttp
import pytest

from chatbot.domain.outcome import SMALL_TALK
from chatbot.web import keys
from tests.web.conftest import Service

pytestmark = pytest.mark.asyncio(loop_scope="session")

PAGES: Final = (
    *("/", "/faq", "/faq/late", "/ask", "/callback", "/staying-safe", "/privacy", "/accessibility"),
    *("/embed", "/nowhere"),
)
LATE: Final = "i'm running late for the workshop, what now"
SUICIDAL: Final = "I can't go on, I want to kill myself"


async def read(http: aiohttp.ClientSession, url: str) -> str:
    async with http.get(url) as answer:
        assert answer.content_type == "text/html"
        return await answer.text()


async def ask(
    http: aiohttp.ClientSession, service: Service, *, status: int = 200, **fields: str
) -> str:
    async with http.post(f"{service.base}/ask", data=fields, allow_redirects=False) as answer:
        assert answer.status == status
        assert answer.content_type == "text/html"
        return await answer.text()


def words(html: str) -> str:
    """Return what is left to read of a page, on one line."""
    body = re.sub(r"<(script|svg).*?</\1>", " ", html.split("<body>")[1], flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def title(html: str) -> str:
    found = re.search(r"<title>(.*?)</title>", html)
    assert found
    return unescape(found[1])


@pytest.mark.parametrize("path", PAGES)
async def test_every_page_can_be_left_at_once_without_a_script(
    service: Service, http: aiohttp.ClientSession, path: str
) -> None:
    html = await read(http, service.base + path)
    links = re.findall(r"<a [^>]*data-hide>", html)
    assert len(links) == 1
    assert f'href="{service.app[keys.SITE].exit_url}"' in links[0]
    assert 'rel="nofollow noreferrer"' in links[0]


@pytest.mark.parametrize("path", [*PAGES, "/widget/frame", "/healthz"])
async def test_a_head_request_gets_what_a_get_does_but_the_body(
    service: Service, http: aiohttp.ClientSession, path: str
) -> None:
    async with http.get(service.base + path) as whole, http.head(service.base + path) as head:
        assert head.status == whole.status
        assert head.headers.get("Content-Type") == whole.headers.get("Content-Type")
        assert await head.read() == b""


@pytest.mark.parametrize("path", PAGES)
async def test_every_page_for_visitors_has_the_chat(
    service: Service, http: aiohttp.ClientSession, path: str
) -> None:
    html = await read(http, service.base + path)
    assert ('<script src="/widget/embed.js"' in html) == (path != "/embed")


@pytest.mark.parametrize("path", PAGES)
async def test_every_page_has_one_first_heading_a_way_to_ring_and_999(
    service: Service, http: aiohttp.ClientSession, path: str
) -> None:
    html = await read(http, service.base + path)
    assert len(re.findall(r"<h1[ >]", html)) == 1
    assert 'href="tel:02380001061"' in html
    assert 'href="tel:999"' in html


@pytest.mark.parametrize("path", PAGES)
async def test_no_page_has_inline_style_or_script(
    service: Service, http: aiohttp.ClientSession, path: str
) -> None:
    html = await read(http, service.base + path)
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=", html)
    scripts = re.findall(r"<script([^>]*)>", html)
    assert all("src=" in script or "application/ld+json" in script for script in scripts)


@pytest.mark.parametrize("path", PAGES)
async def test_nothing_on_a_page_comes_from_elsewhere(
    service: Service, http: aiohttp.ClientSession, path: str
) -> None:
    html = await read(http, service.base + path)
    loaded = re.findall(r'(?:src|<link[^>]* href)="([^"]+)"', html)
    assert all(address.startswith("/") for address in loaded)
    for address in loaded:
        async with http.get(service.base + unescape(address)) as answer:
            assert answer.status == 200, address


async def test_the_first_page_tells_the_project_and_starts_the_chat(
    service: Service, http: aiohttp.ClientSession
) -> None:
    html = await read(http, service.base)
    for part in ("about", "cautioned", "evidence", "awards", "contact"):
        assert f'<section class="part part-{part}" id="{part}"' in html
    assert '<script src="/widget/embed.js" data-exit="' in html
    assert '<a href="/ask">' in html.split("<noscript>")[1].split("</noscript>")[0]


async def test_the_faq_has_every_published_question_but_small_talk(
    service: Service, http: aiohttp.ClientSession
) -> None:
    html = await read(http, f"{service.base}/faq")
    shown = set(re.findall(r'<details id="([^"]+)">', html))
    published = service.app[keys.FAQ].published()
    assert shown == {entry.slug for entry in published if entry.topic != SMALL_TALK}
    assert len(shown) > 40


async def test_every_question_has_a_page_with_its_answer(
    service: Service, http: aiohttp.ClientSession
) -> None:
    for entry in service.app[keys.FAQ].published():
        if entry.topic != SMALL_TALK:
            html = await read(http, f"{service.base}/faq/{entry.slug}")
            assert entry.answer_html in html
            assert entry.question not in title(html)


async def test_a_search_engine_gets_the_answer_as_data(
    service: Service, http: aiohttp.ClientSession
) -> None:
    html = await read(http, f"{service.base}/faq/late")
    data = json.loads(html.split('<script type="application/ld+json">')[1].split("</script>")[0])
    entry = service.app[keys.FAQ].find("late")
    assert entry
    assert data["mainEntity"][0]["name"] == entry.question
    assert data["mainEntity"][0]["acceptedAnswer"]["text"] == entry.answer_html


@pytest.mark.parametrize("path", ["/faq/nothing-like-that", "/faq/greeting", "/nowhere"])
async def test_what_is_not_there_says_so_kindly(
    service: Service, http: aiohttp.ClientSession, path: str
) -> None:
    async with http.get(service.base + path) as answer:
        assert answer.status == 404
        assert "There is nothing at this address." in words(await answer.text())


async def test_a_question_is_answered_on_a_plain_page(
    service: Service, http: aiohttp.ClientSession
) -> None:
    html = await ask(http, service, text=LATE)
    entry = service.app[keys.FAQ].find("late")
    assert entry
    assert entry.question in words(html)
    assert LATE in words(html)


async def test_the_form_sends_a_question_where_no_history_keeps_it(
    service: Service, http: aiohttp.ClientSession
) -> None:
    html = await read(http, f"{service.base}/ask")
    assert '<form class="ask" method="post" action="/ask"' in html
    assert 'autocomplete="off"' in html
    assert LATE not in title(await ask(http, service, text=LATE))


async def test_a_signpost_comes_before_all_else(
    service: Service, http: aiohttp.ClientSession
) -> None:
    html = await ask(http, service, text=SUICIDAL)
    main = html.split("<main")[1]
    assert main.index('class="signpost"') < main.index("<blockquote>")
    assert 'href="tel:116123"' in main.split("<blockquote>")[0]


async def test_an_offered_question_is_picked_with_a_button(
    service: Service, http: aiohttp.ClientSession
) -> None:
    html = await ask(http, service, slug="cost")
    entry = service.app[keys.FAQ].find("cost")
    assert entry
    assert entry.answer_html in html.replace("<h3", "<h2").replace("</h3", "</h2")


async def test_what_a_visitor_writes_is_never_markup(
    service: Service, http: aiohttp.ClientSession
) -> None:
    html = await ask(http, service, text="<script>alert(1)</script> cost?")
    assert "<script>alert" not in html
    assert "<blockquote>&lt;script&gt;" in html


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", "Write your question first"),
        ("\u200b \n", "Write your question first"),
        ("a" * 4_001, "Your question must be 4,000 characters or fewer"),
    ],
)
async def test_a_question_that_cannot_be_read_comes_back_with_the_reason(
    service: Service, http: aiohttp.ClientSession, text: str, error: str
) -> None:
    html = await ask(http, service, status=422, text=text)
    assert error in words(html)
    assert 'aria-describedby="question-hint question-error"' in html


async def test_a_question_that_is_too_long_is_not_lost(
    service: Service, http: aiohttp.ClientSession
) -> None:
    html = await ask(http, service, status=422, text="why " * 2_000)
    assert "why why" in html.split("<textarea")[1].split("</textarea>")[0]


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"text=hello", "text/plain", 400),
        (b"--x\r\n\r\n", "multipart/form-data; boundary=x", 400),
        (b"text=%ff%fe", "application/x-www-form-urlencoded", 400),
        (b"text=\xff", "application/x-www-form-urlencoded", 400),
        (b"a&b&c&d&e&f", "application/x-www-form-urlencoded", 400),
        (b"text=" + b"a" * 70_000, "application/x-www-form-urlencoded", 413),
        (b"slug=no-such-entry", "application/x-www-form-urlencoded", 404),
    ],
)
async def test_what_is_no_form_is_refused_on_a_page(
    service: Service, http: aiohttp.ClientSession, body: bytes, kind: str, status: int
) -> None:
    headers = {"Content-Type": kind}
    async with http.post(f"{service.base}/ask", data=body, headers=headers) as answer:
        assert answer.status == status
        assert "Sorry, that did not work" in words(await answer.text())


async def test_an_answer_is_kept_in_no_cache_and_sets_no_cookie(
    service: Service, http: aiohttp.ClientSession
) -> None:
    async with http.post(f"{service.base}/ask", data={"text": LATE}) as answer:
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Set-Cookie" not in answer.headers
