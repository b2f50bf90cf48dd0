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
from chatbot.answers.followup import goes_on, leans, own, together
from chatbot.answers.kept import Shelf
from chatbot.answers.knowledge import Knowledge
from chatbot.answers.lessons import Lessons
from chatbot.answers.ranking import Ranked
from chatbot.answers.reader import Question
from chatbot.answers.segments import asks
from chatbot.answers.urgent import Alarm, Lookout
from chatbot.answers.vectors import Cache, Checkpoint, Progress, no_checkpoint
from chatbot.domain.faq import Entry
from chatbot.domain.outcome import SIGNPOSTS, SMALL_TALK, Option, Outcome, Reply

SHOWN: Final = 10
"""Candidates in an explanation."""
OFFERED: Final = 3
_FURTHER: Final = 2
_FURTHER_SHARE: Final = 0.2
"""Options beside a signpost fit the message at least this well."""
_BEST: Final = "best"
_LAST: Final = "options"
_SURELY_HARM: Final = 0.85
"""How likely harm must be in a message that goes on from an answer, and that no rule speaks for."""
_AT_HOME: Final = 0.05
"""How likely one of three entries must fit, for each word of its own that a message has, before the
question before may be read with it: "flu jab" after any answer is still not about CARA."""
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

    def __init__(self, entries: Sequence[Entry], built: Built, lookout: Lookout) -> None:
        self._entries = tuple(entries)
        self._numbers = {entry.slug: number for number, entry in enumerate(entries)}
        self._built = built
        self.judge = built.judge
        self.lookout = lookout

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
        shelf: Shelf | None = None,
        before: Self | None = None,
        checkpoint: Checkpoint = no_checkpoint,
    ) -> Self:
        """Build an engine over the entries that may be answered with.

        `vectors` keeps what was embedded for the next build, `lessons` what was learnt, `shelf`
        all of a large FAQ.
        `wrong_share` is the share of wrong answers, among those given, that is aimed at. Without
        an encoder words must do. `before` is an engine over other entries: its ear for harm is
        kept, and its limits are lent until `learn`, where these entries have taught none yet.
        `checkpoint` may end building by raising.
        """
        tools = Tools(
            encoder,
            {} if vectors is None else vectors,
            progress,
            wrong_share,
            {} if lessons is None else lessons,
            {} if shelf is None else shelf,
            before.judge if before else None,
            checkpoint,
        )
        lookout = before.lookout if before else building.build_lookout(knowledge, tools)
        return cls(entries, building.build(entries, knowledge, tools), lookout)

    @property
    def learnt(self) -> bool:
        """Whether how sure to be comes from these entries, not from those before."""
        return self._built.unlearnt is None

    def learn(self, checkpoint: Checkpoint = no_checkpoint) -> "Engine":
        """Return the same engine with limits that its own entries teach."""
        return Engine(self._entries, building.taught(self._built, checkpoint), self.lookout)

    def reply(self, question: str, *, previous: str | None = None) -> Explained:
        """Decide what to say; `previous` is the slug of the answer before."""
        return self._reply(self._built.reader.read(question), previous)

    def reply_all(self, asked: Sequence[tuple[str, str | None]]) -> list[Explained]:
        """Decide on several questions, each with the slug before; the model is asked once."""
        read = self._built.reader.read_all([question for question, _ in asked])
        return [self._reply(one, slug) for one, (_, slug) in zip(read, asked, strict=True)]

    def _reply(self, read: Question, previous: str | None) -> Explained:
        before = self._before(previous)
        topic = before.topic if before else None
        ranked = self._built.ranker.rank(read, topic)
        alarm = self.lookout.check(read)
        if before and alarm and not alarm.rules and goes_on(read.corrected):
            # "and my tablets?" after "what should I bring?" is hardly what it is alone.
            alarm = alarm if alarm.chance >= _SURELY_HARM else None
        step, reply = self._decide(read, ranked, alarm)
        unsure = step == _LAST or (step == _BEST and ranked.chance < self._surely)
        if unsure and before is not None and self._leans(read.corrected, ranked):
            context = self._built.reader.read(together(before.question, read.corrected))
            ranked = self._built.ranker.blend(ranked, self._built.ranker.rank(context, topic))
            reply = self._best(read, ranked, alarm) or self._options(read, ranked, alarm)
            step = "follow-up"
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

    @staticmethod
    def _leans(text: str, ranked: Ranked) -> bool:
        """Tell whether the answer before may help: not with words that are at home elsewhere."""
        return leans(text) and (goes_on(text) or ranked.three >= _AT_HOME * own(text))

    def _before(self, slug: str | None) -> Entry | None:
        """Return the entry that a message may lean on: small talk is none."""
        number = self._numbers.get(slug or "")
        found = None if number is None else self._entries[number]
        return None if found is None or found.topic == SMALL_TALK else found

    def _decide(self, read: Question, ranked: Ranked, alarm: Alarm | None) -> tuple[str, Reply]:
        # Kept in the engine they would make a cycle, and an old engine would not go at once.
        steps: tuple[tuple[str, _Step], ...] = (
            ("urgent", self._urgent),
            ("fixed", self._fixed),
            ("two questions", self._two),
            (_BEST, self._best),
            (_LAST, self._options),
        )
        return next((name, reply) for name, step in steps if (reply := step(read, ranked, alarm)))

    def search(self, text: str, limit: int) -> list[str]:
        """Return the slugs of up to `limit` entries that fit, best first; none for nothing."""
        read = self._built.reader.read(text)
        if not read.text:
            return []
        ranked = self._built.ranker.rank(read, None)
        fitting = [n for n in ranked.order.tolist() if ranked.fits(n)]
        return [self._entries[number].slug for number in fitting[:limit]]

    @property
    def _surely(self) -> float:
        """From which chance on a message that may lean on the answer before is read alone."""
        return (1 + self.judge.limits.answer) / 2

    @property
    def thresholds(self) -> dict[str, float]:
        """The limits in use and what to expect of them, by name."""
        return {**self.judge.limits.to_dict(), "urgent": self.lookout.limit}

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
            if slug in self._numbers and any(asked(read.typed, form) for form in read.whole):
                return Reply(Outcome.ANSWERED, slug)
        return None

    def _two(self, read: Question, ranked: Ranked, _: Alarm | None) -> Reply | None:
        """Two questions that each have a sure answer of their own: the visitor picks the first."""
        if not self._entries:
            return None
        clauses = zip(read.views[read.forms :], ranked.leads, strict=True)
        leads = [lead for clause, lead in clauses if asks(clause)]
        sure = [number for number, chance in leads if chance >= self.judge.limits.answer]
        found = [n for n in dict.fromkeys(sure) if self._entries[n].topic != SMALL_TALK]
        if len(found) != 2:  # noqa: PLR2004  # three and more is a story, not a list of questions
            return None
        return Reply(Outcome.CLARIFY, None, self._as_options(found))

    def _best(self, _: Question, ranked: Ranked, __: Alarm | None) -> Reply | None:
        if ranked.chance < self.judge.limits.answer:
            return None
        best = self._entries[ranked.order[0]]
        if best.slug in _KINDS:
            return Reply(Outcome.SIGNPOSTED, best.slug, urgent=_KINDS[best.slug])
        small = best.topic == SMALL_TALK
        return Reply(Outcome.SMALLTALK if small else Outcome.ANSWERED, best.slug)

    def _options(self, _: Question, ranked: Ranked, __: Alarm | None) -> Reply:
        options = self._as_options(self._offerable(ranked)[:OFFERED])
        if ranked.three >= self.judge.limits.clarify and len(options) > 1:
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
