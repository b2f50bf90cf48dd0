"""The page for owners of other websites: code that is right, and the chat as they get it."""

import re
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Final

import aiohttp
import pytest

from chatbot.settings import Settings
from chatbot.web import keys
from tests.web.conftest import Service, serving

pytestmark = pytest.mark.asyncio(loop_scope="session")

LISTED: Final = "https://www.example.org"


async def _read(http: aiohttp.ClientSession, url: str, **headers: str) -> str:
    async with http.get(url, headers=headers) as answer:
        assert answer.status == 200
        return await answer.text()


def _code(html: str) -> str:
    """Return the code that somebody copies."""
    found = re.search(r'<code id="line">(.*?)</code>', html, re.DOTALL)
    assert found
    return unescape(found[1])


def _tags(html: str) -> list[str]:
    return [tag for tag in re.findall(r"<script .*?</script>", html) if "embed.js" in tag]


async def test_the_code_names_this_service(service: Service, http: aiohttp.ClientSession) -> None:
    code = _code(await _read(http, f"{service.base}/embed"))
    site = service.app[keys.SITE]
    src = f"{service.base}/widget/embed.js"
    assert code == f'<script src="{src}" data-exit="{site.exit_url}" async></script>'


async def test_behind_a_proxy_the_code_has_the_address_that_people_use(
    service: Service, http: aiohttp.ClientSession
) -> None:
    headers = {"X-Forwarded-Proto": "https", "Host": "chat.example.org"}
    code = _code(await _read(http, f"{service.base}/embed", **headers))
    assert '"https://chat.example.org/widget/embed.js"' in code


@pytest.mark.parametrize("host", ["a;script-src *", "a b", "a/b", "<b>"])
async def test_a_host_that_is_none_is_refused(
    host: str, service: Service, http: aiohttp.ClientSession
) -> None:
    for path in ("/embed", "/embed/preview"):
        async with http.get(service.base + path, headers={"Host": host}) as answer:
            assert answer.status == 400


async def test_what_is_filled_in_becomes_the_code_and_the_preview_uses_just_that(
    service: Service, http: aiohttp.ClientSession
) -> None:
    query = "label=Talk+%22to%22+%3Cus%3E&position=left&exit=https://a.example/x%26y&title=Weather"
    html = await _read(http, f"{service.base}/embed?{query}")
    code = _code(html)
    assert 'data-label="Talk &#34;to&#34; &lt;us&gt;" data-position="left"' in code
    assert 'data-exit="https://a.example/x&amp;y" data-neutral-title="Weather"' in code
    assert _tags(html.split("<main")[1]) == []
    found = re.search(r'<iframe [^>]*src="([^"]+)"', html)
    assert found
    preview = await _read(http, service.base + unescape(found[1]))
    assert _tags(preview) == [code]


@pytest.mark.parametrize(
    ("query", "wrong"),
    [
        ("exit=http://a.example", "Enter an address that starts with https://"),
        ("exit=javascript:alert(1)", "Enter an address that starts with https://"),
        ("exit=https://", "Enter an address that starts with https://"),
        ("site=not+an+address", "Enter an address, like www.example.org"),
        ("site=ftp://a.example", "Enter an address, like www.example.org"),
        ("site=https://[", "Enter an address, like www.example.org"),
    ],
)
async def test_what_cannot_be_used_is_said_and_is_not_in_the_code(
    query: str, wrong: str, service: Service, http: aiohttp.ClientSession
) -> None:
    html = await _read(http, f"{service.base}/embed?{query}")
    assert wrong in html
    assert f'data-exit="{service.app[keys.SITE].exit_url}"' in _code(html)


@pytest.mark.parametrize(
    ("typed", "site", "allowed"),
    [
        (LISTED, LISTED, True),
        ("www.example.org/our/page", LISTED, True),
        ("WWW.Example.org", LISTED, True),
        ("http://www.example.org", "http://www.example.org", False),
        ("example.org", "https://example.org", False),
        ("www.example.org.evil.example", "https://www.example.org.evil.example", False),
    ],
)
async def test_an_owner_learns_whether_their_site_may_show_the_chat(
    typed: str, site: str, *, allowed: bool, service: Service, http: aiohttp.ClientSession
) -> None:
    html = await _read(http, f"{service.base}/embed?site={typed}")
    assert (f"{site} may show the chat." in html) is allowed
    assert (f"{site} may not show the chat yet." in html) is not allowed


async def test_the_preview_has_a_strict_policy_and_only_this_page_may_frame_it(
    service: Service, http: aiohttp.ClientSession
) -> None:
    async with http.get(f"{service.base}/embed/preview") as answer:
        policy = answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert "frame-ancestors 'self'" in policy


async def test_every_page_leads_to_it(service: Service, http: aiohttp.ClientSession) -> None:
    assert '<a href="/embed">Put this chat on your website</a>' in await _read(http, service.base)


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [
        ("https://www.example.org", True),
        ("https://a.b.example.org", True),
        ("https://example.org", False),
        ("http://www.example.org", False),
        ("https://www.example.org:8443", False),
        ("https://wwwexample.org", False),
        ("https://example.org.evil.example", False),
        ("http://town.example:8081", True),
        ("http://town.example", False),
        ("null", False),
    ],
)
async def test_a_star_allows_the_names_below_a_domain_and_no_other(
    origin: str, *, allowed: bool, service: Service
) -> None:
    sites = ("https://*.example.org", "http://town.example:8081")
    site = replace(service.app[keys.SITE], allowed_sites=sites)
    assert site.allows(origin) is allowed


@pytest.mark.parametrize("name", ["embed.js", "panel.js", "neutral.js"])
async def test_what_runs_in_other_pages_can_be_loaded_by_them(
    name: str, service: Service, http: aiohttp.ClientSession
) -> None:
    async with http.get(f"{service.base}/widget/{name}") as answer:
        assert answer.status == 200
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert "max-age=300" in answer.headers["Cache-Control"]


async def test_the_frame_tells_the_neutral_title_of_the_service(
    service: Service, settings: Settings, tmp_path: Path, http: aiohttp.ClientSession
) -> None:
    assert "data-neutral" not in await _read(http, f"{service.base}/widget/frame")
    own = replace(settings, database=f"sqlite:///{tmp_path}/chat.db", neutral_title="Weather")
    async with serving(own) as other:
        assert 'data-neutral="Weather"' in await _read(http, f"{other.base}/widget/frame")
