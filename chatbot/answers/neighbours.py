"""How near a text's vector lies to each entry: to its nearest phrasing, and to their middle."""

from typing import Final

import numpy as np

from chatbot.answers.encoder import Vectors
from chatbot.answers.groups import Groups, Scores
from chatbot.answers.vectors import packed, unpacked

_ROWS_AT_ONCE: Final = 12_000
"""Above so many phrasings only those of the entries with the nearest middles are looked at."""
_SHORTLIST: Final = 100


class Neighbours:
    """Cosines with phrasings, reduced to entries."""

    def __init__(self, vectors: Vectors, groups: Groups) -> None:
        means = groups.means(vectors)
        self._few = len(vectors) <= _ROWS_AT_ONCE or len(means) <= _SHORTLIST
        # Many are held in one byte a dimension, as they are kept: a quarter of the memory.
        self._vectors = vectors if self._few else packed(vectors)
        self._groups = groups
        self._middles = means / np.maximum(np.linalg.norm(means, axis=1, keepdims=True), 1e-9)

    def centred(self, vectors: Vectors) -> Scores:
        """Return the cosine with the middle of each entry's phrasings."""
        found: Scores = vectors @ self._middles.T
        return found

    def nearest(self, vectors: Vectors, centred: Scores) -> Scores:
        """Return each entry's highest cosine.

        Of many phrasings only the likely ones are read; the others are given their middle's
        cosine, `centred`, which their nearest would hardly exceed by enough to win.
        """
        if self._few:
            return self._groups.best(vectors @ self._vectors.T)
        found = centred.copy()
        for row, vector in enumerate(vectors):
            likely = np.sort(np.argpartition(-centred[row], _SHORTLIST)[:_SHORTLIST])
            cosines = unpacked(self._vectors[self._groups.rows(likely)]) @ vector
            starts = np.concatenate([[0], np.cumsum(self._groups.sizes[likely])[:-1]])
            found[row, likely] = np.maximum.reduceat(cosines, starts)
        return found
