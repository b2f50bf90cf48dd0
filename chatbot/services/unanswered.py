"""What visitors asked in vain, put together, and what an admin makes of it.

The words come out of the conversations each time, masked, and are kept nowhere else: only what an
admin adds to the FAQ is.
"""

import asyncio
from collections import Counter, OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from chatbot.answers.alike import grouped
from chatbot.answers.encoder import Vectors
from chatbot.answers.normalise import normalise
from chatbot.domain import text as text_rules
from chatbot.domain.audit import Deed
from chatbot.domain.faq import LINE_LIMIT
from chatbot.domain.masking import masked
from chatbot.domain.outcome import Outcome
from chatbot.domain.people import Person
from chatbot.domain.unanswered import Reason, rests
from chatbot.services.editing import EditingService
from chatbot.services.errors import UnknownEntry
from chatbot.services.faq import FaqService, Published
from chatbot.services.identity import Clock
from chatbot.store.faq import Saver
from chatbot.store.questions import Missed, Place, Questions, settled

MOST: Final = 500
"""Questions that are read; the newest."""
SHOWN: Final = 50
"""Groups that are shown; the largest."""
FITTING: Final = 3
AT_ONCE: Final = 32
REMEMBERED: Final = 2_000


@dataclass(frozen=True, slots=True)
class Group:
    """Questions that ask the same; `text` is how one of them reads, masked, and `texts` all.

    `answered` is the entry that the assistant would answer it with now, `fitting` what comes near.
    """

    text: str
    texts: tuple[str, ...]
    members: tuple[Missed, ...]
    reasons: Mapping[Reason, int]
    answered: Published | None
    fitting: Sequence[Published]

    @property
    def times(self) -> int:
        """How often it was asked; one question may count for several reasons."""
        return len({(one.place.conversation, one.seq) for one in self.members})

    @property
    def dismissed_at(self) -> int:
        """When it was put aside, in milliseconds UTC; 0 for never."""
        return _dismissed_at(self.members)

    @property
    def since(self) -> int:
        """How often it was asked since then."""
        return len(_since(self.members))

    @property
    def chats(self) -> Mapping[str, str]:
        """The conversations in which it was asked, and what each is called."""
        return {one.place.conversation: one.reference for one in self.members}

    @property
    def newest(self) -> int:
        """When it was asked last, in milliseconds UTC."""
        return max(one.at for one in self.members)


@dataclass(frozen=True, slots=True)
class Groups:
    """Those that are looked at, most often asked first, and how many there are of both kinds."""

    shown: Sequence[Group]
    open: int
    dismissed: int


