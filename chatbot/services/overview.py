"""The room as a supervisor sees it: who is on with which chats, who waits, and today in figures."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final, Protocol

from chatbot.domain.availability import Colleague
from chatbot.domain.events import State
from chatbot.domain.hours import instant, local
from chatbot.domain.people import Action, Availability, Person
from chatbot.services.identity import Clock
from chatbot.store.overview import Chat, Counts, OverviewStore

LATELY_MS: Final = 15 * 60_000
"""Who wrote to the assistant so long ago is counted as there."""


class Colleagues(Protocol):
    """Who works here."""

    async def everyone(self) -> Sequence[Person]:
        """Return everybody, those who were disabled too."""


class Presences(Protocol):
    """Who is on."""

    async def colleagues(self) -> Sequence[Colleague]:
        """Return everybody who was ever seen."""


@dataclass(frozen=True, slots=True)
class Worker:
    """Somebody who takes chats, and those that they have. `there` is what is true of them now."""

    person: Person
    there: Availability
    capacity: int
    chats: Sequence[Chat]


@dataclass(frozen=True, slots=True)
class Overview:
    """The room now; waits are in milliseconds, None where nobody waited today."""

    workers: Sequence[Worker]
    waiting: Sequence[Chat]
    counts: Counts
    came: int
    in_vain: int
    usual_wait: int | None
    longest_wait: int | None


class OverviewService:
    """Looks at the whole room."""

    def __init__(
        self, store: OverviewStore, colleagues: Colleagues, presences: Presences, clock: Clock
    ) -> None:
        self._store = store
        self._colleagues = colleagues
        self._presences = presences
        self._clock = clock

    async def now(self) -> Overview:
        """Return the room as it is now; today begins at midnight in London."""
        now = self._clock()
        chats = await self._store.in_hand()
        counts = await self._store.counts(instant(local(now).date(), 0), now - LATELY_MS)
        came = [wait.ms for wait in counts.waits if wait.came]
        return Overview(
            workers=await self._workers(now, chats),
            waiting=[chat for chat in chats if chat.state is State.WAITING],
            counts=counts,
            came=len(came),
            in_vain=len(counts.waits) - len(came),
            usual_wait=int(median(came)) if came else None,
            longest_wait=max((wait.ms for wait in counts.waits), default=None),
        )

    async def _workers(self, now: int, chats: Sequence[Chat]) -> list[Worker]:
        """Return who takes chats: those who are on first, then who has any, then the others."""
        seen = {one.id: one for one in await self._presences.colleagues()}
        workers = []
        for person in await self._colleagues.everyone():
            theirs = [chat for chat in chats if chat.assignee == person.id]
            if person.may(Action.ANSWER_CHATS) or theirs:
                known = seen.get(person.id)
                there = _there(known, now) if known else Availability.OFF
                capacity = known.capacity if known else person.capacity
                workers.append(Worker(person, there, capacity, theirs))
        order = list(Availability)
        return sorted(workers, key=lambda one: (order.index(one.there), -len(one.chats)))


def _there(colleague: Colleague, now: int) -> Availability:
    """Return what is true of somebody: who said that they are on and has no page open is away."""
    said = colleague.availability
    return Availability.AWAY if said is Availability.ON and not colleague.is_on(now) else said
