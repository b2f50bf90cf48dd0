"""Texts as bags of words and of letters, weighted by how rare each is in the FAQ.

These catch what vectors blur: names, numbers, rare words, and words that are misspelt alike.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from chatbot.answers.normalise import words

Scores = NDArray[np.float32]

_GRAMS: Final = (3, 4, 5)
_SHORTEST_STEM: Final = 4
_ENDINGS: Final = ("ing", "ed", "es", "s", "ly")


def stem(word: str) -> str:
    """Cut the endings that matter least in English.

    >>> stem("workshops"), stem("booked"), stem("don't")
    ('workshop', 'book', 'dont')
    """
    word = word.replace("'", "")
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            return word.removesuffix(ending)
    return word


def word_features(text: str) -> Counter[str]:
    """Return the stems of a normalised text and their neighbours in pairs."""
    stems = [stem(word) for word in words(text)]
    pairs = [f"{one} {two}" for one, two in pairwise(stems)]
    return Counter(stems + pairs)


def letter_features(text: str) -> Counter[str]:
    """Return the runs of three to five letters inside each word of a normalised text."""
    grams: Counter[str] = Counter()
    for word in words(text):
        edged = f" {word} "
        for size in _GRAMS:
            grams.update(edged[i : i + size] for i in range(max(1, len(edged) - size + 1)))
    return grams


def stems(text: str) -> Counter[str]:
    """Return each stem of a normalised text, once."""
    return Counter({stem(word): 1 for word in words(text)})


class Bags:
    """Counted features of many texts as a matrix, a column for each feature as they come."""

    def __init__(self, counted: Sequence[Mapping[str, int]]) -> None:
        self._columns: dict[str, int] = {}
        for features in counted:
            for feature in features:
                self._columns.setdefault(feature, len(self._columns))
        self.counts = self.read(counted)

    def read(self, counted: Sequence[Mapping[str, float]]) -> sparse.csr_array:
        """Return the counts of other texts; features that are new here are left out."""
        return _matrix(counted, self._columns)


class TfIdf:
    """Cosine of texts with every phrasing; frequent features weigh little."""

    def __init__(self, counts: sparse.csr_array) -> None:
        self._idf = _idf(counts)
        self._by_feature = sparse.csr_array(self._weighted(counts).T)

    def scores(self, counts: sparse.csr_array) -> Scores:
        """Return a row for each text in `counts`, a column for each phrasing."""
        found: Scores = (self._weighted(counts) @ self._by_feature).toarray()
        return found

    def _weighted(self, counts: sparse.csr_array) -> sparse.csr_array:
        weighted = counts.copy()
        weighted.data = (1 + np.log(weighted.data)) * self._idf[weighted.indices]
        lengths = np.sqrt(_row_sums(weighted.power(2)))
        lengths[lengths == 0] = 1
        return sparse.csr_array(weighted.multiply((1 / lengths)[:, None]), dtype=np.float32)


class Coverage:
    """How much of a text's weight in words occurs anywhere in an entry.

    `documents` has a row for each entry, in which a word's value is what finding it there is
    worth, from 0 to 1.
    """

    def __init__(self, documents: sparse.csr_array) -> None:
        self._idf = _idf(documents)
        self._rarest = math.log(1 + documents.shape[0]) + 1
        self._by_feature = sparse.csr_array(documents.T)

    def scores(self, counts: sparse.csr_array, sizes: NDArray[np.float32]) -> Scores:
        """Return a row for each text, a column for each entry.

        `sizes` counts each text's features, unknown ones too: those are weight not covered.
        """
        present = counts.copy()
        present.data = self._idf[present.indices]
        known = np.diff(counts.indptr)
        total = _row_sums(present) + (sizes - known) * self._rarest
        total[total == 0] = 1
        covered = (present @ self._by_feature).toarray()
        found: Scores = (covered / total[:, None]).astype(np.float32)
        return found


def _matrix(counted: Sequence[Mapping[str, float]], columns: Mapping[str, int]) -> sparse.csr_array:
    ends, places, values = [0], [], []
    for features in counted:
        for feature, count in features.items():
            column = columns.get(feature)
            if column is not None:
                places.append(column)
                values.append(count)
        ends.append(len(places))
    shape = (len(counted), max(1, len(columns)))
    data = np.asarray(values, np.float32)
    return sparse.csr_array((data, np.asarray(places, np.int32), np.asarray(ends)), shape=shape)


def _idf(counts: sparse.csr_array) -> NDArray[np.float32]:
    rows, width = counts.shape
    seen = np.bincount(counts.indices, minlength=width)
    found: NDArray[np.float32] = (np.log((1 + rows) / (1 + seen)) + 1).astype(np.float32)
    return found


def _row_sums(matrix: sparse.csr_array) -> NDArray[np.float32]:
    return np.asarray(matrix.sum(axis=1), np.float32).reshape(-1)
