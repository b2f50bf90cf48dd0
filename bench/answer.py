#!/usr/bin/env python3
"""How long a visitor waits for an answer: from a cold start, and question by question.

The reference for a question is the bare model in the same run: embedding the same words once, on
one thread, with nothing around it. The rest is what understanding, storing and sending cost.

    python bench/answer.py [--questions 60]
"""

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
import uuid

import aiohttp

from bench.conversation import free_port, running
from chatbot.answers.encoder import load_encoder

QUESTIONS = (
    "missed saterday wat now",
    "do i have to pay for it",
    "can my girlfriend come along with me on the day",
    "Will there be police in the room?",
    "i dont agree with any of this and nobody listens, so what happens if i just say no",
    "how long is each one",
)


async def ask(ws: aiohttp.ClientWebSocketResponse, text: str) -> float:
    """Ask one question over the socket; return the seconds until its answer is there."""
    started = time.perf_counter()
    await ws.send_json({"type": "say", "client_id": str(uuid.uuid4()), "text": text})
    while True:
        for frame in (await ws.receive()).json():
            if frame.get("author") == "assistant":
                return time.perf_counter() - started


async def visit(base: str, count: int) -> list[float]:
    """Open a conversation for every few questions, as the limits for one visitor want it."""
    took: list[float] = []
    async with aiohttp.ClientSession() as session:
        api = f"{base}/api/v1/conversations"
        while len(took) < count:
            async with session.post(api, json={}) as answer:
                started = await answer.json()
            ws = await session.ws_connect(f"{api}/{started['id']}/live")
            await ws.send_json({"type": "hello", "token": started["token"], "after": 0})
            took += [await ask(ws, text) for text in QUESTIONS]
            await ws.close()
    return took


def main() -> None:
    """Print the cold start, and the median question as a ratio to the bare model."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--questions", type=int, default=60)
    options = parser.parse_args()
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        command = [
            sys.executable, "-m", "chatbot", "serve", "--port", str(port),
            "--database", f"sqlite:///{folder}/chat.db",
        ]  # fmt: skip
        started = time.perf_counter()
        with running(command, f"http://127.0.0.1:{port}/readyz"):
            first = asyncio.run(visit(f"http://127.0.0.1:{port}", 1))[0]
            cold = time.perf_counter() - started
            took = asyncio.run(visit(f"http://127.0.0.1:{port}", options.questions))
    encoder = load_encoder(None)
    bare = []
    for number in range(options.questions):
        before = time.perf_counter()
        encoder.encode([QUESTIONS[number % len(QUESTIONS)]])
        bare.append(time.perf_counter() - before)
    ours, reference = statistics.median(took) * 1e3, statistics.median(bare) * 1e3
    print(f"cold start to the first answers   {cold:6.2f} s  (the first took {first * 1e3:.0f} ms)")
    print(f"an answer at the socket, median   {ours:6.1f} ms")
    print(f"the bare model, median            {reference:6.1f} ms")
    print(f"ratio                             {ours / reference:6.2f}")


if __name__ == "__main__":
    main()
