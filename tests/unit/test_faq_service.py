"""Learning is given up for a newer FAQ, and when the service ends."""

import asyncio
import gc
import threading
import weakref
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import pytest
import pytest_asyncio

from chatbot.answers import building, vectors
from chatbot.answers.calibration import Fair, learn
from chatbot.answers.corpus import Corpus
from chatbot.answers.encoder import load_encoder
from chatbot.answers.index import Index
from chatbot.answers.judgement import Judge
from chatbot.answers.vectors import Checkpoint
from chatbot.content import loading
from chatbot.content.learnt import TUNING, IndexFile, LessonFile, VectorFile
from chatbot.domain.faq import Entry
from chatbot.live.bus import LocalBus
from chatbot.materials import load_knowledge
from chatbot.services.brain import Brain
from chatbot.services.faq import FaqService, save_changed
from chatbot.services.identity import system_clock
from chatbot.services.voice import Voice
from chatbot.settings import Settings
from chatbot.store.faq import STREAM, FaqEntries
from chatbot.store.opening import open_database

FIRST: Final = Entry("permit", "Do I need a permit for the hovercraft?", "No.")
SECOND: Final = Entry("ferret", "May I bring my ferret?", "Please leave it at home.")
LONGEST_SECONDS: Final = 60.0


class Endless:
    """Learning that goes from checkpoint to checkpoint for ever, until it is let through."""

    def __init__(self) -> None:
        self.begun, self.given_up, self.let = (threading.Event() for _ in range(3))

    def learn(
        self,
        corpus: Corpus,
        full: Index,
        wrong_share: float,
        fair: Fair | None,
        checkpoint: Checkpoint,
    ) -> Judge:
        def forever() -> None:
            self.begun.set()
            while not self.let.is_set():
                checkpoint()

        try:
            return learn(corpus, full, wrong_share, fair, forever)
        except Exception:
            self.given_up.set()
            raise


@pytest.fixture(name="endless")
def _endless() -> Iterator[Endless]:
    found = Endless()
    yield found
    found.let.set()


@pytest.fixture(name="brain")
def _brain() -> Iterator[Brain]:
    with ThreadPoolExecutor(1) as worker, ThreadPoolExecutor(1) as builder:
        yield Brain(
            load_knowledge(),
            load_encoder(None, TUNING),
            VectorFile(None, vectors.SIZE),
            LessonFile(None),
            IndexFile(None),
            0.05,
            worker,
            builder,
        )


@pytest.fixture(name="voice")
def _voice() -> Voice:
    return Voice({"en": loading.texts()}, Settings().placeholders)


@pytest.fixture(name="few")
def _few() -> Sequence[Entry]:
    return loading.entries()[:16]


@pytest_asyncio.fixture(name="store")
async def _store(tmp_path: Path) -> AsyncIterator[FaqEntries]:
    database = await open_database(f"sqlite:///{tmp_path}/chat.db")
    yield FaqEntries(database)
    await database.close()


@pytest_asyncio.fixture(name="faq")
async def _faq(store: FaqEntries, brain: Brain, voice: Voice, few: Sequence[Entry]) -> FaqService:
    """A service over a few entries, which serves none of them yet."""
    faq = FaqService(store, brain, voice, LocalBus(), system_clock)
    await faq.seed(few)
    return faq


@asynccontextmanager
async def _running(faq: FaqService) -> AsyncIterator[None]:
    await faq.refresh()
    task = asyncio.create_task(faq.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])


async def _until(done: Callable[[], bool]) -> None:
    async with asyncio.timeout(LONGEST_SECONDS):
        while not done():  # noqa: ASYNC110  # what is waited for has no event
            await asyncio.sleep(0.01)


async def _seen(event: threading.Event) -> bool:
    return await asyncio.to_thread(event.wait, LONGEST_SECONDS)


async def test_a_save_is_served_while_the_one_before_is_still_being_learnt(
    faq: FaqService, endless: Endless, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with _running(faq):
        monkeypatch.setattr(building, "learn", endless.learn)
        await faq.save([FIRST])
        assert await _seen(endless.begun)
        async with asyncio.timeout(LONGEST_SECONDS):
            await faq.save([SECOND])
        assert endless.given_up.is_set()
        assert not endless.let.is_set()
        assert (await faq.explain("may i bring my ferret")).candidates[0].slug == SECOND.slug
        assert faq.find(FIRST.slug) is not None
        assert not faq.edition.engine.learnt
        endless.let.set()
        await _until(lambda: faq.edition.engine.learnt)
        assert faq.find(SECOND.slug) is not None


async def test_an_engine_that_was_lent_its_limits_goes_when_it_has_its_own(
    faq: FaqService,
) -> None:
    """It holds all that its entries still had to teach."""
    async with _running(faq):
        gc.disable()
        try:
            before = weakref.ref(faq.edition.engine)
            await faq.save([FIRST])
            lent = weakref.ref(faq.edition.engine)
            await _until(lambda: faq.edition.engine.learnt)
            await _until(lambda: before() is None and lent() is None)
        finally:
            gc.enable()


async def test_what_another_node_saves_is_served_likewise(
    faq: FaqService, store: FaqEntries, endless: Endless, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with _running(faq):
        monkeypatch.setattr(building, "learn", endless.learn)
        await faq.save([FIRST])
        assert await _seen(endless.begun)
        await save_changed(store, [SECOND], system_clock())
        faq.hint(STREAM, 0)
        await _until(lambda: faq.find(SECOND.slug) is not None)
        assert not endless.let.is_set()


async def test_the_end_of_the_service_ends_learning(
    faq: FaqService, endless: Endless, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with _running(faq):
        monkeypatch.setattr(building, "learn", endless.learn)
        await faq.save([FIRST])
        assert await _seen(endless.begun)
    assert await _seen(endless.given_up)
    assert not endless.let.is_set()


async def test_a_start_that_is_broken_off_ends_learning(
    faq: FaqService, endless: Endless, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(building, "learn", endless.learn)
    starting = asyncio.create_task(faq.refresh())
    assert await _seen(endless.begun)
    starting.cancel()
    await asyncio.wait([starting])
    assert await _seen(endless.given_up)
    assert not faq.ready
