"""Whether the engine is as often right as it says: expected against observed, as a picture."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bench.answering.protocol import Draw, QuestionSet, Size, draw
from bench.answering.scoring import Tools

COUNTS: Final = (5, 10)
_BINS: Final = 10
_WIDTH, _HEIGHT = 480, 400
_LEFT, _TOP, _SIDE = 62, 44, 292
_LARGEST: Final = 13.0
"""The radius of the dot that stands for most questions, in pixels."""
_COLOURS: Final = ("#1d5fa8", "#b04a0c")
_INK, _FAINT, _GRID, _PAPER = "#24292f", "#767c85", "#e3e4e2", "#fbfbf9"


@dataclass(frozen=True, slots=True)
class Bin:
    """Questions of about one confidence: its mean, the share that was right, how many."""

    expected: float
    observed: float
    count: int


Line = Sequence[Bin]


def lines(sets: Sequence[QuestionSet], size: Size, tools: Tools) -> dict[str, Line]:
    """Return the bins of each set, of all numbers of phrasings together.

    A set without questions of its own that belong to no intent borrows those of another.
    """
    strange = next((one.strange for one in sets if one.strange), [])
    found = {}
    for one in sets:
        whole = QuestionSet(one.name, one.train, one.test, one.strange or strange)
        draws = [draw(whole, count, seed, size) for count in COUNTS for seed in size.seeds[:1]]
        found[one.name] = _binned([pair for drawn in draws for pair in _asked(drawn, tools)])
    return found


def gap(line: Line) -> float:
    """Return how far expected and observed are apart, a question on average."""
    total = sum(one.count for one in line)
    return sum(abs(one.expected - one.observed) * one.count for one in line) / total


def picture(found: Mapping[str, Line]) -> str:
    """Return the picture as SVG; it brings its own paper, so it reads on light and dark pages."""
    most = max(one.count for line in found.values() for one in line)
    parts = [*_frame(found), *_axes()]
    for number, (name, line) in enumerate(found.items()):
        points = " ".join(f"{_x(one.expected):.1f},{_y(one.observed):.1f}" for one in line)
        colour = _COLOURS[number]
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}"/>')
        for one in line:
            radius = max(2.0, _LARGEST * math.sqrt(one.count / most))
            at = _x(one.expected), _y(one.observed)
            parts.append(_marker(number, at, radius))
        parts += _legend(number, name)
    return "\n".join([*parts, *_explained(most), "</svg>", ""])


def _asked(drawn: Draw, tools: Tools) -> Iterator[tuple[float, bool]]:
    engine = tools.ours(drawn.entries)
    for one in drawn.questions:
        found = engine.reply(one.text)
        yield found.confidence, found.candidates[0].slug in one.accepted


def _binned(asked: Sequence[tuple[float, bool]]) -> Line:
    bins: list[list[tuple[float, bool]]] = [[] for _ in range(_BINS)]
    for confidence, right in asked:
        bins[min(int(confidence * _BINS), _BINS - 1)].append((confidence, right))
    return [
        Bin(
            sum(confidence for confidence, _ in some) / len(some),
            sum(right for _, right in some) / len(some),
            len(some),
        )
        for some in bins
        if some
    ]


def _x(share: float) -> float:
    return _LEFT + _SIDE * share


def _y(share: float) -> float:
    return _TOP + _SIDE * (1 - share)


def _told(name: str, line: Line) -> str:
    points = ", ".join(f"{one.expected:.2f} to {one.observed:.2f} ({one.count})" for one in line)
    return f"{name}: {points}; {gap(line):.3f} apart on average."


def _frame(found: Mapping[str, Line]) -> list[str]:
    told = " ".join(_told(name, line) for name, line in found.items())
    head = (
        f'viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" height="{_HEIGHT}" role="img" '
        'aria-labelledby="title desc" font-family="system-ui, sans-serif" font-size="12"'
    )
    meaning = (
        "Expected against observed share of right best entries, with the number of questions in "
        "brackets; on the diagonal both are the same."
    )
    heading = "How often it is right, against how sure it is"
    return [
        f'<svg xmlns="http://www.w3.org/2000/svg" {head} fill="{_INK}">',
        f'<title id="title">The answer engine: {heading.lower()}</title>',
        f'<desc id="desc">{meaning} {told}</desc>',
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" rx="6" fill="{_PAPER}"/>',
        f'<text x="{_LEFT}" y="26" font-size="14" font-weight="600">{heading}</text>',
    ]


def _axes() -> Iterator[str]:
    for tick in (0, 0.2, 0.4, 0.6, 0.8, 1):
        x, y = _x(tick), _y(tick)
        lines = f"M{x:.1f} {_TOP}v{_SIDE}M{_LEFT} {y:.1f}h{_SIDE}"
        yield f'<path d="{lines}" stroke="{_GRID}"/>'
        yield f'<text x="{x:.1f}" y="{_TOP + _SIDE + 17}" text-anchor="middle">{tick:g}</text>'
        yield f'<text x="{_LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{tick:g}</text>'
    middle = _LEFT + _SIDE / 2
    yield _diagonal(f"M{_x(0)} {_y(0)}L{_x(1)} {_y(1)}")
    yield (
        f'<text x="{middle:g}" y="{_HEIGHT - 22}" text-anchor="middle">'
        "expected: how sure the engine is of its best entry</text>"
    )
    yield (
        f'<text transform="translate(20 {_TOP + _SIDE / 2:g}) rotate(-90)" text-anchor="middle">'
        "observed: how often it was right</text>"
    )


def _diagonal(path: str) -> str:
    return f'<path d="{path}" stroke="{_FAINT}" stroke-width="1.5" stroke-dasharray="5 4"/>'


def _marker(number: int, at: tuple[float, float], radius: float) -> str:
    """Return a circle for the first line and a square of the same area for the second."""
    (x, y), ink = at, f'fill="{_COLOURS[number]}" fill-opacity=".75" stroke="{_PAPER}"'
    if number == 0:
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" {ink}/>'
    side = radius * math.sqrt(math.pi)
    corner = f'x="{x - side / 2:.1f}" y="{y - side / 2:.1f}"'
    return f'<rect {corner} width="{side:.1f}" height="{side:.1f}" {ink}/>'


def _legend(number: int, name: str) -> list[str]:
    x, y = _LEFT + _SIDE + 22, _TOP + 14 + 22 * number
    return [
        f'<path d="M{x - 10} {y}h20" stroke="{_COLOURS[number]}"/>',
        _marker(number, (x, y), 5),
        f'<text x="{x + 16}" y="{y + 4}">{name}</text>',
    ]


def _explained(most: int) -> Iterator[str]:
    """Say what the diagonal and the size of a dot mean."""
    x, y = _LEFT + _SIDE + 12, _TOP + 14 + 22 * len(_COLOURS)
    yield _diagonal(f"M{x} {y}h20")
    yield f'<text x="{x + 26}" y="{y + 4}">ideal</text>'
    yield f'<text x="{x}" y="{y + 34}">Area: questions</text>'
    for row, count in enumerate((most, round(most / 4), round(most / 16))):
        radius = _LARGEST * math.sqrt(count / most)
        middle = y + 56 + 26 * row
        centre = f'cx="{x + 13}" cy="{middle}"'
        yield f'<circle {centre} r="{radius:.1f}" fill="none" stroke="{_FAINT}"/>'
        yield f'<text x="{x + 34}" y="{middle + 4}">{count:,}</text>'
