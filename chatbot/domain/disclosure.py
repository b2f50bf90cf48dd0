"""What of the figures may be shown, so that nobody can work a small number out.

A small number could be somebody: one who knows that a friend wrote on Monday would read off how it
went. So counts from 1 to 4 are hidden, and enough beside them that no sum gives them away: neither
the total below a column, nor the reports of other lengths of the same time. For those a year is
looked at as a tree: its months, the part of each week that lies in a month, and the days of that.
Whatever a report shows is a sum of parts that may be known, so no report tells more than another.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Final

from chatbot.domain.figures import By, Span

SHOWN_FROM: Final = 5
_DECEMBER: Final = 12


@dataclass(frozen=True, slots=True)
class Shown:
    """Counts as they may be shown, None for a hidden one, and their sum, which may be hidden."""

    cells: tuple[int | None, ...]
    total: int | None


@dataclass(slots=True, eq=False)
class _Node:
    """A count, and what it is the sum of; `rest` is what others beside it would leave to tell."""

    value: int
    rest: int
    inner: Sequence["_Node"] = ()
    hidden: bool = False


Path = tuple[_Node, _Node, _Node, _Node]
"""A day, its part of a week, its month and its year."""


def hide(counts: Sequence[int]) -> Shown:
    """Hide small counts, and as many others as keep the total from giving them away.

    What is hidden could be told from the total where it is one cell alone, or where all of them
    must be 1. Then the smallest of the others goes too, and at last the total; that one also where
    a single cell is 2, or its absence would say that all are 1.
    """
    whole = _sum([_Node(max(0, count), 0) for count in counts])
    _settle(whole)
    return Shown(tuple(map(_cell, whole.inner)), _cell(whole))


def conceal(
    by: By, lines: Sequence[Span], counts: Mapping[int, int], among: Mapping[int, int] | None = None
) -> Shown:
    """Return the column of a report, `counts` of every day (an ordinal) of the years of its lines.

    `among` has the counts of which these are some: where both are shown, their difference is not
    to be a small number either.
    """
    first, last = lines[0].first, lines[-1].last
    paths: dict[int, Path] = {}
    for year in range(first.year, last.year + 1):
        paths |= _year(year, counts, among)
    if by is By.WEEK:
        return _weeks(lines, paths)
    of_line, of_all = {By.DAY: (0, 2), By.MONTH: (2, 3), By.HOUR: (3, 3)}[by]
    cells = tuple(_cell(paths[line.first.toordinal()][of_line]) for line in lines)
    return Shown(cells, _cell(paths[first.toordinal()][of_all]))


def _weeks(lines: Sequence[Span], paths: Mapping[int, Path]) -> Shown:
    """A week is its parts. All weeks are the year, but for some days at both its ends."""
    sums = []
    for line in lines:
        days = [paths[day] for day in range(line.first.toordinal(), line.last.toordinal() + 1)]
        value = sum(path[0].value for path in days)
        sums.append(_Node(value, 0, hidden=any(path[1].hidden for path in days)))
    first, last = lines[0].first, lines[-1].last
    before = [date(first.year, 1, 1)] if first.day > 1 else []
    after = [last] if last.year > first.year else []
    ends = [paths[day.toordinal()][1] for day in before + after]
    hidden = paths[first.toordinal()][3].hidden or any(one.hidden for one in ends)
    return Shown(tuple(map(_cell, sums)), None if hidden else sum(one.value for one in sums))


@lru_cache(maxsize=8)
def _parts(year: int) -> Sequence[Sequence[Sequence[int]]]:
    """Return the days of a year, as ordinals, by month and week."""
    first = date(year, 1, 1).toordinal()
    days = map(date.fromordinal, range(first, date(year, _DECEMBER, 31).toordinal() + 1))
    placed = [(day.month, (day.toordinal() - 1) // 7, day.toordinal()) for day in days]
    return [
        [[day for *_, day in part] for _, part in groupby(month, key=itemgetter(1))]
        for _, month in groupby(placed, key=itemgetter(0))
    ]


def _year(year: int, counts: Mapping[int, int], among: Mapping[int, int] | None) -> dict[int, Path]:
    """Return the path of each day in the tree of a year, where all is hidden that must be."""

    def leaf(day: int) -> _Node:
        value = max(0, counts.get(day, 0))
        return _Node(value, among.get(day, 0) - value if among is not None else 0)

    leaves = [[{day: leaf(day) for day in part} for part in month] for month in _parts(year)]
    months = [_sum([_sum(part.values()) for part in month]) for month in leaves]
    whole = _sum(months)
    _settle(whole)
    return {
        day: (node, month.inner[place], month, whole)
        for month, parts in zip(months, leaves, strict=True)
        for place, part in enumerate(parts)
        for day, node in part.items()
    }


def _sum(inner: Iterable[_Node]) -> _Node:
    inner = tuple(inner)
    return _Node(sum(one.value for one in inner), sum(one.rest for one in inner), inner)


def _settle(node: _Node) -> None:
    """Hide what is small, what tells it, and what would be told by that."""
    for one in node.inner:
        _settle(one)
    hidden = [one for one in node.inner if one.hidden]
    others = sorted(
        (one for one in node.inner if one.value and not one.hidden), key=lambda one: one.value
    )
    while hidden and _told(hidden) and others:
        _bury(others[0])
        hidden.append(others.pop(0))
    near = bool(hidden) and (_told(hidden) or sum(map(_slack, hidden)) == 1)
    if near or _small(node.value) or (node.value and _small(abs(node.rest))):
        _bury(node)


def _bury(node: _Node) -> None:
    """Hide a sum, and one of what it is the sum of, or it could be added up."""
    node.hidden = True
    if node.value and not any(one.hidden for one in node.inner):
        others = (one for one in node.inner if one.value)
        for one in sorted(others, key=lambda one: one.value)[:1]:
            _bury(one)


def _told(hidden: Sequence[_Node]) -> bool:
    return len(hidden) == 1 or sum(map(_slack, hidden)) == 0


def _slack(node: _Node) -> int:
    """Return by how much the hidden cells below exceed 1 each, as which each of them counts."""
    if not node.inner:
        return node.value - 1
    return sum(_slack(one) for one in node.inner if one.hidden)


def _small(count: int) -> bool:
    return 0 < count < SHOWN_FROM


def _cell(node: _Node) -> int | None:
    return None if node.hidden else node.value
