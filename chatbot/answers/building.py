"""From a FAQ to what an engine needs: readings, index, judge, lookout."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from chatbot.answers import vectors
from chatbot.answers.calibration import learn
from chatbot.answers.corpus import Corpus, Texts
from chatbot.answers.encoder import Encoder
from chatbot.answers.index import Index
from chatbot.answers.judgement import Judge
from chatbot.answers.knowledge import Knowledge
from chatbot.answers.lessons import Lesson, Lessons, fingerprint, read, written
from chatbot.answers.lexical import stem
from chatbot.answers.normalise import normalise, words
from chatbot.answers.ranking import Ranker
from chatbot.answers.reader import Reader
from chatbot.answers.spelling import Speller
from chatbot.answers.urgent import Lookout
from chatbot.answers.vectors import Cache, Progress
from chatbot.domain.faq import Entry
from chatbot.domain.outcome import SIGNPOSTS, Urgent

_ANSWER_WORTH: Final = 0.5
"""What finding a word in the answer is worth, when a phrasing has 1."""


@dataclass(frozen=True, slots=True)
class Built:
    """The working parts of an engine."""

    reader: Reader
    ranker: Ranker
    judge: Judge
    lookout: Lookout


@dataclass(frozen=True, slots=True)
class Tools:
    """What building works with; a cache that is thrown away will do."""

    encoder: Encoder | None
    cache: Cache
    progress: Progress | None
    wrong_share: float
    lessons: Lessons


def build(entries: Sequence[Entry], knowledge: Knowledge, tools: Tools) -> Built:
    """Build the parts; `entries` are those that may be answered with."""
    ours = [_phrasings(entry) for entry in entries]
    examples = {kind: _distinct(knowledge.sounds_like(kind)) for kind in Urgent}
    harmless, everyday = _distinct(knowledge.sounds_harmless()), _distinct(knowledge.everyday)
    every = [*ours, *examples.values(), harmless, everyday]
    texts = _texts(list(dict.fromkeys(text for group in every for text in group)), tools)

    extras = [_extra(entry) for entry in entries]
    corpus = Corpus.of(texts, [*ours, everyday], extras)
    index = Index(corpus)
    model = tools.encoder.identity if tools.encoder else ""
    name = fingerprint(every, model, tools.wrong_share, extras)
    lesson = read(tools.lessons.get(name))
    judge = lesson.judge if lesson else learn(corpus, index, tools.wrong_share)

    by_slug = {entry.slug: group for entry, group in zip(entries, ours, strict=True)}
    urgent = [
        _distinct([*examples[kind], *by_slug.pop(slug, [])]) for kind, slug in SIGNPOSTS.items()
    ]
    sounds = [*urgent, harmless, everyday, *by_slug.values()]
    alarm = lesson.alarm if lesson else None
    lookout = Lookout(knowledge.rules, Corpus.of(texts, sounds), alarm)
    if lesson is None:
        tools.lessons[name] = written(Lesson(judge, lookout.limit))
    speller = Speller(text for group in every for text in group)
    return Built(
        Reader(texts, speller, tools.encoder),
        Ranker(index, judge, [entry.topic for entry in entries]),
        judge,
        lookout,
    )


def _phrasings(entry: Entry) -> list[str]:
    return _distinct([entry.question, *entry.phrasings])


def _distinct(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(text for one in texts if (text := normalise(one))))


def _texts(texts: Sequence[str], tools: Tools) -> Texts:
    if tools.encoder is None:
        return Texts(texts, None)
    return Texts(texts, vectors.embed(texts, tools.encoder, tools.cache, tools.progress))


def _extra(entry: Entry) -> dict[str, float]:
    answer = {stem(word): _ANSWER_WORTH for word in words(normalise(entry.answer))}
    keywords = normalise(" ".join(entry.keywords))
    return answer | {stem(word): 1.0 for word in words(keywords)}
