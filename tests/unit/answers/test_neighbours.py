"""Nearest phrasing and middle, group by group, in whatever order rows come."""

import numpy as np
import pytest

from chatbot.answers.neighbours import Groups, Neighbours

OWNERS = np.asarray([1, 0, 1])
VECTORS = np.asarray([[1, 0], [0, 1], [-1, 0]], np.float32)


def test_the_nearest_phrasing_speaks_for_its_group() -> None:
    found = Neighbours(VECTORS, Groups(OWNERS)).nearest(np.asarray([[0.6, 0.8]], np.float32))
    assert found == pytest.approx(np.asarray([[0.8, 0.6]]))


def test_a_group_that_cancels_itself_has_no_middle() -> None:
    found = Neighbours(VECTORS, Groups(OWNERS)).centred(np.asarray([[0.6, 0.8]], np.float32))
    assert found == pytest.approx(np.asarray([[0.8, 0]]))
