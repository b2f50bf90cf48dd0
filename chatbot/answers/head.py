"""A classifier over the phrasings' vectors: which entry would its editor file this under?

Logistic regression up to `MANY` entries; above that discriminant analysis, which is closed form,
costs one matrix inversion and loses little.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from chatbot.answers.encoder import Vectors
from chatbot.answers.groups import Groups, Owners
from chatbot.answers.vectors import blocks

MANY: Final = 500
_STRENGTH: Final = 20.0
_ROUNDS: Final = 20
"""More do not help on any of the public sets."""
_SHRINKAGE: Final = 0.5
_SHARPNESS: Final = 1.0

Weights = NDArray[np.floating]


class Head:
    """Linear scores of every entry, as shares that sum to one."""

    def __init__(self, weights: Weights) -> None:
        """`weights` has a row for each entry; its last column is the bias."""
        self.weights = weights

    def shares(self, vectors: Vectors) -> NDArray[np.float32]:
        """Return a row for each vector, a column for each entry."""
        return softmax(vectors @ self.weights[:, :-1].T + self.weights[:, -1])


def fit(vectors: Vectors, owners: Owners, groups: Groups, start: Weights | None = None) -> Head:
    """Fit on phrasings; `owners` numbers the entry of each, `groups` is made of it.

    `start` are weights to go on from.
    """
    if len(groups.sizes) > MANY:
        return Head(_discriminant(vectors, owners, groups))
    return Head(_logistic(vectors, owners, len(groups.sizes), start))


def softmax(scores: NDArray[np.floating]) -> NDArray[np.float32]:
    """Return shares that sum to one along the last axis."""
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    shares: NDArray[np.float32] = (powers / powers.sum(axis=-1, keepdims=True)).astype(np.float32)
    return shares


def _logistic(vectors: Vectors, owners: Owners, entries: int, start: Weights | None) -> Weights:
    count, size = vectors.shape
    rows = np.arange(count)
    shape = (entries, size + 1)
    padded = np.hstack([vectors, np.ones((count, 1), np.float32)])

    def loss(flat: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        weights = flat.reshape(shape).astype(np.float32)
        shares = softmax(padded @ weights.T)
        lost = -float(np.log(np.maximum(shares[rows, owners], 1e-12)).sum(dtype=np.float64))
        shares[rows, owners] -= 1
        slope = (shares.T @ padded).astype(np.float64)
        kept = weights[:, :-1].astype(np.float64) / _STRENGTH
        slope[:, :-1] += kept
        return lost + 0.5 * _STRENGTH * float((kept**2).sum()), slope.ravel()

    first = np.zeros(shape) if start is None else start
    options = {"maxiter": _ROUNDS, "gtol": 1e-3, "ftol": 1e-6}
    found = minimize(loss, first.ravel(), jac=True, method="L-BFGS-B", options=options)
    weights: Weights = found.x.reshape(shape).astype(np.float32)
    return weights


def _discriminant(vectors: Vectors, owners: Owners, groups: Groups) -> Weights:
    means = groups.means(vectors)
    spread = np.zeros((vectors.shape[1],) * 2)
    for part in blocks(len(vectors)):
        rest = vectors[part] - means[owners[part]]
        spread += rest.T @ rest
    spread /= max(1, len(vectors) - len(means))
    level = np.trace(spread) / len(spread)
    shrunk = (1 - _SHRINKAGE) * spread + (_SHRINKAGE * level + 1e-6) * np.eye(len(spread))
    directions = np.linalg.solve(shrunk, means.T).T * _SHARPNESS
    bias = -0.5 * (directions * means).sum(axis=1, keepdims=True)
    weights: Weights = np.hstack([directions, bias]).astype(np.float32)
    return weights
