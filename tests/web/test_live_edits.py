"""An edit of the FAQ is answered with at once, and nobody waits for it."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from chatbot.content.learnt import VectorFile
from chatbot.domain.faq import Entry
from chatbot.services.faq import FaqService
from chatbot.settings import Settings
from chatbot.web import keys
from tests.web.conftest import WIDE, serving

NEW = Entry(
    slug="parking-permit",
    question="Do I need a permit to park the hovercraft?",
    answer="No. Leave it on the grass.",
    phrasings=("where does my hovercraft go", "hovercraft parking"),
    topic="attending",
)
TRIES = 5
MOST_SECONDS = 0.02


@pytest.fixture(name="own")
def _own(tmp_path: Path) -> Settings:
    return Settings(database=f"sqlite:///{tmp_path}/chat.db", limits=WIDE)


async def test_an_edit_is_answered_with_before_its_limits_are_learnt(own: Settings) -> None:
    async with serving(own) as service:
        faq = service.app[keys.FAQ]
        limits = faq.edition.engine.thresholds
        await faq.save([NEW])
        assert not faq.edition.engine.learnt
        assert faq.edition.engine.thresholds == limits
        found = await faq.explain("hovercraft parking")
        assert found.reply.slug == NEW.slug
        assert await _learnt(faq)
        assert faq.edition.engine.thresholds != limits
        assert (await faq.explain("hovercraft parking")).reply.slug == NEW.slug
        await faq.save([replace(NEW, answer="Yes. Ask at the desk.")])
        assert "desk" in faq.edition.published[NEW.slug].answer_text


async def test_an_edit_is_served_though_what_was_learnt_cannot_be_kept(
    own: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with serving(own) as service:
        faq = service.app[keys.FAQ]

        def full(*_: object) -> None:
            raise OSError(28, "no space left")

        monkeypatch.setattr(VectorFile, "save", full)
        await faq.save([NEW])
        assert (await faq.explain("hovercraft parking")).reply.slug == NEW.slug


async def _learnt(faq: FaqService) -> bool:
    for _ in range(600):
        if faq.edition.engine.learnt:
            return True
        await asyncio.sleep(0.1)
    return False


@asynccontextmanager
async def _lag() -> AsyncIterator[list[float]]:
    """Note by how much the loop is late, every two milliseconds."""
    found: list[float] = []

    async def probe() -> None:
        while True:
            due = time.perf_counter() + 0.002
            await asyncio.sleep(0.002)
            found.append(time.perf_counter() - due)

    task = asyncio.ensure_future(probe())
    try:
        yield found
    finally:
        task.cancel()


async def test_the_loop_goes_on_while_questions_are_answered(own: Settings) -> None:
    """The best of some tries: on a busy machine the probe itself may have to wait."""
    async with serving(own) as service:
        faq = service.app[keys.FAQ]
        longest: list[float] = []
        for number in range(TRIES):
            asked = [f"what does the workshop number {number} {n} cost" for n in range(40)]
            async with _lag() as lags:
                await asyncio.gather(*(faq.explain(text) for text in asked))
            longest.append(max(lags))
            assert len(lags) > 10
        assert min(longest) < MOST_SECONDS
