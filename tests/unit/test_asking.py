"""Questions that wait are asked together, off the event loop, and one spoils no other."""

import asyncio
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from chatbot.answers import vectors
from chatbot.answers.encoder import Encoder, Vectors, load_encoder
from chatbot.answers.engine import Engine
from chatbot.content import loading
from chatbot.content.learnt import TUNING, LessonFile, VectorFile
from chatbot.materials import load_knowledge
from chatbot.services.asking import AT_ONCE, Asking

QUESTIONS = ("what is cara", "do i have to pay", "where is it held", "can my wife come along")


@pytest.fixture(scope="module", name="engine")
def _engine() -> Engine:
    return Engine.build(
        loading.entries(),
        load_knowledge(),
        load_encoder(None, TUNING),
        vectors=VectorFile(None, vectors.SIZE).known,
        lessons=LessonFile(None).known,
    )


@pytest.fixture(name="worker")
def _worker() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1, thread_name_prefix="answers") as pool:
        yield pool


@pytest.fixture(name="batches")
def _batches(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many texts the model was given at a time, and that it was not on the loop's thread."""
    found: list[int] = []
    encode = Encoder.encode

    def noted(self: Encoder, texts: Sequence[str]) -> Vectors:
        assert threading.current_thread() is not threading.main_thread()
        found.append(len(texts))
        return encode(self, texts)

    monkeypatch.setattr(Encoder, "encode", noted)
    return found


async def test_questions_that_wait_are_embedded_together(
    engine: Engine, worker: ThreadPoolExecutor, batches: list[int]
) -> None:
    asking = Asking(lambda: engine, worker)
    asked = [QUESTIONS[number % len(QUESTIONS)] for number in range(2 * AT_ONCE)]
    found = await asyncio.gather(*(asking.explain(text, None) for text in asked))
    assert len(batches) == 2
    assert min(batches) >= AT_ONCE
    alone = {text: await asking.explain(text, None) for text in QUESTIONS}
    assert [one.reply for one in found] == [alone[text].reply for text in asked]


async def test_a_question_that_breaks_spoils_no_other(
    engine: Engine, worker: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    encode = Encoder.encode

    def fragile(self: Encoder, texts: Sequence[str]) -> Vectors:
        if any("zebra" in text for text in texts):
            raise RuntimeError
        return encode(self, texts)

    monkeypatch.setattr(Encoder, "encode", fragile)
    asking = Asking(lambda: engine, worker)
    first, broken, last = await asyncio.gather(
        *(asking.explain(text, None) for text in (QUESTIONS[0], "zebra", QUESTIONS[1])),
        return_exceptions=True,
    )
    assert isinstance(broken, RuntimeError)
    assert not isinstance(first, BaseException)
    assert not isinstance(last, BaseException)
    assert (first.reply.slug, last.reply.slug) == ("what-is-cara", "cost")


async def test_whoever_goes_away_is_not_waited_for(
    engine: Engine, worker: ThreadPoolExecutor
) -> None:
    asking = Asking(lambda: engine, worker)
    gone = asyncio.ensure_future(asking.explain(QUESTIONS[0], None))
    stays = asyncio.ensure_future(asking.explain(QUESTIONS[1], None))
    await asyncio.sleep(0)
    gone.cancel()
    assert (await stays).reply.slug == "cost"
    assert (await asking.explain(QUESTIONS[0], None)).reply.slug == "what-is-cara"


async def test_an_engine_that_is_not_there_is_told_to_everybody(
    worker: ThreadPoolExecutor,
) -> None:
    def none() -> Engine:
        raise LookupError

    asking = Asking(none, worker)
    found = await asyncio.gather(
        asking.explain("a", None), asking.explain("b", None), return_exceptions=True
    )
    assert [type(one) for one in found] == [LookupError, LookupError]
