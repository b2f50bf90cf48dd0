"""The package carries what is known of its words, so a first start neither embeds nor learns."""

import stat
from collections.abc import Sequence
from itertools import product
from pathlib import Path
from typing import Final

import numpy as np
import pytest

from chatbot.answers import vectors
from chatbot.answers.encoder import Encoder, load_encoder
from chatbot.answers.engine import Engine
from chatbot.answers.lessons import read_judge, read_limit
from chatbot.content import loading
from chatbot.content.learnt import (
    KEY_BYTES,
    LESSONS,
    NAME_BYTES,
    SHIPPED,
    TUNING,
    IndexFile,
    LessonFile,
    VectorFile,
)
from chatbot.domain.faq import Status
from chatbot.materials import load_knowledge

LIKENESS: Final = (0.2, 0.5, 0.8)
ODDS: Final = (-4.0, -1.0, 0.0, 1.0, 4.0)


def build(known: dict[str, bytes], lessons: dict[str, str]) -> Engine:
    live = [entry for entry in loading.entries() if entry.status is Status.PUBLISHED]
    encoder = load_encoder(None, TUNING)
    return Engine.build(live, load_knowledge(), encoder, vectors=known, lessons=lessons)


def test_nothing_shipped_is_left_to_embed_or_learn(monkeypatch: pytest.MonkeyPatch) -> None:
    def late(_self: Encoder, texts: Sequence[str]) -> None:
        pytest.fail(f"run `make learn`: {texts[0]!r} has no vector")

    monkeypatch.setattr(Encoder, "encode", late)
    lessons = LessonFile(None).known
    shipped = set(lessons)
    build(VectorFile(None, vectors.SIZE).known, lessons)
    assert set(lessons) == shipped, "run `make learn`: the words teach something else now"


def test_what_is_shipped_is_what_the_words_teach() -> None:
    shipped = LessonFile(None).known
    fresh: dict[str, str] = {}
    build(VectorFile(None, vectors.SIZE).known, fresh)
    assert fresh.keys() == shipped.keys()
    (kept,) = [judge for text in shipped.values() if (judge := read_judge(text))]
    (learnt,) = [judge for text in fresh.values() if (judge := read_judge(text))]
    assert kept.limits.answer == pytest.approx(learnt.limits.answer, abs=0.01)
    # Machines round differently: the weights move against each other, what they say hardly does.
    found = np.array(list(product(LIKENESS, LIKENESS, ODDS)))
    assert kept.best.chance(found) == pytest.approx(learnt.best.chance(found), abs=0.05)
    (alarm,) = [limit for text in shipped.values() if (limit := read_limit(text))]
    (heard,) = [limit for text in fresh.values() if (limit := read_limit(text))]
    assert alarm == pytest.approx(heard, abs=0.01)


def test_a_new_lesson_is_kept_for_the_next_start(tmp_path: Path) -> None:
    path = tmp_path / LESSONS
    file = LessonFile(path)
    file.known["a name"] = "a lesson"
    file.save()
    assert LessonFile(path).known["a name"] == "a lesson"
    path.write_text("half a {", "utf-8")
    assert "a name" not in LessonFile(path).known


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
    assert file.known[NEW] == b"1234"


@pytest.mark.parametrize("new", [{}, {NEW: b"1234"}], ids=["nothing new", "one new"])
def test_vectors_are_held_in_memory_only_until_they_are_kept(
    tmp_path: Path, new: dict[str, bytes]
) -> None:
    file = VectorFile(tmp_path / SHIPPED, 4)
    held = file.known
    held |= new
    file.save()
    file.save()
    assert file.known == held
    assert file.known is not held


def test_vectors_that_cannot_be_kept_are_held(tmp_path: Path) -> None:
    file = VectorFile(tmp_path / "no folder" / SHIPPED, 4)
    file.known[NEW] = b"1234"
    with pytest.raises(FileNotFoundError):
        file.save()
    assert file.known[NEW] == b"1234"


def test_a_large_faq_is_kept_and_not_held_in_memory(tmp_path: Path) -> None:
    path = tmp_path / "index.bin"
    name = "ab" * (NAME_BYTES // 2)
    file = IndexFile(path)
    file.known[name] = b"all of it"
    file.save()
    assert file.known == {}
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    again = IndexFile(path)
    assert again.known == {name: b"all of it"}
    again.save()
    assert IndexFile(path).known == {name: b"all of it"}
    IndexFile(None).save()
