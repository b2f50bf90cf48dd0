"""What was learnt is found again for the same words, and for no others."""

import pytest

from chatbot.answers import lessons
from chatbot.answers.judgement import UNTAUGHT
from chatbot.answers.lessons import fingerprint, read_judge, read_limit, written


def test_a_lesson_is_read_as_it_was_written() -> None:
    assert read_judge(written(UNTAUGHT[True])) == UNTAUGHT[True]
    assert read_limit(written(0.4)) == 0.4


def test_the_same_words_have_the_same_name() -> None:
    assert fingerprint([["a"], ["b"]], "model") == fingerprint([("a",), ("b",)], "model")


def test_other_words_have_another_name() -> None:
    names = {
        fingerprint([["a"], ["b"]], "model", 0.05),
        fingerprint([["a", "b"]], "model", 0.05),
        fingerprint([["b"], ["a"]], "model", 0.05),
        fingerprint([["a"], ["b"]], "another", 0.05),
        fingerprint([["a"], ["b"]], "model", 0.1),
    }
    assert len(names) == 5


def test_another_way_of_learning_has_another_name(monkeypatch: pytest.MonkeyPatch) -> None:
    before = fingerprint([["a"]])
    monkeypatch.setattr(lessons, "VERSION", lessons.VERSION + 1)
    assert fingerprint([["a"]]) != before


@pytest.mark.parametrize(
    "weights", ['{"weights": 1, "bias": 1}', '{"weights": [1], "bias": [1]}', '{"weights": ["x"]}']
)
def test_a_judge_of_a_wrong_shape_is_none(weights: str) -> None:
    assert read_judge(f'{{"best": {weights}, "three": {weights}, "limits": {{}}}}') is None


@pytest.mark.parametrize("text", [None, "", "[]", "{}", '"0.4"', "7.5", "half a {"])
def test_what_cannot_be_read_is_none(text: str | None) -> None:
    assert read_judge(text) is None
    assert read_limit(text) is None
