"""The sockets and long polls of this process: how many, and ending them at a restart."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final, cast

from aiohttp import web

from chatbot.web.limits import SHARED, Address, TooMany

RESTART: Final = 1012
FULL_SECONDS: Final = 30.0
CLOSING_SECONDS: Final = 1.0


class Sockets:
    """Counts sockets by conversation and by address, and closes them all."""

    def __init__(self, per_conversation: int, per_address: int) -> None:
        self._per_conversation = per_conversation
        self._per_address = per_address
        self._conversations: Counter[str] = Counter()
        self._addresses: Counter[str] = Counter()
        self._open: set[web.WebSocketResponse] = set()
        self._polls: set[asyncio.Task[Any]] = set()
        self.draining = False

    @contextmanager
    def admit(self, conversation_id: str, address: Address) -> Iterator[None]:
        """Count one more while it is open.

        Raises:
            TooMany: there are enough for this conversation or this address.
        """
        most = self._per_address * (SHARED if address.shared else 1)
        if (
            self._conversations[conversation_id] >= self._per_conversation
            or self._addresses[address.whose] >= most
        ):
            raise TooMany(FULL_SECONDS)
        self._conversations[conversation_id] += 1
        self._addresses[address.whose] += 1
        try:
            yield
        finally:
            _less(self._conversations, conversation_id)
            _less(self._addresses, address.whose)

    @contextmanager
    def track(self, socket: web.WebSocketResponse) -> Iterator[None]:
        """Remember a socket while it is open."""
        self._open.add(socket)
        try:
            yield
        finally:
            self._open.discard(socket)

    @contextmanager
    def poll(self) -> Iterator[None]:
        """Remember a request that waits for events."""
        # A handler always runs in a task.
        task = cast("asyncio.Task[Any]", asyncio.current_task())
        self._polls.add(task)
        try:
            yield
        finally:
            self._polls.discard(task)

    async def close_all(self) -> None:
        """Tell every client to come back in a moment; never wait long for a silent one."""
        self.draining = True
        for poll in self._polls:
            # Its client sees the line cut, which is how it learns of any other end.
            poll.cancel()
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSING_SECONDS), asyncio.TaskGroup() as tasks:
                for socket in self._open:
                    tasks.create_task(socket.close(code=RESTART, message=b"restart"))

    def __len__(self) -> int:
        return len(self._open)


def _less(counter: Counter[str], key: str) -> None:
    counter[key] -= 1
    if counter[key] <= 0:
        del counter[key]
