"""Messages that speak of harm: found by rules that were written, and by examples.

Recall comes first; the limit is the one that keeps false alarms on harmless sentences rare, found
by holding examples back. A message is looked at whole and clause by clause.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.special import expit, logit

from chatbot.answers.calibration import CHUNK, FOLDS, Fair, places
from chatbot.answers.corpus import Batch, Corpus
from chatbot.answers.head import softmax
from chatbot.answers.index import Index, fused
from chatbot.answers.knowledge import Rule
from chatbot.answers.lexical import Scores
from chatbot.answers.normalise import words
from chatbot.answers.reader import Question
from chatbot.domain.outcome import Urgent

WEIGHTS: Final[Mapping[str, float]] = {
    "nearest": 12.0,
    "centred": 0.9,
    "classifier": 0.3,
    "words": 3.7,
    "letters": 4.7,
    "coverage": 2.8,
}
"""Fitted on examples that were held back: being like one of them says more than among entries."""
_WORDS_ALONE: Final[Mapping[str, float]] = {"words": 17.5, "letters": 19.0, "coverage": 6.0}
"""Where there is no model to say more."""
_ANY_HARM: Final = 0.4
"""What speaking of harm at all is worth beforehand, in the fused score."""
_NAMED: Final = 1.0
"""What a rule adds to the chance of its kind: it wins; among several, the examples choose."""
FALSE_ALARMS: Final = 0.03
"""The share of calm messages, held back, that may raise an alarm without a rule."""
_ALARMING: Final = 0.15
"""The share of calm messages that sound alarming, among those that visitors send."""
_CLAUSE_WEIGHT: Final = 0.6
"""A clause is easily misread out of its message: it counts so much, the whole the rest."""
_CLAUSE_DOUBT: Final = 0.8
"""What a clause must be surer by than the whole, in the logarithm of odds."""
_LOWEST, _HIGHEST = 0.2, 0.8
_KINDS: Final = tuple(Urgent)
_HARMLESS: Final = len(_KINDS)


@dataclass(frozen=True, slots=True)
class Alarm:
    """What kind of harm was found, how likely it is, and by which rules."""

    kind: Urgent
    chance: float
    rules: tuple[str, ...]


class Lookout:
    """Judges whether a message speaks of harm.

    It learns from what ships with the service, never from the FAQ: an admin's edit cannot change
    what is heard.
    """

    def __init__(
        self,
        rules: Sequence[Rule],
        corpus: Corpus,
        limit: float | None = None,
        fair: Fair | None = None,
    ) -> None:
        """`corpus` has a group for each kind of `Urgent`, in that order, then calm ones: first
        the messages that only sound alarming, then others by subject. `limit` is the chance from
        which on to raise an alarm; None has it learnt, from those texts that are `fair` to
        ask: the model was not taught with them.
        """
        self._rules = rules
        self._columns = corpus.columns
        self._index = Index(corpus)
        self.limit = _learnt(corpus, self._index, fair) if limit is None else limit

    def check(self, question: Question) -> Alarm | None:
        """Look at the forms and clauses of one message; one without words says nothing."""
        if not words(question.text):
            return None
        chances = self.chances(self._columns.read(question.views, question.vectors))
        sure = chances.sum(axis=1)
        whole = sure[: question.forms].max()
        sure[question.forms :] = _doubted(sure[question.forms :], whole)
        row = int(sure.argmax())
        chance, column = float(sure[row]), int(chances[row].argmax())
        hits = [rule for rule in self._rules if _hits(rule, question)]
        if not hits:
            return Alarm(_KINDS[column], chance, ()) if chance >= self.limit else None
        # A rule says that there is harm; of what kind, the examples may know better.
        likely = chances[: question.forms].max(axis=0)
        for kind in {rule.kind for rule in hits}:
            likely[_KINDS.index(kind)] += _NAMED
        kind = _KINDS[int(likely.argmax())]
        return Alarm(kind, max(chance, self.limit), tuple(rule.id for rule in hits))

    def chances(self, texts: Batch) -> Scores:
        """Return a row for each text, a column for each kind."""
        return _chances(self._index, texts)


def _learnt(corpus: Corpus, full: Index, fair: Fair | None) -> float:
    """Find the limit that keeps false alarms rare."""
    owners = corpus.owners
    asked = np.ones(len(owners), bool) if fair is None else fair
    place = places(corpus)
    chances = np.zeros(len(owners), np.float32)
    for fold in range(FOLDS):
        held = np.flatnonzero((place == fold) & (owners >= _HARMLESS) & asked)
        index = Index(corpus, np.flatnonzero(place != fold), full.head)
        for start in range(0, len(held), CHUNK):
            some = held[start : start + CHUNK]
            chances[some] = _chances(index, corpus.texts.cut(some)).sum(axis=1)
    alarming, plain = (owners == _HARMLESS) & asked, (owners > _HARMLESS) & asked
    weight = np.where(alarming, _ALARMING, 1 - _ALARMING)
    weight /= np.where(alarming, alarming.sum(), plain.sum())
    calm = np.flatnonzero(alarming | plain)
    order = calm[np.argsort(-chances[calm])]
    allowed = int(np.searchsorted(np.cumsum(weight[order]), FALSE_ALARMS))
    return float(np.clip(chances[order[allowed]], _LOWEST, _HIGHEST))


def _doubted(clauses: Scores, whole: float) -> Scores:
    odds = _CLAUSE_WEIGHT * logit(clauses) + (1 - _CLAUSE_WEIGHT) * logit(whole) - _CLAUSE_DOUBT
    doubted: Scores = expit(odds)
    return doubted


def _chances(index: Index, texts: Batch) -> Scores:
    weights = _WORDS_ALONE if index.head is None else WEIGHTS
    scores = fused(index.parts(texts), weights)
    scores[:, : len(_KINDS)] += np.float32(_ANY_HARM)
    return softmax(scores)[:, : len(_KINDS)]


def _hits(rule: Rule, question: Question) -> bool:
    return any(rule.pattern.search(text) for text in question.whole)
