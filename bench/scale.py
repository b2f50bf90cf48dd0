#!/usr/bin/env python3
"""What a FAQ of 100 and of 5,000 entries costs: to build, to build again, to ask, to hold.

The entries are made of words from deploy/tuning, six ways of asking each. The reference is the bare
model in the same run: embedding the same phrasings on one thread, and the same questions.

    python bench/scale.py [--entries 100 5000]
"""

import argparse
import json
import random
import statistics
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

from chatbot.answers.encoder import Encoder, load_encoder
from chatbot.answers.engine import Engine
from chatbot.answers.knowledge import Knowledge
from chatbot.answers.vectors import SIZE
from chatbot.commands.shared import bar
from chatbot.content.learnt import TUNING, LessonFile, VectorFile
from chatbot.domain.faq import Entry
from chatbot.materials import load_knowledge

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


def resident() -> int:
    """Return the megabytes of memory that this process holds."""
    status = Path("/proc/self/status").read_text("utf-8")
    return int(status.split("VmRSS:")[1].split()[0]) // 1024


def measure(count: int, encoder: Encoder, knowledge: Knowledge, first: Engine) -> str:
    """Return a line for a FAQ of `count` entries; `first` lends its ear for harm."""
    chance = random.Random(count)  # noqa: S311  # the same FAQ each time is the point
    entries = make_entries(count, chance)
    vectors: dict[str, bytes] = {}
    lessons: dict[str, str] = {}
    shelf: dict[str, bytes] = {}

    def build() -> Engine:
        return Engine.build(
            entries,
            knowledge,
            encoder,
            vectors=vectors,
            lessons=lessons,
            shelf=shelf,
            progress=bar("Embedding"),
            before=first,
        ).learn()

    engine, building = timed(build)
    _, again = timed(build)
    texts = [text for entry in entries for text in (entry.question, *entry.phrasings)]
    some = sorted(chance.sample(texts, min(1_000, len(texts))), key=len)
    bare = timed(lambda: encoder.encode(some))[1] * len(texts) / len(some)
    asked = [f"{text} please" for text in chance.sample(texts, ASKED)]
    ours = statistics.median(timed(partial(engine.reply, text))[1] for text in asked)
    plain = statistics.median(timed(partial(encoder.encode, [text]))[1] for text in asked)
    return (
        f"{count:7} {building:6.1f} s {bare:9.1f} s {building / bare:6.2f} {again:5.2f} s"
        f" {ours * 1e3:5.1f} ms {plain * 1e3:9.1f} ms {ours / plain:6.2f} {resident():7} MB"
    )


def main() -> None:
    """Print a line for each size."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--entries", type=int, nargs="+", default=[100, 5_000])
    options = parser.parse_args()
    encoder, knowledge = load_encoder(None, TUNING), load_knowledge()
    first = Engine.build(
        [], knowledge, encoder, vectors=VectorFile(None, SIZE).known, lessons=LessonFile(None).known
    )
    print("entries   build  bare model  ratio  again   answer   bare model  ratio   resident")
    for count in options.entries:
        print(measure(count, encoder, knowledge, first))


if __name__ == "__main__":
    main()
