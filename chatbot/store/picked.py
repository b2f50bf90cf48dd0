"""How often visitors picked an entry from offered questions, for the admin to see.

Only the entry and the day are counted: not who picked it, nor after which words.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from chatbot.domain.events import Author, MessagePosted, Recorded
from chatbot.store.database import Database
from chatbot.store.query import Statement, sql

DAY: Final = 86_400_000
"""Milliseconds."""

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


def picks(new: Sequence[Recorded]) -> list[Statement]:
    """Return what counts the picks among new events, for the batch that keeps them."""
    return [
        COUNT_PICK(slug=item.event.slug, day=item.event.at // DAY)
        for item in new
        if isinstance(item.event, MessagePosted)
        and item.event.author is Author.VISITOR
        and item.event.slug
    ]


async def read_picked(database: Database, since: int) -> list[Picked]:
    """Return what was picked since a time, most often first."""
    rows = await database.fetch(PICKED, since=since // DAY)
    return [Picked(row["slug"], int(row["times"]), row["day"] * DAY) for row in rows]
