"""Figures as bars: what an inline SVG needs, in units of its own view box."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

WIDTH: Final = 600
HEIGHT: Final = 120
GAP: Final = 0.2
LEAST: Final = 2
"""A bar that is there can be seen."""
SHADES: Final = 5


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar; of a hidden count only a mark at the foot is drawn."""

    x: float
    y: float
    width: float
    height: float
    hidden: bool


def bars(counts: Sequence[int | None]) -> tuple[list[Bar], int]:
    """Return a bar for each count that is not 0, and the highest count, which fills the height."""
    highest = max((count or 0 for count in counts), default=0)
    step = WIDTH / max(1, len(counts))
    found = []
    for place, count in enumerate(counts):
        if count == 0:
            continue
        share = (count or 0) / highest if highest else 0
        height = max(LEAST, round(HEIGHT * share, 1)) if count else 4 * LEAST
        x = round(step * (place + GAP / 2), 1)
        found.append(
            Bar(x, round(HEIGHT - height, 1), round(step * (1 - GAP), 1), height, count is None)
        )
    return found, highest


def shades(counts: Sequence[int | None]) -> list[int]:
    """Return how dark each cell is, from 0 for none to `SHADES`; hidden ones are the lightest."""
    highest = max((count or 0 for count in counts), default=0)
    return [
        1 if count is None else -(-SHADES * count // highest) if highest and count else 0
        for count in counts
    ]
