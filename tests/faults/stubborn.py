"""A visitor who writes on and on, over either carrier, and resends until it is acknowledged."""

import asyncio
import random
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

import aiohttp

from tests.web.conftest import Visitor

AT_ONCE: Final = 4
"""Messages on their way without an acknowledgement."""
QUESTIONS: Final = ("do i have to pay?", "is dave on the course?", "football tonight", "hello")


@dataclass
class Stubborn:
    """What they wrote, what was acknowledged as which seq, and every seq they were shown."""

    visitor: Visitor
    number: int
    chance: random.Random
    told_to_stop: bool = False
    resent: int = 0
    written: list[str] = field(default_factory=list)
    unsent: dict[str, str] = field(default_factory=dict)
    acknowledged: dict[str, int] = field(default_factory=dict)
    seen: list[int] = field(default_factory=list)
    answers: int = 0

    @property
    def id(self) -> str:
        return self.visitor.id

    @property
    def is_answered(self) -> bool:
        """One in four waits for a person, to whom the assistant leaves the word."""
        return self.number % 4 != 3

    async def write_until_told(self) -> None:
        """Go on over every death of the service; return when nothing is left to acknowledge."""
        while not self.visitor.id:
            await self._try(self._start())
        while not (self.told_to_stop and not self.unsent):
            socket = self.chance.random() < 0.7
            await self._try(self._over_socket() if socket else self._over_post())
            self.resent += len(self.unsent)

    async def wait_for_every_answer(self) -> None:
        """Read on until each message that is owed an answer has one."""
        async with asyncio.timeout(60):
            while self.is_answered and self.answers < len(self.written):
                self._read(await self.visitor.events(self._cursor, wait=5))
            while events := await self.visitor.events(self._cursor):
                self._read(events)

    async def _try(self, work: Any) -> None:
        try:
            await work
        except (aiohttp.ClientError, ConnectionError, TimeoutError):
            await asyncio.sleep(0.02)

    async def _start(self) -> None:
        await self.visitor.start()
        if not self.is_answered:
            await self.visitor.call("POST", "/person")

    @property
    def _cursor(self) -> int:
        return self.seen[-1] if self.seen else 0

    def _write(self) -> dict[str, str]:
        text = f"{QUESTIONS[len(self.written) % len(QUESTIONS)]} {len(self.written)}"
        client_id = str(UUID(int=self.chance.getrandbits(128), version=4))
        self.written.append(text)
        self.unsent[client_id] = text
        return {"client_id": client_id, "text": text}

    def _acknowledge(self, client_id: str, seq: int) -> None:
        assert self.acknowledged.setdefault(client_id, seq) == seq
        self.unsent.pop(client_id, None)

    def _read(self, frames: list[dict[str, Any]]) -> None:
        for frame in frames:
            assert frame["seq"] > self._cursor
            self.seen.append(frame["seq"])
            self.answers += frame.get("author") == "assistant"

    async def _over_post(self) -> None:
        for _ in range(self.chance.randrange(2, 20)):
            if not self.unsent:
                if self.told_to_stop:
                    return
                self._write()
            client_id, text = next(iter(self.unsent.items()))
            status, body = await self.visitor.say(text, client_id)
            assert status in {200, 201}, body
            self._acknowledge(client_id, body["seq"])
        self._read(await self.visitor.events(self._cursor))

    async def _over_socket(self) -> None:
        """Write for a while, then cut the line in the middle of it all."""
        async with self.visitor.live(self._cursor) as line:
            for client_id, text in list(self.unsent.items()):
                await line.ws.send_json({"type": "say", "client_id": client_id, "text": text})
            for _ in range(self.chance.randrange(5, 60)):
                while len(self.unsent) < AT_ONCE and not self.told_to_stop:
                    await line.ws.send_json({"type": "say", **self._write()})
                message = await line.ws.receive(timeout=10)
                if message.type is not aiohttp.WSMsgType.TEXT:
                    return
                self._take(message.json())
                if self.told_to_stop and not self.unsent:
                    return

    def _take(self, frames: list[dict[str, Any]]) -> None:
        for frame in frames:
            match frame["type"]:
                case "ack":
                    self._acknowledge(frame["client_id"], frame["seq"])
                case "live":
                    assert frame["seq"] >= self._cursor
                case "queue" | "typing" | "presence" | "read":
                    pass  # they are not in the log
                case "nack" | "error":
                    raise AssertionError(frame)
                case _:
                    self._read([frame])
