#!/usr/bin/env python3
"""A person at the other side: how soon a message is there, and what it costs to wait.

50 chats at once, each with a visitor and a member of staff on sockets of their own: the visitor
writes, the reply follows as soon as it was seen, then both pause. Then 16 visitors write as fast
as they are acknowledged, and 1,500 hold a socket and say nothing. Server on one core, client on
the other. The reference is the yardstick of bench/conversation.py in the same run, where it is
there; without it there are no ratios.

    python bench/handover.py [--yardstick FOLDER] [--seconds 10] [--chats 50]
"""

import argparse
import asyncio
import json
import os
import re
import resource
import signal
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import uvloop
from aiohttp import web

from bench.conversation import (
    TEXT,
    WIDE,
    YARDSTICK,
    Product,
    Yardstick,
    cpu_seconds,
    drive,
    free_port,
    running,
)
from chatbot.app import build_app
from chatbot.domain.audit import COMMAND_LINE
from chatbot.domain.people import Availability, Role
from chatbot.services.identity import new_token
from chatbot.services.sign_in import Caller
from chatbot.settings import Settings
from chatbot.web import keys
from chatbot.web.console import cookies

MARK = re.compile(r"mark-(\d+)-")
PAUSE_SECONDS = 1.0
WRITERS, IDLE = 16, 1_500
IDLE_SECONDS = 45.0
"""Two heartbeats of every socket."""


async def serve(port: int, database: str) -> None:
    """Run the service, with Amina on; print her session's token."""
    app = build_app(Settings(database=database, limits=WIDE))
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    app[keys.CONVERSATIONS].on_owed = lambda _: None
    passphrase = f"{new_token()[:20]} bench"
    amina = await app[keys.PEOPLE].add("Amina", "a@b.example", Role.STAFF, passphrase, COMMAND_LINE)
    await app[keys.AVAILABILITY].say(amina.id, Availability.ON, 20)
    caller = Caller("bench", shared=True, device="bench", device_token="bench")  # noqa: S106  # no secret
    token = (await app[keys.SIGN_IN].start(amina, caller)).token
    Path(f"{database.removeprefix('sqlite:///')}.token").write_text(token)  # noqa: ASYNC240  # once, before it serves
    await web.TCPSite(runner, "127.0.0.1", port).start()
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    await stop.wait()
    await runner.cleanup()


@dataclass
class House:
    """The running service, and what its member of staff sends along."""

    base: str
    headers: dict[str, str]
    session: aiohttp.ClientSession


@dataclass
class Times:
    """Seconds from sending to the other side's socket."""

    to_staff: list[float] = field(default_factory=list)
    to_visitor: list[float] = field(default_factory=list)


async def start(house: House) -> tuple[str, aiohttp.ClientWebSocketResponse]:
    """Return a new visitor: the conversation, and its socket."""
    api = f"{house.base}/api/v1/conversations"
    async with house.session.post(api, json={}) as answer:
        started = await answer.json()
    ws = await house.session.ws_connect(f"{api}/{started['id']}/live", compress=0)
    await ws.send_json({"type": "hello", "token": started["token"], "after": 0})
    return str(started["id"]), ws


async def chat(house: House, number: int, chats: int, end: float, times: Times) -> None:
    """One visitor and one member of staff talk until the end."""
    chat_id, visitor = await start(house)
    desk = f"{house.base}/console/chats/{chat_id}"
    async with house.session.post(
        f"{desk}/take-over", data={"x": ""}, headers=house.headers
    ) as answer:
        assert answer.status == 200, await answer.text()
    live = f"{house.base}/console/live?chat={chat_id}&after=0"
    staff = await house.session.ws_connect(live, headers=house.headers, compress=0)
    await asyncio.sleep(PAUSE_SECONDS * number / chats)
    turn = 0
    while time.perf_counter() < end:
        turn += 1
        text = f"mark-{turn}- {TEXT}"
        began = time.perf_counter()
        await visitor.send_json({"type": "say", "client_id": str(uuid.uuid4()), "text": text})
        seen = await until(staff, turn)
        times.to_staff.append(time.perf_counter() - began)
        turn += 1
        form = {"text": f"mark-{turn}- {TEXT}", "client_id": str(uuid.uuid4()), "seen": str(seen)}
        began = time.perf_counter()
        reply = asyncio.ensure_future(
            house.session.post(f"{desk}/reply", data=form, headers=house.headers)
        )
        await until(visitor, turn)
        times.to_visitor.append(time.perf_counter() - began)
        (await reply).release()
        await asyncio.sleep(PAUSE_SECONDS)


async def until(ws: aiohttp.ClientWebSocketResponse, turn: int) -> int:
    """Return the seq of the event with the mark of this turn, once it comes."""
    while True:
        for frame in json.loads((await ws.receive()).data):
            text = frame.get("html") or frame.get("text") or ""
            mark = MARK.search(text)
            if mark and int(mark[1]) == turn and frame["type"] in {"event", "message"}:
                return int(frame["seq"])


async def talk(house: House, options: argparse.Namespace) -> Times:
    """Have all the chats go on side by side."""
    times = Times()
    end = time.perf_counter() + options.seconds
    async with asyncio.TaskGroup() as tasks:
        for number in range(options.chats):
            tasks.create_task(chat(house, number, options.chats, end, times))
    return times


