"""Telling the other nodes that a topic has grown.

A hint carries the topic and its newest seq, never a text. It may be lost: after every
(re)connect, and every few seconds, a node has its readers look at the store.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final, Protocol

import msgspec
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

CHANNEL: Final = "cara-chat:hints"
LOOK_AGAIN_SECONDS: Final = 5.0
RECONNECT_SECONDS: Final = (0.1, 5.0)
WAITING_HINTS: Final = 10_000

log = logging.getLogger(__name__)
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(list[tuple[str, int]]).decode


class Hints(Protocol):
    """Who wants to know: the hub."""

    def hint(self, topic: str, seq: int) -> None:
        """A topic has reached `seq`."""

    def look_again(self) -> None:
        """Hints may have been lost."""


class Listeners:
    """Passes hints on to several that want to know."""

    def __init__(self) -> None:
        self._all: list[Hints] = []

    def add(self, *more: Hints) -> None:
        """Pass hints on to `more` as well."""
        self._all += more

    def hint(self, topic: str, seq: int) -> None:
        """Pass a hint on."""
        for one in self._all:
            one.hint(topic, seq)

    def look_again(self) -> None:
        """Have everybody look."""
        for one in self._all:
            one.look_again()


class Bus(Protocol):
    """Carries hints between nodes."""

    def announce(self, topic: str, seq: int) -> None:
        """Tell the other nodes, without waiting; may be lost."""

    async def run(self) -> None:
        """Carry hints until cancelled."""


class LocalBus:
    """For one process: there is nobody else to tell."""

    def announce(self, topic: str, seq: int) -> None:
        """Do nothing: the hub of this process was told already."""

    async def run(self) -> None:
        """Wait for ever."""
        await asyncio.Event().wait()


class RedisBus:
    """Redis or Valkey pub/sub. Losing it costs latency, never a message."""

    def __init__(
        self, url: str, hints: Hints, *, look_again_seconds: float = LOOK_AGAIN_SECONDS
    ) -> None:
        self._url = url
        self._hints = hints
        self._look_again_seconds = look_again_seconds
        self._outbox: dict[str, int] = {}
        self._outgoing = asyncio.Event()

    def announce(self, topic: str, seq: int) -> None:
        """Queue a hint; hints about one topic merge, and what does not fit is left to the sweep."""
        if len(self._outbox) < WAITING_HINTS or topic in self._outbox:
            self._outbox[topic] = max(seq, self._outbox.get(topic, 0))
            self._outgoing.set()

    async def run(self) -> None:
        """Publish, listen and sweep until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._for_ever("publish", self._publish))
            tasks.create_task(self._for_ever("listen", self._listen))
            tasks.create_task(self._sweep())

    async def _for_ever(self, what: str, once: Callable[[], Awaitable[None]]) -> None:
        wait, longest = RECONNECT_SECONDS
        while True:
            started = asyncio.get_running_loop().time()
            try:
                await once()
            except (RedisError, OSError) as error:
                log.warning("bus.lost link=%s error=%s", what, type(error).__name__)
            if asyncio.get_running_loop().time() - started > longest:
                wait = RECONNECT_SECONDS[0]
            await asyncio.sleep(wait)
            wait = min(wait * 2, longest)

    def _client(self) -> Redis:
        return Redis.from_url(
            self._url,
            socket_keepalive=True,
            socket_connect_timeout=5,
            health_check_interval=10,
            # Its version is looked up on the disk, which blocks the loop; nobody needs it.
            driver_info=None,
            retry=Retry(NoBackoff(), 0),
        )

    async def _publish(self) -> None:
        async with self._client() as redis:
            await redis.ping()
            while True:
                await self._outgoing.wait()
                self._outgoing.clear()
                hints, self._outbox = self._outbox, {}
                try:
                    await redis.publish(CHANNEL, _encode(list(hints.items())))
                except (RedisError, OSError):
                    for topic, seq in hints.items():
                        self.announce(topic, seq)
                    raise

    async def _listen(self) -> None:
        async with self._client() as redis, redis.pubsub() as channel:
            await channel.subscribe(CHANNEL)
            while True:
                message = await channel.get_message(timeout=self._look_again_seconds)
                if message is None:
                    continue
                # A subscribe message after the first is a silent reconnect: hints were lost.
                if message["type"] == "subscribe":
                    self._hints.look_again()
                elif message["type"] == "message":
                    self._receive(message["data"])

    def _receive(self, data: bytes) -> None:
        try:
            hints = _decode(data)
        except msgspec.MsgspecError:
            log.warning("bus.unreadable bytes=%d", len(data))
            return
        for topic, seq in hints:
            self._hints.hint(topic, seq)

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(self._look_again_seconds)
            self._hints.look_again()