class UnansweredService:
    """Use cases of questions that were asked in vain; the handler has asked `may` before."""

    def __init__(
        self,
        questions: Questions,
        faq: FaqService,
        editing: EditingService,
        clock: Clock,
    ) -> None:
        self._questions = questions
        self._faq = faq
        self._editing = editing
        self._clock = clock
        self._vectors: OrderedDict[str, Vectors] = OrderedDict()

    async def groups(self, person: Person, *, dismissed: bool = False) -> Groups:
        """Return what was asked in vain, or of that what is dismissed; who read it is kept.

        What asks the same as something dismissed is dismissed with it, so that it stays so when
        the chat before it is erased.
        """
        missed = await self._questions.missed(MOST)
        if not missed:
            return Groups([], 0, 0)
        await self.read_by(person)
        texts = [masked(" ".join(one.text.split())) for one in missed]
        numbers = await asyncio.to_thread(self._grouped, texts)
        resting = [some for some in numbers if self._rests([missed[n] for n in some])]
        open_ = [some for some in numbers if some not in resting]
        for some in resting:
            await self._follow([missed[n] for n in some])
        shown = [
            await self._group([missed[n] for n in some], [texts[n] for n in some])
            for some in (resting if dismissed else open_)[:SHOWN]
        ]
        return Groups(shown, len(open_), len(resting))

    def _rests(self, members: Sequence[Missed]) -> bool:
        """What a member of staff suggests is looked at, whatever was dismissed before."""
        wanted = any(
            one.place.reason is Reason.SUGGESTED and not one.dismissed_at for one in members
        )
        return not wanted and rests(_dismissed_at(members), len(_since(members)), self._clock())

    async def _follow(self, members: Sequence[Missed]) -> None:
        new = [one.place for one in members if not one.dismissed_at]
        if new:
            await self._questions.follow(new, _dismissed_at(members))

    async def count(self) -> int:
        """Return how many questions were asked in vain and are not dismissed; none is read."""
        return await self._questions.count()

    async def read_by(self, person: Person) -> None:
        """Remember that somebody has read what visitors asked, masked."""
        await self._questions.seen(person.id, self._clock())

    def _grouped(self, texts: Sequence[str]) -> list[list[int]]:
        encoder = self._faq.encoder
        if encoder is None:
            return grouped(texts, None)
        plain = [normalise(text) for text in texts]
        new = [text for text in dict.fromkeys(plain) if text not in self._vectors]
        for start in range(0, len(new), AT_ONCE):
            some = new[start : start + AT_ONCE]
            self._vectors.update(zip(some, encoder.encode(some), strict=True))
        rows = np.stack([self._vectors[text] for text in plain])
        while len(self._vectors) > REMEMBERED:
            self._vectors.popitem(last=False)
        return grouped(texts, rows)

    async def _group(self, members: Sequence[Missed], texts: Sequence[str]) -> Group:
        text = Counter(texts).most_common(1)[0][0]
        counts = Counter(one.place.reason for one in members)
        reply = (await self._faq.explain(text)).reply
        answered = self._faq.find(reply.slug or "") if reply.outcome is Outcome.ANSWERED else None
        return Group(
            text,
            tuple(dict.fromkeys(texts)),
            tuple(members),
            {reason: counts[reason] for reason in Reason if counts[reason]},
            answered,
            await self._faq.search(text, FITTING),
        )

    async def suggest(self, person: Person, conversation_id: str, seq: int) -> None:
        """Have an admin see what a visitor wrote, so that the assistant comes to know it.

        Raises:
            UnknownEntry: there is no such message of a visitor.
        """
        if not await self._questions.suggest(conversation_id, seq, person.id, self._clock()):
            raise UnknownEntry

    async def add(self, person: Person, slug: str, text: str, places: Sequence[Place]) -> None:
        """Make a question a phrasing of an entry, at once; those questions count no more.

        Raises:
            Invalid: it is empty or too long.
            UnknownEntry: there is no such entry.
            EntryChanged: somebody saved the entry at this moment.
        """
        phrasing = " ".join(text_rules.message(text, LINE_LIMIT).split())
        entry = await self._faq.entry(slug)
        if entry is None:
            raise UnknownEntry
        new = replace(entry, phrasings=tuple(dict.fromkeys([*entry.phrasings, phrasing])))
        saver = Saver(person.id, Deed.FAQ_PUBLISHED, slug)
        await self._faq.replace(new, entry.revision, saver, settled(places))

    async def draft(self, person: Person, text: str, places: Sequence[Place]) -> str:
        """Begin an entry with a question, and return its slug; those questions count no more.

        Raises:
            Invalid: it is empty or too long.
        """
        slug = await self._editing.begin(person, text)
        await self._questions.settle(places, person.id, self._clock())
        return slug

    async def dismiss(self, person: Person, places: Sequence[Place]) -> None:
        """Put questions aside, until they are asked so often again that it was a mistake."""
        await self._questions.dismiss(places, person.id, self._clock())

    async def bring_back(self, person: Person, places: Sequence[Place]) -> None:
        """Have questions count again that were dismissed."""
        await self._questions.bring_back(places, person.id, self._clock())


def _dismissed_at(members: Iterable[Missed]) -> int:
    return max(one.dismissed_at for one in members)


def _since(members: Sequence[Missed]) -> set[tuple[str, int]]:
    """Return the questions that came after what they ask was dismissed."""
    at = _dismissed_at(members)
    new = (one for one in members if one.at > at or not one.dismissed_at)
    return {(one.place.conversation, one.seq) for one in new} if at else set()
