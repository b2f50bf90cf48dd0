"""What passes by and is never kept: who types, who looks at a chat, how far its visitor has read.

Between nodes goes no text: a topic names the chat, whose sign it is and which. A sign that is lost
is made again by the next one.
"""

import asyncio
from collections import deque
from collections.abc import Sequence
from secrets import token_hex
from typing import Any, Final, Protocol

import msgspec

from chatbot.domain.frames import typing
from chatbot.domain.people import Person
from chatbot.live.bus import Bus
from chatbot.live.hub import Hub
from chatbot.services.conversations import staff_topic, topic
from chatbot.services.identity import Clock

PREFIX: Final = "whisper"
VISITOR: Final = "visitor"
WAITING: Final = 1_000
"""Signs of other nodes that wait here; more are dropped."""

_encode = msgspec.json.Encoder().encode


class Colleagues(Protocol):
    """Who works here."""

    async def everyone(self) -> Sequence[Person]:
        """Return everybody, those who were disabled too."""


class Whispers:
    """Passes signs on, to who reads here and to the other nodes."""

    def __init__(self, hub: Hub, bus: Bus, colleagues: Colleagues, clock: Clock) -> None:
        self._hub = hub
        self._bus = bus
        self._colleagues = colleagues
        self._clock = clock
        self._node = token_hex(4)
        self._names: dict[str, str] = {}
        self._heard: deque[tuple[str, str, str, int]] = deque(maxlen=WAITING)
        self._hear = asyncio.Event()

    def visitor_types(self, chat: str) -> None:
        """The visitor writes."""
        self._tell(chat, VISITOR, "types", self._clock())

    def visitor_read(self, chat: str, seq: int) -> None:
        """The visitor has seen everything up to `seq`."""
        self._tell(chat, VISITOR, "read", seq)

    def staff(self, chat: str, person: Person, sign: str) -> None:
        """Somebody of staff is "here", "writes", or is "gone"."""
        self._names[person.id] = person.name
        self._tell(chat, person.id, sign, self._clock())

    def hint(self, topic_name: str, seq: int) -> None:
        """Another node has seen a sign."""
        prefix, *parts = topic_name.split(":")
        if prefix == PREFIX and len(parts) == 4 and parts[0] != self._node:  # noqa: PLR2004  # as `_tell` makes it
            _, chat, who, sign = parts
            self._heard.append((chat, who, sign, seq))
            self._hear.set()

    def look_again(self) -> None:
        """What was lost stays lost."""

    async def run(self) -> None:
        """Pass on what other nodes have seen, until cancelled."""
        while True:
            await self._hear.wait()
            self._hear.clear()
            while self._heard:
                chat, who, sign, seq = self._heard.popleft()
                if who != VISITOR and who not in self._names:
                    everyone = await self._colleagues.everyone()
                    self._names = {one.id: one.name for one in everyone}
                self._push(chat, who, sign, seq)

    def _tell(self, chat: str, who: str, sign: str, seq: int) -> None:
        self._push(chat, who, sign, seq)
        self._bus.announce(f"{PREFIX}:{self._node}:{chat}:{who}:{sign}", seq)

    def _push(self, chat: str, who: str, sign: str, seq: int) -> None:
        if who == VISITOR:
            read = {"type": "read", "seq": seq}
            types = {"type": "typing", "author": VISITOR}
            self._send(staff_topic(chat), read if sign == "read" else types)
            return
        name = self._names.get(who, "")
        writes = sign == "writes"
        here = {"type": "presence", "person": who, "name": name, "here": sign != "gone"}
        self._send(staff_topic(chat), here | {"writes": writes})
        if writes:
            self._send(topic(chat), typing(name))

    def _send(self, where: str, frame: dict[str, Any]) -> None:
        self._hub.push(where, _encode(frame).decode())
