"""A service in a process of its own, as it is shipped, that can be killed and started again."""

import asyncio
import os
import re
import signal
import socket
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import aiohttp

from tests.staffed import somebody_on

ROOT: Final = Path(__file__).parents[2]
READY_SECONDS: Final = 60
STOP_SECONDS: Final = 10


def free_port() -> int:
    """Return a port that nothing listens on at this moment."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


class Service:
    """`chatbot serve` on one port and one database, whichever process runs it just now."""

    def __init__(self, folder: Path, settings: Mapping[str, str]) -> None:
        self.port = free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        self._folder = folder
        self._settings = settings
        self._process: Process | None = None
        self._starts = 0

    async def start(self) -> None:
        """Return once it answers and has said so."""
        self._starts += 1
        # Its own settings only: none of whoever runs the tests.
        outside = {name: value for name, value in os.environ.items() if name[:8] != "CHATBOT_"}
        with (self._folder / "service.log").open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "chatbot", "serve", "--port", str(self.port)),
                *("--database", f"sqlite:///{self._folder}/chat.db"),
                cwd=ROOT,
                env={**outside, **self._settings},
                stdout=log,
                stderr=log,
            )
        async with asyncio.timeout(READY_SECONDS):
            while not await self._is_ready():
                assert self._process.returncode is None, self._last_words()
                await asyncio.sleep(0.05)

    async def _is_ready(self) -> bool:
        try:
            async with aiohttp.request("GET", f"{self.base}/readyz") as answer:
                greeted = self._log().count("Press Ctrl+C") >= self._starts
                return answer.status == 200 and greeted
        except aiohttp.ClientError:
            return False

    def founding_path(self) -> str:
        """Return the path of the link for the first admin, which a start without people prints."""
        found = re.findall(r"/console/join/[^\s{]+", self._log())
        assert len(found) == len(set(found)), "each is printed once, and logged nowhere"
        return str(found[-1])

    def _last_words(self) -> str:
        return self._log()[-2000:]

    def _log(self) -> str:
        return (self._folder / "service.log").read_text("utf-8")

    async def kill(self) -> None:
        """End it as a power cut does."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> None:
        """End it as a person who deploys does."""
        await self._end(signal.SIGTERM)

    async def _end(self, how: signal.Signals) -> None:
        process = self._process
        if process is None or process.returncode is not None:
            return
        process.send_signal(how)
        async with asyncio.timeout(STOP_SECONDS):
            await process.wait()

    async def entry(self, slug: str) -> dict[str, Any]:
        """Return the published entry, as the API gives it."""
        query = {"q": slug.replace("-", " "), "limit": "100"}
        async with aiohttp.request("GET", f"{self.base}/api/v1/faq", params=query) as answer:
            found: list[dict[str, Any]] = (await answer.json())["entries"]
        return next(entry for entry in found if entry["slug"] == slug)


@asynccontextmanager
async def running(folder: Path, *, staffed: bool = True, **settings: str) -> AsyncIterator[Service]:
    """Run a service with these settings, given as the environment gives them.

    Amina is there to take chats unless it is not `staffed`.
    """
    service = Service(folder, settings)
    try:
        if staffed:
            await somebody_on(f"sqlite:///{folder}/chat.db")
        await service.start()
        yield service
    finally:
        await service.stop()
