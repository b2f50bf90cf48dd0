"""How sure to be before answering: learnt from the FAQ itself, not from traffic.

Phrasings held back play the visitor who asks for what is there; entries held back, and everyday
questions, play the one who asks for what is not. The limits are the lowest that keep the wanted
share of wrong answers among those given.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from chatbot.answers.corpus import Corpus, Rows
from chatbot.answers.head import softmax
from chatbot.answers.index import Index, Parts, fused
from chatbot.answers.lexical import Scores

Values = NDArray[np.float64]

FOLDS: Final = 5
_FEWEST: Final = 40
"""With fewer held-back phrasings than this the FAQ is too small to learn from."""
_MOST: Final = 4_000
_CHUNK: Final = 256
_OFFERED: Final = 3
_OFFER_CHANCE: Final = 0.5
"""Options are offered where the right one is likelier among them than not."""
_DECAY: Final = 1e-4
_LEAST: Final = 1e-3
# What visitors ask for: something that is there, that is missing, or that is not ours at all.
_PRESENT, _MISSING, _EVERYDAY = 0.80, 0.05, 0.15


@dataclass(frozen=True, slots=True)
class Limits:
    """From which chance on to answer, and from which to offer options; what to expect of them.

    `answered` and `clarified` are shares of all questions, `wrong` of the answers given.
    """

    answer: float
    clarify: float = 0.5
    answered: float = 0.0
    wrong: float = 0.0
    clarified: float = 0.0

    def to_dict(self) -> dict[str, float]:
        """Return the limits by name."""
        return {name: float(getattr(self, name)) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class Logistic:
    """A chance from evidence; the weights are not negative."""

    weights: tuple[float, ...]
    bias: float

    def chance(self, evidence: Values) -> Values:
        """Return a chance for each row of evidence."""
        scores = evidence @ np.asarray(self.weights) + self.bias
        chance: Values = 1 / (1 + np.exp(-scores))
        return chance


@dataclass(frozen=True, slots=True)
class Judge:
    """Tells how likely the best entry is right, and how likely the right one is among three."""

    best: Logistic
    three: Logistic
    limits: Limits


# Learnt on public sets with five phrasings an entry; for a FAQ too small to learn from.
UNTAUGHT: Final = {
    True: Judge(
        Logistic((0.0, 2.3, 5.2), -3.9), Logistic((0.0, 4.0, 4.0), -3.0), Limits(answer=0.8)
    ),
    False: Judge(
        Logistic((0.0, 3.0, 4.0), -4.0), Logistic((0.0, 4.0, 3.0), -3.0), Limits(answer=0.7)
    ),
}


def evidence(parts: Parts, shares: Scores, best: Rows) -> Values:
    """Return a row for each question: likeness to the best entry, in two views, and its odds."""
    near, middle = ("nearest", "centred") if "nearest" in parts else ("letters", "coverage")
    rows = np.arange(len(best))
    share = np.clip(shares[rows, best], _LEAST, 1 - _LEAST)
    found = [parts[near][rows, best], parts[middle][rows, best], np.log(share / (1 - share))]
    return np.stack(found, axis=1).astype(np.float64)


@dataclass(frozen=True, slots=True)
class _Trial:
    """Held-back questions: their evidence, whether the best and one of three are right."""

    evidence: Values
    right: Values
    offered: Values
    weight: Values


def learn(corpus: Corpus, everyday: int | None, full: Index, wrong_share: float) -> Judge:
    """Return a judge for this FAQ; `everyday` is the group of questions that are not ours."""
    trials = list(_trials(corpus, everyday, full))
    held = sum(len(trial.right) for trial in trials)
    trial = _joined(trials) if trials else None
    if trial is None or held < _FEWEST or not 0 < trial.right.sum() < held:
        return UNTAUGHT[corpus.texts.vectors is not None]
    best = _fit(trial, trial.right)
    three = _fit(trial, trial.offered)
    return Judge(best, three, _limits(best, three, trial, wrong_share))


def _trials(corpus: Corpus, everyday: int | None, full: Index) -> Iterator[_Trial]:
    owners = corpus.owners
    place = np.zeros(len(owners), np.intp)
    for group in np.unique(owners):
        mine = np.flatnonzero(owners == group)
        # A lone phrasing cannot be held back: nothing would be left to find.
        place[mine] = np.arange(len(mine)) % FOLDS if len(mine) > 1 else -1
    entry = owners if everyday is None else np.where(owners == everyday, -1, owners)
    for fold in range(FOLDS):
        missing = (entry >= 0) & (entry % FOLDS == fold)
        held = place == fold
        kept = np.flatnonzero(~missing & ~held)
        if len(np.unique(entry[kept])) < _OFFERED:
            return
        index = Index(corpus, kept, full.head)
        for rows, weight in (
            (np.flatnonzero(held & ~missing & (entry >= 0)), _PRESENT),
            (np.flatnonzero(missing), _MISSING),
            (np.flatnonzero(held & (entry < 0)), _EVERYDAY),
        ):
            rows = _thinned(rows)  # noqa: PLW2901  # fewer of the same
            for start in range(0, len(rows), _CHUNK):
                some = rows[start : start + _CHUNK]
                yield _trial(corpus, index, some, everyday, weight / len(rows))


def _thinned(rows: Rows) -> Rows:
    step = -(-len(rows) // (_MOST // FOLDS)) or 1
    return rows[::step]


def _trial(corpus: Corpus, index: Index, rows: Rows, everyday: int | None, weight: float) -> _Trial:
    parts = index.parts(corpus.texts.cut(rows))
    scores = fused(parts)
    shares = softmax(scores)
    ours = scores.copy()
    if everyday is not None:
        ours[:, index.groups == everyday] = -np.inf
    order = np.argsort(-ours, axis=1)[:, :_OFFERED]
    hits = index.groups[order] == corpus.owners[rows][:, None]
    return _Trial(
        evidence(parts, shares, order[:, 0]),
        hits[:, 0].astype(np.float64),
        hits.any(axis=1).astype(np.float64),
        np.full(len(rows), weight),
    )


def _joined(trials: Sequence[_Trial]) -> _Trial:
    return _Trial(
        np.concatenate([one.evidence for one in trials]),
        np.concatenate([one.right for one in trials]),
        np.concatenate([one.offered for one in trials]),
        np.concatenate([one.weight for one in trials]),
    )


def _fit(trial: _Trial, right: Values) -> Logistic:
    """Fit without negative weights: more likeness never means less trust."""
    padded = np.hstack([trial.evidence, np.ones((len(right), 1))])
    weight = trial.weight / trial.weight.sum()

    def loss(flat: Values) -> tuple[float, Values]:
        scores = padded @ flat
        lost = np.logaddexp(0, scores) - right * scores
        slope = padded.T @ (weight * (1 / (1 + np.exp(-scores)) - right))
        decay = _DECAY * flat
        return float(weight @ lost + 0.5 * decay @ flat), slope + decay

    bounds = [(0, None)] * trial.evidence.shape[1] + [(None, None)]
    found = minimize(loss, np.zeros(padded.shape[1]), jac=True, method="L-BFGS-B", bounds=bounds)
    *weights, bias = (float(value) for value in found.x)
    return Logistic(tuple(weights), bias)


def _limits(best: Logistic, three: Logistic, trial: _Trial, wrong_share: float) -> Limits:
    chance = best.chance(trial.evidence)
    order = np.argsort(-chance)
    weight = trial.weight[order]
    given = np.cumsum(weight)
    wrong = np.cumsum(weight * (1 - trial.right[order])) / given
    good = np.flatnonzero(wrong <= wrong_share)
    last = int(good[-1]) if len(good) else 0
    offered = (three.chance(trial.evidence)[order] >= _OFFER_CHANCE)[last + 1 :]
    return Limits(
        answer=float(chance[order][last]),
        clarify=_OFFER_CHANCE,
        answered=float(given[last] / given[-1]),
        wrong=float(wrong[last]),
        clarified=float((weight[last + 1 :] * offered).sum() / given[-1]),
    )
