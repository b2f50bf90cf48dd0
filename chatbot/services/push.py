"""Web Push: waking a browser of staff that has no page of ours in sight.

A push carries nothing, not even encrypted: the worker in the browser has the one sentence that it
shows. What is left is to prove who sends it, by a signed token (VAPID, RFC 8292).
"""

import json
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from fnmatch import fnmatchcase
from typing import Final
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from chatbot.domain.errors import Invalid
from chatbot.domain.people import Person
from chatbot.services.identity import Clock, token_hash
from chatbot.services.outgoing import Post
from chatbot.store.preferences import Device, PreferenceStore

TOKEN_SECONDS: Final = 12 * 3600
ENDPOINT_LIMIT: Final = 2_000
GONE: Final = frozenset({404, 410})
"""What a push service answers for a browser that is called no more."""
KEEP_SECONDS: Final = 120
"""How long a push service may keep it for a browser that is off."""
LOCAL: Final = frozenset({"localhost", "127.0.0.1"})
_CURVE: Final = ec.SECP256R1()
_HALF: Final = 32


class PushService:
    """The devices that are called, and calling one."""

    def __init__(
        self,
        store: PreferenceStore,
        post: Post,
        services: Sequence[str],
        contact: str,
        clock: Clock,
    ) -> None:
        self._store = store
        self._post = post
        self._services = services
        self._contact = contact
        self._clock = clock
        self._key: ec.EllipticCurvePrivateKey | None = None

    async def public_key(self) -> str:
        """Return what a browser is to know this installation by."""
        numbers = (await self._private_key()).public_key()
        return _text(
            numbers.public_bytes(
                serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
            )
        )

    async def of(self, person: str) -> list[Device]:
        """Return somebody's devices."""
        return [one for one in await self._store.devices() if one.person == person]

    async def add(self, person: Person, session: str, endpoint: str, name: str) -> None:
        """Call this browser from now on, for as long as its session lasts.

        Raises:
            Invalid: its address is not one of a push service that the settings name.
        """
        if len(endpoint) > ENDPOINT_LIMIT or not self._known(endpoint):
            raise Invalid(endpoint="unknown")
        device = Device(token_hash(endpoint), person.id, name, endpoint, self._clock())
        await self._store.add_device(device, session)

    async def drop(self, person: Person, device_id: str) -> None:
        """Call one of their devices no more."""
        await self._store.drop_device(device_id, person.id)

    async def call(self, device_id: str) -> bool:
        """Wake a device; tell whether it was reached, or never will be.

        Raises:
            Unreachable: its push service was not.
        """
        found = [one for one in await self._store.devices() if one.id == device_id]
        if not found:
            return True
        [device] = found
        headers = {
            "Authorization": await self._authorization(device.endpoint),
            "TTL": str(KEEP_SECONDS),
            "Urgency": "high",
        }
        status = await self._post(device.endpoint, b"", headers)
        if status in GONE:
            await self._store.drop_device(device.id)
        return status in GONE or status < 300  # noqa: PLR2004  # it was taken

    def _known(self, endpoint: str) -> bool:
        parts = urlsplit(endpoint)
        local = parts.hostname in LOCAL
        return (parts.scheme == "https" or local) and any(
            fnmatchcase(parts.netloc, allowed) for allowed in self._services
        )

    async def _private_key(self) -> ec.EllipticCurvePrivateKey:
        if self._key is None:
            fresh = ec.generate_private_key(_CURVE).private_numbers().private_value
            kept = await self._store.push_key(fresh.to_bytes(_HALF))
            self._key = ec.derive_private_key(int.from_bytes(kept), _CURVE)
        return self._key

    async def _authorization(self, endpoint: str) -> str:
        parts = urlsplit(endpoint)
        claims = {
            "aud": f"{parts.scheme}://{parts.netloc}",
            "exp": self._clock() // 1000 + TOKEN_SECONDS,
            "sub": self._contact,
        }
        signed = f"{_json({'typ': 'JWT', 'alg': 'ES256'})}.{_json(claims)}"
        key = await self._private_key()
        first, second = decode_dss_signature(key.sign(signed.encode(), ec.ECDSA(SHA256())))
        signature = _text(first.to_bytes(_HALF) + second.to_bytes(_HALF))
        return f"vapid t={signed}.{signature}, k={await self.public_key()}"


def _json(value: object) -> str:
    return _text(json.dumps(value, separators=(",", ":")).encode())


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()
