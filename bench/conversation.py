#!/usr/bin/env python3
"""The conversation core against a yardstick, side by side: server CPU, throughput and latency.

The yardstick is a server that does the least a correct chat core must do. Both are driven by the
same client over WebSockets, in turn (A B A B ...), server on one core and client on the other,
and the figures are ratios of medians: product / yardstick. An absolute figure of a shared machine
says nothing.

    python bench/conversation.py [--yardstick FOLDER] [--rounds 5] [--visitors 100] [--rate 300]

FOLDER holds `limit_server.py`, whose own docstring says what it speaks.
"""

import argparse
import asyncio
import json
import os
import resource
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import uvloop
from aiohttp import web

from chatbot.app import build_app
from chatbot.settings import Limits, Settings
from chatbot.web import keys

TEXT = "Hello, I missed the workshop on Saturday and would like to know what to do now. " * 2
TEXT = TEXT[:120]
WIDE = Limits(
    messages_per_second=1e9,
    messages_burst=10**9,
    messages_per_5_minutes=10**9,
    frames_per_second=1e9,
    frames_burst=10**9,
    requests_per_second=1e9,
    requests_burst=10**9,
    conversations_per_hour=10**9,
    sockets_per_conversation=100,
    sockets_per_address=10**6,
    handshakes_per_minute=10**9,
)
YARDSTICK = Path(__file__).parents[2] / "shared" / "bench" / "yardstick"


@dataclass
class Round:
    """What one run of one server measured; times in seconds."""

    acked: int = 0
    seconds: float = 0.0
    cpu: float = 0.0
    acks: list[float] = field(default_factory=list)

    @property
    def figures(self) -> dict[str, float]:
        """CPU in microseconds a message, messages a second, and the median ack in ms."""
        return {
            "server_cpu_us_per_msg": self.cpu / max(self.acked, 1) * 1e6,
            "msgs_per_s": self.acked / self.seconds,
            "ack_p50_ms": statistics.median(self.acks) * 1e3,
        }


def free_port() -> int:
    """Return a port that nobody listens on, with the next one free as well."""
    while True:
        with socket.socket() as probe, socket.socket() as beside:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
            with suppress(OSError, OverflowError):
                beside.bind(("127.0.0.1", port + 1))
                return port


def pinned(core: int, command: list[str]) -> list[str]:
    """Run `command` on one core, where that can be said."""
    return ["taskset", "-c", str(core), *command] if shutil.which("taskset") else command


def cpu_seconds(pid: int) -> float:
    """Return the processor time that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def running(command: list[str], url: str) -> Iterator[int]:
    """Start a server, wait until it answers, and stop it at the end."""
    with tempfile.TemporaryFile() as output:
        server = subprocess.Popen(pinned(0, command), stdout=output, stderr=output)
        try:
            for _ in range(600):
                try:
                    with urllib.request.urlopen(url, timeout=1):
                        break
                except OSError:
                    if server.poll() is not None:
                        output.seek(0)
                        raise SystemExit(output.read().decode()) from None
                    time.sleep(0.1)
            else:
                raise SystemExit(f"{url} does not answer")
            yield server.pid
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(20)


class Yardstick:
    """The least that a correct core does."""

    name = "yardstick"

    def __init__(self, folder: Path, work: Path) -> None:
        self.port = free_port()
        self.command = [
            sys.executable, str(folder / "limit_server.py"), "--store", "sqlite", "--sync", "FULL",
            "--db", str(work / "limit.db"), "--port", str(self.port),
        ]  # fmt: skip
        self.ready = f"http://127.0.0.1:{self.port + 1}/stats"

    async def connect(self, session: aiohttp.ClientSession, number: int) -> "Line":
        """Open one visitor's socket."""
        conversation = f"{uuid.uuid4().hex}-{number}"
        url = f"ws://127.0.0.1:{self.port}/ws?role=visitor&conv={conversation}&inbox={number % 8}"
        ws = await session.ws_connect(url, compress=0)

        def message(client_id: str) -> str:
            return json.dumps({"t": "send", "cid": client_id, "text": TEXT, "ts": 1_700_000_000})

        return Line(ws, message, "t", "cid")


async def serve_core(port: int, database: str) -> None:
    """Run the service with wide limits and a silent assistant, until it is told to stop."""
    app = build_app(Settings(database=database, limits=WIDE))
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    app[keys.CONVERSATIONS].on_owed = lambda _: None
    await web.TCPSite(runner, "127.0.0.1", port).start()
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    await stop.wait()
    await runner.cleanup()


class Product:
    """The service: authorisation, validation, limits, encryption, and the store.

    The assistant is left out: what it costs to understand a message is another benchmark.
    """

    name = "product"

    def __init__(self, work: Path) -> None:
        self.port = free_port()
        self.command = [
            sys.executable, __file__, "--serve-core", str(self.port), f"sqlite:///{work}/chat.db",
        ]  # fmt: skip
        self.base = f"http://127.0.0.1:{self.port}"
        self.ready = f"{self.base}/readyz"

    async def connect(self, session: aiohttp.ClientSession, _number: int) -> "Line":
        """Start one conversation and go live."""
        api = f"{self.base}/api/v1/conversations"
        async with session.post(api, json={}) as answer:
            started = await answer.json()
        ws = await session.ws_connect(f"{api}/{started['id']}/live", compress=0)
        await ws.send_json({"type": "hello", "token": started["token"], "after": 0})

        def message(client_id: str) -> str:
            return json.dumps({"type": "say", "client_id": client_id, "text": TEXT})

        return Line(ws, message, "type", "client_id")


