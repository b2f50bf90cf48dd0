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
from chatbot.answers.lexical import Coverage, Scores, TfIdf
from chatbot.answers.neighbours import Groups, Neighbours

WEIGHTS: Final[Mapping[str, float]] = {
    "nearest": 3.5,
    "centred": 2.5,
    "classifier": 1.2,
    "words": 2.0,
    "letters": 0.5,
    "coverage": 2.4,
}
_LEAST_SHARE: Final = 1e-5

Parts = Mapping[str, Scores]


class Index:
    """Scores texts against the groups of a corpus, or of some rows of it.

    `groups` numbers the columns: a group without any of the rows has none.
    """

    def __init__(
        self, corpus: Corpus, rows: Rows | None = None, start: head.Head | None = None
    ) -> None:
        """Fit; `start` is a classifier of the whole corpus to go on from."""
        rows = np.arange(len(corpus.owners)) if rows is None else rows
        self.groups, owners = np.unique(corpus.owners[rows], return_inverse=True)
        texts = corpus.texts.cut(rows)
        self._by_group = Groups(owners)
        self._words = TfIdf(texts.words)
        self._letters = TfIdf(texts.letters)
        self._coverage = Coverage(_documents(texts.stems, owners, corpus.extra[self.groups]))
        self.head: head.Head | None = None
        if texts.vectors is not None:
            weights = None if start is None else start.weights[self.groups]
            self._neighbours = Neighbours(texts.vectors, self._by_group)
            self.head = head.fit(texts.vectors, owners, len(self.groups), weights)

    def parts(self, texts: Batch) -> Parts:
        """Return each part by name: a row for each text, a column for each group."""
        found = {
            "words": self._by_group.best(self._words.scores(texts.words)),
            "letters": self._by_group.best(self._letters.scores(texts.letters)),
            "coverage": self._coverage.scores(texts.stems, texts.sizes),
        }
        if self.head is not None and texts.vectors is not None:
            shares = self.head.shares(texts.vectors)
            found["nearest"] = self._neighbours.nearest(texts.vectors)
            found["centred"] = self._neighbours.centred(texts.vectors)
            found["classifier"] = np.log(np.maximum(shares, _LEAST_SHARE))
        return found


def fused(parts: Parts, weights: Mapping[str, float] = WEIGHTS) -> Scores:
    """Return the weighted sum of the parts."""
    found: Scores = np.zeros_like(parts["words"])
    for name, part in parts.items():
        found += np.float32(weights[name]) * part
    return found


def _documents(
    stems: sparse.csr_array, owners: head.Owners, extra: sparse.csr_array
) -> sparse.csr_array:
    """A row for each group: what finding a word there is worth."""
    members = (np.ones(len(owners), np.float32), (owners, np.arange(len(owners))))
    said = sparse.csr_array(members, shape=(extra.shape[0], len(owners))) @ stems
    said.data = np.minimum(said.data, 1)
    return sparse.csr_array(said.maximum(extra))
