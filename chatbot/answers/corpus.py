"""Texts read and counted once, and who owns which: what an index is fitted on.

Counting is the slow part of building. Folds only cut rows out of the same matrices.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from chatbot.answers.encoder import Vectors
from chatbot.answers.groups import Owners
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


class Columns:
    """The words, runs of letters and stems that are known, and texts read in their terms."""

    def __init__(
        self, words: Bags | None = None, letters: Bags | None = None, stems: Bags | None = None
    ) -> None:
        self._words, self._letters, self._stems = (
            words or Bags(),
            letters or Bags(),
            stems or Bags(),
        )

    @property
    def bags(self) -> tuple[Bags, Bags, Bags]:
        """The words, the letters and the stems."""
        return self._words, self._letters, self._stems

    def learn(self, texts: Sequence[str], vectors: Vectors | None) -> Batch:
        """Return texts whose every feature becomes known."""
        counted = self._stems.learn(map(stems, texts))
        return Batch(
            self._words.learn(map(word_features, texts)),
            self._letters.learn(map(letter_features, texts)),
            counted,
            np.diff(counted.indptr).astype(np.float32),
            vectors,
        )

    def read(self, texts: Sequence[str], vectors: Vectors | None) -> Batch:
        """Return texts in what is known; features that are new here are left out."""
        found = [stems(text) for text in texts]
        return Batch(
            self._words.read(map(word_features, texts)),
            self._letters.read(map(letter_features, texts)),
            self._stems.read(found),
            np.fromiter(map(len, found), np.float32, len(found)),
            vectors,
        )

    def worth(self, words: Sequence[Mapping[str, float]]) -> sparse.csr_array:
        """Return, as rows over the stems, what finding each word is worth."""
        return self._stems.weigh(words)


@dataclass(frozen=True, slots=True)
class Corpus:
    """Texts in numbered groups, one row each.

    `extra` has a row for each group: words that speak for it without being a text of it (its
    keywords, its answer), with what finding them is worth.
    """

    columns: Columns
    texts: Batch
    owners: Owners
    extra: sparse.csr_array

    @classmethod
    def of(
        cls,
        groups: Sequence[Sequence[str]],
        vectors: Vectors | None,
        extra: Sequence[Mapping[str, float]] = (),
    ) -> Self:
        """Gather groups of normalised texts; groups without extra words come last.

        `vectors` has a row for each text of each group, in that order.
        """
        columns = Columns()
        batch = columns.learn([text for group in groups for text in group], vectors)
        owners = np.repeat(np.arange(len(groups)), [len(group) for group in groups])
        none: list[Mapping[str, float]] = [{}] * (len(groups) - len(extra))
        return cls(columns, batch, owners, columns.worth([*extra, *none]))
