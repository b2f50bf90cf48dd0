"""Every entry weighed against one question.

Each view of a message, the whole and every clause, has an opinion: shares over all entries. Views
are mixed by how sure each is, so that a question hidden in a story is heard, and the story is not
lost. Both forms of the whole count, so that a wrong correction costs little.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from chatbot.answers.corpus import Columns
from chatbot.answers.head import softmax
from chatbot.answers.index import Index, Parts, fused
from chatbot.answers.judgement import Judge, Values, evidence
from chatbot.answers.lexical import Scores
from chatbot.answers.reader import Question

_TRUST: Final = (0.2, 0.8)
"""What the message as typed and as corrected count for, where they differ."""
_WHOLE: Final = 3.0
"""What the whole message counts for, when a clause counts 1."""
_SAME_TOPIC: Final = {True: 0.3, False: 1.0}
"""What belonging to the topic of the answer before is worth in the fused score, with and without
a model.
"""
_LEAST_LIKENESS: Final = 0.35
_LEAST_COVERED: Final = 0.45
_SPOKEN_FOR: Final = 3
"""An entry that context speaks for is answered only if it is among so many without it."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """Entries by number, best first. `chance`: the first is right; `three`: one of three is.

    `parts` are the best that any view has; `leads` has the best entry of each clause, with the
    chance that it is right.
    """

    order: NDArray[np.intp]
    shares: Scores
    parts: Parts
    chance: float
    three: float
    leads: tuple[tuple[int, float], ...]

    def score(self, number: int) -> float:
        """Return an entry's fused score."""
        return float(fused({name: part[None] for name, part in self.parts.items()})[0, number])

    def fits(self, number: int) -> bool:
        """Tell whether an entry has anything to do with the question."""
        likeness = self.parts["nearest" if "nearest" in self.parts else "letters"]
        covered = self.parts["coverage"]
        return bool(likeness[number] >= _LEAST_LIKENESS or covered[number] >= _LEAST_COVERED)


class Ranker:
    """Ranks the first groups of an index, the entries; the others only take share away."""

    def __init__(self, columns: Columns, index: Index, judge: Judge, topics: Sequence[str]) -> None:
        self._columns = columns
        self.index = index
        self._judge = judge
        self._topics = np.asarray(topics, object)
        self._entries = len(topics)

    def judged(self, judge: Judge) -> "Ranker":
        """Return the same with another judge."""
        return Ranker(self._columns, self.index, judge, self._topics.tolist())

    def rank(self, question: Question, topic: str | None) -> Ranked:
        """Rank all entries; those of `topic` have a small lead."""
        batch = self._columns.read(question.views, question.vectors)
        parts = _views(self.index.parts(batch), question.forms)
        rows = fused(parts)
        if topic is not None:
            worth = _SAME_TOPIC["nearest" in parts]
            rows[:, : self._entries] += np.float32(worth) * (self._topics == topic)
        shares = softmax(rows)
        best = shares[:, : self._entries].argmax(axis=1) if self._entries else np.zeros(0, np.intp)
        chances = self._chances(parts, shares, best)
        mixed = _mixed(shares, chances)
        most = {name: part.max(axis=0, keepdims=True) for name, part in parts.items()}
        order = np.argsort(-mixed[0, : self._entries], kind="stable")
        # Where the whole says the same as the mixture, what it says clearest counts.
        agreed = best[:1] == order[:1]
        odds = np.where(agreed, np.maximum(mixed, shares[:1]), mixed)
        found = evidence(most, odds, order[:1])
        return Ranked(
            order,
            mixed[0],
            {name: part[0] for name, part in most.items()},
            float(self._judge.best.chance(found).sum()),
            float(self._judge.three.chance(found).sum()),
            tuple(zip(best[1:].tolist(), chances[1:].tolist(), strict=True)),
        )

    def blend(self, own: Ranked, context: Ranked) -> Ranked:
        """Rank by what a message says and by what it says after the question before, together.

        Context points, it never decides: where it speaks for an entry that the message's own
        words do not put among the first, nothing is likely enough to answer.
        """
        shares = (own.shares + context.shares) * np.float32(0.5)
        order = np.argsort(-shares[: self._entries], kind="stable")
        parts = {name: np.maximum(part, context.parts[name]) for name, part in own.parts.items()}
        rows = {name: part[None] for name, part in parts.items()}
        found = evidence(rows, shares[None], order[:1])
        spoken = order[0] in own.order[:_SPOKEN_FOR]
        chance = float(self._judge.best.chance(found).sum()) if spoken else 0.0
        three = float(self._judge.three.chance(found).sum())
        return Ranked(order, shares, parts, chance, three, ())

    def _chances(self, parts: Parts, shares: Scores, best: NDArray[np.intp]) -> Values:
        return self._judge.best.chance(evidence(parts, shares, best))


def _views(parts: Parts, forms: int) -> Parts:
    """Make one row, the first, of the rows of the whole message's forms."""
    trust = np.asarray(_TRUST if forms > 1 else (1,), np.float32)
    return {
        name: np.vstack([trust[None] @ part[:forms], part[forms:]]) for name, part in parts.items()
    }


def _mixed(shares: Scores, chances: Values) -> Scores:
    """Return one row: the views' shares, each by how sure it is."""
    if len(shares) == 1 or not len(chances):
        return shares[:1]
    weights = np.sqrt(chances)
    weights[0] *= _WHOLE
    mixed: Scores = ((weights / weights.sum())[None] @ shares).astype(np.float32)
    return mixed
