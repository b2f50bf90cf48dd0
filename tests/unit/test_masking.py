"""Personal data in a question is masked; what means the same for everybody is not."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.content import loading
from chatbot.domain.masking import masked

PHONES = st.from_regex(r"(07\d{3}[ -]?\d{3}[ -]?\d{3}|\+44 ?\(0\)\d{4} \d{6})", fullmatch=True)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("ring me on 07700 900 123 pls", "ring me on [number] pls"),
        ("my case is 44/12345/26", "my case is [number]"),
        ("born 3/12/1980", "born [date]"),
        ("i live at 12 Acacia Road", "i live at [address]"),
        ("im in so140yn", "im in [postcode]"),
        ("write to Jo.Bloggs+x@mail.example.co.uk!", "write to [e-mail]!"),
        ("see www.facebook.com/jo", "see [link]"),
        ("i am @jobloggs", "i am [name]"),
        ("call 999 or 101, is it 24/7", "call 999 or 101, is it [number]"),
        ("is it 2 hours or 12 weeks?", "is it 2 hours or 12 weeks?"),
    ],
)
def test_what_tells_of_somebody_is_masked(typed: str, shown: str) -> None:
    assert masked(typed) == shown


@given(before=st.sampled_from(["", "ring ", "its("]), phone=PHONES)
def test_no_telephone_number_gets_through(before: str, phone: str) -> None:
    assert not re.search(r"\d{3}", masked(f"{before}{phone} thanks"))


@given(text=st.text(max_size=80))
def test_masking_again_changes_nothing(text: str) -> None:
    assert masked(masked(text)) == masked(text)


def test_ordinary_questions_are_left_alone() -> None:
    asked = [phrasing for entry in loading.entries() for phrasing in entry.phrasings]
    changed = [one for one in asked if masked(one) != one]
    assert len(changed) < len(asked) / 100, changed[:40]
