"""How often visitors picked an entry from offered questions, for the admin to see.

Only the entry and the day are counted: not who picked it, nor after which words.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from chatbot.domain.events import Author, MessagePosted, Recorded
from chatbot.store.database import Database
from chatbot.store.errors import StoreError
from chatbot.store.query import sql

DAY: Final = 86_400_000
"""Milliseconds."""

BEHIND: Final = "~"
"""Sorts behind every letter, digit and line that an id may have."""

log = logging.getLogger(__name__)

COUNT_PICK = sql("""
    insert into picked (slug, day, times) values (:slug, :day, 1)
    on conflict (slug, day) do update set times = picked.times + 1
""")
PICKED = sql("""
    select slug, cast(sum(times) as bigint) as times, max(day) as day from picked
    where day >= :since group by slug order by times desc, slug
""")


@dataclass(frozen=True, slots=True)
class Picked:
    """An entry, how often it was picked, and when its last such day began."""

    slug: str
    times: int
    last: int


async def count_picks(database: Database, new: Sequence[Recorded]) -> None:
    """Count the picks among events that are durable; what cannot be counted is left out.

    Every process counts in the same rows, so each pick is a batch of its own, with a key behind
    those of all conversations: within a batch of theirs, two processes could come to the same two
    rows in different orders, and hold up each other's messages.
    """
    for item in new:
        event = item.event
        if not isinstance(event, MessagePosted) or event.author is not Author.VISITOR:
            continue
        if event.slug:
            day = event.at // DAY
            pick = COUNT_PICK(slug=event.slug, day=day)
            try:
                await database.write([pick], key=f"{BEHIND}{event.slug} {day}")
            except StoreError as error:
                log.warning("picked.not_counted error=%s", type(error).__name__)


async def read_picked(database: Database, since: int) -> list[Picked]:
    """Return what was picked since a time, most often first."""
    rows = await database.fetch(PICKED, since=since // DAY)
    return [Picked(row["slug"], int(row["times"]), row["day"] * DAY) for row in rows]
