"""Texts as bags of words and of letters, weighted by how rare each is in the FAQ.

These catch what vectors blur: names, numbers, rare words, and words that are misspelt alike.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from chatbot.answers.groups import Groups
from chatbot.answers.normalise import words

Scores = NDArray[np.float32]

_GRAMS: Final = (3, 4, 5)
_SHORTEST_STEM: Final = 4
_ENDINGS: Final = ("ing", "ed", "es", "s", "ly")
_WORDS_KEPT: Final = 2_000
"""More would take megabytes for ever, and save a quarter of a second once in a large FAQ."""
_LONGEST_KEPT: Final = 30
"""Letters; a longer word is hardly said twice, and would only take memory."""


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


def word_features(text: str) -> list[str]:
    """Return the stems of a normalised text and their neighbours in pairs, each as often as said.

    >>> word_features("workshop dates")
    ['workshop', 'date', 'workshop date']
    """
    found = [stem(word) for word in words(text)]
    return found + [f"{one} {two}" for one, two in pairwise(found)]


def letter_features(text: str) -> list[str]:
    """Return the runs of three to five letters inside each word of a normalised text.

    >>> letter_features("ab")
    [' ab', 'ab ', ' ab ']
    """
    return [run for word in words(text) for run in _runs_of(word)]


def _runs_of(word: str) -> tuple[str, ...]:
    return _kept_runs(word) if len(word) <= _LONGEST_KEPT else _runs(word)


def _runs(word: str) -> tuple[str, ...]:
    edged = f" {word} "
    sizes = [size for size in _GRAMS if size <= len(edged)]
    return tuple(edged[at : at + size] for size in sizes for at in range(len(edged) - size + 1))


_kept_runs = lru_cache(_WORDS_KEPT)(_runs)


def stems(text: str) -> list[str]:
    """Return each stem of a normalised text, once."""
    return list(dict.fromkeys(stem(word) for word in words(text)))


class Bags:
    """Features as columns: texts become rows of counts."""

    def __init__(self, columns: dict[str, int] | None = None) -> None:
        self.columns = {} if columns is None else columns

    def __len__(self) -> int:
        return len(self.columns)

    def learn(self, features: Iterable[Sequence[str]]) -> sparse.csr_array:
        """Return the counts of texts; every feature that is new gets a column."""
        columns = self.columns
        rows = [[columns.setdefault(one, len(columns)) for one in found] for found in features]
        return _matrix(rows, np.ones(sum(map(len, rows)), np.float32), len(columns))

    def read(self, features: Iterable[Sequence[str]]) -> sparse.csr_array:
        """Return the counts of texts; features without a column are left out."""
        return self.weigh([Counter(found) for found in features])

    def weigh(self, worth: Sequence[Mapping[str, float]]) -> sparse.csr_array:
        """Return a row for each mapping from features to what they are worth."""
        columns = self.columns
        known = [[one for one in found if one in columns] for found in worth]
        values = [found[one] for found, row in zip(worth, known, strict=True) for one in row]
        rows = [[columns[one] for one in row] for row in known]
        return _matrix(rows, np.asarray(values, np.float32), len(columns))


class TfIdf:
    """Cosine of texts with the middle of each group of phrasings; frequent features weigh little.

    The middle says more than the nearest phrasing does (5 points more on public question sets).
    """

    def __init__(self, counts: sparse.csr_array, groups: Groups) -> None:
        self._idf = _idf(counts)
        middles = _long_one(groups.sums(self._weighted(counts)))
        self._by_feature = sparse.csr_array(middles.T)

    def scores(self, counts: sparse.csr_array) -> Scores:
        """Return a row for each text in `counts`, a column for each group."""
        found: Scores = (self._weighted(counts) @ self._by_feature).toarray()
        return found

    def _weighted(self, counts: sparse.csr_array) -> sparse.csr_array:
        return _long_one(_valued(counts, (1 + np.log(counts.data)) * self._idf[counts.indices]))


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
        present = _valued(counts, self._idf[counts.indices])
        known = np.diff(counts.indptr)
        total = _row_sums(present) + (sizes - known) * self._rarest
        total[total == 0] = 1
        covered = (present @ self._by_feature).toarray()
        found: Scores = (covered / total[:, None]).astype(np.float32)
        return found


def _matrix(
    rows: Sequence[Sequence[int]], data: NDArray[np.float32], width: int
) -> sparse.csr_array:
    ends = np.cumsum([0, *map(len, rows)], dtype=np.int32)
    places = np.fromiter((column for row in rows for column in row), np.int32, int(ends[-1]))
    found = sparse.csr_array((data, places, ends), shape=(len(rows), max(1, width)))
    found.sum_duplicates()
    return found


def _valued(matrix: sparse.csr_array, data: NDArray[np.float32]) -> sparse.csr_array:
    """Return other values at the same places, which are shared: they take more than the values."""
    return sparse.csr_array((data, matrix.indices, matrix.indptr), shape=matrix.shape)


def _long_one(matrix: sparse.csr_array) -> sparse.csr_array:
    """Return the rows at a length of one; an empty row stays empty."""
    lengths = np.sqrt(_row_sums(_valued(matrix, matrix.data**2)))
    lengths[lengths == 0] = 1
    return _valued(matrix, matrix.data / np.repeat(lengths, np.diff(matrix.indptr)))


def _idf(counts: sparse.csr_array) -> NDArray[np.float32]:
    rows, width = counts.shape
    seen = np.bincount(counts.indices, minlength=width)
    found: NDArray[np.float32] = (np.log((1 + rows) / (1 + seen)) + 1).astype(np.float32)
    return found


def _row_sums(matrix: sparse.csr_array) -> NDArray[np.float32]:
    return np.asarray(matrix.sum(axis=1), np.float32).reshape(-1)
