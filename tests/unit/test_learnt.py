"""The package carries what is known of its words, so a first start neither embeds nor learns."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from chatbot.answers import vectors
from chatbot.answers.encoder import Encoder, load_encoder
from chatbot.answers.engine import Engine
from chatbot.answers.lessons import read
from chatbot.app import load_knowledge
from chatbot.content import loading
from chatbot.content.learnt import KEY_BYTES, LESSONS, SHIPPED, LessonFile, VectorFile
from chatbot.domain.faq import Status


def build(known: dict[str, bytes], lessons: dict[str, str]) -> Engine:
    live = [entry for entry in loading.entries() if entry.status is Status.PUBLISHED]
    return Engine.build(live, load_knowledge(), load_encoder(None), vectors=known, lessons=lessons)


def test_nothing_shipped_is_left_to_embed_or_learn(monkeypatch: pytest.MonkeyPatch) -> None:
    def late(_self: Encoder, texts: Sequence[str]) -> None:
        pytest.fail(f"run `make learn`: {texts[0]!r} has no vector")

    monkeypatch.setattr(Encoder, "encode", late)
    lessons = LessonFile(None).known
    shipped = set(lessons)
    build(VectorFile(None, vectors.SIZE).known, lessons)
    assert set(lessons) == shipped, "run `make learn`: the words teach something else now"


def test_what_is_shipped_is_what_the_words_teach() -> None:
    (shipped,) = LessonFile(None).known.values()
    lessons: dict[str, str] = {}
    build(VectorFile(None, vectors.SIZE).known, lessons)
    (fresh,) = lessons.values()
    kept, learnt = read(shipped), read(fresh)
    assert kept is not None
    assert learnt is not None
    assert kept.alarm == pytest.approx(learnt.alarm, abs=0.01)
    assert kept.judge.limits.answer == pytest.approx(learnt.judge.limits.answer, abs=0.01)
    assert kept.judge.best.weights == pytest.approx(learnt.judge.best.weights, rel=0.05)


@pytest.mark.parametrize("text", [None, "", "[]", "{}", '{"judge": {"best": 1}, "alarm": 1}'])
def test_a_lesson_that_cannot_be_read_is_none(text: str | None) -> None:
    assert read(text) is None


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
