"""How much one visitor may ask for, kept in memory and forgotten at a restart.

An address is never stored: it is hashed with a key of this process, a /64 of IPv6 counts as one.
A peer on this machine that names no other address (a proxy that does not pass it on) stands for
everybody behind it, so its limits are `SHARED` times wider: shutting everyone out would be worse.
"""

import hashlib
import secrets
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Final

SHARED: Final = 100
REMEMBERED: Final = 50_000


class TooMany(Exception):
    """Slow down: `seconds` until the next one is allowed."""

    code = "too_many"

    def __init__(self, seconds: float) -> None:
        super().__init__(self.code)
        self.seconds = seconds
        self.data: dict[str, object] = {}


@dataclass(frozen=True, slots=True)
class Rate:
    """`burst` at once, then `per_second` more each second."""

    per_second: float
    burst: float

    def times(self, factor: int) -> "Rate":
        """Return the same rate, `factor` times as wide."""
        return Rate(self.per_second * factor, self.burst * factor)


@dataclass(slots=True)
class Bucket:
    """A token bucket: two floats."""

    tokens: float
    at: float

    def take(self, rate: Rate, now: float) -> float:
        """Take one token and return 0, or return the seconds until there is one."""
        self.tokens = min(rate.burst, self.tokens + (now - self.at) * rate.per_second)
        self.at = now
        if self.tokens < 1:
            return (1 - self.tokens) / rate.per_second
        self.tokens -= 1
        return 0.0


class Limiter:
    """Token buckets by what is counted and whose it is; the least used are forgotten first."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._buckets: OrderedDict[tuple[str, str], Bucket] = OrderedDict()

    def check(self, what: str, whose: str, rate: Rate) -> None:
        """Count one.

        Raises:
            TooMany: the bucket is empty.
        """
        now = self._clock()
        key = (what, whose)
        bucket = self._buckets.get(key)
        if bucket is None:
            bucket = self._buckets[key] = Bucket(rate.burst, now)
            if len(self._buckets) > REMEMBERED:
                self._buckets.popitem(last=False)
        else:
            self._buckets.move_to_end(key)
        if wait := bucket.take(rate, now):
            raise TooMany(wait)


@dataclass(frozen=True, slots=True)
class Address:
    """Where a request comes from: a keyed hash, good for counting only."""

    whose: str
    shared: bool

    def rate(self, rate: Rate) -> Rate:
        """Return the limit that fits this address."""
        return rate.times(SHARED) if self.shared else rate


class Addresses:
    """Turns a peer and its `X-Forwarded-For` into an `Address`."""

    def __init__(self, trusted_proxies: tuple[str, ...]) -> None:
        self._key = secrets.token_bytes(32)
        self._trusted = frozenset(trusted_proxies)

    def of(self, peer: str | None, forwarded: str | None) -> Address:
        """Return the nearest address that is no trusted proxy; only those may name another."""
        address = _parsed(peer)
        hops = [_parsed(hop.strip()) for hop in (forwarded or "").split(",") if hop.strip()]
        while hops and address is not None and self._trusts(address):
            address = hops.pop()
        if address is None:
            return Address("unknown", shared=True)
        return Address(self._hash(address), shared=address.is_loopback)

    def _trusts(self, address: IPv4Address | IPv6Address) -> bool:
        return address.is_loopback or str(address) in self._trusted

    def _hash(self, address: IPv4Address | IPv6Address) -> str:
        packed = address.packed if address.version == 4 else address.packed[:8]  # noqa: PLR2004  # IP versions
        return hashlib.blake2b(packed, key=self._key, digest_size=12).hexdigest()


def _parsed(text: str | None) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address((text or "").split("%", 1)[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
