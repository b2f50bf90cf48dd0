"""Files into the FAQ: looked through first, then carried out as they were shown."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from chatbot.content.faq_exchange import Partial, merged
from chatbot.domain.audit import Deed
from chatbot.domain.difference import Changed, changes
from chatbot.domain.errors import Invalid
from chatbot.domain.faq import Entry
from chatbot.domain.people import Person
from chatbot.services.errors import EntryChanged, UnknownEntry
from chatbot.services.faq import FaqService, same
from chatbot.services.identity import Clock, new_id
from chatbot.services.rendering import UnknownPlaceholder
from chatbot.services.voice import Voice
from chatbot.store.errors import Stale
from chatbot.store.faq import Saver
from chatbot.store.imports import Imports, Waiting, carried_out

KEPT_MS: Final = 24 * 3_600_000
"""How long a file that was looked through waits to be carried out."""


@dataclass(frozen=True, slots=True)
class Step:
    """An entry that a file would add, where there is none before, or change."""

    before: Entry | None
    after: Entry
    changes: tuple[Changed, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """What a file would do, and how many of its entries are the same already."""

    steps: tuple[Step, ...]
    same: int

    @property
    def entries(self) -> list[Entry]:
        """What would be saved."""
        return [step.after for step in self.steps]

    @property
    def new(self) -> int:
        """How many entries would be added."""
        return sum(step.before is None for step in self.steps)

    @property
    def changed(self) -> int:
        """How many would be changed."""
        return len(self.steps) - self.new


def planned(brought: Sequence[Partial], known: Sequence[Entry]) -> Plan:
    """Return what a file would do to the entries that are known."""
    before = {entry.slug: entry for entry in known}
    after = dict(before)
    for one in brought:
        entry = merged(one, after)
        after[entry.slug] = entry
    touched = [entry for slug, entry in after.items() if not same(entry, before.get(slug))]
    steps = [
        Step(before.get(one.slug), one, tuple(changes(before.get(one.slug), one)))
        for one in touched
    ]
    return Plan(tuple(steps), max(0, len(brought) - len(steps)))


class ExchangeService:
    """Use cases of importing; the handler has asked `may` before."""

    def __init__(self, faq: FaqService, store: Imports, voice: Voice, clock: Clock) -> None:
        self._faq = faq
        self._store = store
        self._voice = voice
        self._clock = clock

    async def look_through(self, person: Person, brought: Sequence[Partial]) -> str:
        """Keep what a file would do, and return the name under which it can be carried out.

        Raises:
            Invalid: an answer has a name in curly brackets that stands for nothing; `entry` and
                `name` say which.
        """
        known = {entry.slug: entry for entry in await self._faq.entries()}
        plan = planned(brought, list(known.values()))
        for entry in plan.entries:
            try:
                self._voice.speak(entry.answer)
            except UnknownPlaceholder as error:
                raise Invalid(entry=entry.slug, name=error.name) from error
        bases = [known[one.slug].revision if one.slug in known else 0 for one in plan.entries]
        marked = [
            replace(one, revision=base) for one, base in zip(plan.entries, bases, strict=True)
        ]
        now = self._clock()
        import_id = new_id(now)
        await self._store.keep(Waiting(import_id, person.id, now, marked, plan.same), now - KEPT_MS)
        return import_id

    async def plan(self, person: Person, import_id: str) -> Plan:
        """Return what a file that this person looked through would do.

        Raises:
            UnknownEntry: there is none, or it waited too long.
            EntryChanged: an entry that it changes was saved meanwhile.
        """
        entries, unchanged = await self._kept(person, import_id)
        known = {entry.slug: entry for entry in await self._faq.entries()}
        steps = []
        for one in entries:
            before = known.get(one.slug)
            if (before.revision if before else 0) != one.revision:
                raise EntryChanged
            steps.append(Step(before, one, tuple(changes(before, one))))
        return Plan(tuple(steps), unchanged)

    async def _kept(self, person: Person, import_id: str) -> tuple[list[Entry], int]:
        kept = await self._store.get(import_id, person.id)
        if kept is None:
            raise UnknownEntry
        return kept

    async def carry_out(self, person: Person, import_id: str) -> int:
        """Save what was shown, all or nothing; return how many entries. They are served soon.

        Raises:
            UnknownEntry, EntryChanged: as `plan`.
        """
        plan = await self.plan(person, import_id)
        saver = Saver(person.id, Deed.FAQ_IMPORTED)
        try:
            await self._faq.save_now_serve_soon(plan.entries, saver, [carried_out(import_id)])
        except Stale as error:
            raise EntryChanged from error
        return len(plan.steps)
