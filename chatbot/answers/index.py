"""The phrasings of a FAQ, ready to be compared with a question, part by part.

A part is one view of likeness (nearest phrasing, classifier, words, letters...); the fused score
is their weighted sum. The weights make a log-linear model that was fitted on public question
sets, so that the softmax of a score is about the chance of being right.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from chatbot.answers import head
from chatbot.answers.encoder import Vectors
from chatbot.answers.lexical import (
    Bags,
    Coverage,
    Scores,
    TfIdf,
    letter_features,
    stem,
    word_features,
)
from chatbot.answers.neighbours import Groups, Neighbours
from chatbot.answers.normalise import words

WEIGHTS: Final[Mapping[str, float]] = {
    "nearest": 3.5,
    "centred": 1.5,
    "classifier": 1.4,
    "words": 2.0,
    "letters": 0.5,
    "coverage": 2.0,
}
_LEAST_SHARE: Final = 1e-5

Rows = NDArray[np.intp]
Parts = Mapping[str, Scores]


@dataclass(frozen=True, slots=True)
class Reading:
    """A normalised text, counted; `vector` is None where there is no model."""

    text: str
    words: Counter[str]
    letters: Counter[str]
    stems: Counter[str]
    vector: Vectors | None

    @classmethod
    def of(cls, text: str, vector: Vectors | None) -> Self:
        stems = Counter({stem(word): 1 for word in words(text)})
        return cls(text, word_features(text), letter_features(text), stems, vector)


class Phrasings:
    """Every phrasing of every group, counted once; an index is fitted on all or some of them.

    `extra` holds words that speak for a group without being a phrasing (its keywords, its answer),
    each with what finding it is worth.
    """

    def __init__(
        self,
        readings: Sequence[Reading],
        owners: Sequence[int],
        extra: Sequence[Mapping[str, float]],
    ) -> None:
        self.readings = readings
        self.owners = np.asarray(owners, np.intp)
        self.count = len(extra)
        self.words = Bags.of([one.words for one in readings])
        self.letters = Bags.of([one.letters for one in readings])
        self.stems = Bags.of([*(one.stems for one in readings), *extra])
        self.vectors = stacked(readings)

    def __len__(self) -> int:
        return len(self.readings)


class Index:
    """Scores texts against the groups of some phrasings."""

    def __init__(
        self, phrasings: Phrasings, rows: Rows | None = None, start: head.Head | None = None
    ) -> None:
        """Fit on `rows` of the phrasings, or all; `start` is a fitted classifier to go on from."""
        rows = np.arange(len(phrasings)) if rows is None else rows
        self.groups, owners = np.unique(phrasings.owners[rows], return_inverse=True)
        self._phrasings = phrasings
        self._by_group = Groups(owners)
        self._words = TfIdf(phrasings.words.counts[rows])
        self._letters = TfIdf(phrasings.letters.counts[rows])
        self._coverage = Coverage(self._documents(rows, owners))
        self.head: head.Head | None = None
        if phrasings.vectors is not None:
            vectors = phrasings.vectors[rows]
            weights = None if start is None else start.weights[self.groups]
            self._neighbours = Neighbours(vectors, self._by_group)
            self.head = head.fit(vectors, owners, len(self.groups), weights)

    def parts(self, readings: Sequence[Reading]) -> Parts:
        """Return each part by name: a row for each reading, a column for each group."""
        known = self._phrasings
        found = {
            "words": self._best(self._words, known.words, [one.words for one in readings]),
            "letters": self._best(self._letters, known.letters, [one.letters for one in readings]),
            "coverage": self._coverage.scores(
                known.stems.read([one.stems for one in readings]),
                [len(one.stems) for one in readings],
            ),
        }
        vectors = stacked(readings)
        if self.head is not None and vectors is not None:
            shares = self.head.shares(vectors)
            found["nearest"] = self._neighbours.nearest(vectors)
            found["centred"] = self._neighbours.centred(vectors)
            found["classifier"] = np.log(np.maximum(shares, _LEAST_SHARE))
        return found

    def _best(self, weighted: TfIdf, bags: Bags, counted: Sequence[Counter[str]]) -> Scores:
        return self._by_group.best(weighted.scores(bags.read(counted)))

    def _documents(self, rows: Rows, owners: head.Owners) -> sparse.csr_array:
        """A row for each group: what finding a word there is worth."""
        counts = self._phrasings.stems.counts
        members = (np.ones(len(rows), np.float32), (owners, np.arange(len(rows))))
        shape = (len(self.groups), len(rows))
        said = sparse.csr_array(members, shape=shape) @ counts[rows]
        said.data = np.minimum(said.data, 1)
        extra = counts[len(self._phrasings) + self.groups]
        return sparse.csr_array(said.maximum(extra))


def fused(parts: Parts) -> Scores:
    """Return the weighted sum of the parts."""
    found: Scores = np.zeros_like(next(iter(parts.values())))
    for name, part in parts.items():
        found += np.float32(WEIGHTS[name]) * part
    return found


def stacked(readings: Sequence[Reading]) -> Vectors | None:
    """Return the readings' vectors as rows, or None where there is no model."""
    vectors = [one.vector for one in readings if one.vector is not None]
    return np.vstack(vectors) if vectors else None
