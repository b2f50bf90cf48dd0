"""The phrasings of a FAQ, ready to be compared with a question, part by part.

A part is one view of likeness (nearest phrasing, classifier, words, letters...); the fused score
is their weighted sum. The weights make a log-linear model that was fitted on public question
sets, so that the softmax of a score is about the chance of being right.
"""

from collections.abc import Mapping
from typing import Final

import numpy as np
from scipy import sparse

from chatbot.answers import head
from chatbot.answers.corpus import Batch, Corpus, Rows
from chatbot.answers.groups import Groups
from chatbot.answers.lexical import Coverage, Scores, TfIdf
from chatbot.answers.neighbours import Neighbours

WEIGHTS: Final[Mapping[str, float]] = {
    "nearest": 5.3,
    "centred": 1.2,
    "classifier": 1.2,
    "words": 2.0,
    "letters": 1.6,
    "coverage": 1.7,
}
WORDS_ALONE: Final[Mapping[str, float]] = {"words": 7.0, "letters": 12.0, "coverage": 6.0}
"""Where there is no model to say more."""
_LEAST_SHARE: Final = 1e-2
"""A new entry with few phrasings among big ones has next to no share; its own words must win."""

Parts = Mapping[str, Scores]


class Index:
    """Scores texts against the groups of a corpus, or of some rows of it.

    `groups` numbers the columns: a group without any of the rows has none.
    """

    def __init__(
        self,
        corpus: Corpus,
        rows: Rows | None = None,
        start: head.Head | None = None,
        fitted: head.Head | None = None,
    ) -> None:
        """Fit; `start` is a classifier of the whole corpus to go on from, `fitted` this one's."""
        texts, owners = corpus.texts, corpus.owners
        if rows is not None:
            texts, owners = texts.cut(rows), owners[rows]
        self.groups, owners = np.unique(owners, return_inverse=True)
        by_group = Groups(owners)
        self._words = TfIdf(texts.words, by_group)
        self._letters = TfIdf(texts.letters, by_group)
        self._coverage = Coverage(_documents(texts.stems, by_group, corpus.extra[self.groups]))
        self.head: head.Head | None = None
        if texts.vectors is not None:
            weights = None if start is None else start.weights[self.groups]
            self._neighbours = Neighbours(texts.vectors, by_group)
            self.head = fitted or head.fit(texts.vectors, owners, by_group, weights)

    def parts(self, texts: Batch) -> Parts:
        """Return each part by name: a row for each text, a column for each group."""
        found = {
            "words": self._words.scores(texts.words),
            "letters": self._letters.scores(texts.letters),
            "coverage": self._coverage.scores(texts.stems, texts.sizes),
        }
        if self.head is not None and texts.vectors is not None:
            shares = self.head.shares(texts.vectors)
            found["centred"] = self._neighbours.centred(texts.vectors)
            found["nearest"] = self._neighbours.nearest(texts.vectors, found["centred"])
            found["classifier"] = np.log(np.maximum(shares, _LEAST_SHARE))
        return found


def weights_of(parts: Mapping[str, object]) -> Mapping[str, float]:
    """Return what each part counts for, with a model or without."""
    return WEIGHTS if "nearest" in parts else WORDS_ALONE


def fused(parts: Parts, weights: Mapping[str, float] | None = None) -> Scores:
    """Return the weighted sum of the parts; without `weights`, as fits entries."""
    weights = weights or weights_of(parts)
    found: Scores = np.zeros_like(parts["words"])
    for name, part in parts.items():
        found += np.float32(weights[name]) * part
    return found


def _documents(
    stems: sparse.csr_array, groups: Groups, extra: sparse.csr_array
) -> sparse.csr_array:
    """A row for each group: what finding a word there is worth."""
    said = groups.sums(stems)
    said.data = np.minimum(said.data, 1)
    return sparse.csr_array(said.maximum(extra))
