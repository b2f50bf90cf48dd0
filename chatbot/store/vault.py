"""Encryption at rest: a data key for each conversation, wrapped by one master key.

Deleting a wrapped data key is erasure; a backup of before has it still. Every ciphertext is bound
to its place (conversation and position), so a row that was moved does not open.
"""

import secrets
from collections import OrderedDict
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from chatbot.store.errors import Unreadable

KEY_BYTES: Final = 32
_NONCE_BYTES: Final = 12
_OPEN_KEYS: Final = 10_000
_STOCK: Final = 256


class _Nonces:
    """Random nonces, drawn from the system many at a time: each draw is a system call."""

    def __init__(self) -> None:
        self._stock = b""
        self._at = 0

    def take(self) -> bytes:
        if self._at >= len(self._stock):
            self._stock, self._at = secrets.token_bytes(_NONCE_BYTES * _STOCK), 0
        self._at += _NONCE_BYTES
        return self._stock[self._at - _NONCE_BYTES : self._at]


_nonces = _Nonces()


class Seal:
    """One data key, ready to use. `wrapped` is what the store keeps of it."""

    __slots__ = ("_cipher", "wrapped")

    def __init__(self, key: bytes, wrapped: bytes) -> None:
        self._cipher = AESGCM(key)
        self.wrapped = wrapped

    def close(self, text: bytes, place: str) -> bytes:
        """Encrypt `text` (any length) for its `place`; 28 bytes longer."""
        nonce = _nonces.take()
        return nonce + self._cipher.encrypt(nonce, text, place.encode())

    def open(self, sealed: bytes, place: str) -> bytes:
        """Decrypt what `close` made for the same `place`.

        Raises:
            Unreadable: it was altered, moved, or made with another key.
        """
        try:
            return self._cipher.decrypt(
                sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], place.encode()
            )
        except (InvalidTag, ValueError) as error:
            raise Unreadable(place=place) from error


class Vault:
    """Makes and opens data keys with the master key (32 bytes)."""

    def __init__(self, master_key: bytes) -> None:
        if len(master_key) != KEY_BYTES:
            raise ValueError(f"the master key has {len(master_key)} bytes, not {KEY_BYTES}")
        self._master = AESGCM(master_key)
        self._open: OrderedDict[bytes, Seal] = OrderedDict()

    def new_seal(self, owner: str) -> Seal:
        """Make a data key that only `owner`'s record can use."""
        key = secrets.token_bytes(KEY_BYTES)
        nonce = _nonces.take()
        return self._remember(Seal(key, nonce + self._master.encrypt(nonce, key, owner.encode())))

    def seal(self, wrapped: bytes, owner: str) -> Seal:
        """Unwrap a stored data key.

        Raises:
            Unreadable: another master key wrapped it, or it belongs to another record.
        """
        if known := self._open.get(wrapped):
            self._open.move_to_end(wrapped)
            return known
        try:
            key = self._master.decrypt(
                wrapped[:_NONCE_BYTES], wrapped[_NONCE_BYTES:], owner.encode()
            )
        except (InvalidTag, ValueError) as error:
            raise Unreadable(place=owner) from error
        return self._remember(Seal(key, wrapped))

    def _remember(self, seal: Seal) -> Seal:
        self._open[seal.wrapped] = seal
        if len(self._open) > _OPEN_KEYS:
            self._open.popitem(last=False)
        return seal
