"""Nearest phrasing and middle, group by group, in whatever order rows come."""

import numpy as np
import pytest

from chatbot.answers import neighbours
from chatbot.answers.groups import Groups
from chatbot.answers.neighbours import Neighbours
from chatbot.answers.vectors import packed, unpacked

OWNERS = np.asarray([1, 0, 1])
VECTORS = np.asarray([[1, 0], [0, 1], [-1, 0]], np.float32)


def test_the_nearest_phrasing_speaks_for_its_group() -> None:
    asked = np.asarray([[0.6, 0.8]], np.float32)
    known = Neighbours(VECTORS, Groups(OWNERS))
    found = known.nearest(asked, known.centred(asked))
    assert found == pytest.approx(np.asarray([[0.8, 0.6]]))


def test_a_group_that_cancels_itself_has_no_middle() -> None:
    found = Neighbours(VECTORS, Groups(OWNERS)).centred(np.asarray([[0.6, 0.8]], np.float32))
    assert found == pytest.approx(np.asarray([[0.8, 0]]))


def test_of_many_phrasings_the_likely_ones_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = np.random.default_rng(3)
    # As they come from the cache: in one byte a dimension nothing more is lost.
    vectors = unpacked(packed(chance.normal(size=(600, 16)).astype(np.float32)))
    asked, owners = vectors[:5] + np.float32(0.01), chance.permutation(np.repeat(np.arange(200), 3))
    known = Neighbours(vectors, Groups(owners))
    middles = known.centred(asked)
    exact = known.nearest(asked, middles)
    monkeypatch.setattr(neighbours, "_ROWS_AT_ONCE", 100)
    quick = Neighbours(vectors, Groups(owners)).nearest(asked, middles)
    assert (quick.argmax(axis=1) == exact.argmax(axis=1)).all()
    assert quick.max(axis=1) == pytest.approx(exact.max(axis=1), abs=1e-6)
    assert (quick <= exact + 1e-6).all()


def test_many_phrasings_of_few_entries_are_all_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neighbours, "_ROWS_AT_ONCE", 1)
    asked = np.asarray([[0.6, 0.8]], np.float32)
    known = Neighbours(VECTORS, Groups(OWNERS))
    found = known.nearest(asked, known.centred(asked))
    assert found == pytest.approx(np.asarray([[0.8, 0.6]]))
