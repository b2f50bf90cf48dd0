"""An edit tried out before anybody is answered with it.

An engine over the FAQ with the draft in it is built and asked in threads of its own: neither the
event loop nor a visitor's question waits for it, and nothing that it learns is kept.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from chatbot.answers.engine import Engine, Explained
from chatbot.domain import text as text_rules
from chatbot.domain.errors import Invalid
from chatbot.domain.faq import Entry
from chatbot.domain.masking import masked
from chatbot.domain.outcome import Reply
from chatbot.domain.people import Person
from chatbot.services.brain import Outdated
from chatbot.services.errors import UnknownEntry
from chatbot.services.faq import Edition, FaqService
from chatbot.services.identity import Clock, new_id
from chatbot.store.regressions import Regression, Regressions

AT_ONCE: Final = 16
"""Questions that are asked together; a draft that is outdated is given up between them."""
PATIENCE_SECONDS: Final = 5.0
"""How long a page waits for an effect before it says that it is still being worked out."""

Recent = Callable[[], Awaitable[Sequence[str]]]


@dataclass(frozen=True, slots=True)
class Change:
    """A question that would be replied to otherwise. `slug` is the entry that it must find, or
    "" for one that a visitor asked.
    """

    question: str
    before: Reply
    after: Reply
    slug: str = ""

    @property
    def breaks(self) -> bool:
        """It found its entry, and would not any more."""
        return bool(self.slug) and self.before.slug == self.slug != self.after.slug

    @property
    def mends(self) -> bool:
        """It did not find its entry, and would."""
        return bool(self.slug) and self.before.slug != self.slug == self.after.slug


@dataclass(frozen=True, slots=True)
class Effect:
    """What an edit changes, of `asked` questions."""

    asked: int
    changes: tuple[Change, ...]

    @property
    def quotes_visitors(self) -> bool:
        """Some of it is what visitors wrote."""
        return not all(change.slug for change in self.changes)


@dataclass(frozen=True, slots=True)
class _Tried:
    """An engine with a draft in it, and the edition that it was made from."""

    seq: int
    draft: Entry
    engine: Engine


class TrialService:
    """Use cases of trying out."""

    def __init__(self, faq: FaqService, store: Regressions, recent: Recent, clock: Clock) -> None:
        """`recent` returns what visitors asked last."""
        self._faq = faq
        self._store = store
        self._recent = recent
        self._clock = clock
        self._building, self._working = asyncio.Lock(), asyncio.Lock()
        self._tried: _Tried | None = None
        self._effect: tuple[_Tried, Effect] | None = None
        self._wanted: Entry | None = None
        self._woken = asyncio.Event()
        self._lost: frozenset[str] = frozenset()
        faq.on_edition = self._woken.set

    @property
    def lost(self) -> frozenset[str]:
        """Ids of the regression questions that do not find their entry now."""
        return self._lost

    def look_at(self, draft: Entry) -> None:
        """Work out the effect of a draft in the background; only the newest is looked at."""
        self._wanted = draft
        self._woken.set()

    async def explain(self, draft: Entry, question: str) -> Explained:
        """Ask the FAQ with the draft in it.

        Raises:
            Invalid: there is no question.
        """
        asked = text_rules.message(question)
        tried = await self._try(draft)
        (explained,) = await _asked(tried.engine, [asked])
        return explained

    async def effect(self, draft: Entry) -> Effect | None:
        """Return what publishing a draft would change; None while that is not known yet."""
        self.look_at(draft)
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                return await self._worked_out(draft)
        except (TimeoutError, Outdated):
            return None

    async def _worked_out(self, draft: Entry) -> Effect:
        async with self._working:
            tried = await self._try(draft)
            if self._effect is None or self._effect[0] is not tried:
                self._effect = (tried, await self._compared(self._faq.edition, tried.engine))
            return self._effect[1]

    async def _compared(self, edition: Edition, after: Engine) -> Effect:
        must = {one.question: one.slug for one in await self._store.all()}
        questions = list(dict.fromkeys([*must, *await self._recent()]))
        now: list[Explained] = []
        then: list[Explained] = []
        for start in range(0, len(questions), AT_ONCE):
            if self._faq.edition.seq != edition.seq:
                raise Outdated
            some = questions[start : start + AT_ONCE]
            now += await _asked(edition.engine, some)
            then += await _asked(after, some)
        return Effect(len(questions), tuple(_changes(must, questions, now, then)))

    async def _try(self, draft: Entry) -> _Tried:
        async with self._building:
            edition = self._faq.edition
            tried = self._tried
            if tried is None or (tried.seq, tried.draft) != (edition.seq, draft):
                engine = await self._faq.rehearse(draft)
                tried = self._tried = _Tried(edition.seq, draft, engine)
            return tried

    async def regressions(self) -> list[Regression]:
        """Return every question that must find its entry."""
        return await self._store.all()

    async def add(self, person: Person, question: str, slug: str) -> None:
        """Have a question go on finding an entry.

        Raises:
            Invalid: there is no question.
            UnknownEntry: no such entry is published.
        """
        asked = " ".join(text_rules.message(question, text_rules.COMMENT_LIMIT).split())
        if self._faq.find(slug) is None:
            raise UnknownEntry
        if any(one.question == asked for one in await self._store.all()):
            raise Invalid(question="taken")
        now = self._clock()
        await self._store.add(Regression(new_id(now), asked, slug), person.id, now)
        self._woken.set()

    async def drop(self, person: Person, regression_id: str) -> None:
        """Let a question go wherever it goes."""
        await self._store.drop(regression_id, person.id, self._clock())

    async def run(self) -> None:
        """After every save ask what must be found; between saves work out what is wanted."""
        checked = -1
        self._woken.set()
        while True:
            await self._woken.wait()
            self._woken.clear()
            edition = self._faq.edition
            every = await self._store.all()
            found = await _asked(edition.engine, [one.question for one in every])
            pairs = zip(every, found, strict=True)
            self._lost = frozenset(one.id for one, said in pairs if said.reply.slug != one.slug)
            if edition.seq != checked:
                checked, self._tried, self._effect = edition.seq, None, None
            if draft := self._wanted:
                self._wanted = None
                with suppress(Outdated):
                    await self._worked_out(draft)


async def _asked(engine: Engine, questions: Sequence[str]) -> list[Explained]:
    """Ask in a thread, some at a time."""
    found: list[Explained] = []
    for start in range(0, len(questions), AT_ONCE):
        some = [(question, None) for question in questions[start : start + AT_ONCE]]
        found += await asyncio.to_thread(engine.reply_all, some)
    return found


def _changes(
    must: dict[str, str],
    questions: Sequence[str],
    now: Sequence[Explained],
    then: Sequence[Explained],
) -> Iterable[Change]:
    """Return those that differ, what breaks first; what a visitor wrote is masked."""
    found = [
        Change(
            question if question in must else masked(question),
            one.reply,
            other.reply,
            must.get(question, ""),
        )
        for question, one, other in zip(questions, now, then, strict=True)
        if (one.reply.outcome, one.reply.slug) != (other.reply.outcome, other.reply.slug)
    ]
    return sorted(found, key=lambda change: (not change.breaks, not change.slug))
