"""From a FAQ to what an engine needs: readings, index, judge. And from what ships, the lookout."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from chatbot.answers import lessons, vectors
from chatbot.answers.calibration import Fair, learn
from chatbot.answers.corpus import Corpus
from chatbot.answers.encoder import Encoder, Vectors
from chatbot.answers.index import Index
from chatbot.answers.judgement import UNTAUGHT, Judge
from chatbot.answers.kept import WORTH_KEEPING, Kept, Shelf, pack, unpack
from chatbot.answers.knowledge import Knowledge
from chatbot.answers.lessons import Lessons
from chatbot.answers.lexical import stem
from chatbot.answers.normalise import normalise, words
from chatbot.answers.ranking import Ranker
from chatbot.answers.reader import Reader
from chatbot.answers.spelling import Speller, counted, is_english
from chatbot.answers.tuning import shown
from chatbot.answers.urgent import Lookout
from chatbot.answers.vectors import Cache, Checkpoint, Progress, no_checkpoint
from chatbot.domain.faq import Entry
from chatbot.domain.outcome import Urgent

_JOINTS: Final = re.compile(r"[-_]+")
_ANSWER_WORTH: Final = 0.5
"""What finding a word in the answer is worth, when a phrasing has 1."""


@dataclass(frozen=True, slots=True)
class Built:
    """The working parts of an engine."""

    reader: Reader
    ranker: Ranker
    judge: Judge
    unlearnt: "Unlearnt | None"


@dataclass(frozen=True, slots=True)
class Tools:
    """What building works with; a cache that is thrown away will do.

    `judge` is lent by an engine over other entries, until these have taught something.
    """

    encoder: Encoder | None
    cache: Cache
    progress: Progress | None
    wrong_share: float
    lessons: Lessons
    shelf: Shelf
    judge: Judge | None = None
    checkpoint: Checkpoint = no_checkpoint

    @property
    def model(self) -> str:
        """The identity of the model, empty where there is none."""
        return self.encoder.identity if self.encoder else ""

    def fair(self, groups: Sequence[Sequence[str]], knowledge: Knowledge) -> Fair | None:
        """Tell of each text whether the model meets it for the first time; None: of every one."""
        if self.encoder is None or not self.encoder.tuned:
            return None
        shipped = [*knowledge.calm, *knowledge.every_sound()]
        taught = {text for one in shipped for text in distinct(one) if shown(text)}
        return np.asarray([text not in taught for group in groups for text in group])

    def embed(self, groups: Sequence[Sequence[str]]) -> Vectors | None:
        """Return a vector for each text of each group."""
        if self.encoder is None:
            return None
        texts = [text for group in groups for text in group]
        return vectors.embed(texts, self.encoder, self.cache, self.progress, self.checkpoint)


@dataclass(frozen=True, slots=True)
class Unlearnt:
    """What entries have yet to teach: how sure to be. Their judge is another's until then.

    `kept` goes to the shelf under `name`, unless that is empty; what is learnt goes under
    `lesson`. `fair` tells which texts may be asked.
    """

    kept: Kept
    name: str
    lesson: str
    fair: Fair | None
    tools: Tools


def build(entries: Sequence[Entry], knowledge: Knowledge, tools: Tools) -> Built:
    """Build the parts; `entries` are those that may be answered with."""
    said = [_said(entry) for entry in entries]
    other = [(entry.answer, *entry.keywords) for entry in entries]
    known_sounds = [*knowledge.every_sound(), *knowledge.calm]
    name = lessons.fingerprint([*said, knowledge.everyday, *other, *known_sounds], tools.model)
    shelved = unpack(tools.shelf.get(name))
    kept = shelved or _read(entries, knowledge, tools)
    index = Index(kept.corpus, fitted=kept.head)
    lesson = f"{name}:{tools.wrong_share}"
    known = lessons.read_judge(tools.lessons.get(lesson))
    judge = known or tools.judge or UNTAUGHT[index.head is not None]
    asked = [] if known else [*map(distinct, said), distinct(knowledge.everyday)]
    unlearnt = Unlearnt(
        Kept(kept.corpus, index.head, kept.spelling),
        "" if shelved else name,
        lesson,
        tools.fair(asked, knowledge),
        tools,
    )
    ranker = Ranker(kept.corpus.columns, index, judge, [entry.topic for entry in entries])
    built = Built(Reader(Speller(kept.spelling), tools.encoder), ranker, judge, unlearnt)
    if known:
        _shelve(unlearnt)
        return replace(built, unlearnt=None)
    return built if tools.judge else taught(built, tools.checkpoint)


def taught(built: Built, checkpoint: Checkpoint) -> Built:
    """Have the entries teach how sure to be; what was learnt already is as it was."""
    left = built.unlearnt
    if left is None:
        return built
    share = left.tools.wrong_share
    judge = learn(left.kept.corpus, built.ranker.index, share, left.fair, checkpoint)
    left.tools.lessons[left.lesson] = lessons.written(judge)
    _shelve(left)
    return Built(built.reader, built.ranker.judged(judge), judge, None)


def _shelve(left: Unlearnt) -> None:
    if left.name and len(left.kept.corpus.owners) >= WORTH_KEEPING:
        left.tools.shelf[left.name] = pack(left.kept)


def _read(entries: Sequence[Entry], knowledge: Knowledge, tools: Tools) -> Kept:
    groups = [distinct(_said(entry)) for entry in entries]
    groups.append(distinct(knowledge.everyday))
    extras = [_extra(entry) for entry in entries]
    corpus = Corpus.of(groups, tools.embed(groups), extras)
    spelling = counted(text for group in groups for text in group)
    # Messages of harm are often misspelt: their words are right only where English knows them.
    heard = counted(text for one in knowledge.every_sound() for text in distinct(one))
    for word, times in heard.items():
        if word in spelling or is_english(word):
            spelling[word] = spelling.get(word, 0) + times
    return Kept(corpus, None, spelling)


def build_lookout(knowledge: Knowledge, tools: Tools) -> Lookout:
    """Build what listens for harm; nothing in it depends on the FAQ that is served."""
    groups = [distinct(knowledge.sounds_like(kind)) for kind in Urgent]
    groups += [distinct(knowledge.sounds_harmless()), distinct(knowledge.everyday)]
    groups += [distinct(calm) for calm in knowledge.calm]
    name = lessons.fingerprint(groups, tools.model, "lookout")
    limit = lessons.read_limit(tools.lessons.get(name))
    fair = None if limit is not None else tools.fair(groups, knowledge)
    lookout = Lookout(knowledge.rules, Corpus.of(groups, tools.embed(groups)), limit, fair)
    if limit is None:
        tools.lessons[name] = lessons.written(lookout.limit)
    return lookout


def _said(entry: Entry) -> tuple[str, ...]:
    """The question, the phrasings and, where it consists of words, the entry's short name."""
    name = _JOINTS.sub(" ", entry.slug).lower()
    named = (name,) if all(map(str.isalpha, name.split())) else ()
    said = (entry.question, *entry.phrasings, *named)
    return said if distinct(said) else (name,)


def distinct(texts: Iterable[str]) -> list[str]:
    """Return the texts normalised, each once, without empty ones."""
    return list(dict.fromkeys(text for one in texts if (text := normalise(one))))


def _extra(entry: Entry) -> dict[str, float]:
    answer = {stem(word): _ANSWER_WORTH for word in words(normalise(entry.answer))}
    keywords = normalise(" ".join(entry.keywords))
    return answer | {stem(word): 1.0 for word in words(keywords)}
