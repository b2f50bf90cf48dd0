"""The answer engine: built from a FAQ, asked by visitors.

A built engine never changes; an edit builds another one. Asking is safe from several threads.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Final, Self

from chatbot.answers import building
from chatbot.answers.building import Built, Tools
from chatbot.answers.encoder import Encoder
from chatbot.answers.fixed import FIXED
from chatbot.answers.knowledge import Knowledge
from chatbot.answers.lessons import Lessons
from chatbot.answers.ranking import Ranked
from chatbot.answers.reader import Question
from chatbot.answers.urgent import Alarm
from chatbot.answers.vectors import Cache, Progress
from chatbot.domain.faq import Entry
from chatbot.domain.outcome import SIGNPOSTS, SMALL_TALK, Option, Outcome, Reply

SHOWN: Final = 10
"""Candidates in an explanation."""
OFFERED: Final = 3
_FURTHER: Final = 2
_FURTHER_SHARE: Final = 0.2
"""Options beside a signpost fit the message at least this well."""
_KINDS: Final = {slug: kind for kind, slug in SIGNPOSTS.items()}


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry that was weighed: its fused score, its share of all, and its parts."""

    slug: str
    question: str
    score: float
    share: float
    parts: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Explained:
    """`confidence` is the chance that the best candidate is right; `step` names what decided."""

    reply: Reply
    candidates: tuple[Candidate, ...]
    corrected: str
    thresholds: Mapping[str, float]
    alarm: Alarm | None
    confidence: float
    step: str

    def to_dict(self) -> dict[str, object]:
        """Return it as plain data for JSON."""
        return asdict(self)


_Step = Callable[[Question, Ranked, Alarm | None], Reply | None]


class Engine:
    """Answers from a fixed set of entries; made by `build`."""

    def __init__(self, entries: Sequence[Entry], built: Built) -> None:
        self._entries = tuple(entries)
        self._numbers = {entry.slug: number for number, entry in enumerate(entries)}
        self._built = built
        self._steps: tuple[tuple[str, _Step], ...] = (
            ("urgent", self._urgent),
            ("fixed", self._fixed),
            ("two questions", self._two),
            ("best", self._best),
            ("options", self._options),
        )

    @classmethod
    def build(  # noqa: PLR0913  # the composition root hands over everything at once
        cls,
        entries: Sequence[Entry],
        knowledge: Knowledge,
        encoder: Encoder | None,
        *,
        vectors: Cache | None,
        progress: Progress | None = None,
        wrong_share: float = 0.05,
        lessons: Lessons | None = None,
    ) -> Self:
        """Build an engine over the entries that may be answered with.

        `vectors` keeps what was embedded for the next build, `lessons` what was learnt.
        `wrong_share` is the share of wrong answers, among those given, that is aimed at. Without
        an encoder words must do.
        """
        tools = Tools(
            encoder,
            {} if vectors is None else vectors,
            progress,
            wrong_share,
            {} if lessons is None else lessons,
        )
        return cls(entries, building.build(entries, knowledge, tools))

    def reply(self, question: str, *, previous: str | None = None) -> Explained:
        """Decide what to say; `previous` is the slug of the answer before."""
        read = self._built.reader.read(question)
        number = self._numbers.get(previous or "")
        topic = None if number is None else self._entries[number].topic
        topic = None if topic == SMALL_TALK else topic
        ranked = self._built.ranker.rank(read, topic)
        alarm = self._built.lookout.check(read)
        step, reply = next(
            (name, reply) for name, step in self._steps if (reply := step(read, ranked, alarm))
        )
        order, chance = ranked.order.tolist(), ranked.chance
        if step == "fixed":
            order.sort(key=lambda number: self._entries[number].slug != reply.slug)
            chance = 1.0
        return Explained(
            reply,
            tuple(self._candidate(number, ranked) for number in order[:SHOWN]),
            read.corrected,
            self.thresholds,
            alarm,
            chance,
            step,
        )

    def search(self, text: str, limit: int) -> list[str]:
        """Return the slugs of up to `limit` entries that fit, best first; none for nothing."""
        read = self._built.reader.read(text)
        if not read.text:
            return []
        ranked = self._built.ranker.rank(read, None)
        fitting = [n for n in ranked.order.tolist() if ranked.fits(n)]
        return [self._entries[number].slug for number in fitting[:limit]]

    @property
    def thresholds(self) -> dict[str, float]:
        """The limits in use and what to expect of them, by name."""
        return {**self._built.judge.limits.to_dict(), "urgent": self._built.lookout.limit}

    def _urgent(self, _: Question, ranked: Ranked, alarm: Alarm | None) -> Reply | None:
        if alarm is None:
            return None
        slug = SIGNPOSTS[alarm.kind]
        further = [n for n in self._offerable(ranked) if ranked.shares[n] >= _FURTHER_SHARE]
        options = self._as_options(n for n in further if self._entries[n].slug not in _KINDS)
        known = slug if slug in self._numbers else None
        return Reply(Outcome.SIGNPOSTED, known, options[:_FURTHER], alarm.kind)

    def _fixed(self, read: Question, _: Ranked, __: Alarm | None) -> Reply | None:
        for slug, asked in FIXED:
            if slug in self._numbers and asked(read.typed, read.text):
                return Reply(Outcome.ANSWERED, slug)
        return None

    def _two(self, _: Question, ranked: Ranked, __: Alarm | None) -> Reply | None:
        """Two clauses that each have a sure answer of their own: the visitor picks the first."""
        sure = [n for n, chance in ranked.leads if chance >= self._built.judge.limits.answer]
        found = [n for n in dict.fromkeys(sure) if self._entries[n].topic != SMALL_TALK]
        if len(found) != 2:  # noqa: PLR2004  # three and more is a story, not a list of questions
            return None
        return Reply(Outcome.CLARIFY, None, self._as_options(found))

    def _best(self, _: Question, ranked: Ranked, __: Alarm | None) -> Reply | None:
        if ranked.chance < self._built.judge.limits.answer:
            return None
        best = self._entries[ranked.order[0]]
        if best.slug in _KINDS:
            return Reply(Outcome.SIGNPOSTED, best.slug, urgent=_KINDS[best.slug])
        small = best.topic == SMALL_TALK
        return Reply(Outcome.SMALLTALK if small else Outcome.ANSWERED, best.slug)

    def _options(self, _: Question, ranked: Ranked, __: Alarm | None) -> Reply:
        options = self._as_options(self._offerable(ranked)[:OFFERED])
        if ranked.three >= self._built.judge.limits.clarify and len(options) > 1:
            return Reply(Outcome.CLARIFY, None, options)
        return Reply(Outcome.UNANSWERED)

    def _offerable(self, ranked: Ranked) -> list[int]:
        """Small talk is answered or passed over, never offered."""
        first = ranked.order[: OFFERED + _FURTHER].tolist()
        return [n for n in first if self._entries[n].topic != SMALL_TALK]

    def _as_options(self, numbers: Iterable[int]) -> tuple[Option, ...]:
        found = (self._entries[number] for number in numbers)
        return tuple(Option(entry.slug, entry.question) for entry in found)

    def _candidate(self, number: int, ranked: Ranked) -> Candidate:
        entry = self._entries[number]
        return Candidate(
            entry.slug,
            entry.question,
            ranked.score(number),
            float(ranked.shares[number]),
            {name: float(part[number]) for name, part in ranked.parts.items()},
        )
