"""One page in each language: its address, its links, its words; and nothing remembered of it."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from html import unescape
from typing import Any, Final

import aiohttp
import pytest
import pytest_asyncio

from chatbot.content import loading
from chatbot.domain.promises import Kind
from chatbot.settings import Settings
from chatbot.web import keys
from tests.web.conftest import Service, Visitor, serving
from tests.web.test_pages import words

pytestmark = pytest.mark.asyncio(loop_scope="session")

PATHS: Final = ("/", "/faq", "/faq/late", "/ask", "/staying-safe", "/privacy", "/accessibility")
ENGLISH: Final = loading.texts()
POLISH: Final = loading.texts("pl")
WANTS_POLISH: Final = {"Accept-Language": "pl-PL,pl;q=0.9,en;q=0.5"}
NONSENSE: Final = "zxqv wvut qqqq"
RIGHT_TO_LEFT: Final = "ar-XB"


async def got(http: aiohttp.ClientSession, url: str, **headers: str) -> tuple[Any, str]:
    async with http.get(url, headers=headers) as answer:
        assert "Set-Cookie" not in answer.headers
        return answer.headers, await answer.text()


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    ("prefix", "headers", "tag", "skip"),
    [
        ("", {}, "en-GB", "Skip to the main content"),
        ("/en", WANTS_POLISH, "en-GB", "Skip to the main content"),
        ("", WANTS_POLISH, "pl", "Przejdź do głównej treści"),
        ("/pl", {}, "pl", "Przejdź do głównej treści"),
    ],
)
async def test_a_page_is_in_the_language_of_its_address_or_else_of_the_browser(
    service: Service,
    http: aiohttp.ClientSession,
    path: str,
    prefix: str,
    headers: dict[str, str],
    tag: str,
    skip: str,
) -> None:
    answered, html = await got(http, service.base + prefix + path, **headers)
    assert f'<html lang="{tag}" dir="ltr">' in html
    assert skip in words(html)
    assert answered["Content-Language"] == tag
    assert ("Accept-Language" in answered.get("Vary", "")) == (not prefix)


@pytest.mark.parametrize("path", PATHS)
async def test_a_page_names_its_others_and_leads_to_them(
    service: Service, http: aiohttp.ClientSession, path: str
) -> None:
    for prefix, other, name in (("", "pl", "Polski"), ("/pl", "en", "English")):
        _, html = await got(http, service.base + prefix + path)
        named = dict(re.findall(r'<link rel="alternate" hreflang="([^"]+)" href="([^"]+)">', html))
        assert named == {"en-GB": f"/en{path}", "pl": f"/pl{path}", "x-default": path}
        (link,) = re.findall(r'<li class="language"><a href="([^"]+)" lang="[^"]+"[^>]*>', html)
        assert link == f"/{other}{path}"
        assert name in words(html)


@pytest.mark.parametrize("path", PATHS)
async def test_the_links_and_forms_of_a_page_keep_its_language(
    service: Service, http: aiohttp.ClientSession, path: str
) -> None:
    _, html = await got(http, f"{service.base}/pl{path}")
    body = html.split("<body>")[1]
    inside = re.findall(r'(?:<a [^>]*href|action)="(/[^"]*)"', body)
    assert inside
    in_answers = {"/callback", "/callback/change"}  # in the approved words, which are English
    other = {link for link in inside if not link.startswith("/pl/")} - in_answers
    assert other == {f"/en{path}", "/embed"}
    for link in {unescape(link).partition("#")[0] for link in inside}:
        async with http.get(service.base + link) as answer:
            assert answer.status == 200, link


async def test_an_answer_stays_in_the_words_that_were_approved_and_says_so(
    service: Service, http: aiohttp.ClientSession
) -> None:
    entry = service.app[keys.FAQ].find("late")
    assert entry
    _, html = await got(http, f"{service.base}/pl/faq/late")
    assert f'<h1 lang="en-GB" dir="ltr">{entry.question}</h1>' in html
    answer = html.split('<div class="prose answer" lang="en-GB" dir="ltr">')[1]
    assert answer.strip().startswith(entry.answer_html)
    assert POLISH("page.faq.english") in words(html)
    _, html = await got(http, f"{service.base}/en/faq/late")
    assert 'lang="en-GB" dir="ltr"' not in html.split("<body>")[1]


@pytest.mark.parametrize("path", ["/ask", "/privacy", "/widget/frame"])
async def test_what_is_promised_is_marked_as_english_and_a_sentence_says_so(
    service: Service, http: aiohttp.ClientSession, path: str
) -> None:
    promise = service.app[keys.PROMISES].current().promises[Kind.POLICE]
    address = f"{path}?lang=pl" if "widget" in path else f"/pl{path}"
    _, html = await got(http, service.base + address)
    assert POLISH("widget.welcome.promises") in words(html)
    before = html.split(promise.short)[0]
    assert ' lang="en-GB" dir="ltr">' in before[before.rindex("<div") :]


async def test_a_day_is_written_as_its_language_writes_it(service: Service) -> None:
    days = [language.day(1_795_651_200_000) for language in service.app[keys.LANGUAGES]]
    assert days == ["26 November 2026", "26 listopada 2026"]


async def test_a_question_is_answered_on_the_page_of_its_language(
    service: Service, http: aiohttp.ClientSession
) -> None:
    url = f"{service.base}/pl/ask"
    async with http.post(url, data={"text": "do i have to pay for the workshop"}) as answer:
        html = await answer.text()
    assert "Set-Cookie" not in answer.headers
    entry = service.app[keys.FAQ].find("cost")
    assert entry
    assert f'<h2 id="answered" lang="en-GB" dir="ltr">{entry.question}</h2>' in html
    assert POLISH("page.ask.you_asked") in words(html)
    async with http.post(url, data={"text": NONSENSE}) as answer:
        html = await answer.text()
    assert "Przepraszam, nie mam na to odpowiedzi." in words(html)
    async with http.post(url, data={"text": "a" * 4_001}) as answer:
        assert "najwyżej tyle znaków: 4 000" in words(await answer.text())


@pytest.mark.parametrize("path", ["/nowhere", "/faq/nothing-like-that", "/faq/nowhere/at/all"])
async def test_what_is_not_there_says_so_in_the_same_language(
    service: Service, http: aiohttp.ClientSession, path: str
) -> None:
    async with http.get(f"{service.base}/pl{path}") as answer:
        assert answer.status == 404
        html = await answer.text()
    assert "Pod tym adresem nic nie ma." in words(html)
    assert 'hreflang="x-default"' not in html
    assert '<li class="language"><a href="/en/"' in html


async def test_a_page_for_owners_of_websites_is_in_english_alone(
    service: Service, http: aiohttp.ClientSession
) -> None:
    answered, html = await got(http, f"{service.base}/embed", **WANTS_POLISH)
    assert answered["Content-Language"] == "en-GB"
    assert 'hreflang="x-default"' not in html
    assert '<li class="language"><a href="/pl/"' in html


@pytest.mark.parametrize("path", ["/de/", "/de/faq", "/widget/faq", "/PL/", "/en/pl/"])
async def test_a_language_that_is_not_spoken_has_no_pages(
    service: Service, http: aiohttp.ClientSession, path: str
) -> None:
    async with http.get(service.base + path) as answer:
        assert answer.status == 404


async def test_a_language_alone_leads_to_its_first_page(
    service: Service, http: aiohttp.ClientSession
) -> None:
    async with http.get(f"{service.base}/pl", allow_redirects=False) as answer:
        assert (answer.status, answer.headers["Location"]) == (301, "/pl/")
        assert answer.headers["X-Frame-Options"] == "DENY"
    async with http.get(f"{service.base}/de", allow_redirects=False) as answer:
        assert answer.status == 404


async def test_an_error_of_the_api_is_in_the_language_that_is_asked_for(
    service: Service, http: aiohttp.ClientSession
) -> None:
    url = f"{service.api}/faq?limit=0"
    async with http.get(url, headers=WANTS_POLISH) as answer:
        error = (await answer.json())["error"]
    assert error["message"] == POLISH("errors.invalid")
    assert error["fields"] == {"limit": POLISH("errors.field.out_of_range")}


@pytest.mark.parametrize(
    ("query", "headers", "tag"),
    [
        ("", {}, "en-GB"),
        ("", WANTS_POLISH, "pl"),
        ("?lang=pl", {}, "pl"),
        ("?lang=en", WANTS_POLISH, "en-GB"),
        ("?lang=xx", WANTS_POLISH, "pl"),
    ],
)
async def test_the_chat_is_in_the_language_of_its_address_or_else_of_the_browser(
    service: Service, http: aiohttp.ClientSession, query: str, headers: dict[str, str], tag: str
) -> None:
    _, html = await got(http, f"{service.base}/widget/frame{query}", **headers)
    assert f'<html lang="{tag}" dir="ltr"' in html
    texts, other = (POLISH, ENGLISH) if tag == "pl" else (ENGLISH, POLISH)
    assert f'"widget.online":"{texts("widget.online")}"' in html
    assert other("widget.online") not in html
    assert texts("widget.send") in words(html)
    assert (texts("widget.welcome.english") in words(html)) == (tag == "pl")


async def test_the_launcher_speaks_the_language_of_the_page_and_opens_the_chat_in_it(
    service: Service, http: aiohttp.ClientSession
) -> None:
    _, html = await got(http, f"{service.base}/pl/")
    tag = next(one for one in re.findall(r"<script[^>]*>", html) if "embed.js" in one)
    assert 'data-lang="pl"' in tag
    assert f'data-label="{POLISH("page.launcher")}"' in tag
    assert f'data-title="{POLISH("widget.title")}"' in tag
    _, plain = await got(http, f"{service.base}/en/")
    assert "data-lang" not in plain


@pytest.mark.parametrize(
    ("body", "headers", "sorry"),
    [
        ({"language": "pl"}, {}, "Przepraszam"),
        ({}, WANTS_POLISH, "Przepraszam"),
        ({"language": "en"}, WANTS_POLISH, "Sorry"),
        ({"language": "xx"}, {}, "Sorry"),
    ],
)
async def test_the_assistant_answers_in_the_language_of_the_conversation(
    service: Service,
    http: aiohttp.ClientSession,
    body: dict[str, str],
    headers: dict[str, str],
    sorry: str,
) -> None:
    async with http.post(f"{service.api}/conversations", json=body, headers=headers) as answer:
        started = await answer.json()
    visitor = Visitor(http, service.api, started["id"], started["token"])
    said = await visitor.ask(NONSENSE)
    assert said["outcome"] == "unanswered"
    assert said["text"].startswith(sorry)
    answered = await visitor.ask("do i have to pay for the workshop")
    entry = service.app[keys.FAQ].find("cost")
    assert entry
    assert answered["html"] == entry.answer_html


@pytest_asyncio.fixture(scope="module", loop_scope="session", name="mirrored")
async def _mirrored(
    settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Service]:
    database = f"sqlite:///{tmp_path_factory.mktemp('mirrored')}/chat.db"
    async with serving(replace(settings, database=database, languages=(RIGHT_TO_LEFT,))) as service:
        yield service


@pytest.mark.parametrize("path", [*PATHS, "/widget/frame"])
async def test_a_page_runs_from_right_to_left_and_every_word_is_from_the_catalogue(
    mirrored: Service, http: aiohttp.ClientSession, path: str
) -> None:
    _, html = await got(http, mirrored.base + path)
    assert f'<html lang="{RIGHT_TO_LEFT}" dir="rtl"' in html
    approved = re.compile(r'<(\w+)[^>]* lang="en-GB" dir="ltr".*?</\1>', re.DOTALL)
    said = words(approved.sub("", html).replace("<body ", "<body>"))
    left = re.sub("\u202e[^\u202c]*\u202c|\u2068[^\u2069]*\u2069", "", said)
    loose = set(re.findall(r"[A-Za-z]{3,}", left)) - {"Project", "CARA", "The", "Hampton", "Trust"}
    assert loose == {"BBC", "Weather"} & loose


async def test_where_one_language_is_spoken_there_is_nothing_to_choose(
    mirrored: Service, http: aiohttp.ClientSession
) -> None:
    for path in ("/", "/widget/frame"):
        _, html = await got(http, mirrored.base + path)
        assert 'rel="alternate"' not in html
        assert "?lang=" not in html.replace("/widget/later?lang=", "")
        assert 'class="language' not in html
