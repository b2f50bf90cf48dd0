"""Both classifiers file a vector under the entry it belongs to."""

import numpy as np
import pytest

from chatbot.answers import head
from chatbot.answers.groups import Groups
from chatbot.answers.head import MANY, Weights, fit, softmax


def _clusters(groups: int, each: int, size: int) -> tuple[np.ndarray, np.ndarray]:
    chance = np.random.default_rng(7)
    centres = chance.normal(size=(groups, size))
    owners = np.repeat(np.arange(groups), each)
    vectors = centres[owners] + 0.1 * chance.normal(size=(groups * each, size))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors.astype(np.float32), owners


@pytest.mark.parametrize("many", [MANY, 3], ids=["logistic", "discriminant"])
def test_a_vector_is_filed_where_it_belongs(many: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(head, "MANY", many)
    vectors, owners = _clusters(6, 5, 16)
    shares = fit(vectors, owners, Groups(owners)).shares(vectors)
    assert shares.sum(axis=1) == pytest.approx(np.ones(30), abs=1e-5)
    assert (shares.argmax(axis=1) == owners).all()


def test_above_the_limit_another_classifier_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(*_: object) -> Weights:
        pytest.fail("logistic regression of so many entries takes minutes")

    monkeypatch.setattr(head, "_logistic", slow)
    vectors, owners = _clusters(MANY + 1, 2, 32)
    shares = fit(vectors, owners, Groups(owners)).shares(vectors)
    assert (shares.argmax(axis=1) == owners).mean() > 0.9


def test_a_fit_goes_on_from_earlier_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    vectors, owners = _clusters(4, 5, 16)
    first = fit(vectors, owners, Groups(owners))
    monkeypatch.setattr(head, "_ROUNDS", 1)
    again = fit(vectors, owners, Groups(owners), first.weights)
    assert again.weights == pytest.approx(first.weights, abs=0.5)
    assert (again.shares(vectors).argmax(axis=1) == owners).all()


def test_large_scores_are_shares_too() -> None:
    assert softmax(np.asarray([1e4, 1e4, -1e4])) == pytest.approx([0.5, 0.5, 0])
