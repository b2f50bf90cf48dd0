"""What an entry must be to be published, and what a new one is called."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.content import loading
from chatbot.domain.faq import (
    ANSWER_LIMIT,
    LINE_LIMIT,
    PHRASINGS_LIMIT,
    SLUG,
    Entry,
    slug_for,
    wrong,
)

GOOD = Entry("cost", "What does it cost?", "Nothing.", ("how much",))


def test_every_shipped_entry_can_be_published() -> None:
    assert {entry.slug: wrong(entry) for entry in loading.entries() if wrong(entry)} == {}


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"slug": "A b"}, {"slug": "malformed"}),
        ({"question": " "}, {"question": "empty"}),
        ({"answer": "", "question": ""}, {"answer": "empty", "question": "empty"}),
        ({"answer": "x" * (ANSWER_LIMIT + 1)}, {"answer": "too_long"}),
        ({"topic": "x" * (LINE_LIMIT + 1)}, {"topic": "too_long"}),
        ({"phrasings": ("x",) * (PHRASINGS_LIMIT + 1)}, {"phrasings": "too_long"}),
        ({"keywords": ("x" * (LINE_LIMIT + 1),)}, {"keywords": "too_long"}),
        ({"review_by": "2027-02-30"}, {"review_by": "malformed"}),
        ({"reviewed": "20270228"}, {"reviewed": "malformed"}),
    ],
)
def test_what_cannot_be_published_says_why(changes: dict[str, Any], told: dict[str, str]) -> None:
    assert wrong(replace(GOOD, **changes)) == told


@given(question=st.text(max_size=200), taken=st.sets(st.sampled_from(["entry", "a", "a-2"])))
def test_a_slug_can_be_used_and_is_nobodys_yet(question: str, taken: set[str]) -> None:
    slug = slug_for(question, taken)
    assert SLUG.fullmatch(slug)
    assert slug not in taken


def test_a_slug_says_what_is_asked() -> None:
    assert slug_for("Can't I come to the café?", ()) == "cant-i-come-to-the-cafe"
    assert slug_for("Can I come?", {"can-i-come"}) == "can-i-come-2"
    assert slug_for("???", ()) == "entry"
