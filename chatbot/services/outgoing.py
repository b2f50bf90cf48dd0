"""The few calls that go out of the house: only where a setting or a person has asked for them."""

from collections.abc import Mapping
from typing import Protocol


class Unreachable(Exception):
    """The other side was not reached, or did not answer in time."""


class Post(Protocol):
    """Sends one request by HTTP."""

    async def __call__(self, url: str, body: bytes, headers: Mapping[str, str]) -> int:
        """POST `body` and return the status; a redirect is not followed.

        Raises:
            Unreachable: nobody answered.
        """
        ...
