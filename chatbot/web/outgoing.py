"""The calls that go out by HTTP: one client, opened when it is first needed."""

from collections.abc import Mapping
from typing import Final

import aiohttp

from chatbot.services.outgoing import Unreachable

SECONDS: Final = 10


class Poster:
    """Sends POST requests, each once; whoever sends decides whether to try again."""

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None

    async def __call__(self, url: str, body: bytes, headers: Mapping[str, str]) -> int:
        """POST `body` and return the status; a redirect is not followed.

        Raises:
            Unreachable: nobody answered in time.
        """
        if self._session is None:
            timeout = aiohttp.ClientTimeout(total=SECONDS)
            self._session = aiohttp.ClientSession(
                timeout=timeout, cookie_jar=aiohttp.DummyCookieJar()
            )
        try:
            async with self._session.post(
                url, data=body, headers=headers, allow_redirects=False
            ) as answer:
                return answer.status
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            raise Unreachable from error

    async def close(self) -> None:
        """Let go of the connections."""
        if self._session is not None:
            await self._session.close()
