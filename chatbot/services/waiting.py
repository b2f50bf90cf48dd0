"""What visitors are told while they wait for a person: the truth, or nothing.

Each is told their place whenever it changes. How long it takes is said only where it was
measured; whether somebody is there at all is for the staff's side to say.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from chatbot.domain import frames
from chatbot.domain.waiting import usual_wait
from chatbot.live.hub import Hub
from chatbot.services.conversations import QUEUE, ConversationService, topic
from chatbot.store.errors import StoreError

EVERY_SECONDS: Final = 5.0
"""Another node may have changed the queue, and its hint been lost."""
MINUTE: Final = 60_000

log = logging.getLogger(__name__)
_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class Opening:
    """Whether somebody of the staff is there; else when, in milliseconds UTC, if it is known.

    `notice` is what an admin says who has switched the chat off.
    """

    open: bool
    opens_at: int | None = None
    notice: str = ""


NOBODY: Final = Opening(open=False)


class WaitingRoom:
    """The visitors who wait for a person."""

    def __init__(self, conversations: ConversationService, hub: Hub) -> None:
        self._conversations = conversations
        self._hub = hub
        self._changed = asyncio.Event()
        self._told: dict[str, str] = {}
        self.opening: Callable[[], Opening] = lambda: NOBODY
        """Who can say that staff are there sets this; while none can sign in, nobody is."""

    def look(self) -> None:
        """Tell them soon: somebody has joined the queue or left it."""
        self._changed.set()

    def hint(self, topic_name: str, _seq: int) -> None:
        """Another node changed the queue."""
        if topic_name == QUEUE:
            self.look()

    def look_again(self) -> None:
        """Hints may have been lost."""
        self.look()

    async def run(self) -> None:
        """Tell what has changed until cancelled."""
        while True:
            try:
                await self.tell()
            except StoreError as error:
                log.warning("waiting.failed error=%s", type(error).__name__)
            with suppress(TimeoutError):
                async with asyncio.timeout(EVERY_SECONDS):
                    await self._changed.wait()
            self._changed.clear()

    async def tell(self) -> None:
        """Tell whoever waits and is connected here their place, if it is another one now."""
        queue = await self._conversations.queue()
        wait = await self._wait() if queue else None
        told = {key: _frame(self._place(queue, key, wait)) for key in queue}
        for conversation_id, frame in told.items():
            if self._told.get(conversation_id) != frame:
                self._hub.push(topic(conversation_id), frame)
        self._told = told

    async def place(self, conversation_id: str) -> dict[str, Any] | None:
        """Return the place of one visitor as the contract's `queue`; None when they do not wait.

        `wait_ms` is there only where it was measured.
        """
        if not await self._conversations.waits_for_staff(conversation_id):
            return None
        queue = await self._conversations.queue()
        if conversation_id not in queue:
            return None
        return self._place(queue, conversation_id, await self._wait())

    async def frame(self, conversation_id: str) -> str | None:
        """Return the same as a frame for a socket."""
        place = await self.place(conversation_id)
        return _frame(place) if place else None

    def _place(self, queue: Sequence[str], key: str, wait: int | None) -> dict[str, Any]:
        opening = self.opening()
        place = {"position": queue.index(key) + 1, "chat": _word(opening)}
        more = {"opens_at": opening.opens_at, "wait_ms": wait if opening.open else None}
        return place | {name: value for name, value in more.items() if value is not None}

    async def _wait(self) -> int | None:
        """Return what is usual, in whole minutes: nobody is promised a second."""
        usual = usual_wait(await self._conversations.recent_waits())
        return None if usual is None else max(1, -(-usual // MINUTE)) * MINUTE


def _word(opening: Opening) -> str:
    return "open" if opening.open else "closed"


def _frame(place: dict[str, Any]) -> str:
    return _encode(frames.queue(place)).decode()
