"""Learns how sure to be from the FAQ itself, not from traffic.

Phrasings held back play the visitor who asks for what is there; entries held back, and everyday
questions, play the one who asks for what is not. The limit is the lowest that keeps the wanted
share of wrong answers among those given.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from chatbot.answers.corpus import Corpus, Rows
from chatbot.answers.groups import Groups
from chatbot.answers.head import softmax
from chatbot.answers.index import Index, fused
from chatbot.answers.judgement import UNTAUGHT, Judge, Limits, Logistic, Values, evidence
from chatbot.answers.vectors import Checkpoint, blocks, no_checkpoint

FOLDS: Final = 5
CHUNK: Final = 256
"""Texts scored at once: more would cost memory and save nothing."""
_FEWEST: Final = 40
"""With fewer held-back phrasings than this the FAQ is too small to learn from."""
_MOST: Final = 4_000
_LARGE: Final = 8_000
"""Of so many phrasings one fold says enough, and the others would take minutes."""
_OFFERED: Final = 3
_DECAY: Final = 1e-4
_LEAST_CHANCE: Final = 0.5
"""Nothing is answered, or offered, that is likelier wrong than right."""
_STRAY: Final = 0.08
"""Everyday questions that may be answered, as a share of them."""
# What visitors ask for: something that is there, that is missing, or that is not ours at all.
_PRESENT, _MISSING, _EVERYDAY = 0.80, 0.05, 0.15


Fair = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class _Trial:
    """Held-back questions: their evidence, whether the best and one of three are right."""

    evidence: Values
    right: Values
    offered: Values
    weight: Values
    stray: Values


def learn(
    corpus: Corpus,
    full: Index,
    wrong_share: float,
    fair: Fair | None = None,
    checkpoint: Checkpoint = no_checkpoint,
) -> Judge:
    """Return a judge for a FAQ; the last group of the corpus is what is not ours.

    `fair` tells which texts may be asked: not those that the model was taught with.
    """
    every = np.ones(len(corpus.owners), bool)
    trials = list(_trials(corpus, full, every if fair is None else fair, checkpoint))
    if sum(len(trial.right) for trial in trials) < _FEWEST:
        return UNTAUGHT[corpus.texts.vectors is not None]
    trial = _joined(trials)
    best = _fit(trial, trial.right)
    three = _fit(trial, trial.offered)
    return Judge(best, three, _limits(best, three, trial, wrong_share))


def places(corpus: Corpus) -> Rows:
    """Return the fold in which each row is held back; -1 for the only row of a group."""
    sizes = np.bincount(corpus.owners)
    starts = np.cumsum(sizes) - sizes
    place: Rows = (np.arange(len(corpus.owners)) - starts[corpus.owners]) % FOLDS
    return np.where(sizes[corpus.owners] > 1, place, -1)


def _trials(corpus: Corpus, full: Index, fair: Fair, checkpoint: Checkpoint) -> Iterator[_Trial]:
    owners, place, usual = corpus.owners, places(corpus), _usual(corpus)
    ours = owners < owners[-1]
    for fold in range(FOLDS if len(owners) <= _LARGE else 1):
        missing = ours & (owners % FOLDS == fold)
        held = place == fold
        kept = ~missing & ~held
        if len(np.unique(owners[kept & ours])) < _OFFERED:
            return
        checkpoint()
        index = Index(corpus, np.flatnonzero(kept), full.head)
        for asked, weight in (
            (held & ours & ~missing, _PRESENT),
            (missing, _MISSING),
            (held & ~ours, _EVERYDAY),
        ):
            rows = _thinned(np.flatnonzero(asked & fair))
            for start in range(0, len(rows), CHUNK):
                checkpoint()
                some = rows[start : start + CHUNK]
                yield _trial(corpus, index, some, weight * usual[some] / usual[rows].sum())


def _usual(corpus: Corpus) -> Values:
    """How usual each phrasing is: editors write the odd ones down too, but few visitors use them.

    The square of its cosine with the rest of its group, everyday questions all alike.
    """
    owners, vectors = corpus.owners, corpus.texts.vectors
    usual = np.ones(len(owners))
    if vectors is not None:
        groups = Groups(owners)
        sums = groups.means(vectors) * groups.sizes[:, None]
        for part in blocks(len(owners)):
            rest = sums[owners[part]] - vectors[part]
            lengths = np.maximum(np.linalg.norm(rest, axis=1), 1e-9)
            usual[part] = np.maximum((rest * vectors[part]).sum(axis=1) / lengths, 0.1) ** 2
        usual[owners == owners[-1]] = 1.0
    return usual


def _thinned(rows: Rows) -> Rows:
    step = max(1, -(-len(rows) // (_MOST // FOLDS)))
    return rows[::step]


def _trial(corpus: Corpus, index: Index, rows: Rows, weight: Values) -> _Trial:
    parts = index.parts(corpus.texts.cut(rows))
    scores = fused(parts)
    shares = softmax(scores)
    everyday = corpus.owners[-1]
    scores[:, index.groups == everyday] = -np.inf
    order = np.argsort(-scores, axis=1)[:, :_OFFERED]
    hits = index.groups[order] == corpus.owners[rows][:, None]
    return _Trial(
        evidence(parts, shares, order[:, 0]),
        hits[:, 0].astype(np.float64),
        hits.any(axis=1).astype(np.float64),
        weight,
        (corpus.owners[rows] == everyday) * weight,
    )


def _joined(trials: Sequence[_Trial]) -> _Trial:
    names = _Trial.__slots__
    return _Trial(*(np.concatenate([getattr(one, name) for one in trials]) for name in names))


def _fit(trial: _Trial, right: Values) -> Logistic:
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
    stray = np.cumsum(trial.stray[order]) / max(trial.stray.sum(), _DECAY)
    good = np.flatnonzero(
        (wrong <= wrong_share) & (stray <= _STRAY) & (chance[order] >= _LEAST_CHANCE)
    )
    last = int(good[-1]) if len(good) else 0
    offered = (three.chance(trial.evidence)[order] >= _LEAST_CHANCE)[last + 1 :]
    return Limits(
        answer=float(chance[order][last]),
        clarify=_LEAST_CHANCE,
        answered=float(given[last] / given[-1]),
        wrong=float(wrong[last]),
        clarified=float((weight[last + 1 :] * offered).sum() / given[-1]),
    )
