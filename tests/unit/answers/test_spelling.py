"""Slips are mended; words that are right are left alone."""

import pytest

from chatbot.answers.spelling import Speller, counted

OWN = ["where are the workshops held", "will the caution show on a dbs check", "karma nirvana"]


@pytest.fixture(scope="module")
def speller() -> Speller:
    return Speller(counted(OWN))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("worksops", "workshops"),
        ("wrokshops", "workshops"),
        ("workshoops", "workshops"),
        ("cautoin", "caution"),
        ("caushion", "caution"),
        ("nirvanna", "nirvana"),
        ("dissapointed", "disappointed"),
        ("definately", "definitely"),
        ("hepl", "help"),
        ("teh", "the"),
    ],
)
def test_a_slip_is_mended(speller: Speller, typed: str, meant: str) -> None:
    assert speller.correct(typed) == meant


@pytest.mark.parametrize(
    "text",
    [
        "",
        "where are the workshops held",
        "workshop",
        "cautions",
        "dbs",
        "my dogs are fine",
        "he doesn't know",
        "xq",
        "qzxwvkj",
        "zqx",
        "abc123 999 24/7",
        "mother father daughter",
    ],
)
def test_what_is_right_or_cannot_be_guessed_is_left_alone(speller: Speller, text: str) -> None:
    assert speller.correct(text) == text


def test_the_rest_of_the_sentence_stays(speller: Speller) -> None:
    assert speller.correct("hi, where are the worksops, please?") == (
        "hi, where are the workshops, please?"
    )


def test_a_word_of_the_faq_is_right_though_english_does_not_know_it() -> None:
    assert Speller(counted(["ask for pippaline"])).correct("pippaline") == "pippaline"
    assert Speller(counted(["ask for pippaline"])).correct("pipaline") == "pippaline"
