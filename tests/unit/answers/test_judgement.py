"""Evidence becomes a chance, in the same way with and without a model."""

import numpy as np
import pytest

from chatbot.answers.judgement import UNTAUGHT, Limits, Logistic, evidence


def test_more_likeness_never_means_less_trust() -> None:
    one = Logistic((1.0, 0.0, 2.0), -1.0)
    low, high = one.chance(np.asarray([[0.1, 0.2, 0.3], [0.4, 0.2, 0.6]]))
    assert 0 < low < high < 1


@pytest.mark.parametrize("names", [("nearest", "centred"), ("letters", "coverage")])
def test_evidence_is_about_the_best_entry(names: tuple[str, str]) -> None:
    near, middle = names
    parts = {
        near: np.asarray([[0.1, 0.9]], np.float32),
        middle: np.asarray([[0.2, 0.8]], np.float32),
    }
    found = evidence(parts, np.asarray([[0.5, 0.5]], np.float32), np.asarray([1]))
    assert found == pytest.approx(np.asarray([[0.9, 0.8, 0.0]]), abs=1e-6)


def test_certainty_stays_finite() -> None:
    parts = {name: np.ones((1, 2), np.float32) for name in ("nearest", "centred")}
    found = evidence(parts, np.asarray([[0, 1]], np.float32), np.asarray([1]))
    assert np.isfinite(found).all()


def test_limits_are_told_by_name() -> None:
    assert Limits(0.8).to_dict() == {
        "answer": 0.8,
        "clarify": 0.5,
        "answered": 0.0,
        "wrong": 0.0,
        "clarified": 0.0,
    }


@pytest.mark.parametrize("model", [True, False])
def test_an_untaught_judge_tells_alike_from_unlike(model: bool) -> None:  # noqa: FBT001  # with and without a model
    judge = UNTAUGHT[model]
    unlike, alike = judge.best.chance(np.asarray([[0.1, 0.1, -5.0], [1.0, 1.0, 4.0]]))
    assert unlike < judge.limits.answer < alike
