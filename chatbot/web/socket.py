"""A visitor's WebSocket: events out, the small hot commands in.

One task reads, one writes. The writer sends whatever is ready in one frame, a JSON array, so a
burst costs one system call; a reader that falls too far behind is closed and resumes from its
cursor. A message is acknowledged only after it is durable.
"""

import asyncio
import logging
import socket as sockets
from contextlib import suppress
from typing import Any, Final

import msgspec
from aiohttp import WSMsgType, web

from chatbot.domain import frames
from chatbot.domain.errors import Refused
from chatbot.live.hub import Hub, Numbered, Subscription
from chatbot.services.conversations import ConversationService, topic
from chatbot.services.errors import NotAllowed
from chatbot.services.waiting import WaitingRoom
from chatbot.store.errors import StoreError
from chatbot.web import keys, parse
from chatbot.web.errors import Malformed, status_of
from chatbot.web.limits import TooMany
from chatbot.web.security import origin_allowed
from chatbot.web.site import Site

HELLO_SECONDS: Final = 10.0
HEARTBEAT_SECONDS: Final = 20.0
SEND_BUFFER: Final = 128 * 1024
"""Bytes in the kernel; its own tuning would hide a peer that stopped reading for 4 MB."""
TYPING_SECONDS: Final = 2.0
SLOW_SECONDS: Final = 10.0

SLOW_READER: Final = 1013
ENDED: Final = 4401
FORBIDDEN: Final = 4403
SLOW_DOWN: Final = 4429
POLICY: Final = 1008

_MAY_WAIT: Final = ('{"type":"state"', '{"type":"live"')

log = logging.getLogger(__name__)
_encode = msgspec.json.Encoder().encode


class Closing(Exception):
    """End this socket with a code."""

    def __init__(self, code: int, why: str) -> None:
        super().__init__(why)
        self.code = code
        self.why = why


async def live(request: web.Request) -> web.StreamResponse:
    """GET /api/v1/conversations/{id}/live: a WebSocket, whose first frame holds the token."""
    site = request.app[keys.SITE]
    registry = request.app[keys.SOCKETS]
    address = request[keys.ADDRESS]
    if registry.draining:
        raise web.HTTPServiceUnavailable
    site.limiter.check("handshake", address.whose, address.rate(site.rates.handshakes))
    conversation_id = request.match_info["id"]
    with registry.admit(conversation_id, address):
        ws = web.WebSocketResponse(
            compress=False, heartbeat=HEARTBEAT_SECONDS, max_msg_size=parse.BODY_LIMIT
        )
        await ws.prepare(request)
        _bound_send_buffer(request)
        with registry.track(ws):
            try:
                if not origin_allowed(request, site):
                    raise Closing(FORBIDDEN, "origin")  # noqa: TRY301  # one way out for all
                await _Connection(request, ws, conversation_id).run()
            except NotAllowed:
                await ws.close(code=ENDED, message=b"session ended")
            except StoreError as error:
                log.warning("socket.store_failed error=%s", type(error).__name__)
                await ws.close(code=SLOW_READER, message=b"try again")
            except Closing as closing:
                await ws.close(code=closing.code, message=closing.why.encode())
    return ws


def _bound_send_buffer(request: web.Request) -> None:
    transport = request.transport
    raw = transport.get_extra_info("socket") if transport else None
    if raw is not None:
        with suppress(OSError):
            raw.setsockopt(sockets.SOL_SOCKET, sockets.SO_SNDBUF, SEND_BUFFER)


