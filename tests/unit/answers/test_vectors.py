"""A text is embedded once, and what was kept badly is embedded again."""

from collections.abc import Sequence

import numpy as np
import pytest

from chatbot.answers.encoder import Encoder, Vectors
from chatbot.answers.vectors import SIZE, embed, key, packed, unpacked

TEXTS = ["hello", "where is it", "how much does it cost"]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the model is asked for."""
    found: list[str] = []
    encode = Encoder.encode

    def noted(self: Encoder, texts: Sequence[str]) -> Vectors:
        found.extend(texts)
        return encode(self, texts)

    monkeypatch.setattr(Encoder, "encode", noted)
    return found


def test_what_is_kept_is_not_embedded_again(encoder: Encoder, asked: list[str]) -> None:
    cache: dict[str, bytes] = {}
    first = embed(TEXTS, encoder, cache)
    again = embed(TEXTS[::-1], encoder, cache)
    assert sorted(asked) == sorted(TEXTS)
    assert (again[::-1] == first).all()


def test_a_kept_vector_is_nearly_the_embedded_one(encoder: Encoder) -> None:
    kept = embed(TEXTS, encoder, {})
    assert (kept * encoder.encode(TEXTS)).sum(axis=1).min() > 0.999
    assert np.linalg.norm(kept, axis=1) == pytest.approx(np.ones(3), abs=1e-5)


@pytest.mark.parametrize("kept", [b"", b"too short", bytes(SIZE + 1)])
def test_a_vector_of_a_wrong_length_is_embedded_again(
    encoder: Encoder, asked: list[str], kept: bytes
) -> None:
    cache: dict[str, bytes] = {}
    whole = embed(TEXTS, encoder, cache)
    asked.clear()
    cache[key(encoder, TEXTS[1])] = kept
    assert (embed(TEXTS, encoder, cache) == whole).all()
    assert asked == [TEXTS[1]]
    assert len(cache[key(encoder, TEXTS[1])]) == SIZE


def test_a_text_that_comes_twice_is_embedded_once(encoder: Encoder, asked: list[str]) -> None:
    found = embed(["hello", "hello"], encoder, {})
    assert asked == ["hello"]
    assert (found[0] == found[1]).all()


def test_progress_counts_the_new_texts(encoder: Encoder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chatbot.answers.vectors._AT_ONCE", 2)
    told: list[tuple[int, int]] = []
    cache: dict[str, bytes] = {}
    embed(TEXTS, encoder, cache, lambda done, total: told.append((done, total)))
    embed(TEXTS, encoder, cache, lambda done, total: told.append((done, total)))
    assert told == [(2, 3), (3, 3)]


def test_work_that_nobody_wants_ends_at_the_next_step(encoder: Encoder, asked: list[str]) -> None:
    def over() -> None:
        raise TimeoutError

    cache: dict[str, bytes] = {}
    with pytest.raises(TimeoutError):
        embed(TEXTS, encoder, cache, None, over)
    assert (asked, cache) == ([], {})


def test_memory_is_given_back_once_when_something_was_embedded(
    encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    rests: list[int] = []
    monkeypatch.setattr(Encoder, "rest", lambda _: rests.append(1))
    cache: dict[str, bytes] = {}
    embed(TEXTS, encoder, cache)
    embed(TEXTS, encoder, cache)
    assert rests == [1]


def test_many_rows_are_packed_as_one_is() -> None:
    rows = np.random.default_rng(2).normal(size=(10_000, 8)).astype(np.float32)
    bytes_of = packed(rows)
    assert (bytes_of[[0, 4_095, 4_096, 9_999]] == packed(rows[[0, 4_095, 4_096, 9_999]])).all()
    again = unpacked(bytes_of)
    assert np.linalg.norm(again, axis=1) == pytest.approx(np.ones(10_000), abs=1e-5)
    assert (packed(again) == bytes_of).all()


def test_another_model_has_other_keys(encoder: Encoder, monkeypatch: pytest.MonkeyPatch) -> None:
    before = key(encoder, "hello")
    monkeypatch.setattr(encoder, "identity", "another")
    assert key(encoder, "hello") != before
