"""Questions that ask the same, put together: by meaning with a model, by their words without."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from chatbot.answers.encoder import Vectors
from chatbot.answers.lexical import stems
from chatbot.answers.normalise import normalise

NEAR: Final = 0.58
"""How near to the middle of a group (cosine) a question belongs to it. Of two phrasings of one
shipped entry, which differ on purpose, one in ten lie so near; of two of different ones one in 580.
"""
SHARED: Final = 0.5
"""The share of words that two questions must have in common where there is no model."""


def grouped(texts: Sequence[str], vectors: Vectors | None) -> list[list[int]]:
    """Return the numbers of the texts in groups, the largest first; of two as large, the first.

    `vectors` has a row of length one for each text.
    """
    groups = _by_words(texts) if vectors is None else _by_meaning(vectors)
    return sorted(groups, key=lambda group: -len(group))


def _by_meaning(vectors: Vectors) -> list[list[int]]:
    groups: list[list[int]] = []
    sums = np.zeros_like(vectors)
    for number, vector in enumerate(vectors):
        middles = sums[: len(groups)]
        lengths = np.maximum(np.linalg.norm(middles, axis=1), 1e-9)
        likeness = middles @ vector / lengths
        best = int(likeness.argmax()) if groups else -1
        if best < 0 or likeness[best] < NEAR:
            best = len(groups)
            groups.append([])
        groups[best].append(number)
        sums[best] += vector
    return groups


def _by_words(texts: Sequence[str]) -> list[list[int]]:
    groups: list[list[int]] = []
    first: list[frozenset[str]] = []
    for number, text in enumerate(texts):
        said = frozenset(stems(normalise(text)))
        found = next((at for at, other in enumerate(first) if _share(said, other) >= SHARED), None)
        if found is None:
            groups.append([number])
            first.append(said)
        else:
            groups[found].append(number)
    return groups


def _share(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / max(len(one | other), 1)