class _Connection:
    """One socket of one conversation, from hello to close."""

    def __init__(
        self, request: web.Request, ws: web.WebSocketResponse, conversation_id: str
    ) -> None:
        self._service: ConversationService = request.app[keys.CONVERSATIONS]
        self._room: WaitingRoom = request.app[keys.WAITING_ROOM]
        self._hub: Hub = request.app[keys.HUB]
        self._desk = request.app[keys.DESK]
        self._whispers = request.app[keys.WHISPERS]
        self._site: Site = request.app[keys.SITE]
        self._ws = ws
        self._id = conversation_id
        self._token = ""
        self._typed_at = 0.0

    async def run(self) -> None:
        hello = await self._hello()
        self._token = hello.token
        await self._service.authorise(self._id, hello.token)
        with self._hub.subscribe(topic(self._id), hello.after, self._live) as subscription:
            try:
                async with asyncio.TaskGroup() as tasks:
                    writer = tasks.create_task(self._write(subscription))
                    await self._read(subscription)
                    writer.cancel()
            except BaseExceptionGroup as group:
                # The first of the two to fail says how to close; the other was cancelled for it.
                raise group.exceptions[0] from None

    async def _hello(self) -> parse.Hello:
        try:
            async with asyncio.timeout(HELLO_SECONDS):
                message = await self._ws.receive()
        except TimeoutError as error:
            raise Closing(POLICY, "no hello") from error
        if message.type is not WSMsgType.TEXT:
            raise Closing(POLICY, "no hello")
        try:
            frame = parse.frame(message.data)
        except Malformed as error:
            raise Closing(POLICY, "malformed hello") from error
        if not isinstance(frame, parse.Hello) or not 0 <= frame.after <= parse.SEQ_LIMIT:
            raise Closing(POLICY, "no hello")
        return frame

    async def _write(self, subscription: Subscription) -> None:
        """Send what is ready, until the conversation ends for this visitor."""
        while True:
            frames = await subscription.take(self._page)
            if subscription.overflowed:
                raise Closing(SLOW_READER, "slow reader")
            try:
                async with asyncio.timeout(SLOW_SECONDS):
                    await self._ws.send_str(f"[{','.join(frames)}]")
            except TimeoutError as error:
                raise Closing(SLOW_READER, "slow reader") from error
            except ConnectionError:
                return
            if any(frame.startswith(_MAY_WAIT) for frame in frames):
                await self._tell_place(subscription)
            if any(frame.startswith('{"type":"closed"') for frame in frames):
                # Closed by leaving, the token is void and the socket must go.
                await self._service.authorise(self._id, self._token)

    async def _tell_place(self, subscription: Subscription) -> None:
        """Say it after the event that they wait, which a frame by itself might overtake."""
        if frame := await self._room.frame(self._id):
            subscription.push(frame)

    async def _page(self, after: int, limit: int) -> list[Numbered]:
        return await self._service.page(self._id, after, limit)

    def _live(self, seq: int) -> str:
        return _text(frames.live(seq, self._site.epoch))

    async def _read(self, subscription: Subscription) -> None:
        limiter, rates = self._site.limiter, self._site.rates
        whose = f"{self._id}:{id(self)}"
        async for message in self._ws:
            try:
                limiter.check("frame", whose, rates.frames)
            except TooMany as error:
                raise Closing(SLOW_DOWN, "slow down") from error
            if message.type is not WSMsgType.TEXT:
                raise Closing(POLICY, "text frames only")
            try:
                frame = parse.frame(message.data)
            except Malformed:
                subscription.push(_text({"type": "error", "code": Malformed.code}))
                continue
            await self._obey(frame, subscription)

    async def _obey(self, frame: parse.InFrame, subscription: Subscription) -> None:
        match frame:
            case parse.Say():
                subscription.push(await self._say(frame))
            case parse.Typing():
                self._typing()
            case parse.Stay():
                with suppress(Refused):
                    await self._service.stay(self._id)
            case parse.Ping():
                subscription.push('{"type":"pong"}')
            case parse.Read():
                await self._desk.visitor_read(self._id, frame.seq)
            case parse.Hello():
                pass

    async def _say(self, frame: parse.Say) -> str:
        """Return the ack once the message is durable, or a nack that says why not."""
        client_id = str(frame.client_id)
        try:
            check_message_rate(self._site, self._id)
            said = await self._service.say(self._id, frame.text, client_id)
        except NotAllowed:
            raise
        except TooMany as error:
            retry = round(error.seconds * 1000)
            return _text(frames.nack(client_id, error.code, retry))
        except (Refused, StoreError) as error:
            retriable = status_of(error) == 503  # noqa: PLR2004  # "try again" in the one table
            return _text(frames.nack(client_id, error.code, 1000 if retriable else None))
        return _text(frames.ack(client_id, said.seq))

    def _typing(self) -> None:
        """Pass it on to whoever reads with the visitor, at most every two seconds."""
        now = asyncio.get_running_loop().time()
        if now - self._typed_at >= TYPING_SECONDS:
            self._typed_at = now
            self._whispers.visitor_types(self._id)


def check_message_rate(site: Site, conversation_id: str) -> None:
    """Count a message of this conversation, over whichever carrier it came.

    Raises:
        TooMany: slow down.
    """
    site.limiter.check("messages", conversation_id, site.rates.messages)
    site.limiter.check("messages-long", conversation_id, site.rates.messages_long)


def _text(frame: dict[str, Any]) -> str:
    return _encode(frame).decode()
