"""The main walk in a second engine: open, ask, pick, ask for a person, close, hide."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

import pytest
import pytest_asyncio

from tests.browser.running import Service
from tests.browser.webdriver import ENTER, Remote, until, webkit

pytestmark = pytest.mark.asyncio(loop_scope="session")

SAID: Final = """[...document.querySelectorAll("#items > li .bubble")].map(b => b.textContent)"""


@pytest_asyncio.fixture(loop_scope="session", name="iphone")
async def _iphone(tmp_path: Path) -> AsyncIterator[Remote]:
    async with webkit(tmp_path) as remote:
        yield remote


async def test_webkit_has_the_whole_walk(service: Service, iphone: Remote) -> None:
    await iphone.show(service.base)
    await iphone.launch_chat()
    await iphone.write("#message", f"do i have to pay owt{ENTER}")
    await until(lambda: iphone.run(f"{SAID}.length === 2"))
    asked, answer = await iphone.run(SAID)
    assert asked == "do i have to pay owt"
    assert "There is no charge" in answer

    await iphone.press("#topics button")
    await until(lambda: iphone.run(f"{SAID}.length === 4"))
    await iphone.press("#person")
    await until(lambda: iphone.run('document.body.dataset.state === "waiting"'))
    await iphone.press("#close")
    await iphone.press("dialog[open] .primary")
    await iphone.leave_frame()
    shadow = 'document.querySelector("cara-chat").shadowRoot'
    await until(lambda: iphone.run(f'!{shadow}.querySelector("iframe")'))

    await iphone.launch_chat()
    await iphone.write("#message", f"when will you ring{ENTER}")
    await until(lambda: iphone.run(f"{SAID}.length === 2"))
    await iphone.press("#hide")
    await iphone.leave_frame()
    await until(lambda: _is_away(iphone, service))


async def _is_away(remote: Remote, service: Service) -> bool:
    return not (await remote.address()).startswith(service.base)