class Line:
    """One visitor with one message in flight."""

    def __init__(
        self,
        ws: aiohttp.ClientWebSocketResponse,
        message: Callable[[str], str],
        kind: str,
        identity: str,
    ) -> None:
        self.ws, self.message, self.kind, self.identity = ws, message, kind, identity

    async def say(self) -> float:
        """Send one message and return the seconds until it was acknowledged."""
        client_id = str(uuid.uuid4())
        started = time.perf_counter()
        await self.ws.send_str(self.message(client_id))
        while True:
            frames = json.loads((await self.ws.receive()).data)
            for frame in frames:
                if frame[self.kind] == "nack":
                    raise SystemExit(f"refused: {frame}")
                if frame[self.kind] == "ack" and frame[self.identity] == client_id:
                    return time.perf_counter() - started


async def drive(server: "Yardstick | Product", pid: int, options: argparse.Namespace) -> Round:
    """Let the visitors write for a while: closed loop, or `--rate` messages a second in all."""
    found = Round()
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector) as session:
        lines = [await server.connect(session, n) for n in range(options.visitors)]
        pause = options.visitors / options.rate if options.rate else 0.0
        counting = False

        async def visitor(number: int, line: Line, end: float) -> None:
            await asyncio.sleep(pause * number / options.visitors)
            due = time.perf_counter()
            while time.perf_counter() < end:
                took = await line.say()
                if counting:
                    found.acks.append(took)
                    found.acked += 1
                due += pause
                if pause:
                    await asyncio.sleep(max(0.0, due - time.perf_counter()))

        started = time.perf_counter()
        end = started + options.warm_up + options.seconds
        async with asyncio.TaskGroup() as tasks:
            for number, line in enumerate(lines):
                tasks.create_task(visitor(number, line, end))
            await asyncio.sleep(options.warm_up)
            before, counting, began = cpu_seconds(pid), True, time.perf_counter()
            await asyncio.sleep(options.seconds)
            counting = False
            found.cpu = cpu_seconds(pid) - before
            found.seconds = time.perf_counter() - began
    return found


def one(kind: str, options: argparse.Namespace) -> dict[str, float]:
    """Run one server once on an empty database."""
    with tempfile.TemporaryDirectory(dir=options.work) as folder:
        work = Path(folder)
        server = Yardstick(options.yardstick, work) if kind == "yardstick" else Product(work)
        with running(server.command, server.ready) as pid:
            return asyncio.run(drive(server, pid, options)).figures


def main() -> None:
    """Run both in turn and print the ratios."""
    if sys.argv[1:2] == ["--serve-core"]:
        uvloop.run(serve_core(int(sys.argv[2]), sys.argv[3]))
        return
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--yardstick", type=Path, default=YARDSTICK, help="folder of its server")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--visitors", type=int, default=100)
    parser.add_argument("--rate", type=float, default=0.0, help="messages a second; 0: closed loop")
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--warm-up", type=float, default=1.0)
    parser.add_argument("--work", type=Path, default=None, help="folder for the databases")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if not (options.yardstick / "limit_server.py").is_file():
        parser.error("name the folder of limit_server.py with --yardstick")
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    if hasattr(os, "sched_setaffinity") and (os.cpu_count() or 1) > 1:
        os.sched_setaffinity(0, {1})
    runs: dict[str, list[dict[str, float]]] = {"yardstick": [], "product": []}
    for number in range(options.rounds):
        for kind, found in runs.items():
            found.append(one(kind, options))
            print(f"round {number + 1} {kind}: {found[-1]}", file=sys.stderr)
    report = table(runs)
    print(json.dumps(report, indent=1) if options.json else told(report, options))


def table(runs: dict[str, list[dict[str, float]]]) -> dict[str, dict[str, float]]:
    """Return, by figure, both medians and the median of the ratios pair by pair."""
    report = {}
    for figure in runs["product"][0]:
        ours = [run[figure] for run in runs["product"]]
        theirs = [run[figure] for run in runs["yardstick"]]
        ratios = [a / b for a, b in zip(ours, theirs, strict=True)]
        report[figure] = {
            "yardstick": statistics.median(theirs),
            "product": statistics.median(ours),
            "ratio": statistics.median(ratios),
        }
    return report


def told(report: dict[str, dict[str, float]], options: argparse.Namespace) -> str:
    """Return the report as a table."""
    load = f"{options.rate:g} messages/s" if options.rate else "closed loop"
    lines = [f"{options.visitors} visitors, {load}, {options.rounds} rounds, medians", ""]
    lines.append(f"{'':24}{'yardstick':>12}{'product':>12}{'ratio':>8}")
    for figure, row in report.items():
        lines.append(
            f"{figure:24}{row['yardstick']:12.2f}{row['product']:12.2f}{row['ratio']:8.2f}"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    main()
