"""The service in a process of its own, as it is shipped, to be killed, starved and watched."""

import asyncio
import os
import signal
import socket
import sys
from asyncio.subprocess import Process
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import aiohttp

from chatbot.content import loading
from chatbot.store.faq import FaqEntries
from chatbot.store.opening import open_database
from tests.staffed import somebody_on
from tests.web.conftest import Visitor

ROOT: Final = Path(__file__).parents[2]
START_SECONDS: Final = 90
STOP_SECONDS: Final = 20
QUICK: Final = """
answer_again_seconds = 0.2
model = "/nowhere"
"""
"""Without the model a start is quicker, and answers are given all the same."""
WIDE: Final = """
[limits]
messages_per_second = 1e6
messages_burst = 1000000
messages_per_5_minutes = 1000000
frames_per_second = 1e6
frames_burst = 1000000
requests_per_second = 1e6
requests_burst = 1000000
conversations_per_hour = 1000000
handshakes_per_minute = 1000000
"""
SMALL: Final = frozenset(
    {
        "cost",
        "greeting",
        "is-someone-attending",
        "immediate-danger",
        "suicide-self-harm",
        "might-hurt-someone",
        "child-at-risk",
        "victim-help",
    }
)
"""Entries enough for an assistant that starts in a fraction of the time."""


async def plant_small_faq(database: str) -> None:
    """Make a database with a few entries, so that a start seeds nothing, and with Amina on."""
    opened = await open_database(database)
    try:
        shipped = await asyncio.to_thread(loading.entries)
        few = [entry for entry in shipped if entry.slug in SMALL]
        await FaqEntries(opened).save(few, [], 0)
    finally:
        await opened.close()
    await somebody_on(database)


async def until(condition: Callable[[], bool], seconds: float = 30) -> None:
    """Wait for something that happens outside this process."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110  # nobody can set an event for it
            await asyncio.sleep(0.01)


def free_port() -> int:
    """Return a port that nothing listens on at this moment."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


@dataclass(slots=True)
class Node:
    """`chatbot serve` on one port, whichever process runs it just now; `folder` is its world."""

    folder: Path
    database: str = ""
    settings: str = QUICK
    arguments: Sequence[str] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    wrapper: Sequence[str] = ()
    port: int = field(default_factory=free_port)
    process: Process | None = None

    def __post_init__(self) -> None:
        self.database = self.database or f"sqlite:///{self.data}/chat.db"
        for name in ("home", "elsewhere"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        (self.folder / "settings.toml").write_text(self.settings + WIDE)

    @property
    def data(self) -> Path:
        """The only folder that it may write to."""
        return self.folder / "data"

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        """All that it has ever said on standard error."""
        return (self.folder / "service.log").read_text("utf-8")

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    def visitor(self, http: aiohttp.ClientSession) -> Visitor:
        """Return somebody who has not started a conversation yet."""
        return Visitor(http, f"{self.base}/api/v1")

    async def launch(self) -> Process:
        """Start a process that serves, and do not wait for it."""
        self.process = await self.command("serve", "--port", str(self.port), *self.arguments)
        return self.process

    async def command(self, *words: str) -> Process:
        """Start a command with our settings and nothing of the tests' own surroundings."""
        surroundings = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "PYTHONDONTWRITEBYTECODE": "1",
            "HOME": str(self.folder / "home"),
        }
        with (self.folder / "service.log").open("ab") as log:
            return await asyncio.create_subprocess_exec(
                *(*self.wrapper, sys.executable, "-m", "chatbot", *words),
                *("--database", self.database, "--config", str(self.folder / "settings.toml")),
                cwd=self.folder / "elsewhere",
                env={**surroundings, **self.environment},
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
            )

    async def start(self) -> None:
        """Return once it says that it is ready."""
        process = await self.launch()
        assert process.stdout is not None
        async with asyncio.timeout(START_SECONDS):
            said = await process.stdout.readline()
        assert b"is ready" in said, self.log[-3000:]

    async def refusal(self) -> tuple[int, str]:
        """Start what must not start; return its exit code and its last line."""
        process = await self.launch()
        async with asyncio.timeout(START_SECONDS):
            await process.wait()
        return process.returncode or 0, self.log.splitlines()[-1]

    async def kill(self) -> None:
        """End it as a power switch does."""
        await self.end(signal.SIGKILL)

    async def stop(self) -> float:
        """End it as whoever deploys does; return how many seconds it took, and expect success."""
        loop = asyncio.get_running_loop()
        started = loop.time()
        code = await self.end(signal.SIGTERM)
        assert code == 0, self.log[-3000:]
        return loop.time() - started

    async def end(self, how: signal.Signals) -> int | None:
        """Send a signal and wait; a process that has ended is left in peace."""
        process = self.process
        if process is None:
            return None
        if process.returncode is None:
            process.send_signal(how)
        async with asyncio.timeout(STOP_SECONDS):
            return await process.wait()