async def yardstick_talk(port: int, options: argparse.Namespace) -> list[float]:
    """Return how long the least takes from a visitor to a subscriber, under the same load."""
    found: list[float] = []
    end = time.perf_counter() + options.seconds

    async def pair(session: aiohttp.ClientSession, number: int) -> None:
        base = f"ws://127.0.0.1:{port}/ws"
        staff = await session.ws_connect(f"{base}?role=staff&inbox={number}", compress=0)
        address = f"{base}?role=visitor&conv={uuid.uuid4().hex}&inbox={number}"
        visitor = await session.ws_connect(address, compress=0)
        await asyncio.sleep(PAUSE_SECONDS * number / options.chats)
        while time.perf_counter() < end:
            for _ in range(2):  # as many as both sides of a chat write
                cid = str(uuid.uuid4())
                began = time.perf_counter()
                frame = {"t": "send", "cid": cid, "text": TEXT, "ts": 1_700_000_000}
                await visitor.send_json(frame)
                while cid not in str((await staff.receive()).data):
                    pass
                found.append(time.perf_counter() - began)
            await asyncio.sleep(PAUSE_SECONDS)

    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector) as session, asyncio.TaskGroup() as tasks:
        for number in range(options.chats):
            tasks.create_task(pair(session, number))
    return found


async def idle(house: House, pid: int, visitors: int) -> dict[str, float]:
    """Return what visitors who say nothing cost: percent of a core, and MB above before."""
    before = memory_mb(pid)
    sockets = [(await start(house))[1] for _ in range(visitors)]
    readers = [asyncio.ensure_future(drained(one)) for one in sockets]
    await asyncio.sleep(3)
    began, used = time.perf_counter(), cpu_seconds(pid)
    await asyncio.sleep(IDLE_SECONDS)
    share = 100 * (cpu_seconds(pid) - used) / (time.perf_counter() - began)
    grown = memory_mb(pid) - before
    for reader in readers:
        reader.cancel()
    return {"idle_cpu_percent": share, "idle_memory_mb": grown}


async def drained(ws: aiohttp.ClientWebSocketResponse) -> None:
    """Read what comes, and answer pings."""
    async for _ in ws:
        pass


def memory_mb(pid: int) -> float:
    """Return the resident memory of a process."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


async def measure(base: str, token: str, pid: int, options: argparse.Namespace) -> dict[str, float]:
    """Return every figure of the service but the ratios."""
    headers = {
        "Cookie": f"{cookies.SESSION}={token}",
        "Sec-Fetch-Site": "same-origin",
        "Accept": "application/json",
    }
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector) as session:
        house = House(base, headers, session)
        times = await talk(house, options)
        found = {**spread("to_staff", times.to_staff), **spread("to_visitor", times.to_visitor)}
        return found | await idle(house, pid, options.idle)


def spread(name: str, seconds: Sequence[float]) -> dict[str, float]:
    """Return the median and the 99th percentile in milliseconds."""
    parts = statistics.quantiles(seconds, n=100)
    return {f"{name}_p50_ms": parts[49] * 1e3, f"{name}_p99_ms": parts[98] * 1e3}


def service(options: argparse.Namespace, work: Path) -> dict[str, float]:
    """Measure the service in processes of its own."""
    port, database = free_port(), f"sqlite:///{work}/chat.db"
    command = [sys.executable, "-m", "bench.handover", "--serve", str(port), database]
    base = f"http://127.0.0.1:{port}"
    with running(command, f"{base}/readyz") as pid:
        token = (work / "chat.db.token").read_text()
        found = uvloop.run(measure(base, token, pid, options))
    product = Product(work)
    product.command = [sys.executable, "-m", "bench.conversation", *product.command[2:]]
    return {**found, **written(product, options)}


def written(server: Product | Yardstick, options: argparse.Namespace) -> dict[str, float]:
    """Return how many durable messages a second a few visitors write, each one at a time."""
    seconds = max(3.0, options.seconds / 3)
    load = argparse.Namespace(visitors=WRITERS, rate=0.0, warm_up=1.0, seconds=seconds)
    with running(server.command, server.ready) as pid:
        round_ = uvloop.run(drive(server, pid, load))
    return {f"msgs_per_s_of_{WRITERS}": round_.figures["msgs_per_s"]}


def reference(options: argparse.Namespace, work: Path) -> dict[str, float]:
    """Measure the yardstick, where it is there."""
    if not (options.yardstick / "limit_server.py").is_file():
        return {}
    yardstick = Yardstick(options.yardstick, work)
    yardstick.command += ["--inboxes", str(options.chats)]
    with running(yardstick.command, yardstick.ready):
        found = uvloop.run(yardstick_talk(yardstick.port, options))
    return {**spread("to_staff", found), **written(yardstick, options)}


def main() -> None:
    """Measure, and print."""
    if sys.argv[1:2] == ["--serve"]:
        uvloop.run(serve(int(sys.argv[2]), sys.argv[3]))
        return
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--yardstick", type=Path, default=YARDSTICK, help="folder of its server")
    parser.add_argument("--chats", type=int, default=50)
    parser.add_argument("--idle", type=int, default=IDLE)
    parser.add_argument("--seconds", type=float, default=10.0)
    options = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    if hasattr(os, "sched_setaffinity") and (os.cpu_count() or 1) > 1:
        os.sched_setaffinity(0, {1})
    with tempfile.TemporaryDirectory() as first, tempfile.TemporaryDirectory() as second:
        least, found = reference(options, Path(first)), service(options, Path(second))
    print(f"{options.chats} chats at once, {options.idle} idle visitors\n")
    print(f"{'':24}{'yardstick':>12}{'service':>12}{'ratio':>8}")
    for name, value in found.items():
        against = least.get(name.replace("to_visitor", "to_staff"))
        beside = f"{against:12.2f}" if against else f"{'':12}"
        ratio = f"{value / against:8.2f}" if against else ""
        print(f"{name:24}{beside}{value:12.2f}{ratio}")


if __name__ == "__main__":
    main()
