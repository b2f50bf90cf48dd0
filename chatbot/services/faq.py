"""The FAQ as it is served: entries, their rendered answers, and the engine that finds them.

A save is written first; the new index is then built beside the old one and swapped in by one
assignment, so nobody ever meets half an index.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final

from chatbot.answers.encoder import Encoder
from chatbot.answers.engine import Engine, Explained
from chatbot.answers.vectors import Progress
from chatbot.domain.faq import Entry, Status
from chatbot.domain.outcome import Option
from chatbot.live.bus import Bus
from chatbot.services.asking import Asking
from chatbot.services.brain import Brain, Outdated, Wish
from chatbot.services.errors import EntryChanged, UnknownEntry
from chatbot.services.identity import Clock
from chatbot.services.voice import Voice
from chatbot.store.errors import Duplicate, Stale
from chatbot.store.faq import STREAM, FaqEntries, Revision, Saver
from chatbot.store.query import Statement

LOOK_SECONDS: Final = 5.0
BEHIND: Final = -1
"""The number of an edition that is served until it has been built anew."""


@dataclass(frozen=True, slots=True)
class Published:
    """An entry as a visitor may see it."""

    slug: str
    question: str
    topic: str
    answer_html: str
    answer_text: str
    revision: int


@dataclass(frozen=True, slots=True)
class Edition:
    """The FAQ at one moment: what is published, and the engine over it."""

    seq: int
    published: Mapping[str, Published]
    engine: Engine


class FaqService:
    """Reads, searches and saves entries, and keeps the engine up to date."""

    def __init__(
        self,
        store: FaqEntries,
        brain: Brain,
        voice: Voice,
        bus: Bus,
        clock: Clock,
    ) -> None:
        self._store = store
        self._brain = brain
        self._voice = voice
        self._bus = bus
        self._clock = clock
        self._edition: Edition | None = None
        self._building = asyncio.Lock()
        self._learning = Wish()
        self._edited = asyncio.Event()
        self._hinted = asyncio.Event()
        self._done: tuple[int, int] | None = None
        self.on_edition: Callable[[], None] = lambda: None
        """Called when another edition is served."""
        self._asking = Asking(lambda: self.edition.engine, brain.worker)

    @property
    def edition(self) -> Edition:
        """What is served now. `refresh` must have run once."""
        if self._edition is None:
            raise RuntimeError("refresh must run first")
        return self._edition

    @property
    def ready(self) -> bool:
        """Whether there is an edition to serve."""
        return self._edition is not None

    @property
    def encoder(self) -> Encoder | None:
        """What tells how alike two texts are; None where the model is missing."""
        return self._brain.encoder

    async def seed(self, entries: Sequence[Entry]) -> bool:
        """Save `entries` if the database has none yet; tell whether it did."""
        if await self._store.all():
            return False
        try:
            await self._store.save(entries, [], self._clock())
        except Duplicate:  # another node started at the same moment
            return False
        return True

    async def save(
        self,
        entries: Sequence[Entry],
        progress: Progress | None = None,
        saver: Saver | None = None,
        also: Sequence[Statement] = (),
    ) -> list[Entry]:
        """Add entries, or replace those with the same slug; all or none, then serve them."""
        saved = await save_changed(self._store, entries, self._clock(), saver, also)
        if saved:
            await self._serve(progress)
        return saved

    async def save_now_serve_soon(
        self, entries: Sequence[Entry], saver: Saver, also: Sequence[Statement] = ()
    ) -> None:
        """Save as `save` does; the index, which may take minutes, is built in the background."""
        await save_changed(self._store, entries, self._clock(), saver, also)
        self._hinted.set()
        self._bus.announce(STREAM, await self._store.seq())

    async def replace(
        self, entry: Entry, base: int, saver: Saver, also: Sequence[Statement] = ()
    ) -> Entry:
        """Serve a new revision of one entry, made from its revision `base`; 0: it is new.

        `also` is written with it, also where nothing differs.

        Raises:
            EntryChanged: somebody else saved it meanwhile.
        """
        known = await self._store.all()
        old = next((one for one in known if one.slug == entry.slug), None)
        if (old.revision if old else 0) != base:
            raise EntryChanged
        try:
            (saved,) = await self._store.save([entry], known, self._clock(), saver, also)
        except (Stale, Duplicate) as error:
            raise EntryChanged from error
        await self._serve()
        return saved

    async def rehearse(self, draft: Entry) -> Engine:
        """Return an engine that is served to nobody: over what is published, and a draft."""
        served = replace(draft, status=Status.PUBLISHED)
        others = [one for one in await self._store.all() if one.slug != draft.slug]
        live = [one for one in [*others, served] if one.status is Status.PUBLISHED]
        return await self._brain.rehearse(live, self.edition.engine)

    async def _serve(self, progress: Progress | None = None) -> None:
        await self.refresh(progress)
        self._bus.announce(STREAM, self.edition.seq)

    async def revisions(self, slug: str) -> list[Revision]:
        """Return every revision of an entry, newest first."""
        return await self._store.revisions(slug)

    async def refresh(self, progress: Progress | None = None) -> None:
        """Serve what the store holds, if that is newer than what is served."""
        if await self._renew(progress):
            await self._brain.tidy()

    async def _renew(self, progress: Progress | None) -> bool:
        async with self._building:
            seq = await self._store.seq()
            if self._edition is not None and self._edition.seq == seq:
                return False
            entries = await self._store.all()
            live = [entry for entry in entries if entry.status is Status.PUBLISHED]
            published = await asyncio.to_thread(self._rendered, live)
            # An edit is served at once with the limits of before; then its own are learnt.
            before = self._edition.engine if self._edition else None
            self._learning.end()
            engine = await self._brain.build(live, before, progress)
            self._edition = Edition(seq, published, engine)
            self._edited.set()
            self.on_edition()
            return True

    async def _learn(self) -> None:
        """Replace the limits that an engine was lent by its own, edition after edition."""
        self._edited.set()
        while True:
            await self._edited.wait()
            self._edited.clear()
            with suppress(Outdated):
                await self._learn_this()
                await self._brain.tidy()

    async def _learn_this(self) -> None:
        async with self._building:  # what is being built comes first
            edition, self._learning = self.edition, Wish()
        engine = await self._brain.learn(edition.engine, self._learning)
        if self._edition is edition:
            self._edition = replace(edition, engine=engine)

    def _rendered(self, live: Sequence[Entry]) -> Mapping[str, Published]:
        return {entry.slug: _spoken(self._voice, entry) for entry in live}

    async def spoken_by(self, voice: Voice) -> Mapping[str, Published]:
        """Return what is published in the words of another voice.

        Raises:
            UnknownPlaceholder: an answer refers to a setting that the voice does not know.
        """
        live = [one for one in await self._store.all() if one.status is Status.PUBLISHED]
        return await asyncio.to_thread(lambda: {one.slug: _spoken(voice, one) for one in live})

    def take(self, published: Mapping[str, Published], wrong_share: float) -> None:
        """Serve `published`; where other limits are aimed at, they are learnt meanwhile."""
        known = self.edition
        kept = {slug: published.get(slug, one) for slug, one in known.published.items()}
        self._edition = replace(known, published=kept)
        if wrong_share != self._brain.wrong_share:
            self._brain = replace(self._brain, wrong_share=wrong_share)
            self._edition = replace(self._edition, seq=BEHIND)
            self._hinted.set()

    def hint(self, topic: str, _seq: int) -> None:
        """Another node may have saved: look soon."""
        if topic == STREAM:
            self._hinted.set()

    def look_again(self) -> None:
        """Hints were lost: look soon."""
        self._hinted.set()

    async def run(self) -> None:
        """Keep what is served up to date until cancelled, whatever hints are lost."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._follow())
            tasks.create_task(self._learn())

    async def _follow(self) -> None:
        while True:
            try:
                async with asyncio.timeout(LOOK_SECONDS):
                    await self._hinted.wait()
            except TimeoutError:
                pass
            self._hinted.clear()
            try:
                await self.refresh(self._got_on)
            finally:
                self._done = None

    def _got_on(self, done: int, total: int) -> None:
        self._done = (done, total)

    @property
    def embedded(self) -> tuple[int, int] | None:
        """How many of how many new phrasings the next index has; None when none is made."""
        return self._done

    async def entries(self) -> list[Entry]:
        """Return every entry in the store, drafts too."""
        return await self._store.all()

    async def entry(self, slug: str) -> Entry | None:
        """Return one entry of the store, a draft too."""
        return await self._store.find(slug)

    def published(self) -> Sequence[Published]:
        """Return what visitors may see, in the admin's order."""
        return tuple(self.edition.published.values())

    def find(self, slug: str) -> Published | None:
        """Return one published entry."""
        return self.edition.published.get(slug)

    def question(self, slug: str) -> str:
        """Return a published entry's question.

        Raises:
            UnknownEntry: there is none with that slug.
        """
        found = self.find(slug)
        if found is None:
            raise UnknownEntry
        return found.question

    async def explain(self, question: str, previous: str | None = None) -> Explained:
        """Ask the engine, off the event loop."""
        return await self._asking.explain(question, previous)

    async def search(self, text: str, limit: int) -> list[Published]:
        """Return up to `limit` published entries that fit `text`, best first."""
        engine, published = self.edition.engine, self.edition.published
        loop = asyncio.get_running_loop()
        slugs = await loop.run_in_executor(self._brain.worker, lambda: engine.search(text, limit))
        return [published[slug] for slug in slugs]

    def options(self, slugs: Sequence[str]) -> tuple[Option, ...]:
        """Return the published ones of `slugs` as options."""
        return tuple(Option(p.slug, p.question) for s in slugs if (p := self.find(s)))


def _spoken(voice: Voice, entry: Entry) -> Published:
    words = voice.speak(entry.answer)
    return Published(
        entry.slug, entry.question, entry.topic, words.html, words.text, entry.revision
    )


async def save_changed(
    store: FaqEntries,
    entries: Sequence[Entry],
    at: int,
    saver: Saver | None = None,
    also: Sequence[Statement] = (),
) -> list[Entry]:
    """Save those of `entries` that are new or differ from what is stored, all or none.

    `also` is written with them.
    """
    known = await store.all()
    by_slug = {entry.slug: entry for entry in known}
    changed = [entry for entry in entries if not same(entry, by_slug.get(entry.slug))]
    return await store.save(changed, known, at, saver, also) if changed else []


def same(new: Entry, old: Entry | None) -> bool:
    """Tell whether nothing but the revision differs."""
    if old is None:
        return False
    return all(
        getattr(new, name) == getattr(old, name) for name in Entry.__slots__ if name != "revision"
    )
