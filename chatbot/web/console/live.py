"""A member of staff's WebSocket: the lists move, an open conversation grows, colleagues are seen.

What it sends is only a reason to look, or lines that the page would have had from the start; the
store stays the truth. It ends when the session does.
"""

import asyncio
import logging
from collections.abc import Awaitable, Sequence
from typing import Final

import msgspec
from aiohttp import WSMsgType, web

from chatbot.domain.events import MessagePosted
from chatbot.domain.notices import LOUDEST, Kind, Notice
from chatbot.domain.people import Availability, Person
from chatbot.live.hub import Hub, Numbered, Subscription
from chatbot.services.conversations import INBOX, NOTICES, staff_topic
from chatbot.store.errors import StoreError
from chatbot.web import keys, parse
from chatbot.web.console import timeline
from chatbot.web.console.chat import looks_silently
from chatbot.web.languages import CHOSEN

HEARTBEAT_SECONDS: Final = 20.0
GATHER_SECONDS: Final = 1.0
"""The first change of the lists is told at once, those that follow it so closely together."""
SEEN_SECONDS: Final = 30.0
SLOW_READER: Final = 1013
ENDED: Final = 4401

log = logging.getLogger(__name__)
_encode = msgspec.json.Encoder().encode


class Said(msgspec.Struct, tag_field="type", tag="typing"):
    """This person writes in the open conversation."""


class Viewing(msgspec.Struct, tag_field="type", tag="viewing"):
    """This person still looks at the open conversation."""


class Seen(msgspec.Struct, tag_field="type", tag="read"):
    """This person has seen the open conversation up to `seq`."""

    seq: int


_decode: Final = msgspec.json.Decoder(Said | Viewing | Seen).decode


def _live(position: int) -> str:
    """Tell that all up to a position has been sent."""
    return _encode({"type": "live", "position": position}).decode()


class _Ended(Exception):
    """One part of a connection has ended, and the others with it."""


async def _to_the_end(work: Awaitable[None]) -> None:
    await work
    raise _Ended


async def live(request: web.Request) -> web.StreamResponse:
    """GET /console/live?chat=ID&after=POSITION; what is sent in may be lost."""
    registry = request.app[keys.SOCKETS]
    if registry.draining:
        raise web.HTTPServiceUnavailable
    ws = web.WebSocketResponse(
        compress=False, heartbeat=HEARTBEAT_SECONDS, max_msg_size=parse.BODY_LIMIT
    )
    await ws.prepare(request)
    with registry.track(ws):
        try:
            await _Connection(request, ws).run()
        except StoreError as error:
            log.warning("console.store_failed error=%s", type(error).__name__)
            await ws.close(code=SLOW_READER, message=b"try again")
    return ws


