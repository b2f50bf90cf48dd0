#!/usr/bin/env python3
"""How long a report takes to open, over a year of 200,000 conversations.

They are generated: a row for each conversation, and what each adds to the figures, by the same
statements as in the service. The reference is what a report could not do without: counting the
conversations of that year with one raw SQL statement, in the same database and run.

    python bench/reports.py [--conversations 200000]
"""

import argparse
import asyncio
import random
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import date
from functools import partial
from pathlib import Path

from chatbot.domain.figures import By, Measure
from chatbot.services.figures import FigureService
from chatbot.services.identity import new_id
from chatbot.store.database import Database
from chatbot.store.figures import Figures, count
from chatbot.store.opening import open_database
from chatbot.store.query import Statement, sql

YEAR = date(2026, 1, 1)
START = 1_767_225_600_000
YEAR_MS = 365 * 86_400_000
BATCH = 200
REPEATS = 15
LIMIT_MS = 300

CONVERSATION = sql("""
    insert into conversation (id, state, position, seq, owes_answer, touched_at, created_at)
    values (:id, 'closed', 1, 1, 0, :at, :at)
""")
RAW = sql("select count(*) as n from conversation where created_at >= :since and created_at < :to")


def one(rng: random.Random) -> list[Statement]:
    """Return what one conversation leaves behind."""
    at = START + rng.randrange(YEAR_MS)
    counts = {Measure.CONVERSATIONS: 1, Measure.ANSWERED: 2}
    if rng.random() < 0.3:  # a share that asks for a person
        counts |= {Measure.ASKED: 1, Measure.TAKEN: 1, Measure.WAITS: 1, Measure.WAIT_MS: 45_000}
    return [CONVERSATION(id=new_id(at), at=at), *count(at, counts)]


async def fill(database: Database, service: FigureService, conversations: int) -> None:
    """Generate a year, summed as it goes along."""
    rng = random.Random(1)  # noqa: S311  # the same year in every run
    for done in range(0, conversations, BATCH):
        size = min(BATCH, conversations - done)
        await database.write([step for _ in range(size) for step in one(rng)])
        if done % (20 * BATCH) == 0:
            await service.move()
    await service.move()


async def median(work: Callable[[], Awaitable[object]]) -> float:
    """Return the median of some runs, in milliseconds."""
    took = []
    for _ in range(REPEATS):
        started = time.perf_counter()
        await work()
        took.append(1000 * (time.perf_counter() - started))
    return statistics.median(took)


async def measure(conversations: int) -> None:
    """Print each report as milliseconds, and as a ratio to the raw count."""
    with tempfile.TemporaryDirectory() as folder:
        database = await open_database(f"sqlite:///{Path(folder) / 'chat.db'}")
        service = FigureService(Figures(database), lambda: START)
        await fill(database, service, conversations)
        rows = await database.fetch(RAW, since=START, to=START + YEAR_MS)
        raw = await median(lambda: database.fetch(RAW, since=START, to=START + YEAR_MS))
        print(f"raw count of {rows[0]['n']:,} conversations: {raw:.1f} ms")
        for by in By:
            took = await median(partial(service.report, by, YEAR))
            print(f"report by {by:<5}  {took:6.1f} ms  {took / raw:5.2f} of the raw count")
            if took > LIMIT_MS:
                raise SystemExit(f"a report took longer than {LIMIT_MS} ms")
        await database.close()


def main() -> None:
    """Generate, measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--conversations", type=int, default=200_000)
    asyncio.run(measure(parser.parse_args().conversations))


if __name__ == "__main__":
    main()
