"""What a visitor may send as text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.domain.errors import Invalid
from chatbot.domain.text import VISITOR_LIMIT, clean, message


@given(st.text())
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@given(st.text())
def test_what_is_left_can_be_written_as_utf8(text: str) -> None:
    clean(text).encode()


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("he\u202ello", "hello"),
        ("a\u200bb\ufeffc", "abc"),
        ("hi\U000e0041\U000e0042", "hi"),
        ("a\x00b\x1b[31m", "ab[31m"),
        ("one\r\ntwo\rthree", "one\ntwo\nthree"),
        ("a\n\n\n\n\nb", "a\n\nb"),
        ("  \u00a0 spaced \u3000", "spaced"),
        ("👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧"),
        ("cafe\u0301", "café"),
        ("lone \ud800 half", "lone  half"),
    ],
)
def test_what_cannot_be_seen_is_taken_out(sent: str, kept: str) -> None:
    assert clean(sent) == kept


@pytest.mark.parametrize("blank", ["", "   ", "\u200b\u200d", "\n\n", "\U000e0041"])
def test_a_message_has_something_to_read(blank: str) -> None:
    with pytest.raises(Invalid) as refused:
        message(blank)
    assert refused.value.fields == {"text": "empty"}


def test_a_message_may_be_as_long_as_the_limit_and_no_longer() -> None:
    assert len(message("é" * VISITOR_LIMIT)) == VISITOR_LIMIT
    with pytest.raises(Invalid) as refused:
        message("é" * (VISITOR_LIMIT + 1))
    assert refused.value.fields == {"text": "too_long"}
