"""What an engine is built with, and the threads that build it and ask it.

Building and learning are given up when nobody wants them any more: a newer FAQ is served without
waiting for what the one before still had to learn, and so is a request to stop.
"""

import asyncio
import logging
from collections import ChainMap
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import TypeVar

from chatbot.answers.encoder import Encoder
from chatbot.answers.engine import Engine
from chatbot.answers.knowledge import Knowledge
from chatbot.answers.vectors import Progress
from chatbot.content.learnt import IndexFile, LessonFile, VectorFile
from chatbot.domain.faq import Entry
from chatbot.services.memory import give_back

Result = TypeVar("Result")

log = logging.getLogger(__name__)


class Outdated(Exception):
    """The wish for this work has ended."""


class Wish:
    """Whether work that a thread does is still wanted; the thread looks now and then."""

    def __init__(self) -> None:
        self._ended = False

    def end(self) -> None:
        """Have the work given up at its next step."""
        self._ended = True

    def check(self) -> None:
        """Go on, or raise `Outdated`."""
        if self._ended:
            raise Outdated


@dataclass(frozen=True, slots=True)
class Brain:
    """What an engine is built with; `encoder` is None where the model is missing.

    `worker` asks it and `builder` builds the next one: a thread each, so that neither the event
    loop nor a visitor waits for a sum.
    """

    knowledge: Knowledge
    encoder: Encoder | None
    vectors: VectorFile
    lessons: LessonFile
    index: IndexFile
    wrong_share: float
    worker: Executor
    builder: Executor

    async def build(
        self, live: Sequence[Entry], before: Engine | None, progress: Progress | None
    ) -> Engine:
        """Build an engine over entries; one `before` lends it its limits until `learn`."""
        wish = Wish()
        return await self._done(
            wish,
            lambda: Engine.build(
                live,
                self.knowledge,
                self.encoder,
                vectors=self.vectors.known,
                progress=progress,
                wrong_share=self.wrong_share,
                lessons=self.lessons.known,
                shelf=self.index.known,
                before=before,
                checkpoint=wish.check,
            ),
        )

    async def rehearse(self, live: Sequence[Entry], before: Engine) -> Engine:
        """Build an engine over entries that nobody has published; nothing of it is kept.

        It is built beside the builder, which may be learning, and is lent the limits of `before`.
        """
        return await asyncio.to_thread(self._rehearsed, live, before)

    def _rehearsed(self, live: Sequence[Entry], before: Engine) -> Engine:
        return Engine.build(
            live,
            self.knowledge,
            self.encoder,
            vectors=self.vectors.read(),
            wrong_share=self.wrong_share,
            lessons=ChainMap({}, self.lessons.known),
            shelf={},
            before=before,
        )

    async def learn(self, engine: Engine, wish: Wish) -> Engine:
        """Return the engine with limits of its own.

        Raises:
            Outdated: the wish ended first.
        """
        return await self._done(wish, lambda: engine.learn(wish.check))

    async def _done(self, wish: Wish, work: Callable[[], Result]) -> Result:
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self.builder, self._kept, work)
        finally:
            wish.end()  # whoever waited may be gone, and the thread must not go on for nobody

    def _kept(self, work: Callable[[], Result]) -> Result:
        """Do `work`; what was embedded and learnt is written down, however it ends."""
        try:
            return work()
        finally:
            self._save()

    async def tidy(self) -> None:
        """Give back the memory of an engine that is no longer held, and of building another."""
        await asyncio.get_running_loop().run_in_executor(self.builder, give_back)

    def _save(self) -> None:
        for file in (self.vectors, self.lessons, self.index):
            try:
                file.save()
            except OSError as error:
                # It will be embedded or learnt again; what was edited must be served now.
                log.warning("faq.not_kept error=%s", type(error).__name__)
