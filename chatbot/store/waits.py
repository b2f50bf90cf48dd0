"""How long visitors waited for staff, for telling the next ones what to expect.

Only the length is kept, and whether somebody came: not who waited.
"""

from collections.abc import Sequence
from typing import Final

from chatbot.domain.conversation import Conversation
from chatbot.domain.events import Author, MessagePosted, Recorded, State
from chatbot.domain.waiting import Wait
from chatbot.store.database import Database
from chatbot.store.query import Statement, sql

RECENT_MS: Final = 14 * 86_400_000
NEWEST: Final = 25
"""Waits that count: the newest of the last 14 days."""

ADD_WAIT = sql("insert into waited (ended_at, ms, came) values (:ended_at, :ms, :came)")
FORGET_WAITS = sql("delete from waited where ended_at < :before")
WAITS = sql("""
    select ms, came from waited where ended_at >= :since order by ended_at desc limit :limit
""")


def waits(before: Conversation, after: Conversation, new: Sequence[Recorded]) -> list[Statement]:
    """Return what keeps the wait that `new` events end, for the batch that keeps them.

    One that the visitor ended says nothing of how long it would have been.
    """
    since, now = before.waiting_since, new[-1].event.at
    came = after.state is State.STAFF
    if (
        since is None
        or before.demo
        or before.message_left
        or not (came or (after.state is State.ASSISTANT and _in_vain(new)))
    ):
        return []
    wait = ADD_WAIT(ended_at=now, ms=max(0, now - since), came=int(came))
    return [wait, FORGET_WAITS(before=now - RECENT_MS)]


def _in_vain(new: Sequence[Recorded]) -> bool:
    """The visitor is told so; whoever stops by themselves is told nothing."""
    told = new[0].event
    return isinstance(told, MessagePosted) and told.author is Author.SYSTEM


async def read_waits(database: Database, now: int) -> list[Wait]:
    """Return the recent waits, newest first."""
    rows = await database.fetch(WAITS, since=now - RECENT_MS, limit=NEWEST)
    return [Wait(int(row["ms"]), bool(row["came"])) for row in rows]
