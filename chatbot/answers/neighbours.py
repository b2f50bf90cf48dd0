"""How near a text's vector lies to each entry: to its nearest phrasing, and to their middle."""

import numpy as np
from numpy.typing import NDArray

from chatbot.answers.encoder import Vectors
from chatbot.answers.head import Owners

Scores = NDArray[np.float32]


class Groups:
    """Rows that belong to numbered groups; every group has at least one row."""

    def __init__(self, owners: Owners) -> None:
        self._order = np.argsort(owners, kind="stable")
        sizes = np.bincount(owners)
        self._starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])

    def best(self, scores: Scores) -> Scores:
        """Reduce a column for each row to a column for each group: its highest."""
        found: Scores = np.maximum.reduceat(scores[:, self._order], self._starts, axis=1)
        return found

    def middles(self, vectors: Vectors) -> Vectors:
        """Return each group's mean direction."""
        sums = np.add.reduceat(vectors[self._order], self._starts, axis=0)
        found: Vectors = sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-9)
        return found


class Neighbours:
    """Cosines with phrasings, reduced to entries."""

    def __init__(self, vectors: Vectors, groups: Groups) -> None:
        self._vectors = vectors
        self._groups = groups
        self._middles = groups.middles(vectors)

    def nearest(self, vectors: Vectors) -> Scores:
        """Return each entry's highest cosine."""
        return self._groups.best(vectors @ self._vectors.T)

    def centred(self, vectors: Vectors) -> Scores:
        """Return the cosine with the middle of each entry's phrasings."""
        found: Scores = vectors @ self._middles.T
        return found
