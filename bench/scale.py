#!/usr/bin/env python3
"""What a FAQ of 100 and of 5,000 entries costs: to build, to start with again, to ask, to hold.

The entries are made of words from deploy/tuning, six ways of asking each. They are built as the
service does it, in a process of their own, and another one starts with what that has kept. The
reference is the bare model in the same run: the same phrasings on one thread, the same questions.

    python bench/scale.py [--entries 100 5000]
"""

import argparse
import asyncio
import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TypeVar

from chatbot.answers import vectors
from chatbot.answers.encoder import load_encoder
from chatbot.answers.engine import Engine
from chatbot.commands.shared import bar
from chatbot.content.learnt import TUNING, IndexFile, LessonFile, VectorFile
from chatbot.domain.faq import Entry
from chatbot.materials import load_knowledge
from chatbot.services.brain import Brain, Wish

SOURCE = Path(__file__).parents[1] / "deploy" / "tuning"
PHRASINGS = 5
ASKED = 100
Result = TypeVar("Result")


def make_entries(count: int, chance: random.Random) -> list[Entry]:
    """Return entries whose phrasings share a subject and differ in the rest."""
    said = [
        text
        for path in sorted(SOURCE.glob("*.json"))
        for group in json.loads(path.read_text("utf-8")).values()
        for text in group
    ]
    words = [word for text in said for word in text.split()]
    found = []
    for number in range(count):
        frame = chance.choice(said).split()[:7]
        subject = chance.sample(words, 3)
        ways = [
            " ".join([*(word for word in frame if chance.random() < 0.7), *subject, way])
            for way in chance.sample(words, PHRASINGS + 1)
        ]
        answer = " ".join(chance.sample(words, 40))
        found.append(Entry(f"e{number}", ways[0], answer, tuple(ways[1:]), f"topic {number % 20}"))
    return found


def timed(work: Callable[[], Result]) -> tuple[Result, float]:
    """Return what `work` returns, and the seconds it took."""
    started = time.perf_counter()
    found = work()
    return found, time.perf_counter() - started


def memory(name: str) -> int:
    """Return the megabytes that this process holds: VmRSS, or VmHWM for the most it ever held."""
    status = Path("/proc/self/status").read_text("utf-8")
    return int(status.split(f"{name}:")[1].split()[0]) // 1024


def make_brain(folder: Path, pool: ThreadPoolExecutor) -> Brain:
    """Return what the service builds with, over the files of `folder`."""
    return Brain(
        load_knowledge(),
        load_encoder(None, TUNING),
        VectorFile(folder / "vectors.bin", vectors.SIZE),
        LessonFile(folder / "lessons.json"),
        IndexFile(folder / "index.bin"),
        0.05,
        pool,
        pool,
    )


async def edit(brain: Brain, entries: list[Entry], before: Engine) -> Engine:
    """Build and learn as after an edit: `before` is what was there."""
    engine = await brain.build(entries, before, bar("Embedding"))
    await brain.tidy()
    return await brain.learn(engine, Wish())


def ask(engine: Engine, brain: Brain, asked: list[str]) -> tuple[float, float]:
    """Return the median seconds of an answer, and of the bare model."""
    assert brain.encoder is not None
    ours = statistics.median(timed(partial(engine.reply, text))[1] for text in asked)
    plain = (timed(partial(brain.encoder.encode, [text]))[1] for text in asked)
    return ours, statistics.median(plain)


def measure(count: int, folder: Path, *, again: bool) -> dict[str, float]:
    """Build a FAQ of `count` entries, or start with it again, and say what it cost."""
    chance = random.Random(count)  # noqa: S311  # the same FAQ each time is the point
    entries = make_entries(count, chance)
    texts = [text for entry in entries for text in (entry.question, *entry.phrasings)]
    some = sorted(chance.sample(texts, min(1_000, len(texts))), key=len)
    asked = [f"{text} please" for text in chance.sample(texts, ASKED)]
    with ThreadPoolExecutor(1) as pool:
        brain = make_brain(folder, pool)
        if again:
            work = brain.build(entries, None, None)
        else:
            work = edit(brain, entries, asyncio.run(brain.build([], None, None)))
        engine, took = timed(partial(asyncio.run, work))
        asyncio.run(brain.tidy())
        ours, plain = ask(engine, brain, asked)
        found = {"took": took, "answer": ours, "model": plain}
        found |= {"resident": memory("VmRSS"), "peak": memory("VmHWM")}
        assert brain.encoder is not None
        embedding = timed(partial(brain.encoder.encode, some))[1]
    return found | {"bare": embedding * len(texts) / len(some)}


def apart(count: int, folder: str, *options: str) -> dict[str, float]:
    """Measure in a process of its own: only a fresh one tells what it holds."""
    command = [sys.executable, __file__, "--entries", str(count), "--folder", folder, *options]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def main() -> None:
    """Print a line for each size."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--entries", type=int, nargs="+", default=[100, 5_000])
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--again", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.folder:
        print(json.dumps(measure(options.entries[0], options.folder, again=options.again)))
        return
    print("entries   build  bare model  ratio   start   answer  bare model  ratio   memory: most,")
    print(
        "                                                                 after building, a start"
    )
    for count in options.entries:
        with tempfile.TemporaryDirectory() as folder:
            new, old = apart(count, folder), apart(count, folder, "--again")
        print(
            f"{count:7} {new['took']:6.1f} s {new['bare']:9.1f} s {new['took'] / new['bare']:6.2f}"
            f" {old['took']:5.2f} s {new['answer'] * 1e3:5.1f} ms {new['model'] * 1e3:8.1f} ms"
            f" {new['answer'] / new['model']:6.2f} {new['peak']:6} {new['resident']:6}"
            f" {old['resident']:6} MB"
        )


if __name__ == "__main__":
    main()
