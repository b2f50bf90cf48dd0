"""Twenty sudden deaths under load: what was acknowledged is there, once and in order."""

import asyncio
import random
from collections import Counter

import aiohttp
import pytest

from chatbot.credentials import master_key
from chatbot.domain.events import Author, MessagePosted, Recorded
from chatbot.store.conversations import Conversations
from chatbot.store.opening import open_database
from chatbot.store.vault import Vault
from tests.faults.conftest import MakeNode
from tests.faults.node import Node, until
from tests.faults.stubborn import Stubborn

DEATHS = 20
VISITORS = 8


@pytest.mark.timeout(600)
async def test_twenty_kills_under_load_lose_double_and_disorder_nothing(
    make_node: MakeNode, http: aiohttp.ClientSession
) -> None:
    node = await make_node()
    await node.start()
    chance = random.Random(20)  # noqa: S311  # so that a failure can be repeated
    visitors = [Stubborn(node.visitor(http), number, chance) for number in range(VISITORS)]
    async with asyncio.TaskGroup() as tasks:
        for visitor in visitors:
            tasks.create_task(visitor.write_until_told())
        for _ in range(DEATHS):
            await _some_progress(visitors)
            await asyncio.sleep(chance.uniform(0, 0.3))
            await node.kill()
            await node.start()
        for visitor in visitors:
            visitor.told_to_stop = True
    async with asyncio.TaskGroup() as tasks:
        for visitor in visitors:
            tasks.create_task(visitor.wait_for_every_answer())
    await node.stop()

    log = [await _log(node, visitor.id) for visitor in visitors]
    for visitor, recorded in zip(visitors, log, strict=True):
        _nothing_is_missing_or_double(visitor, recorded)
        _order_is_kept(visitor, recorded)
        _each_question_has_its_answer(visitor, recorded)
    assert sum(len(visitor.acknowledged) for visitor in visitors) > DEATHS * VISITORS
    assert sum(visitor.resent for visitor in visitors) > DEATHS


async def _some_progress(visitors: list[Stubborn]) -> None:
    def acknowledged() -> int:
        return sum(len(visitor.acknowledged) for visitor in visitors)

    enough = acknowledged() + VISITORS
    await until(lambda: acknowledged() >= enough)


async def _log(node: Node, conversation_id: str) -> list[Recorded]:
    """Read what is in the file, past the service."""
    database = await open_database(node.database, read_only=True)
    try:
        key = await asyncio.to_thread(master_key, node.data, {})
        conversations = Conversations(database, Vault(key))
        stored = await conversations.load(conversation_id)
        assert stored is not None
        recorded: list[Recorded] = []
        while page := await conversations.events(stored, recorded[-1].seq or 0 if recorded else 0):
            recorded += page
        assert recorded[-1].seq == stored.conversation.seq
        return recorded
    finally:
        await database.close()


def _said(recorded: list[Recorded], author: Author) -> list[tuple[int | None, MessagePosted]]:
    return [
        (item.seq, item.event)
        for item in recorded
        if isinstance(item.event, MessagePosted) and item.event.author is author
    ]


def _nothing_is_missing_or_double(visitor: Stubborn, recorded: list[Recorded]) -> None:
    assert [item.seq for item in recorded] == list(range(1, len(recorded) + 1))
    there = [(event.client_id, seq) for seq, event in _said(recorded, Author.VISITOR)]
    assert sorted(there) == sorted(visitor.acknowledged.items())


def _order_is_kept(visitor: Stubborn, recorded: list[Recorded]) -> None:
    assert [event.text for _, event in _said(recorded, Author.VISITOR)] == visitor.written
    # Somebody who waits for a person may get a signpost after they stopped reading.
    assert visitor.seen == list(range(1, len(visitor.seen) + 1))
    assert visitor.seen[-1] >= max(visitor.acknowledged.values())


def _each_question_has_its_answer(visitor: Stubborn, recorded: list[Recorded]) -> None:
    answered = [event.to for _, event in _said(recorded, Author.ASSISTANT)]
    owed = [seq for seq, _ in _said(recorded, Author.VISITOR)] if visitor.is_answered else []
    assert Counter(answered) == Counter(owed)
    assert answered == owed
