"""Questions on their way to the engine: those that wait while it works are asked together.

One question costs the model a few milliseconds, several at once little more; and nothing of it
runs on the event loop.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Final

from chatbot.answers.engine import Engine, Explained

AT_ONCE: Final = 16
"""Questions answered together; the first of more would wait too long for the last."""


@dataclass(frozen=True, slots=True, eq=False)
class _Asked:
    text: str
    previous: str | None
    answer: asyncio.Future[Explained]


class Asking:
    """Asks the engine in a worker thread, on behalf of everybody who waits."""

    def __init__(self, engine: Callable[[], Engine], worker: Executor) -> None:
        """`engine` returns the one to ask now; `worker` is the thread that does it."""
        self._engine = engine
        self._worker = worker
        self._waiting: deque[_Asked] = deque()
        self._task: asyncio.Task[None] | None = None

    async def explain(self, text: str, previous: str | None) -> Explained:
        """Return what the engine says; whatever breaks there is raised here."""
        loop = asyncio.get_running_loop()
        asked = _Asked(text, previous, loop.create_future())
        self._waiting.append(asked)
        if self._task is None or self._task.done():
            self._task = loop.create_task(self._serve(), name="asking")
        return await asked.answer

    async def _serve(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            some = [self._waiting.popleft() for _ in range(min(AT_ONCE, len(self._waiting)))]
            some = [asked for asked in some if not asked.answer.done()]
            try:
                found = await loop.run_in_executor(self._worker, _ask, self._engine(), some)
            except Exception as error:  # noqa: BLE001  # whoever waits must hear of it
                found = [error] * len(some)
            except asyncio.CancelledError:
                for asked in [*some, *self._waiting]:
                    asked.answer.cancel()
                raise
            for asked, answer in zip(some, found, strict=True):
                _settle(asked.answer, answer)


def _ask(engine: Engine, some: list[_Asked]) -> list[Explained | Exception]:
    try:
        return [*engine.reply_all([(asked.text, asked.previous) for asked in some])]
    except Exception as error:  # noqa: BLE001  # one message must not spoil the answers to others
        if len(some) == 1:
            return [error]
        return [answer for asked in some for answer in _ask(engine, [asked])]


def _settle(future: asyncio.Future[Explained], answer: Explained | Exception) -> None:
    if future.done():  # whoever asked has gone
        return
    if isinstance(answer, Exception):
        future.set_exception(answer)
    else:
        future.set_result(answer)
