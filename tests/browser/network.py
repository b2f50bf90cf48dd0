"""The wire between a browser and the service, which can be cut, go silent, or refuse sockets.

A browser's own "offline" leaves an open WebSocket to the same machine alone; this does not.
"""

import asyncio
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from enum import StrEnum
from typing import Final

CHUNK: Final = 65_536
REFUSED: Final = (
    b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
)


class Wire(StrEnum):
    """What becomes of bytes: passed on, refused at once, or taken and never heard of again."""

    WHOLE = "whole"
    CUT = "cut"
    SILENT = "silent"


class Network:
    """A TCP proxy on a port of its own."""

    def __init__(self, service_port: int, *, sockets: bool) -> None:
        self.wire = Wire.WHOLE
        self.refused = 0
        self._service_port = service_port
        self._sockets = sockets
        self._ends: set[StreamWriter] = set()
        self._serving: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    @property
    def base(self) -> str:
        """The address at which a browser reaches the service through this."""
        assert self._server is not None
        port: int = self._server.sockets[0].getsockname()[1]
        return f"http://127.0.0.1:{port}"

    async def open(self) -> None:
        """Listen."""
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)

    async def close(self) -> None:
        """Listen no more, and leave nothing behind."""
        assert self._server is not None
        self._server.close()
        self.hang_up()
        await asyncio.gather(*self._serving)
        await self._server.wait_closed()

    async def fail(self, how: Wire, seconds: float) -> None:
        """Break the wire for a while; what was under way is lost."""
        self.wire = how
        if how is Wire.CUT:
            self.hang_up()
        await asyncio.sleep(seconds)
        self.hang_up()
        self.wire = Wire.WHOLE

    def hang_up(self) -> None:
        """End every connection; what was under way is lost."""
        for end in self._ends:
            end.transport.abort()

    async def _accept(self, reader: StreamReader, writer: StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._serving.add(task)
        self._ends.add(writer)
        try:
            with suppress(OSError):
                await self._serve(reader, writer)
        finally:
            writer.transport.abort()
            self._ends.discard(writer)
            self._serving.discard(task)

    async def _serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        if self.wire is Wire.CUT:
            return
        head = await reader.read(CHUNK)
        if not self._sockets and b"upgrade: websocket" in head.lower():
            self.refused += 1
            writer.write(REFUSED)
            await writer.drain()
            return
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._service_port)
        self._ends.add(far_writer)
        try:
            if self.wire is Wire.WHOLE:
                far_writer.write(head)
            await asyncio.gather(
                self._pass_on(reader, far_writer), self._pass_on(far_reader, writer)
            )
        finally:
            far_writer.transport.abort()
            self._ends.discard(far_writer)

    async def _pass_on(self, source: StreamReader, target: StreamWriter) -> None:
        with suppress(OSError):
            while data := await source.read(CHUNK):
                if self.wire is Wire.WHOLE:
                    target.write(data)
                    await target.drain()
        target.close()


@asynccontextmanager
async def network(service_port: int, *, sockets: bool = True) -> AsyncIterator[Network]:
    """Put a wire in front of the service."""
    wire = Network(service_port, sockets=sockets)
    await wire.open()
    try:
        yield wire
    finally:
        await wire.close()
