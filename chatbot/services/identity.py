"""Ids, tokens and the clock: what the services get from outside themselves."""

import hashlib
import hmac
import secrets
import time
from collections.abc import Callable
from typing import Final
from uuid import UUID

Clock = Callable[[], int]
"""Milliseconds UTC."""

_TOKEN_BYTES: Final = 32


def system_clock() -> int:
    """Return the machine's time in milliseconds UTC."""
    return time.time_ns() // 1_000_000


def new_id(now: int) -> str:
    """Return a UUIDv7 (RFC 9562) as text: sorts by `now`, 74 random bits."""
    value = (now << 80) | secrets.randbits(80)
    value = value & ~(0xF << 76) | (0x7 << 76)
    value = value & ~(0x3 << 62) | (0x2 << 62)
    return str(UUID(int=value))


def new_token() -> str:
    """Return a secret of 256 bits for a bearer."""
    return secrets.token_urlsafe(_TOKEN_BYTES)


def token_hash(token: str) -> str:
    """Return what the store keeps of a token. A fast hash will do: the token is random."""
    return hashlib.sha256(token.encode()).hexdigest()


def token_matches(token: str, kept: str | None) -> bool:
    """Compare in constant time; a revoked token (None) never matches."""
    return kept is not None and hmac.compare_digest(token_hash(token), kept)
