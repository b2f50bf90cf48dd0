"""How likely a slip is, and slips made on purpose."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.answers.keyboard import cost, misspell


@pytest.mark.parametrize(
    ("likely", "unlikely", "meant"),
    [
        ("cqution", "cmution", "caution"),
        ("cuation", "cation", "caution"),
        ("caaution", "cabution", "caution"),
        ("cution", "cauion", "caution"),
        ("kaution", "paution", "caution"),
        ("leter", "lettr", "letters"),
    ],
)
def test_a_likely_slip_costs_less(likely: str, unlikely: str, meant: str) -> None:
    assert 0 < cost(likely, meant) <= cost(unlikely, meant)


@given(st.text("abcdef", max_size=8), st.text("abcdef", max_size=8))
def test_only_the_same_word_costs_nothing(one: str, other: str) -> None:
    assert (cost(one, other) == 0) == (one == other)


def test_nothing_typed_costs_every_letter() -> None:
    assert cost("", "abc") == 3
    assert cost("abc", "") == 3


@given(st.integers(0, 10_000))
def test_the_same_seed_makes_the_same_slips(seed: int) -> None:
    text = "where are the Workshops held, please"
    slipped = misspell(text, seed)
    assert slipped == misspell(text, seed)
    assert abs(len(slipped) - len(text)) <= 2
    assert slipped.count(" ") == text.count(" ")


def test_slips_are_made() -> None:
    text = "where are the workshops held"
    assert sum(misspell(text, seed) != text for seed in range(50)) > 40


@pytest.mark.parametrize(
    "text", ["", "a bc def", "12345 67890", "\u043f\u0440\u0438\u0432\u0435\u0442 don't"]
)
def test_where_no_slip_could_be_mended_there_is_none(text: str) -> None:
    assert misspell(text, 1) == text
