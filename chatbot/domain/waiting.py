"""How long one usually waits for a person: only what was measured, or nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from typing import Final

FEWEST: Final = 5
"""Below so many waits there is no "usually"."""


@dataclass(frozen=True, slots=True)
class Wait:
    """A wait that ended, in milliseconds; `came` unless it ended because nobody did."""

    ms: int
    came: bool


def usual_wait(waits: Sequence[Wait]) -> int | None:
    """Return the median in milliseconds; None for too few, or when most waited in vain."""
    if len(waits) < FEWEST:
        return None
    lengths = sorted(wait.ms if wait.came else inf for wait in waits)
    middle = lengths[len(lengths) // 2]
    return None if middle == inf else int(middle)
