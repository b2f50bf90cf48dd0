"""The package carries a vector for each shipped sentence, so a first start embeds nothing."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from chatbot.answers import vectors
from chatbot.answers.encoder import Encoder, load_encoder
from chatbot.answers.engine import Engine
from chatbot.app import load_knowledge
from chatbot.content import loading
from chatbot.content.vector_file import KEY_BYTES, SHIPPED, VectorFile
from chatbot.domain.faq import Status


def test_nothing_shipped_is_left_to_embed(monkeypatch: pytest.MonkeyPatch) -> None:
    def late(_self: Encoder, texts: Sequence[str]) -> None:
        pytest.fail(f"run `make vectors`: {texts[0]!r} has none")

    encoder = load_encoder(None)
    monkeypatch.setattr(Encoder, "encode", late)
    live = [entry for entry in loading.entries() if entry.status is Status.PUBLISHED]
    known = VectorFile(None, vectors.SIZE).known
    Engine.build(live, load_knowledge(), encoder, vectors=known)


NEW = "ab" * KEY_BYTES


def test_what_is_new_is_kept_for_the_next_start(tmp_path: Path) -> None:
    path = tmp_path / SHIPPED
    file = VectorFile(path, 4)
    file.known[NEW] = b"1234"
    file.save()
    assert VectorFile(path, 4).known[NEW] == b"1234"
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_half_written_end_is_cut_off(tmp_path: Path) -> None:
    path = tmp_path / SHIPPED
    path.write_bytes(b"half a record")
    file = VectorFile(path, 4)
    file.known[NEW] = b"1234"
    file.save()
    assert path.stat().st_size == KEY_BYTES + 4
    assert VectorFile(path, 4).known[NEW] == b"1234"


def test_without_a_file_nothing_is_kept(tmp_path: Path) -> None:
    file = VectorFile(None, 4)
    file.known[NEW] = b"1234"
    file.save()
    assert list(tmp_path.iterdir()) == []
