"""Work that goes on for as long as the service runs, and is started again when it breaks."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Final

FIRST_WAIT_SECONDS: Final = 0.1
LONGEST_WAIT_SECONDS: Final = 10.0

log = logging.getLogger(__name__)
Work = Callable[[], Awaitable[None]]


@asynccontextmanager
async def running(work: Mapping[str, Work]) -> AsyncIterator[None]:
    """Run each of `work` in the background, restarting it with back-off, until the end."""
    tasks = [asyncio.ensure_future(_kept_up(name, once)) for name, once in work.items()]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _kept_up(name: str, work: Work) -> None:
    wait = FIRST_WAIT_SECONDS
    loop = asyncio.get_running_loop()
    while True:
        started = loop.time()
        try:
            await work()
        except Exception as error:  # noqa: BLE001  # a supervisor: whatever it was, go on
            # The type only: an error's words may quote a message.
            kinds = _kinds(error)
            log.error("background.broken work=%s error=%s", name, kinds)  # noqa: TRY400  # likewise
        if loop.time() - started > LONGEST_WAIT_SECONDS:
            wait = FIRST_WAIT_SECONDS
        await asyncio.sleep(wait)
        wait = min(wait * 2, LONGEST_WAIT_SECONDS)


def _kinds(error: BaseException) -> str:
    if isinstance(error, BaseExceptionGroup):
        return "+".join(_kinds(inner) for inner in error.exceptions)
    return type(error).__name__
