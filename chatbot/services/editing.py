"""What admins do with the FAQ: drafts, what is published now or later, the way back.

Whatever an editor has typed is kept first, under their own name; only then is anything decided
about it. So of two who edit at once the second is told, and the texts of both are there.
"""

import asyncio
from collections import Counter
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final

from chatbot.answers.lint import BrokenLink, Twice, broken_links, hard_to_read, reading_age, twice
from chatbot.domain import faq as rules
from chatbot.domain import text as text_rules
from chatbot.domain.audit import Deed
from chatbot.domain.errors import Invalid
from chatbot.domain.faq import Entry, Status
from chatbot.domain.people import Person
from chatbot.services.errors import DraftChanged, UnknownEntry
from chatbot.services.faq import FaqService
from chatbot.services.identity import Clock
from chatbot.services.rendering import UnknownPlaceholder
from chatbot.services.voice import Voice
from chatbot.store.drafts import Draft, Drafts, Planned, carried_out, dropped
from chatbot.store.errors import Duplicate, Stale
from chatbot.store.faq import Revision, Saver
from chatbot.store.usage import UsageCounts

LOOK_SECONDS: Final = 10.0
"""How late something may be that was planned on another node."""


@dataclass(frozen=True, slots=True)
class Opened:
    """An entry with what this person, and others, make of it."""

    saved: Entry | None
    draft: Draft | None
    others: tuple[Draft, ...]
    planned: Planned | None

    @property
    def entry(self) -> Entry:
        """What the editor shows."""
        if self.draft is not None:
            return self.draft.entry
        if self.saved is not None:
            return self.saved
        found = self.planned or self.others[0]
        return found.entry

    @property
    def overtaken(self) -> bool:
        """Somebody saved the entry after this person began."""
        revision = self.saved.revision if self.saved else 0
        return self.draft is not None and self.draft.base != revision


@dataclass(frozen=True, slots=True)
class Preview:
    """An answer as visitors will read it, and what stands against publishing the entry, by field.

    `age` is the reading age in years; `longest` is its longest sentence, where it is too hard.
    """

    html: str
    age: float
    longest: str
    wrong: dict[str, str]


@dataclass(frozen=True, slots=True)
class Doubts:
    """What an editor may want to look at again: phrasings of another entry, links to nowhere."""

    twice: tuple[Twice, ...]
    links: tuple[BrokenLink, ...]


