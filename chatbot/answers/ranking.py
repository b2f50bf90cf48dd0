"""Every entry weighed against one question.

Both forms of a message count, so that a wrong correction costs little; a clause counts for an
entry where it fits clearly better than the whole.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from chatbot.answers.head import softmax
from chatbot.answers.index import Index, Parts, fused
from chatbot.answers.judgement import Judge, evidence
from chatbot.answers.lexical import Scores
from chatbot.answers.reader import Question

_TRUST: Final = (0.3, 0.7)
"""What the message as typed and as corrected count for, where they differ."""
_CLAUSE_HANDICAP: Final = 1.0
"""What a clause must be better by than the whole message, in the fused score."""
_SAME_TOPIC: Final = 0.3
"""What belonging to the topic of the answer before is worth, in the fused score."""


_LEAST_LIKENESS: Final = 0.35


@dataclass(frozen=True, slots=True)
class Ranked:
    """Entries by number, best first. `chance`: the first is right; `three`: one of three is.

    `leads` has the best entry of each clause, with the chance that it is right.
    """

    order: NDArray[np.intp]
    scores: Scores
    shares: Scores
    parts: Parts
    chance: float
    three: float
    leads: tuple[tuple[int, float], ...]

    def fits(self, number: int) -> bool:
        """Tell whether an entry has anything to do with the question."""
        likeness = self.parts["nearest" if "nearest" in self.parts else "letters"]
        return float(likeness[number]) >= _LEAST_LIKENESS


class Ranker:
    """Ranks the first `entries` groups of an index; the others only take share away."""

    def __init__(self, index: Index, judge: Judge, topics: Sequence[str]) -> None:
        self._index = index
        self._judge = judge
        self._topics = np.asarray(topics, object)
        self._entries = len(topics)

    def rank(self, question: Question, topic: str | None) -> Ranked:
        """Rank all entries; those of `topic` have a small lead."""
        parts = self._index.parts(question.batch)
        whole = question.forms
        rows = fused(parts)
        if topic is not None:
            rows[:, : self._entries] += np.float32(_SAME_TOPIC) * (self._topics == topic)
        trust = np.asarray(_TRUST[:whole], np.float32) if whole > 1 else np.ones(1, np.float32)
        scores = trust[None] @ rows[:whole]
        best = {name: trust[None] @ part[:whole] for name, part in parts.items()}
        if len(rows) > whole:
            scores = np.maximum(scores, rows[whole:].max(axis=0) - np.float32(_CLAUSE_HANDICAP))
            best = {
                name: np.maximum(part, parts[name][whole:].max(axis=0))
                for name, part in best.items()
            }
        shares = softmax(scores)
        order = np.argsort(-scores[0, : self._entries], kind="stable")
        found = evidence(best, shares, order[:1])
        return Ranked(
            order,
            scores[0],
            shares[0],
            {name: part[0] for name, part in best.items()},
            float(self._judge.best.chance(found)[0]),
            float(self._judge.three.chance(found)[0]),
            self._leads({name: part[whole:] for name, part in parts.items()}, rows[whole:]),
        )

    def _leads(self, parts: Parts, rows: Scores) -> tuple[tuple[int, float], ...]:
        if not len(rows):
            return ()
        best = rows[:, : self._entries].argmax(axis=1)
        chances = self._judge.best.chance(evidence(parts, softmax(rows), best))
        return tuple(zip(best.tolist(), chances.tolist(), strict=True))
