"""Questions that ask the same come together, with a model and without."""

import numpy as np

from chatbot.answers.alike import grouped
from chatbot.answers.encoder import load_encoder
from chatbot.answers.normalise import normalise
from chatbot.content.learnt import TUNING

ASKED = [
    "is there parking at the venue",
    "can i bring my dog with me",
    "where can i park my car",
    "are dogs allowed in the workshop",
    "where do i park the car",
]


def test_by_meaning_the_largest_group_comes_first() -> None:
    vectors = load_encoder(None, TUNING).encode([normalise(text) for text in ASKED])
    assert grouped(ASKED, vectors) == [[0, 2, 4], [1, 3]]


def test_without_a_model_their_words_must_do() -> None:
    assert grouped(ASKED, None) == [[2, 4], [0], [1], [3]]


def test_nothing_asked_makes_no_group() -> None:
    assert grouped([], None) == grouped([], np.zeros((0, 384), np.float32)) == []
