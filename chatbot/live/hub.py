"""Waking the readers of a topic in this process.

The store is the truth. A subscription holds a cursor; frames that follow it without a gap are
handed over directly, and whatever else is known to exist is read from the store. A lost wake-up
or a full queue therefore costs a read, never an event.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Final

QUEUE_LIMIT: Final = 256
"""Frames held for a reader that is busy sending; beyond it they are read from the store."""
PAGE: Final = 500
"""Frames read from the store at a time."""

Numbered = tuple[int, str]
"""A seq and its encoded frame."""
Live = Callable[[int], str]
"""Makes the frame that tells a reader that the replay has ended, at a seq."""
Read = Callable[[int, int], Awaitable[list[Numbered]]]
"""Reads frames after a seq, in order, up to a number of them."""


class Subscription:
    """One reader of one topic."""

    __slots__ = (
        "_behind",
        "_extras",
        "_live",
        "_pending",
        "_tail",
        "_wake",
        "cursor",
        "hears",
        "overflowed",
    )

    def __init__(self, after: int, live: Live | None = None) -> None:
        self.cursor = after
        self.overflowed = False
        self.hears = live is not None
        self._live = live
        self._tail = after
        self._behind = True
        self._pending: deque[Numbered] = deque()
        self._extras: deque[str] = deque()
        self._wake = asyncio.Event()
        self._wake.set()

    def deliver(self, seq: int, frame: str) -> None:
        """Take the frame of a new event."""
        if seq <= self._tail:
            return
        if seq != self._tail + 1 or self._behind:
            self._behind = True
        elif len(self._pending) >= QUEUE_LIMIT:
            self.overflowed = self._behind = True
        else:
            self._pending.append((seq, frame))
            self._tail = seq
        self._wake.set()

    def hint(self, seq: int) -> None:
        """Learn that the topic has reached `seq`."""
        if seq > self._tail:
            self._behind = True
            self._wake.set()

    def look_again(self) -> None:
        """Read the store, whatever is known."""
        self._behind = True
        self._wake.set()

    def push(self, frame: str) -> None:
        """Take a frame without a seq, such as an acknowledgement."""
        if len(self._extras) < QUEUE_LIMIT:
            self._extras.append(frame)
        else:
            self.overflowed = True
        self._wake.set()

    async def take(self, read: Read) -> list[str]:
        """Wait until there is something, and return it in order: frames without a seq first."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            frames = list(self._extras)
            self._extras.clear()
            if self._behind:
                frames += await self._catch_up(read)
            else:
                frames += self._drain()
            if self._live and not self._behind and not self._pending:
                frames.append(self._live(self.cursor))
                self._live = None
            if frames or self.overflowed:
                return frames

    def _drain(self) -> list[str]:
        frames = [frame for _, frame in self._pending]
        self._pending.clear()
        self.cursor = self._tail
        return frames

    async def _catch_up(self, read: Read) -> list[str]:
        self._behind = False
        page = await read(self.cursor, PAGE)
        if page:
            self.cursor = page[-1][0]
        while self._pending and self._pending[0][0] <= self.cursor:
            self._pending.popleft()
        if self._pending and self._pending[0][0] != self.cursor + 1:
            self._pending.clear()
            self._behind = True
        self._tail = self._pending[-1][0] if self._pending else self.cursor
        self._behind = self._behind or len(page) == PAGE
        if self._behind or self._pending:
            self._wake.set()
        return [frame for _, frame in page]


class Hub:
    """The subscriptions of this process, by topic."""

    def __init__(self) -> None:
        self._topics: dict[str, set[Subscription]] = {}

    @contextmanager
    def subscribe(self, topic: str, after: int, live: Live | None = None) -> Iterator[Subscription]:
        """Register a reader before it reads, so that nothing falls between the two."""
        subscription = Subscription(after, live)
        readers = self._topics.setdefault(topic, set())
        readers.add(subscription)
        try:
            yield subscription
        finally:
            readers.discard(subscription)
            if not readers and self._topics.get(topic) is readers:
                del self._topics[topic]

    def deliver(self, topic: str, frames: Iterable[Numbered]) -> None:
        """Hand new frames to the readers here."""
        if readers := self._topics.get(topic):
            for seq, frame in frames:
                for reader in readers:
                    reader.deliver(seq, frame)

    def push(self, topic: str, frame: str) -> None:
        """Hand a frame without a seq (typing, presence) to the readers here.

        Not to a long poll: its answer holds events only, and would end for the frame.
        """
        for reader in self._topics.get(topic, ()):
            if reader.hears:
                reader.push(frame)

    def hint(self, topic: str, seq: int) -> None:
        """Another node wrote up to `seq`."""
        for reader in self._topics.get(topic, ()):
            reader.hint(seq)

    def look_again(self) -> None:
        """Have every reader read the store: hints may have been lost."""
        for readers in self._topics.values():
            for reader in readers:
                reader.look_again()

    @property
    def topics(self) -> frozenset[str]:
        """The topics that somebody reads here."""
        return frozenset(self._topics)
