"""A large FAQ is kept as it was counted, and gives the same answers."""

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
import pytest

from chatbot.answers import building, kept
from chatbot.answers.corpus import Corpus
from chatbot.answers.encoder import Encoder
from chatbot.answers.engine import Engine
from chatbot.answers.head import Head
from chatbot.answers.index import Index, fused
from chatbot.answers.kept import Kept, pack, unpack
from chatbot.answers.knowledge import Knowledge
from chatbot.domain.faq import Entry

GROUPS = [["where is it held", "how do i get there"], ["what does it cost", "is it free"]]
VECTORS = np.eye(4, dtype=np.float32)


@pytest.mark.parametrize("model", [True, False], ids=["model", "words"])
def test_what_was_packed_scores_the_same(model: bool) -> None:  # noqa: FBT001  # both ways of building are the cases
    corpus = Corpus.of(GROUPS, VECTORS if model else None, [{"park": 1.0}, {"pay": 0.5}])
    index = Index(corpus)
    again = unpack(pack(Kept(corpus, index.head, {"where": 2, "cost": 1})))
    assert again is not None
    assert again.spelling == {"where": 2, "cost": 1}
    asked = again.corpus.columns.read(["where is it", "zebra"], VECTORS[:2] if model else None)
    found = fused(Index(again.corpus, fitted=again.head).parts(asked))
    asked = corpus.columns.read(["where is it", "zebra"], VECTORS[:2] if model else None)
    assert found == pytest.approx(fused(index.parts(asked)), abs=0.02)


@pytest.mark.parametrize("data", [None, b"", b"not a zip", b"PK\x03\x04 half"])
def test_what_is_damaged_is_nothing(data: bytes | None) -> None:
    assert unpack(data) is None


def test_a_file_that_lacks_something_is_nothing() -> None:
    whole = pack(Kept(Corpus.of(GROUPS, None), None, {"a": 1}))
    assert unpack(whole[: len(whole) // 2]) is None


def test_a_restart_reads_instead_of_counting(
    entries: Sequence[Entry],
    knowledge: Knowledge,
    encoder: Encoder,
    shipped_vectors: dict[str, bytes],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(building, "WORTH_KEEPING", 10)
    shelf: dict[str, bytes] = {}
    lessons: dict[str, str] = {}

    def build() -> Engine:
        return Engine.build(
            entries[:20],
            knowledge,
            encoder,
            vectors=shipped_vectors,
            lessons=lessons,
            shelf=shelf,
        )

    first = build()
    assert len(shelf) == 1
    monkeypatch.setattr(building, "_read", _counted_again)
    again = build()
    for text in ("what is cara", "do i have to pay for it", "is it free", "zebra crossing"):
        one, two = first.reply(text), again.reply(text)
        assert one.reply == two.reply
        assert one.confidence == pytest.approx(two.confidence, abs=0.01)


def test_an_edit_is_counted_once_and_packed_once_when_nobody_waits(
    entries: Sequence[Entry],
    knowledge: Knowledge,
    engine: Engine,
    encoder: Encoder,
    shipped_vectors: dict[str, bytes],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(building, "WORTH_KEEPING", 10)
    done: list[str] = []
    for name in ("_read", "pack"):
        noted = partial(_noted, done, name, getattr(building, name))
        monkeypatch.setattr(building, name, noted)
    few = entries[:20]
    shelf: dict[str, bytes] = {}
    hurried = Engine.build(
        few, knowledge, encoder, vectors=shipped_vectors, shelf=shelf, before=engine
    )
    assert (done, hurried.learnt, shelf) == (["_read"], False, {})
    learnt = hurried.learn()
    assert (done, learnt.learnt, len(shelf)) == (["_read", "pack"], True, 1)
    assert learnt.thresholds != hurried.thresholds
    assert learnt.learn().thresholds == learnt.thresholds
    assert done == ["_read", "pack"]


def _noted(done: list[str], name: str, work: Callable[..., object], *args: object) -> object:
    done.append(name)
    return work(*args)


def _counted_again(*_: object) -> Kept:
    pytest.fail("the FAQ was counted again")


def test_a_head_is_kept_in_full() -> None:
    corpus = Corpus.of(GROUPS, VECTORS)
    head = Head(np.arange(10, dtype=np.float32).reshape(2, 5))
    again = unpack(pack(Kept(corpus, head, {"a": 1})))
    assert again is not None
    assert again.head is not None
    assert (again.head.weights == head.weights).all()
    assert kept.WORTH_KEEPING > 1_000
