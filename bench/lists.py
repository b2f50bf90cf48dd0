#!/usr/bin/env python3
"""Ten thousand conversations: what a page of each list costs, against the same among a hundred.

Each conversation is made by the rules and written encrypted, as the service does it; a page is read
and decrypted. The ratio should stay near 1: a list costs what is shown of it.

    python bench/lists.py [--many 10000]
"""

import argparse
import asyncio
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

from chatbot.domain import commands as c
from chatbot.domain.conversation import Conversation, decide, record
from chatbot.domain.events import Recorded
from chatbot.domain.outcome import Ending
from chatbot.domain.reference import reference_of
from chatbot.services.identity import new_id
from chatbot.store.conversations import Conversations
from chatbot.store.inbox import FIRST, Filter, Inbox, Place, View, place_after
from chatbot.store.opening import open_database
from chatbot.store.overview import OverviewStore
from chatbot.store.vault import Vault

FEW, READS, AT_ONCE = 100, 40, 500
START_MS = 1_760_000_000_000
AMINA = "amina"


def commands(number: int, at: int) -> list[c.Command]:
    """Return what happens in a chat: most have ended, some wait, some are with staff."""
    take = c.TakeOver(at=at + 2, staff=AMINA, name="Amina")
    found: list[c.Command] = [
        c.Open(at=at, notice="1"),
        c.Say(at=at + 1, text="I missed the workshop, what now?", client_id=str(number)),
    ]
    if number % 100 == 0:
        return [*found, c.AskForPerson(at=at + 2, staffed=True)]
    if number % 250 == 1:
        return [*found, take]
    if number % 20 == 2:
        return found
    label = c.Label(at=at + 3, staff=AMINA, labels=("late",))
    end = c.Close(at=at + 4, by=c.By.STAFF, staff=AMINA, ending=Ending.HELPED)
    return [*found, take, *([label] if number % 400 == 3 else []), end]


async def fill(store: Conversations, many: int) -> list[str]:
    """Write so many conversations; return their ids."""
    ids = []
    for start in range(0, many, AT_ONCE):
        writes = []
        for number in range(start, min(start + AT_ONCE, many)):
            at = START_MS + number * 1_000
            now, recorded = Conversation(id=new_id(at)), list[Recorded]()
            for command in commands(number, at):
                new, now = record(now, decide(now, command))
                recorded += new
            stored = replace(store.new(now, "hash"), conversation=now)
            writes.append(store.create(stored, recorded))
            ids.append(now.id)
        await asyncio.gather(*writes)
    return ids


async def measure(many: int) -> dict[str, float]:
    """Return the median milliseconds of each page."""
    with tempfile.TemporaryDirectory() as folder:
        database = await open_database(f"sqlite:///{Path(folder) / 'chat.db'}")
        vault = Vault(b"1" * 32)
        store, inbox = Conversations(database, vault), Inbox(database, vault)
        ids = await fill(store, many)
        deep = Place(START_MS + many * 500, "")
        rare = Filter(reference=reference_of(ids[many // 2]))
        pages: dict[str, Callable[[], Awaitable[object]]] = {
            "waiting": lambda: inbox.view(View.WAITING, AMINA, limit=5),
            "mine": lambda: inbox.view(View.MINE, AMINA, limit=5),
            "all": lambda: inbox.view(View.ALL, AMINA),
            "closed, first page": lambda: inbox.view(View.CLOSED, AMINA),
            "closed, half way": lambda: inbox.view(View.CLOSED, AMINA, deep),
            "by reference": lambda: inbox.search(rare, AMINA),
            "by label": lambda: inbox.search(Filter(label="late"), AMINA),
            "labels in use": inbox.labels,
            "the room now": OverviewStore(database).in_hand,
        }
        found = {name: await median_ms(read) for name, read in pages.items()}
        page = await inbox.view(View.CLOSED, AMINA, FIRST)
        assert place_after(View.CLOSED, page) is not None
        await database.close()
        return found


async def median_ms(read: Callable[[], Awaitable[object]]) -> float:
    """Return how long a read takes."""
    took = []
    for _ in range(READS):
        began = time.perf_counter()
        await read()
        took.append(1_000 * (time.perf_counter() - began))
    return statistics.median(took)


def main() -> None:
    """Measure both, and print the ratios."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--many", type=int, default=10_000)
    options = parser.parse_args()
    few, many = asyncio.run(measure(FEW)), asyncio.run(measure(options.many))
    print(f"{'ms, median':24}{FEW:>10}{options.many:>10}{'ratio':>8}")
    for name, value in many.items():
        print(f"{name:24}{few[name]:10.2f}{value:10.2f}{value / few[name]:8.1f}")


if __name__ == "__main__":
    main()
