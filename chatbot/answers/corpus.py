"""Texts read and counted once, and who owns which: what an index is fitted on.

Counting is the slow part of building. Folds, and a second index with other owners, only cut rows
out of the same matrices.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from chatbot.answers.encoder import Vectors
from chatbot.answers.head import Owners
from chatbot.answers.lexical import Bags, letter_features, stems, word_features

Rows = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Batch:
    """Some texts as rows of matrices; `sizes` counts each one's stems, unknown ones too."""

    words: sparse.csr_array
    letters: sparse.csr_array
    stems: sparse.csr_array
    sizes: NDArray[np.float32]
    vectors: Vectors | None

    def __len__(self) -> int:
        return len(self.sizes)

    def cut(self, rows: Rows) -> "Batch":
        """Return some of the rows."""
        vectors = None if self.vectors is None else self.vectors[rows]
        return Batch(
            self.words[rows], self.letters[rows], self.stems[rows], self.sizes[rows], vectors
        )


class Texts:
    """The normalised texts that an engine knows, with their vectors where there is a model."""

    def __init__(self, texts: Sequence[str], vectors: Vectors | None) -> None:
        self._words = Bags([word_features(text) for text in texts])
        self._letters = Bags([letter_features(text) for text in texts])
        self._stems = Bags([stems(text) for text in texts])
        self._row = {text: row for row, text in enumerate(texts)}
        sizes = np.diff(self._stems.counts.indptr).astype(np.float32)
        self.known = Batch(
            self._words.counts, self._letters.counts, self._stems.counts, sizes, vectors
        )

    def rows(self, texts: Sequence[str]) -> Rows:
        """Return where these of its texts are."""
        return np.fromiter((self._row[text] for text in texts), np.intp, len(texts))

    def read(self, texts: Sequence[str], vectors: Vectors | None) -> Batch:
        """Return other texts in the same columns; words that are new here are left out."""
        found = [stems(text) for text in texts]
        return Batch(
            self._words.read([word_features(text) for text in texts]),
            self._letters.read([letter_features(text) for text in texts]),
            self._stems.read(found),
            np.fromiter(map(len, found), np.float32, len(found)),
            vectors,
        )

    def worth(self, words: Sequence[Mapping[str, float]]) -> sparse.csr_array:
        """Return, as rows over the stems, what finding each word is worth."""
        return self._stems.read(words)


@dataclass(frozen=True, slots=True)
class Corpus:
    """Texts in numbered groups, one row each.

    `extra` has a row for each group: words that speak for it without being a text of it (its
    keywords, its answer), with what finding them is worth.
    """

    texts: Batch
    owners: Owners
    extra: sparse.csr_array

    @classmethod
    def of(
        cls,
        texts: Texts,
        groups: Sequence[Sequence[str]],
        extra: Sequence[Mapping[str, float]] = (),
    ) -> Self:
        """Gather groups of known texts; groups without extra words come last."""
        rows = texts.rows([text for group in groups for text in group])
        owners = np.repeat(np.arange(len(groups)), [len(group) for group in groups])
        none: list[Mapping[str, float]] = [{}] * (len(groups) - len(extra))
        return cls(texts.known.cut(rows), owners, texts.worth([*extra, *none]))
