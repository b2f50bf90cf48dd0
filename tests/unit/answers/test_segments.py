"""A long message is cut where a question may hide."""

import pytest

from chatbot.answers.segments import MOST, segments


@pytest.mark.parametrize("text", ["", "hello", "where are the workshops held?", "yes, no. ok!"])
def test_a_simple_message_is_whole(text: str) -> None:
    assert segments(text) == []


def test_sentences_stand_alone() -> None:
    text = "i got a letter today. where do i have to go? ok."
    assert segments(text) == ["i got a letter today.", "where do i have to go?"]


def test_a_long_sentence_is_cut_into_clauses() -> None:
    text = (
        "i was arrested in march after a row at home, but i signed the paper that they gave me "
        "because my solicitor said so and will it show on a dbs check"
    )
    assert any(part.endswith("will it show on a dbs check") for part in segments(text))
    assert len(segments(text)) > 2


def test_two_questions_in_a_short_sentence_are_two() -> None:
    found = segments("where is it held and how much does it cost")
    assert found == ["where is it held", "how much does it cost"]


def test_a_list_in_a_short_sentence_stays_together() -> None:
    assert segments("do i bring my letter and my glasses") == []


def test_the_last_parts_are_kept() -> None:
    found = segments(" ".join(f"this is part {number}." for number in range(MOST + 5)))
    assert len(found) == MOST
    assert found[-1] == f"this is part {MOST + 4}."
