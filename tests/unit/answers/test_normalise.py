"""A message made plain: what decorates goes, what was meant stays."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.answers.normalise import each_word, normalise, words


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("WOT time do u open??? \U0001f600", "what time do you open?"),
        ("", ""),
        (" \t\n ", ""),
        ("\U0001f600\U0001f600", ""),
        ("hes outside", "he's outside"),
        ("he\u2019s \u2018outside\u2019", "he's 'outside'"),
        ("\u201chelp\u201d", '"help"'),
        ("pleeeeease", "pleease"),
        ("no!! ! way", "no! way"),
        ("\uff28\uff25\uff2c\uff30", "help"),
        ("call 999 now", "call 999 now"),
        ("im gonna b l8", "i'm going to b late"),
        ("\u00a310 & 50%", "\u00a310 & 50%"),
        ("one\u00a0two\n three", "one two three"),
        ("caf\u00e9", "caf\u00e9"),
    ],
)
def test_a_message_is_made_plain(typed: str, read: str) -> None:
    assert normalise(typed) == read


@given(st.text(max_size=200))
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once


TRICKY = ["hes", "u", "gonna", "n", "WOT", "im", "can't", "2moro", "plz", "it's", "\u00b4", "__"]


@given(st.lists(st.sampled_from(TRICKY)))
def test_normalising_text_speak_twice_changes_nothing(typed: list[str]) -> None:
    once = normalise(" ".join(typed))
    assert normalise(once) == once


@given(st.lists(st.from_regex(r"[a-z]{1,8}", fullmatch=True), min_size=1))
def test_no_word_is_dropped(typed: list[str]) -> None:
    assert len(words(normalise(" ".join(typed)))) >= len(typed)


def test_a_short_form_stays_one_word() -> None:
    assert words("i don't know, o'clock_or 24/7") == [
        "i",
        "don't",
        "know",
        "o'clock",
        "or",
        "24",
        "7",
    ]


def test_only_words_are_changed() -> None:
    assert each_word("a, b-c!", str.upper) == "A, B-C!"


def test_what_follows_an_emoji_unseen_is_dropped() -> None:
    assert normalise("do him \u2764\ufe0f") == "do him"
