"""The welcome over the API: what a client shows before the first message, and of which version."""

from typing import Final

import aiohttp
import pytest

from chatbot.content import loading
from chatbot.domain.promises import Kind
from chatbot.web import keys
from tests.web.conftest import Service

TEXTS: Final = {code: loading.texts(code) for code in ("en", "pl")}

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.mark.parametrize(
    ("language", "tag", "abroad"), [("en", "en-GB", []), ("pl", "pl", ["english", "promises"])]
)
async def test_a_client_learns_what_to_show_first(
    service: Service, http: aiohttp.ClientSession, language: str, tag: str, abroad: list[str]
) -> None:
    await service.app[keys.AVAILABILITY].status()  # which also looks who is there
    headers = {"Accept-Language": language}
    async with http.get(f"{service.api}/welcome", headers=headers) as answer:
        told = await answer.json()
    assert told["language"] == tag
    said = {line["name"]: line["text"] for line in told["lines"]}
    texts = TEXTS[language]
    assert [name for name in said if name in {"english", "promises"}] == abroad
    assert said["about"] == texts("widget.welcome.about", organisation="The Hampton Trust")
    assert "999" in said["emergency_call"]
    assert said["team"] == texts("hours.open")
    promises = service.app[keys.PROMISES].current()
    assert told["notice"] == promises.version
    assert [one["kind"] for one in told["promises"]] == ["confidentiality", "police"]
    assert told["promises"][0]["short_html"] == promises.promises[Kind.CONFIDENTIALITY].short
