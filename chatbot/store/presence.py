"""Who of the staff is on, away or off, shared by all nodes: one row a person."""

from collections.abc import Sequence
from typing import Final

from chatbot.domain.availability import FORGOTTEN_MS, Colleague
from chatbot.domain.people import DEFAULT_CAPACITY, Availability
from chatbot.store.database import Database
from chatbot.store.query import sql

PEOPLE = sql("""
    select p.person_id, p.availability, p.capacity, p.seen_at, count(c.id) as chats
    from presence p left join conversation c on c.assignee = p.person_id
    group by p.person_id, p.availability, p.capacity, p.seen_at
    order by p.person_id
""")
SAY = sql("""
    insert into presence (person_id, availability, capacity, seen_at)
    values (:person, :availability, :capacity, :at)
    on conflict (person_id) do update
    set availability = :availability, capacity = :capacity, seen_at = :at
""")
SEEN = sql("""
    insert into presence (person_id, availability, capacity, seen_at)
    values (:person, 'off', :capacity, :at)
    on conflict (person_id) do update
    set availability = case
            when presence.seen_at < :forgotten then 'off' else presence.availability
        end,
        seen_at = :at
""")
KEY: Final = "presence"


class Presence:
    """The presence of one database's people."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def people(self) -> Sequence[Colleague]:
        """Return everybody who was ever seen, whether they are on or not."""
        return [
            Colleague(
                id=row["person_id"],
                availability=Availability(row["availability"]),
                capacity=row["capacity"],
                seen_at=row["seen_at"],
                chats=int(row["chats"]),
            )
            for row in await self._database.fetch(PEOPLE)
        ]

    async def say(self, person: str, availability: Availability, capacity: int, at: int) -> None:
        """Keep what somebody said of themselves; it counts as seen too."""
        said = SAY(person=person, availability=availability.value, capacity=capacity, at=at)
        await self._database.write([said], key=f"{KEY}:{person}")

    async def seen(self, person: str, at: int) -> None:
        """Note that a page of theirs is open; who was away for a night is off."""
        seen = SEEN(person=person, capacity=DEFAULT_CAPACITY, at=at, forgotten=at - FORGOTTEN_MS)
        await self._database.write([seen], key=f"{KEY}:{person}")
