"""What is counted since a later version, counted in the chats that an older one has left.

Erased chats say nothing any more, so what they were is missing, and the reports say until when.
"""

from collections import Counter
from contextlib import suppress
from dataclasses import replace
from typing import Final

import msgspec

from chatbot.domain.conversation import Conversation, evolve
from chatbot.domain.events import State
from chatbot.domain.figures import Measure, counted
from chatbot.store.conversations import read_event, read_memory
from chatbot.store.database import Database, Row
from chatbot.store.errors import Duplicate
from chatbot.store.figures import BATCH, count
from chatbot.store.query import Statement, sql
from chatbot.store.vault import Seal, Vault

PAGE: Final = 500
DEMO: Final = "demo"
"""The label of chats that an older version made up: they are in no figure."""

DONE = sql("select 1 as one from figure_since where what = :what")
SINCE = sql("insert into figure_since (what, at) values (:what, :at)")
ERASED = sql("select max(closed_at) as at from conversation where data_key is null")
CHATS = sql("""
    select id, data_key, memory, position, state from conversation
    where data_key is not null and id > :after order by id limit :limit
""")
EVENTS = sql("""
    select position, seq, kind, at, payload from event
    where conversation_id = :id order by position
""")
REMEMBER = sql("""
    update conversation set memory = :memory where id = :id and position = :position
""")

_encode = msgspec.json.Encoder().encode


async def count_alone(database: Database, vault: Vault) -> None:
    """Count the chats that the assistant has ended alone, once for a database."""
    if await database.fetch(DONE, what=Measure.ALONE.value):
        return
    ended: Counter[int] = Counter()
    batch: list[Statement] = []
    after = ""
    while rows := await database.fetch(CHATS, after=after, limit=PAGE):
        for row in rows:
            batch += await _look(
                database, vault.seal(bytes(row["data_key"]), row["id"]), row, ended
            )
        after = rows[-1]["id"]
    for at, times in ended.items():
        batch += count(at, {Measure.ALONE: times})
    [erased] = await database.fetch(ERASED)
    batch.append(SINCE(what=Measure.ALONE.value, at=erased["at"] or 0))
    with suppress(Duplicate):  # another process has counted them meanwhile
        await database.write(batch, key=BATCH)


async def _look(database: Database, seal: Seal, row: Row, ended: Counter[int]) -> list[Statement]:
    """Count a chat at the time at which it ended; return what lets one that goes on count later."""
    chat_id, now = row["id"], Conversation(row["id"])
    known = read_memory(seal, chat_id, row["position"], bytes(row["memory"]))
    demo = DEMO in known.labels
    for found in await database.fetch(EVENTS, id=chat_id):
        recorded = read_event(chat_id, seal, found)
        if counted(now, [recorded]).get(Measure.ALONE) and not demo:
            ended[recorded.event.at] += 1
        now = evolve(now, recorded.event)
    if row["state"] == State.CLOSED:
        return []
    known = replace(known, helped=now.helped, wanted=now.wanted, demo=demo)
    memory = seal.close(_encode(known), f"{chat_id}:{known.position}")
    return [REMEMBER(id=chat_id, position=known.position, memory=memory)]
