"""What changed between two texts: the pieces make up both, and nothing is said to differ twice."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from chatbot.domain.difference import Fate, Piece, changes, difference
from chatbot.domain.faq import Entry

WORDS = st.lists(st.sampled_from(["a", "b", "won't", ".", " ", "\n", "é", "**"]), max_size=30)
TEXTS = WORDS.map("".join)
ONE = Entry("cost", "What does it cost?", "Nothing.", ("how much", "price"))


def joined(pieces: list[Piece], *fates: Fate) -> str:
    return "".join(piece.text for piece in pieces if piece.fate in fates)


@given(before=TEXTS, after=TEXTS)
def test_what_is_not_removed_makes_up_the_new_text(before: str, after: str) -> None:
    pieces = list(difference(before, after))
    assert joined(pieces, Fate.SAME, Fate.ADDED) == after
    old = joined(pieces, Fate.SAME, Fate.REMOVED)
    assert "".join(old.split()) == "".join(before.split()), "blanks are not compared"


@given(text=TEXTS)
def test_the_same_text_has_no_difference(text: str) -> None:
    assert joined(list(difference(text, text)), Fate.ADDED, Fate.REMOVED) == ""


def test_fields_that_differ_are_named_in_their_order() -> None:
    new = replace(ONE, answer="Nothing at all.", phrasings=("how much", "do i pay"), revision=2)
    found = changes(ONE, new)
    assert [one.name for one in found] == ["answer", "phrasings"]
    assert [(p.fate.value, p.text) for p in found[1].pieces] == [
        ("same", "how much\n"),
        ("removed", "price\n"),
        ("added", "do i pay\n"),
    ]


def test_a_long_list_of_phrasings_is_compared_at_once() -> None:
    many = tuple(f"how do i get to number {number} by the bus" for number in range(500))
    (found,) = changes(replace(ONE, phrasings=many), replace(ONE, phrasings=many[::-1]))
    assert joined(list(found.pieces), Fate.SAME, Fate.ADDED) == found.after
