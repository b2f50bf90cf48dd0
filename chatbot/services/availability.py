"""Who is on, and what is true for a visitor now."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final, Protocol

from chatbot.domain import availability as rules
from chatbot.domain.availability import MOST_CHATS, Colleague, Status
from chatbot.domain.errors import Invalid
from chatbot.domain.people import Availability, Person
from chatbot.domain.waiting import Wait, usual_wait
from chatbot.services.hours import HoursService
from chatbot.services.identity import Clock
from chatbot.services.waiting import NOBODY, Opening

MINUTE: Final = 60_000
NOTED_MS: Final = 20_000
"""Who was seen less long ago need not be noted again."""


class People(Protocol):
    """Where it is kept who is on, for all nodes."""

    async def people(self) -> Sequence[Colleague]:
        """Return everybody who was ever seen."""

    async def say(self, person: str, availability: Availability, capacity: int, at: int) -> None:
        """Keep what somebody said of themselves."""

    async def seen(self, person: str, at: int) -> None:
        """Note that a page of theirs is open."""


class Queue(Protocol):
    """Where it is kept who waits, and how long people waited."""

    async def queue(self) -> Sequence[str]:
        """Return who waits for staff."""

    async def recent_waits(self) -> Sequence[Wait]:
        """Return how long visitors waited lately."""


class AvailabilityService:
    """Says who is on, and keeps what they say."""

    def __init__(self, people: People, queue: Queue, hours: HoursService, clock: Clock) -> None:
        self._people = people
        self._queue = queue
        self._hours = hours
        self._clock = clock
        self.opening: Opening = NOBODY
        """What was true when the status was last asked for."""
        self.switched_off = False
        """An admin has closed the chat, whoever is on and whatever the hours say."""
        self.notice = ""
        """What visitors are told then; nothing for the usual words."""

    async def status(self) -> Status:
        """Return the facts that a visitor is told."""
        now = self._clock()
        status = rules.status(
            now,
            await self._hours.hours(),
            await self._people.people(),
            len(await self._queue.queue()),
            await self._usual_wait(),
        )
        if self.switched_off:
            status = replace(status, open=False, opens_at=None, wait_ms=None, notice=self.notice)
        self.opening = Opening(status.open, status.opens_at, status.notice)
        return status

    async def _usual_wait(self) -> int | None:
        """Return what is usual, in whole minutes: nobody is promised a second."""
        usual = usual_wait(await self._queue.recent_waits())
        return None if usual is None else max(1, -(-usual // MINUTE)) * MINUTE

    async def colleagues(self) -> Sequence[Colleague]:
        """Return everybody who was ever seen, by id; `is_on` says who takes chats now."""
        return await self._people.people()

    async def say(self, person: str, availability: Availability, capacity: int) -> None:
        """Go on, away or off, with room for so many chats.

        Raises:
            Invalid: nobody follows so many, or so few.
        """
        if not 1 <= capacity <= MOST_CHATS:
            raise Invalid(capacity="out_of_range")
        await self._people.say(person, availability, capacity, self._clock())

    async def leave(self, person: str) -> None:
        """Go off: they have signed out."""
        found = await self._find(person)
        if found is not None:
            await self.say(person, Availability.OFF, found.capacity)

    async def seen(self, person: Person) -> Person:
        """Note that a page of theirs is open, and return them as they are now.

        Call it at least once a minute for as long as a page is open.
        """
        now = self._clock()
        found = await self._find(person.id)
        if found is None or now - found.seen_at >= NOTED_MS:
            await self._people.seen(person.id, now)
            found = await self._find(person.id)
        if found is None:
            return person
        return replace(person, availability=found.availability, capacity=found.capacity)

    async def _find(self, person: str) -> Colleague | None:
        return next((one for one in await self._people.people() if one.id == person), None)