class EditingService:
    """Use cases of the FAQ's editors; the handler has asked `may` before."""

    def __init__(
        self, faq: FaqService, drafts: Drafts, usage: UsageCounts, voice: Voice, clock: Clock
    ) -> None:
        self._faq = faq
        self._usage = usage
        self._drafts = drafts
        self._voice = voice
        self._clock = clock
        self._planned = asyncio.Event()
        self._used: Counter[str] = Counter()

    def used(self, slug: str) -> None:
        """Count an answer; it is written down soon."""
        self._used[slug] += 1

    async def count_used(self) -> None:
        """Write down what was used."""
        times, self._used = self._used, Counter()
        if times:
            await self._usage.add(times, self._clock())

    async def open(self, person: Person, slug: str) -> Opened:
        """Return an entry as this person left it.

        Raises:
            UnknownEntry: nobody has one with that slug.
        """
        saved = await self._faq.entry(slug)
        drafts = await self._drafts.of(slug)
        mine = next((one for one in drafts if one.person == person.id), None)
        others = tuple(one for one in drafts if one is not mine)
        planned = next((p for p in await self._drafts.planned() if p.entry.slug == slug), None)
        if not (saved or drafts or planned):
            raise UnknownEntry
        return Opened(saved, mine, others, planned)

    async def begin(self, person: Person, question: str, phrasings: Sequence[str] = ()) -> str:
        """Begin a new entry; return its slug, which is made from the question.

        Raises:
            Invalid: it has no question, or one that is too long.
        """
        asked = " ".join(text_rules.message(question, rules.QUESTION_LIMIT).split())
        slug = rules.slug_for(asked, await self._drafts.taken())
        entry = Entry(slug, asked, "", tuple(phrasings), status=Status.DRAFT)
        await self._drafts.keep(Draft(entry, person.id, 0, 1, self._clock()))
        return slug

    async def keep(self, person: Person, entry: Entry, base: int, version: int) -> Draft:
        """Keep what somebody typed, whatever it is worth; `version` is that of their draft, or 0.

        Raises:
            DraftChanged: another window of theirs has saved meanwhile.
        """
        draft = Draft(_tidied(entry), person.id, base, version + 1, self._clock())
        try:
            await self._drafts.keep(draft)
        except (Stale, Duplicate) as error:
            raise DraftChanged from error
        return draft

    async def discard(self, person: Person, slug: str) -> None:
        """Throw this person's draft away."""
        await self._drafts.drop(slug, person.id)

    def preview(self, entry: Entry) -> Preview:
        """Look at an entry as visitors will."""
        wrong = rules.wrong(entry)
        try:
            words = self._voice.speak(entry.answer)
        except UnknownPlaceholder:
            return Preview("", 0.0, "", wrong | {"answer": "placeholder"})
        age = reading_age(words.text)
        longest = next((one.sentence for one in hard_to_read({entry.slug: words.text})), "")
        return Preview(words.html, age, longest, wrong)

    async def doubts(self, entry: Entry, pages: Collection[str]) -> Doubts:
        """Look for what is no fault, but seldom meant; `pages` are the paths of the site."""
        others = [one for one in await self._faq.entries() if one.slug != entry.slug]
        live = [one for one in others if one.status is Status.PUBLISHED]
        known = {*pages, *(f"/faq/{one.slug}" for one in [*live, entry])}
        return Doubts(
            tuple(one for one in twice([*live, entry]) if entry.slug in one.slugs),
            tuple(broken_links([entry], known)),
        )

    async def publish(self, person: Person, slug: str, version: int) -> Entry:
        """Serve this person's draft, as they saw it in that version.

        Raises:
            EntryChanged: somebody saved the entry after the draft was begun.
            DraftChanged, Invalid: it is not what was seen, or cannot be published.
        """
        draft = await self._publishable(person, slug, version)
        new = replace(draft.entry, status=Status.PUBLISHED)
        saver = Saver(person.id, Deed.FAQ_PUBLISHED, slug)
        return await self._faq.replace(new, draft.base, saver, [dropped(slug, person.id)])

    async def plan(self, person: Person, slug: str, version: int, at: int) -> None:
        """Have this person's draft published at a time, whatever is published before.

        Raises:
            DraftChanged, Invalid: as `publish`, or the time is over.
        """
        draft = await self._publishable(person, slug, version)
        now = self._clock()
        if at <= now:
            raise Invalid(publish_at="too_early")
        new = replace(draft.entry, status=Status.PUBLISHED)
        await self._drafts.plan(Planned(new, person.id, at), now)
        self._planned.set()

    async def _publishable(self, person: Person, slug: str, version: int) -> Draft:
        drafts = await self._drafts.of(slug)
        draft = next((one for one in drafts if one.person == person.id), None)
        if draft is None or draft.version != version:
            raise DraftChanged
        if wrong := self.preview(draft.entry).wrong:
            raise Invalid(**wrong)
        return draft

    async def unplan(self, person: Person, slug: str) -> None:
        """Take a plan back; it becomes this person's draft, unless they have one.

        Raises:
            UnknownEntry: nothing is planned.
        """
        opened = await self.open(person, slug)
        if opened.planned is None:
            raise UnknownEntry
        base = opened.saved.revision if opened.saved else 0
        with suppress(Duplicate):
            await self._drafts.keep(Draft(opened.planned.entry, person.id, base, 1, self._clock()))
        with suppress(Stale):  # it has just been published
            await self._drafts.unplan(opened.planned, person.id, self._clock())

    async def archive(self, person: Person, slug: str) -> None:
        """Serve an entry no more; it stays for looking it up, and can be published again.

        Raises:
            UnknownEntry: there is none.
            EntryChanged: somebody saved it at this moment.
        """
        saved = await self._faq.entry(slug)
        if saved is None:
            raise UnknownEntry
        saver = Saver(person.id, Deed.FAQ_ARCHIVED, slug)
        await self._faq.replace(replace(saved, status=Status.ARCHIVED), saved.revision, saver)

    async def history(self, slug: str) -> list[Revision]:
        """Return every revision of an entry, newest first."""
        return await self._faq.revisions(slug)

    async def restore(self, person: Person, slug: str, revision: int) -> None:
        """Make an old revision this person's draft.

        Raises:
            UnknownEntry: there is no such revision.
            DraftChanged: they have a draft already, which must not be lost.
        """
        history = await self.history(slug)
        old = next((one.entry for one in history if one.entry.revision == revision), None)
        if old is None:
            raise UnknownEntry
        await self.keep(person, old, history[0].entry.revision, 0)

    async def run(self) -> None:
        """Publish what is due and write down what was used, until cancelled."""
        while True:
            await self.count_used()
            for planned in await self._drafts.planned(self._clock()):
                await self._carry_out(planned)
            coming = await self._drafts.planned()
            first = (coming[0].publish_at - self._clock()) / 1000 if coming else LOOK_SECONDS
            with suppress(TimeoutError):
                async with asyncio.timeout(min(max(first, 0), LOOK_SECONDS)):
                    await self._planned.wait()
            self._planned.clear()

    async def _carry_out(self, planned: Planned) -> None:
        saver = Saver(planned.person, Deed.FAQ_PUBLISHED, planned.entry.slug)
        with suppress(Stale, Duplicate):  # another node did it
            if not await self._faq.save([planned.entry], None, saver, [carried_out(planned)]):
                await self._drafts.unplan(planned, planned.person, self._clock())  # it is served


def _tidied(entry: Entry) -> Entry:
    def line(text: str) -> str:
        return " ".join(text_rules.clean(text).split())

    def lines(some: Sequence[str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(tidy for one in some if (tidy := line(one))))

    return replace(
        entry,
        question=line(entry.question),
        answer=text_rules.clean(entry.answer),
        phrasings=lines(entry.phrasings),
        keywords=lines(entry.keywords),
        confirm=lines(entry.confirm),
        topic=rules.slug_for(entry.topic, ()) if entry.topic.strip() else "",
        owner=line(entry.owner),
        source=line(entry.source),
    )
