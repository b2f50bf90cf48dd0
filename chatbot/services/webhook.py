"""The webhook: telling one other system that something waits, signed, and without a word of it.

`X-Cara-Signature` is `sha256=` and the HMAC-SHA256, in hex, of `X-Cara-Timestamp`, a dot, and the
body. The receiver refuses an old timestamp, and drops an `id` that it has seen.
"""

import hashlib
import hmac
from typing import Final

import msgspec

from chatbot.domain.notices import Kind, Notice
from chatbot.domain.reference import reference_of
from chatbot.services.identity import Clock
from chatbot.services.outgoing import Post

KINDS: Final = frozenset({Kind.WAITING, Kind.MESSAGE_LEFT, Kind.LATE})
_encode = msgspec.json.Encoder().encode


class Webhook:
    """One address that is told."""

    def __init__(self, address: str, post: Post, clock: Clock) -> None:
        self._url = ""
        self._secret = b""
        self._address = address
        self._post = post
        self._clock = clock

    def take(self, url: str, secret: bytes) -> None:
        """Tell this address from now on; an empty one is told nothing."""
        self._url, self._secret = url, secret

    def wants(self, notice: Notice) -> bool:
        """Tell whether it is told of this."""
        return bool(self._url) and notice.kind in KINDS

    async def send(self, notice: Notice) -> bool:
        """Send it; tell whether it was taken.

        Raises:
            Unreachable: nobody answered.
        """
        link = f"{self._address}/console/chats/{notice.conversation}" if self._address else ""
        body = _encode(
            {
                "id": notice.id,
                "type": f"chat.{notice.kind}",
                "at": notice.at,
                "chat": reference_of(notice.conversation),
                "link": link,
            }
        )
        at = str(self._clock())
        headers = {
            "Content-Type": "application/json",
            "X-Cara-Timestamp": at,
            "X-Cara-Signature": f"sha256={signature(self._secret, at, body)}",
        }
        status = await self._post(self._url, body, headers)
        return 200 <= status < 300  # noqa: PLR2004  # it was taken


def signature(secret: bytes, timestamp: str, body: bytes) -> str:
    """Return the signature of a message, in hex."""
    return hmac.new(secret, timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
