"""A real service, a real browser, and another site that puts the chat on its page."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from playwright.async_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    ViewportSize,
    async_playwright,
    expect,
)

from tests.browser.elsewhere import EXIT, HOST, NeutralSite, neutral_site
from tests.browser.network import Network, network
from tests.browser.running import Service, free_port, running
from tests.browser.town import Town, town

ARGUMENTS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Replaces the driver's own list, which switches off the partitioned storage that browsers have.
    "--disable-features=HttpsUpgrades,Translate",
)
PHONE: Final = ViewportSize(width=360, height=640)
PATIENCE_MS: Final = 20_000
OURS: Final = ("127.0.0.1", "localhost")
LOCAL_SCHEMES: Final = ("data", "blob", "about")

expect.set_options(timeout=PATIENCE_MS)


class Visitors:
    """Opens pages as people do; what no page of ours may do is written down in `faults`."""

    def __init__(self, browser: Browser) -> None:
        self.faults: list[str] = []
        self._browser = browser
        self._contexts: list[BrowserContext] = []

    async def arrive(
        self, address: str, *, screen: ViewportSize = PHONE, scripts: bool = True
    ) -> Page:
        """Open an address in a browser that knows nothing yet."""
        phone = screen["width"] < 700
        context = await self._browser.new_context(
            viewport=screen,
            is_mobile=phone,
            has_touch=phone,
            java_script_enabled=scripts,
            ignore_https_errors=True,
        )
        self._contexts.append(context)
        context.set_default_timeout(PATIENCE_MS)
        context.on("request", self._requested)
        context.on("console", self._told)
        context.on("weberror", lambda error: self.faults.append(str(error.error)))
        page = await context.new_page()
        await page.goto(address)
        return page

    async def leave(self) -> None:
        """Close every window."""
        for context in self._contexts:
            await context.close()

    def _requested(self, request: Request) -> None:
        parts = urlsplit(request.url)
        ours = parts.hostname in OURS or parts.scheme in LOCAL_SCHEMES
        if not ours and request.url != EXIT:
            self.faults.append(f"asked another site: {parts.scheme}://{parts.netloc}")

    def _told(self, message: ConsoleMessage) -> None:
        # A lost network is told on the console too; a broken policy or script never may be.
        if message.type == "error" and not message.text.startswith(("Failed to load", "WebSocket")):
            self.faults.append(message.text)


@pytest_asyncio.fixture(scope="session", loop_scope="session", name="neutral_site")
async def _neutral_site(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[NeutralSite]:
    async with neutral_site(tmp_path_factory.mktemp("elsewhere")) as site:
        yield site


@pytest_asyncio.fixture(scope="session", loop_scope="session", name="browser")
async def _browser(neutral_site: NeutralSite) -> AsyncIterator[Browser]:
    elsewhere = f"MAP {HOST} 127.0.0.1:{neutral_site.port}, MAP * ~NOTFOUND"
    ours = "".join(f", EXCLUDE {host}" for host in OURS)
    async with async_playwright() as playwright:
        # The system's own: a browser that a test downloads is one more thing to trust.
        browser = await playwright.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=[*ARGUMENTS, f"--host-resolver-rules={elsewhere}{ours}"],
        )
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session", name="visitors")
async def _visitors(browser: Browser) -> AsyncIterator[Visitors]:
    visitors = Visitors(browser)
    yield visitors
    await visitors.leave()
    assert visitors.faults == []


@pytest.fixture(scope="session", name="site_port")
def _site_port() -> int:
    return free_port()


@pytest_asyncio.fixture(scope="session", loop_scope="session", name="service")
async def _service(
    tmp_path_factory: pytest.TempPathFactory, site_port: int
) -> AsyncIterator[Service]:
    site = f"http://localhost:{site_port}"
    async with running(tmp_path_factory.mktemp("service"), CHATBOT_ALLOWED_SITES=site) as service:
        yield service


@pytest_asyncio.fixture(loop_scope="session", name="a_service")
async def _a_service(tmp_path: Path) -> AsyncIterator[Service]:
    """One that a test may kill."""
    async with running(tmp_path) as service:
        yield service


@pytest_asyncio.fixture(loop_scope="session", name="a_network")
async def _a_network(service: Service) -> AsyncIterator[Network]:
    """A wire to the service that a test may cut."""
    async with network(service.port) as wire:
        yield wire


@pytest_asyncio.fixture(scope="session", loop_scope="session", name="town")
async def _town(site_port: int) -> AsyncIterator[Town]:
    """Somebody else's site, which may show the chat."""
    async with town(site_port) as site:
        yield site


@pytest.fixture(scope="session", name="another_site")
def _another_site(service: Service, town: Town) -> str:
    """The address of somebody else's page, with our one line in it."""
    line = f'<script src="{service.base}/widget/embed.js" async></script>'
    return town.page("", f"<title>Our town</title><h1>Our town</h1>{line}")
