"""How sure to be before answering.

Evidence for the best entry becomes the chance that it is right; limits on that chance decide
between an answer, options and neither. Both are learnt from the FAQ: see `calibration`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from chatbot.answers.corpus import Rows
from chatbot.answers.index import Parts
from chatbot.answers.lexical import Scores

Values = NDArray[np.float64]

_LEAST: Final = 1e-3


@dataclass(frozen=True, slots=True)
class Limits:
    """From which chance on to answer, and from which to offer options; what to expect of them.

    `answered` and `clarified` are shares of all questions, `wrong` of the answers given.
    """

    answer: float
    clarify: float = 0.5
    answered: float = 0.0
    wrong: float = 0.0
    clarified: float = 0.0

    def to_dict(self) -> dict[str, float]:
        """Return the limits by name."""
        return {name: float(getattr(self, name)) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class Logistic:
    """A chance from evidence; no weight is negative: more likeness never means less trust."""

    weights: tuple[float, ...]
    bias: float

    def chance(self, evidence: Values) -> Values:
        """Return a chance for each row of evidence."""
        scores = evidence @ np.asarray(self.weights) + self.bias
        chance: Values = 1 / (1 + np.exp(-scores))
        return chance


@dataclass(frozen=True, slots=True)
class Judge:
    """Tells how likely the best entry is right, and how likely the right one is among three."""

    best: Logistic
    three: Logistic
    limits: Limits


UNTAUGHT: Final[Mapping[bool, Judge]] = {
    True: Judge(Logistic((0.0, 1.5, 0.9), -0.4), Logistic((0.0, 2.8, 0.7), 0.2), Limits(0.8)),
    False: Judge(Logistic((0.0, 3.0, 0.9), -1.5), Logistic((0.0, 3.5, 0.7), -1.0), Limits(0.8)),
}
"""For a FAQ too small to learn from, with and without a model; learnt on public sets."""


def evidence(parts: Parts, shares: Scores, best: Rows) -> Values:
    """Return a row for each question: likeness to the best entry, in two views, and its odds."""
    near, middle = ("nearest", "centred") if "nearest" in parts else ("letters", "coverage")
    rows = np.arange(len(best))
    share = np.clip(shares[rows, best], _LEAST, 1 - _LEAST)
    found = [parts[near][rows, best], parts[middle][rows, best], np.log(share / (1 - share))]
    return np.stack(found, axis=1).astype(np.float64)
