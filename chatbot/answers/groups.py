"""Rows that belong to numbered groups: the phrasings of entries."""

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Owners = NDArray[np.intp]
Scores = NDArray[np.float32]


class Groups:
    """Which group each row belongs to; every group has at least one row."""

    def __init__(self, owners: Owners) -> None:
        """`owners` numbers the group of each row."""
        self._order = np.argsort(owners, kind="stable")
        self._sorted = bool((self._order == np.arange(len(owners))).all())
        self.sizes = np.bincount(owners)
        self._starts = np.concatenate([[0], np.cumsum(self.sizes)[:-1]])
        self._owners = owners

    def best(self, scores: Scores) -> Scores:
        """Reduce a column for each row to a column for each group: its highest."""
        ordered = scores if self._sorted else scores[:, self._order]
        found: Scores = np.maximum.reduceat(ordered, self._starts, axis=1)
        return found

    def rows(self, groups: NDArray[np.intp]) -> NDArray[np.intp]:
        """Return the rows of some groups, group by group."""
        spans = [range(self._starts[one], self._starts[one] + self.sizes[one]) for one in groups]
        places = np.fromiter((at for span in spans for at in span), np.intp)
        return self._order[places]

    def means(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the mean of each group's rows."""
        ordered = vectors if self._sorted else vectors[self._order]
        sums = np.add.reduceat(ordered, self._starts, axis=0)
        found: NDArray[np.float32] = (sums / self.sizes[:, None]).astype(np.float32)
        return found

    def sums(self, matrix: sparse.csr_array) -> sparse.csr_array:
        """Return the sum of each group's rows."""
        ones = np.ones(len(self._owners), np.float32)
        members = (ones, (self._owners, np.arange(len(self._owners))))
        shape = (len(self.sizes), len(self._owners))
        return sparse.csr_array(sparse.csr_array(members, shape=shape) @ matrix)
