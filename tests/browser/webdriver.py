"""A second engine, Debian's WebKitGTK, driven by the W3C's WebDriver over plain HTTP.

It is near to what an iPhone has. Only what a walk through the chat needs is here.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import aiohttp

from tests.browser.running import free_port

DRIVER: Final = "WebKitWebDriver"
BROWSER: Final = "*/webkit2gtk-4.*/MiniBrowser"
ELEMENT: Final = "element-6066-11e4-a52e-4f735466cecf"
TRIES: Final = 200
ENTER: Final = "\ue007"


class Refusal(Exception):
    """The browser could not do it, such as press what is not there yet."""


class Remote:
    """One window of the browser."""

    def __init__(self, http: aiohttp.ClientSession, session: str) -> None:
        self._http = http
        self._session = session

    async def call(self, method: str, path: str, **body: Any) -> Any:
        """Make a call of the protocol, and return its value."""
        url = f"/session/{self._session}/{path}"
        given = body if method == "POST" else None
        async with self._http.request(method, url, json=given) as answer:
            value = (await answer.json())["value"]
        if not answer.ok:
            raise Refusal(value["error"])
        return value

    async def show(self, address: str) -> None:
        """Open an address."""
        await self.call("POST", "url", url=address)

    async def address(self) -> str:
        """Return where the window is."""
        return str(await self.call("GET", "url"))

    async def find(self, css: str) -> str:
        """Return the element, as its name in later calls."""
        found = await self.call("POST", "element", using="css selector", value=css)
        return str(found[ELEMENT])

    async def press(self, css: str) -> None:
        """Press an element as a pointer does, once it can be."""
        await until(lambda: self._press(css))

    async def _press(self, css: str) -> bool:
        await self.call("POST", f"element/{await self.find(css)}/click")
        return True

    async def write(self, css: str, text: str) -> None:
        """Type into a field."""
        await self.call("POST", f"element/{await self.find(css)}/value", text=text)

    async def run(self, script: str) -> Any:
        """Return what a script returns."""
        return await self.call("POST", "execute/sync", script=f"return {script}", args=[])

    async def launch_chat(self) -> None:
        """Press the button of the chat, and go into its frame once it is ready."""
        shadow = 'document.querySelector("cara-chat").shadowRoot'
        await until(lambda: self.run('Boolean(document.querySelector("cara-chat"))'))
        button = await self.run(f'{shadow}.querySelector("button")')
        await self.call("POST", f"element/{button[ELEMENT]}/click")
        await until(lambda: self.run(f'{shadow}.querySelector("iframe:not([hidden])")'))
        frame = await self.run(f'{shadow}.querySelector("iframe")')
        await self.call("POST", "frame", id=frame)
        await until(lambda: self.run('document.querySelector("#message:enabled") !== null'))

    async def leave_frame(self) -> None:
        """Go back to the page."""
        await self.call("POST", "frame", id=None)


async def until(is_so: Callable[[], Awaitable[Any]]) -> None:
    """Wait until something is so."""
    for _ in range(TRIES):
        if await _tried(is_so):
            return
        await asyncio.sleep(0.1)
    raise TimeoutError


async def _tried(is_so: Callable[[], Awaitable[Any]]) -> bool:
    try:
        return bool(await is_so())
    except (Refusal, aiohttp.ClientConnectionError):
        return False


@asynccontextmanager
async def webkit(folder: Path) -> AsyncIterator[Remote]:
    """Start a screen, the driver and the browser, which knows nothing yet."""
    port = free_port()
    read, write = os.pipe()
    log = (folder / "webkit.log").open("wb")
    screen = await asyncio.create_subprocess_exec(
        *("Xvfb", "-displayfd", str(write), "-screen", "0", "1280x1024x24", "-nolisten", "tcp"),
        pass_fds=[write],
        stderr=log,
    )
    number = (await asyncio.to_thread(os.read, read, 16)).decode().strip()
    home = {"HOME": str(folder), "XDG_RUNTIME_DIR": str(folder), "DISPLAY": f":{number}"}
    driver = await asyncio.create_subprocess_exec(
        *(DRIVER, f"--port={port}", "--host=127.0.0.1"),
        env={**os.environ, **home, "GDK_BACKEND": "x11"},
        stdout=log,
        stderr=log,
    )
    try:
        async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as http:
            yield Remote(http, await _session(http))
    finally:
        for process in (driver, screen):
            process.terminate()
            await process.wait()
        log.close()
        os.close(read)
        os.close(write)


async def _session(http: aiohttp.ClientSession) -> str:
    browser = {"binary": str(next(Path("/usr/lib").glob(BROWSER))), "args": ["--automation"]}
    wanted = {"capabilities": {"alwaysMatch": {"webkitgtk:browserOptions": browser}}}
    opened: list[str] = []

    async def open_() -> bool:
        async with http.post("/session", json=wanted) as answer:
            opened.append((await answer.json())["value"]["sessionId"])
        return True

    await until(open_)
    return opened[0]
