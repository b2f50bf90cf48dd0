"""What other nodes change too: looked at soon after a hint, and every few seconds in any case."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

LOOK_SECONDS: Final = 5.0


class Following:
    """Somebody who serves what a store holds, and is told of changes by a topic of the bus."""

    def __init__(self, topic: str, look: Callable[[], Awaitable[None]]) -> None:
        """`look` serves what the store holds, if that is newer than what is served."""
        self._topic = topic
        self._look = look
        self._hinted = asyncio.Event()

    def hint(self, topic: str, _seq: int) -> None:
        """Another node may have changed something: look soon."""
        if topic == self._topic:
            self._hinted.set()

    def look_again(self) -> None:
        """Hints were lost: look soon."""
        self._hinted.set()

    async def run(self) -> None:
        """Keep what is served up to date until cancelled, whatever hints are lost."""
        while True:
            try:
                async with asyncio.timeout(LOOK_SECONDS):
                    await self._hinted.wait()
            except TimeoutError:
                pass
            self._hinted.clear()
            await self._look()
