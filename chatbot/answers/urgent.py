"""Messages that speak of harm: found by rules that were written, and by examples.

Recall comes first; the limit is the one that keeps false alarms on harmless sentences rare, found
by holding examples back. A message is looked at whole and clause by clause.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from chatbot.answers.head import softmax
from chatbot.answers.index import Index, Phrasings, Reading, fused
from chatbot.answers.judgement import FOLDS
from chatbot.answers.knowledge import Rule
from chatbot.domain.outcome import Urgent

FALSE_ALARMS: Final = 0.02
"""The share of harmless sentences, held back, that may raise an alarm."""
_LOWEST, _HIGHEST = 0.2, 0.8
_CHUNK: Final = 256


@dataclass(frozen=True, slots=True)
class Alarm:
    """What kind of harm was found, how likely it is, and by which rules."""

    kind: Urgent
    chance: float
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sounds:
    """What the examples are: those of each kind, and what is not urgent, in groups."""

    urgent: Mapping[Urgent, Sequence[Reading]]
    calm: Sequence[Sequence[Reading]]


class Lookout:
    """Judges whether a message speaks of harm."""

    def __init__(self, rules: Sequence[Rule], sounds: Sounds) -> None:
        self._rules = rules
        self._kinds = [kind for kind in Urgent if sounds.urgent.get(kind)]
        groups = [*(sounds.urgent[kind] for kind in self._kinds), *(g for g in sounds.calm if g)]
        readings = [one for group in groups for one in group]
        owners = [number for number, group in enumerate(groups) for _ in group]
        self._phrasings = Phrasings(readings, owners, [{} for _ in groups])
        self._index = Index(self._phrasings)
        self.limit = self._learnt()

    def check(self, readings: Sequence[Reading]) -> Alarm | None:
        """Look at the forms and clauses of one message."""
        chances = self.chances(readings)
        row, column = np.unravel_index(int(chances.argmax()), chances.shape)
        kind, chance = self._kinds[column], float(chances.sum(axis=1)[row])
        hits = [rule for rule in self._rules if _hits(rule, readings)]
        if hits:
            named = {rule.kind for rule in hits}
            # Where rules disagree with each other or are alone, the examples choose among them.
            best = max(named, key=lambda one: chances[:, self._kinds.index(one)].max())
            return Alarm(best, max(chance, self.limit), tuple(rule.id for rule in hits))
        return Alarm(kind, chance, ()) if chance >= self.limit else None

    def chances(self, readings: Sequence[Reading]) -> NDArray[np.float32]:
        """Return a row for each reading, a column for each kind."""
        return _chances(self._index, readings)[:, : len(self._kinds)]

    def _learnt(self) -> float:
        owners = self._phrasings.owners
        place = np.arange(len(owners)) % FOLDS
        calm: list[NDArray[np.float32]] = []
        for fold in range(FOLDS):
            kept = np.flatnonzero(place != fold)
            if len(np.unique(owners[kept])) < len(np.unique(owners)):
                return _HIGHEST
            index = Index(self._phrasings, kept, self._index.head)
            held = np.flatnonzero((place == fold) & (owners >= len(self._kinds)))
            for start in range(0, len(held), _CHUNK):
                some = [self._phrasings.readings[row] for row in held[start : start + _CHUNK]]
                calm.append(_chances(index, some)[:, : len(self._kinds)].sum(axis=1))
        limit = float(np.quantile(np.concatenate(calm), 1 - FALSE_ALARMS))
        return min(max(limit, _LOWEST), _HIGHEST)


def _chances(index: Index, readings: Sequence[Reading]) -> NDArray[np.float32]:
    return softmax(fused(index.parts(readings)))


def _hits(rule: Rule, readings: Iterable[Reading]) -> bool:
    return any(rule.pattern.search(one.text) for one in readings)
