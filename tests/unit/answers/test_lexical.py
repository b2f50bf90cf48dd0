"""Words and letters as evidence."""

from collections import Counter

import numpy as np
import pytest

from chatbot.answers import lexical
from chatbot.answers.groups import Groups
from chatbot.answers.lexical import (
    Bags,
    Coverage,
    TfIdf,
    letter_features,
    stem,
    stems,
    word_features,
)


@pytest.mark.parametrize(
    ("word", "left"),
    [
        ("workshops", "workshop"),
        ("booked", "book"),
        ("booking", "book"),
        ("don't", "dont"),
        ("bus", "bus"),
        ("sing", "sing"),
        ("boxes", "boxe"),
        ("crashes", "crash"),
        ("", ""),
    ],
)
def test_an_ending_goes_where_enough_is_left(word: str, left: str) -> None:
    assert stem(word) == left


def test_words_count_alone_and_in_pairs() -> None:
    assert Counter(word_features("the course, the course")) == {
        "the": 2,
        "course": 2,
        "the course": 2,
        "course the": 1,
    }


def test_letters_count_inside_words_only() -> None:
    assert Counter(letter_features("ab c")) == {" ab": 1, "ab ": 1, " ab ": 1, " c ": 1}


def test_a_stem_counts_once() -> None:
    assert stems("book booked booking") == ["book"]


def test_a_text_is_most_like_itself() -> None:
    texts = ["where is the workshop", "how much does it cost", "will it show on a dbs check"]
    counts = Bags().learn(word_features(text) for text in texts)
    found = TfIdf(counts, Groups(np.arange(3))).scores(counts)
    assert found.shape == (3, 3)
    assert np.diag(found) == pytest.approx(np.ones(3), abs=1e-5)
    assert (found.argmax(axis=1) == np.arange(3)).all()


def test_what_is_new_has_no_likeness() -> None:
    bags = Bags()
    counts = bags.learn([word_features("where is it")])
    found = TfIdf(counts, Groups(np.zeros(1, np.intp))).scores(
        bags.read([word_features("zebra crossing"), []])
    )
    assert not found.any()


def test_bags_of_nothing_can_be_read() -> None:
    bags = Bags()
    assert bags.learn([]).shape == (0, 1)
    assert bags.read([["a"]]).shape == (1, 1)


def test_what_comes_several_times_is_counted() -> None:
    bags = Bags()
    assert bags.learn([["a", "b", "a"]]).toarray().tolist() == [[2, 1]]
    assert bags.read([["b", "a", "b", "c"]]).toarray().tolist() == [[1, 2]]
    assert len(bags) == 2


def test_the_middle_of_a_group_speaks_for_it() -> None:
    bags = Bags()
    counts = bags.learn([["cost"], ["pay", "cost"], ["where"]])
    found = TfIdf(counts, Groups(np.asarray([0, 0, 1]))).scores(bags.read([["pay"], ["where"]]))
    assert found.shape == (2, 2)
    assert found[0, 0] > 0 == found[0, 1]
    assert found[1] == pytest.approx([0, 1])


def test_coverage_is_the_share_of_weight_that_is_there() -> None:
    bags = Bags()
    coverage = Coverage(bags.learn([stems("dbs check"), stems("where workshop")]))
    asked = [stems("dbs check"), stems("dbs zebra"), stems("zebra"), stems("")]
    found = coverage.scores(bags.read(asked), np.asarray([2, 2, 1, 0], np.float32))
    assert found[0] == pytest.approx([1, 0], abs=1e-6)
    assert 0 < found[1, 0] < 0.5
    assert not found[2:].any()


def test_an_endless_word_is_counted_and_not_kept() -> None:
    kept = lexical._kept_runs.cache_info().currsize  # noqa: SLF001  # what is kept is the point
    assert len(letter_features("a" * 4_000)) == 4_000 + 3_999 + 3_998
    assert lexical._kept_runs.cache_info().currsize == kept  # noqa: SLF001  # likewise
