"""Being rung, as somebody without JavaScript asks for it."""

import re
from collections.abc import Mapping
from html import unescape
from typing import Any, Final

import aiohttp
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chatbot.web import keys
from tests.web.conftest import Service
from tests.web.test_callbacks import _small  # noqa: F401  # a fixture
from tests.web.test_pages import title, words

pytestmark = pytest.mark.asyncio(loop_scope="session")

FIELDS: Final = {
    "caller": "cautioned",
    "name": "Amina Khan",
    "phone": "07911 123456",
    "shared_phone": "yes",
    "safe_to_call": "yes",
}


async def page(
    http: aiohttp.ClientSession,
    url: str,
    fields: Mapping[str, str] | None = None,
    status: int = 200,
) -> str:
    method = "POST" if fields else "GET"
    async with http.request(method, url, allow_redirects=False, data=fields) as answer:
        assert answer.status == status
        assert answer.headers["Cache-Control"] == "no-store"
        return await answer.text()


def value(html: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', html)
    assert found
    return unescape(found[1])


def linked(html: str) -> list[str]:
    summary = html.split('id="summary"')[1].split("</div>", maxsplit=1)[0]
    return re.findall(r'href="#([a-z_]+)"', summary)


def times(html: str) -> list[str]:
    select = re.search(r'id="slot_1".*?</select>', html, re.DOTALL)
    return re.findall(r'<option value="(\d+)"', select[0]) if select else []


def receipt(html: str) -> tuple[str, str]:
    reference, secret = re.findall(r"<code>([^<]+)</code>", html)
    return reference, secret


@pytest.mark.parametrize(("prefix", "thanks"), [("", "We have your"), ("/pl", "Mamy Twoje")])
async def test_a_request_is_made_moved_and_cancelled_on_plain_pages(
    service: Service, http: aiohttp.ClientSession, prefix: str, thanks: str
) -> None:
    url = f"{service.base}{prefix}/callback"
    form = await page(http, url)
    first, second, *_ = times(form)
    sent = {**FIELDS, "slot_1": first, "client_id": value(form, "client_id")}
    done = await page(http, url, sent)
    assert thanks in words(done)
    assert receipt(await page(http, url, sent)) == receipt(done), "sent twice, kept once"
    reference, secret = receipt(done)
    assert reference not in title(done)
    key = {"reference": reference.lower(), "secret": secret.replace("-", " ")}
    change = f"{url}/change"
    shown = await page(http, change, key)
    assert "Amina" not in shown
    assert "07911" not in shown
    await page(http, change, {**key, "act": "move"}, 422)
    moved = await page(http, change, {**key, "act": "move", "slot_1": second})
    service_ = service.app[keys.CALLBACKS]
    assert (await service_.find(reference, secret.replace("-", ""))).slot.start == int(second)
    assert words(moved) != words(shown)
    gone = await page(http, change, {**key, "act": "cancel"})
    assert times(await page(http, url)), "the form is still there"
    assert "slot_1" not in gone
    await page(http, change, {**key, "act": "move", "slot_1": first}, 409)
    wrong = await page(http, change, {"reference": reference, "secret": "wrong"}, 401)
    assert "<code>" not in wrong


async def test_errors_are_listed_link_to_their_fields_and_lose_nothing(
    service: Service, http: aiohttp.ClientSession
) -> None:
    url = f"{service.base}/callback"
    typed = {"name": "Amina <b>", "phone": "07700 900982", "note": "only mornings"}
    html = await page(http, url, {**typed, "need_bsl": "yes", "voicemail_ok": "yes"}, 422)
    assert title(html).startswith("Error: ")
    assert linked(html) == ["caller", "slots", "shared_phone", "safe_to_call"]
    assert all(f'id="{name}"' in html for name in linked(html))
    assert 'value="Amina &lt;b&gt;"' in html
    assert "only mornings</textarea>" in html
    assert re.search(r'name="need_bsl" value="yes" checked', html)
    assert re.search(r'name="voicemail_ok" value="yes" checked', html)
    first, *_ = times(html)
    answered = {**FIELDS, **typed, "slot_1": first, "arrested_day": "31", "arrested_month": "2"}
    html = await page(http, url, answered, 422)
    assert linked(html) == ["phone", "arrested_on"]
    assert "films and books" in words(html)


async def test_who_comes_too_late_for_a_slot_is_shown_the_nearest(
    small: Service, http: aiohttp.ClientSession
) -> None:
    url = f"{small.base}/callback"
    *_, last = times(await page(http, url))
    await page(http, url, {**FIELDS, "slot_1": last})
    html = await page(http, url, {**FIELDS, "slot_1": last}, 409)
    assert "That time has gone. Free near it:" in words(html)
    assert 'value="Amina Khan"' in html


async def test_a_trap_marks_a_request_and_drops_none(
    service: Service, http: aiohttp.ClientSession
) -> None:
    url = f"{service.base}/callback"
    form = await page(http, url)
    slot, *_ = times(form)
    quick = {"website": "x", "shown_at": value(form, "shown_at")}
    reference, secret = receipt(await page(http, url, {**FIELDS, "slot_1": slot, **quick}))
    found = await service.app[keys.CALLBACKS].find(reference, secret)
    assert found.flags == ("trap", "quick")


WORDS: Final = st.text(max_size=80) | st.sampled_from(["yes", "no", "", "0", "-1", "9" * 15])
SENT: Final = st.dictionaries(
    st.sampled_from(
        [
            *("caller", "name", "phone", "slot_1", "slot_2", "slot_3", "shared_phone"),
            *("safe_to_call", "voicemail_ok", "say_instead", "email", "need_bsl", "language"),
            *("topic", "note", "police_area", "arrested_day", "arrested_month", "arrested_year"),
            *("client_id", "shown_at", "website", "unknown"),
        ]
    ),
    WORDS,
)


async def test_whatever_is_sent_is_kept_or_explained(
    service: Service, http: aiohttp.ClientSession
) -> None:
    """The examples are made here and sent below: hypothesis does not wait for a loop."""
    url = f"{service.base}/callback"
    slot, *_ = times(await page(http, url))
    cases: list[dict[str, str]] = []

    @settings(
        max_examples=150,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(sent=SENT)
    def collect(sent: dict[str, str]) -> None:
        cases.append(sent)
        cases.append({**FIELDS, "slot_1": slot, **sent})

    collect()
    store = service.app[keys.CALLBACKS]
    outcomes: dict[int, int] = {}
    for case in cases:
        before = await _open(store)
        sent = case or {"unknown": "1"}
        async with http.post(url, data=_encodable(sent)) as answer:
            html = await answer.text()
        outcomes[answer.status] = outcomes.get(answer.status, 0) + 1
        assert answer.status in {200, 409, 422}
        kept = answer.status == 200
        assert ('id="summary"' in html) is not kept
        assert await _open(store) - before == (1 if kept else 0)
    assert outcomes[200] > 5
    assert outcomes[422] > 50


def _encodable(sent: dict[str, str]) -> dict[str, str]:
    return {name: text.encode("utf-8", "replace").decode() for name, text in sent.items()}


async def _open(service: Any) -> int:
    return len(await service._store.open(100_000))  # noqa: SLF001  # what is kept, not what is shown
