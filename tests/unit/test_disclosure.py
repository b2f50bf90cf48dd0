"""What of the figures is hidden: nobody can work a small number out, whatever they compare."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, timedelta
from itertools import product

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from chatbot.domain.disclosure import Shown, conceal, hide
from chatbot.domain.figures import By, Span, spans

START = date(2026, 12, 7)
"""Seven weeks around New Year: two years, two months, and weeks that lie in both."""
DAYS = [(START + timedelta(days=number)).toordinal() for number in range(49)]
YEARS = (2026, 2027)
REPORTS = [
    *((By.DAY, date(year, month, 1)) for year in YEARS for month in range(1, 13)),
    *((by, date(year, 1, 1)) for year in YEARS for by in (By.WEEK, By.MONTH, By.HOUR)),
]
Cell = tuple[int, int, int | None]
"""The first and the last day, as ordinals, and what is shown of their sum."""


def test_small_numbers_and_what_tells_them_are_hidden() -> None:
    assert hide([0, 7, 9]) == Shown((0, 7, 9), 16)
    assert hide([3, 7, 9]) == Shown((None, None, 9), 19)
    assert hide([3, 2, 9]) == Shown((None, None, 9), 14)
    assert hide([1, 1, 9]) == Shown((None, None, None), 11)
    assert hide([1, 0]) == Shown((None, 0), None)
    assert hide([]) == Shown((), 0)
    assert hide([-1, 6]) == Shown((0, 6), 6)


def test_who_knows_the_rule_cannot_tell_a_hidden_number() -> None:
    """Try every list of up to four counts: what looks the same must have been different ones."""
    for size in (1, 2, 3, 4):
        alike = defaultdict[Shown, list[tuple[int, ...]]](list)
        for counts in product(range(10), repeat=size):
            alike[hide(counts)].append(counts)
        for shown, sources in alike.items():
            if shown.total is not None and shown.total > 9:
                continue  # larger counts, which were not tried, look the same
            for place, cell in enumerate(shown.cells):
                assert cell is not None or len({source[place] for source in sources}) > 1


@given(st.lists(st.integers(0, 40), max_size=12))
def test_what_is_shown_is_true_and_never_small(counts: list[int]) -> None:
    shown = hide(counts)
    assert len(shown.cells) == len(counts)
    for cell, count in zip(shown.cells, counts, strict=True):
        assert cell is None or cell == count
        assert cell is None or not 0 < cell < 5
        assert count or cell == 0
    assert shown.total is None or shown.total == sum(counts)


def published(counts: Mapping[int, int], among: Mapping[int, int] | None = None) -> list[Cell]:
    """Return every cell and every total of every report, with its first and last day."""
    cells = []
    for by, at in REPORTS:
        lines = spans(by, at)
        shown = conceal(by, lines, counts, among)
        all_of_it = Span(lines[0].first, lines[-1].last)
        for span, cell in zip((*lines, all_of_it), (*shown.cells, shown.total), strict=True):
            cells.append((span.first.toordinal(), span.last.toordinal(), cell))
    return cells


def worked_out(cells: list[Cell]) -> list[Cell]:
    """Return the hidden cells that follow from the shown ones, by solving for the hidden days."""
    hidden = sorted({first for first, last, cell in cells if first == last and cell is None})
    rows = np.array([[first <= day <= last for day in hidden] for first, last, _ in cells], float)
    shown = np.array([cell is not None for *_, cell in cells])
    known = np.linalg.pinv(rows[shown]) @ rows[shown] if hidden else np.zeros((0, 0))
    told = np.abs(rows @ known - rows).max(axis=1, initial=0) < 1e-6
    return [cell for cell, solved in zip(cells, told, strict=True) if solved and cell[2] is None]


few = st.dictionaries(st.sampled_from(DAYS), st.integers(0, 9), max_size=14)
many = st.lists(st.integers(0, 12), min_size=len(DAYS), max_size=len(DAYS)).map(
    lambda counts: dict(zip(DAYS, counts, strict=True))
)


@settings(max_examples=40, deadline=None)
@given(few | many)
def test_who_compares_all_reports_cannot_work_a_hidden_number_out(counts: dict[int, int]) -> None:
    cells = published(counts)
    assert worked_out(cells) == []
    for first, last, cell in cells:
        count = sum(counts.get(day, 0) for day in range(first, last + 1))
        assert cell is None or (cell == count and not 0 < cell < 5)


@settings(max_examples=40, deadline=None)
@given(few | many, many)
def test_what_is_no_part_of_a_whole_is_no_small_number_either(
    counts: dict[int, int], others: dict[int, int]
) -> None:
    whole = {day: counts.get(day, 0) + others[day] for day in DAYS}
    parts, wholes = published(counts, whole), published(whole)
    assert worked_out(parts) == []
    for (*_, part), (*_, of) in zip(parts, wholes, strict=True):
        assert not part or of is None or not 0 < of - part < 5


def test_who_knows_the_rules_of_all_reports_cannot_tell_a_hidden_number() -> None:
    """Try three days in two weeks and two months: what looks the same was several things."""
    days = [date(2026, 2, 28).toordinal() + number for number in range(3)]
    reports = [(By.DAY, date(2026, 2, 1)), (By.DAY, date(2026, 3, 1))]
    reports += [(by, date(2026, 1, 1)) for by in (By.WEEK, By.MONTH)]
    alike = defaultdict[tuple[Shown, ...], list[tuple[int, ...]]](list)
    for counts in product(range(9), repeat=len(days)):
        by_day = dict(zip(days, counts, strict=True))
        alike[tuple(conceal(by, spans(by, at), by_day) for by, at in reports)].append(counts)
    for shown, sources in alike.items():
        if shown[-1].total is not None and shown[-1].total > 8:
            continue  # larger counts, which were not tried, look the same
        cells = (shown[0].cells[27], shown[1].cells[0], shown[1].cells[1])
        for place, cell in enumerate(cells):
            assert cell is not None or len({source[place] for source in sources}) > 1