class _Connection:
    """One page of one person."""

    def __init__(self, request: web.Request, ws: web.WebSocketResponse) -> None:
        self._request = request
        self._ws = ws
        self._hub: Hub = request.app[keys.HUB]
        self._desk = request.app[keys.DESK]
        self._person: Person = request[keys.PERSON]
        self._sessions = request.app[keys.SESSIONS]
        self._chat = request.query.get("chat", "")
        self._silent = False
        self._sending = asyncio.Lock()

    async def run(self) -> None:
        after = self._request.query.get("after", "")
        position = min(int(after), parse.SEQ_LIMIT) if after.isdecimal() else 0
        now = self._request.app[keys.CLOCK]()
        with (
            self._hub.subscribe(INBOX, now) as lists,
            self._hub.subscribe(NOTICES, now) as notices,
        ):
            work = [
                self._lists(lists),
                self._notices(notices, now),
                self._session(),
                self._seen(),
                self._read(),
            ]
            if not self._chat:
                await self._first_of(work)
                return
            with self._hub.subscribe(staff_topic(self._chat), position, _live) as chat:
                self._silent = await looks_silently(self._request, self._chat)
                self._show("here")
                try:
                    await self._first_of([*work, self._events(chat)])
                finally:
                    self._show("gone")

    async def _first_of(self, work: Sequence[Awaitable[None]]) -> None:
        """Run all until one of them ends, then end the socket."""
        try:
            async with asyncio.TaskGroup() as tasks:
                for one in work:
                    tasks.create_task(_to_the_end(one))
        except BaseExceptionGroup as group:
            # The first to end says why; the others were cancelled for it.
            if not isinstance(group.exceptions[0], _Ended):
                raise group.exceptions[0] from None

    async def _lists(self, subscription: Subscription) -> None:
        clock = self._request.app[keys.CLOCK]

        async def look(_: int, __: int) -> list[Numbered]:
            return [(clock(), '{"type":"inbox"}')]

        while True:
            frames = await subscription.take(look)
            await self._send(frames[-1:])
            await asyncio.sleep(GATHER_SECONDS)

    async def _notices(self, subscription: Subscription, begun: int) -> None:
        """Tell what happens from now on, each thing once; nothing to who is off."""
        service, clock = self._request.app[keys.NOTICES], self._request.app[keys.CLOCK]
        told: set[str] = set()
        read_at = begun

        async def look(_: int, __: int) -> list[Numbered]:
            nonlocal read_at
            now = clock()
            found = await service.of(self._person, read_at)
            news = [one for one in found if one.at >= begun and one.id not in told]
            told.update(one.id for one in news)
            read_at = now
            frames = [await self._notice(one) for one in news]
            return [(now, frame) for frame in frames]

        while True:
            if frames := [frame for frame in await subscription.take(look) if frame]:
                await self._send(frames)

    async def _notice(self, notice: Notice) -> str:
        """Return the frame of a notice; nothing for what this person need not hear of."""
        request = self._request
        me = await request.app[keys.AVAILABILITY].seen(self._person)
        if notice.kind is Kind.MESSAGE_LEFT or me.availability is Availability.OFF:
            return ""
        wishes = await request.app[keys.NOTICES].preferences(self._person)
        frame = {
            "type": "notice",
            "text": request[CHOSEN].language.texts(f"notice.{notice.kind}"),
            "volume": wishes.volume / LOUDEST if wishes.sound else 0,
            "desktop": wishes.desktop,
            "link": f"/console/chats/{notice.conversation}",
        }
        return _encode(frame).decode()

    async def _events(self, subscription: Subscription) -> None:
        while True:
            await self._send(await subscription.take(self._page))
            if subscription.overflowed:
                await self._ws.close(code=SLOW_READER, message=b"slow reader")
                return

    async def _page(self, after: int, limit: int) -> list[Numbered]:
        recorded = await self._desk.events(self._chat, after, limit)
        # A message says itself what its writer is called.
        spoken = all(isinstance(item.event, MessagePosted) for item in recorded)
        names = {} if spoken else {one.id: one.name for one in await self._desk.colleagues()}
        reader = timeline.Reader(self._person.id, names, self._request[CHOSEN].language.texts)
        request = self._request
        draw = request.app[keys.RENDERER].part
        found = []
        for item in recorded:
            shown = timeline.lines([item], reader)
            html = "".join(draw(request, "console/chat_line.html", line=line) for line in shown)
            frame = {"type": "event", "position": item.position, "seq": item.seq, "html": html}
            found.append((item.position, _encode(frame).decode()))
        return found

    async def _send(self, frames: list[str]) -> None:
        async with self._sending:
            await self._ws.send_str(f"[{','.join(frames)}]")

    async def _session(self) -> None:
        """End with the session, also one that was ended elsewhere."""
        with self._sessions.hold(self._request[keys.SESSION].id) as ended:
            await ended.wait()
        await self._ws.close(code=ENDED, message=b"session ended")

    async def _seen(self) -> None:
        """Whoever has a page open is there, also while they only read."""
        while True:
            await self._request.app[keys.AVAILABILITY].seen(self._person)
            await asyncio.sleep(SEEN_SECONDS)

    async def _read(self) -> None:
        async for message in self._ws:
            if message.type is not WSMsgType.TEXT or not self._chat:
                continue
            try:
                frame = _decode(message.data)
            except msgspec.MsgspecError:
                continue
            await self._sessions.touch(self._request[keys.SESSION])
            await self._obey(frame)

    async def _obey(self, frame: Said | Viewing | Seen) -> None:
        match frame:
            case Said():
                self._show("writes")
            case Viewing():
                self._show("here")
            case Seen():
                await self._desk.read_to(self._person, self._chat, frame.seq)

    def _show(self, sign: str) -> None:
        """Let colleagues who look at the same conversation see it, and its visitor who writes."""
        if not self._silent:
            self._request.app[keys.WHISPERS].staff(self._chat, self._person, sign)
