"""Facts and tables as plain text: aligned, at most 100 columns, the same words read aloud."""

from collections.abc import Sequence
from textwrap import wrap
from typing import Final

WIDTH: Final = 100
_LABEL: Final = 12
_GAP: Final = "  "


def fact(label: str, text: str) -> str:
    """Return a line with its label; a long text goes on below itself.

    >>> fact("Outcome", "answered")
    'Outcome     answered'
    """
    lines = wrap(text, WIDTH - _LABEL) or [""]
    told = [f"{label:<{_LABEL}}{lines[0]}", *(" " * _LABEL + line for line in lines[1:])]
    return "\n".join(told)


def table(head: Sequence[str], rows: Sequence[Sequence[str]], left: str) -> str:
    """Return rows below their names; the column named `left` begins, the others end, in line.

    It gives way, cut short, where the table would be too wide.
    """
    every = [list(head), *map(list, rows)]
    at = head.index(left)
    wide = [max(map(len, column)) for column in zip(*every, strict=True)]
    wide[at] -= max(0, sum(wide) + len(_GAP) * (len(wide) - 1) - WIDTH)
    for row in every:
        row[at] = row[at] if len(row[at]) <= wide[at] else row[at][: wide[at] - 3] + "..."
    return "\n".join(
        _GAP.join(
            f"{cell:{'<' if number == at else '>'}{wide[number]}}"
            for number, cell in enumerate(row)
        ).rstrip()
        for row in every
    )


def percent(share: float) -> str:
    """Return a share as people say it.

    >>> percent(0.784)
    '78 %'
    """
    return f"{100 * share:.0f} %"
