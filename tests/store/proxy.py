"""A network that can be cut between us and a server."""

import asyncio
from contextlib import suppress
from urllib.parse import urlsplit


class Proxy:
    """Passes bytes on until it is cut; while it is down nobody can connect."""

    def __init__(self, url: str) -> None:
        self._target = urlsplit(url)
        self._server: asyncio.Server | None = None
        self._port = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self.deaf = False

    @property
    def url(self) -> str:
        """The server's URL, by way of here."""
        user = self._target.netloc.rpartition("@")[0]
        return f"postgresql://{user}@127.0.0.1:{self._port}{self._target.path}?sslmode=disable"

    async def up(self) -> None:
        """Let connections through."""
        self._server = await asyncio.start_server(self._connect, "127.0.0.1", self._port)
        self._port = self._server.sockets[0].getsockname()[1]

    async def down(self) -> None:
        """Refuse new connections and cut those there are."""
        if self._server is not None:
            self._server.close()
            self._server = None
        await self.cut()

    async def cut(self) -> None:
        """Cut the connections there are."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _connect(self, here: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        there, on = await asyncio.open_connection(self._target.hostname, self._target.port)
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(self._pass(here, on))
                both.create_task(self._pass(there, back, may_be_deaf=True))
        except (asyncio.CancelledError, ConnectionError, ExceptionGroup):
            pass
        finally:
            for writer in (on, back):
                writer.transport.abort()

    async def _pass(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        *,
        may_be_deaf: bool = False,
    ) -> None:
        while data := await reader.read(65_536):
            if not (may_be_deaf and self.deaf):
                writer.write(data)
                with suppress(ConnectionError):
                    await writer.drain()
        raise ConnectionResetError
