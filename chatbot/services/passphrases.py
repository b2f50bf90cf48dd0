"""Passphrases: hashed with Argon2id in threads, a few at a time, and judged by zxcvbn.

Hashing is made to be slow and to need memory, so it is what an attacker would flood: more than
`WAITING` at once are turned away before they cost anything.
"""

import asyncio
import secrets
import unicodedata
from base64 import b64encode
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from typing import Final, TypeVar

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from zxcvbn import zxcvbn

from chatbot.domain.errors import Invalid
from chatbot.services.errors import Busy

Result = TypeVar("Result")

MEMORY_KIB: Final = 32 * 1024
ITERATIONS: Final = 3
LANES: Final = 1
TODAY: Final = f"$argon2id$v=19$m={MEMORY_KIB},t={ITERATIONS},p={LANES}$"
"""How a kept passphrase begins, in the PHC format."""
SALT_BYTES: Final = 16
HASH_BYTES: Final = 32
THREADS: Final = 2
WAITING: Final = 32

SHORTEST: Final = 10
LONGEST: Final = 200
"""Characters of a passphrase."""
JUDGED: Final = 72
"""Characters that zxcvbn looks at: its time grows with the square."""
GOOD: Final = 3
"""Its lowest score, of 0 to 4, that is taken: ten thousand million guesses."""


def normal(passphrase: str) -> str:
    """Return it as it is hashed: one form for each letter, whichever keyboard typed it."""
    return unicodedata.normalize("NFC", passphrase)


def strength(passphrase: str, known: Sequence[str] = ()) -> int:
    """Return 0 (guessed at once) to 4; `known` are words that an attacker tries first."""
    judged = normal(passphrase)[:JUDGED]
    if not judged:
        return 0
    score: int = zxcvbn(judged, user_inputs=[word for word in known if word])["score"]
    return score


def check_strength(passphrase: str, known: Sequence[str] = ()) -> None:
    """Let a passphrase pass that is worth having.

    Raises:
        Invalid: it is too short, too long, or too easy to guess; `passphrase` says which.
    """
    length = len(normal(passphrase))
    if length < SHORTEST:
        raise Invalid(passphrase="short" if length else "empty")
    if length > LONGEST:
        raise Invalid(passphrase="too_long")  # noqa: S106  # the reason, not a secret
    score = strength(passphrase, known)
    if score < GOOD:
        raise Invalid(passphrase=f"strength_{score}")


class Passphrases:
    """Hashes and verifies on an executor with `THREADS` threads."""

    def __init__(self, executor: Executor) -> None:
        self._executor = executor
        self._waiting = 0
        self._nobodys = _nobodys()

    async def hash(self, passphrase: str, known: Sequence[str]) -> str:
        """Judge a new one; return what the store keeps: a PHC string, about 100 characters.

        Raises:
            Invalid: as for `check_strength`.
            Busy: too many wait already.
        """
        # In a thread as well: it takes up to 25 ms, and looks for translations on the disk.
        await self._run(lambda: check_strength(passphrase, known))
        return await self._run(lambda: _hash(passphrase))

    async def hash_again(self, passphrase: str) -> str:
        """Return one that was taken before as it is kept today.

        Raises:
            Busy: too many wait already.
        """
        return await self._run(lambda: _hash(passphrase))

    async def matches(self, passphrase: str, kept: str | None) -> bool:
        """Tell whether it is the one; without a `kept` one it takes as long and is not.

        Raises:
            Busy: too many wait already.
        """
        right = await self._run(lambda: _verify(passphrase[:LONGEST], kept or self._nobodys))
        return right and kept is not None

    async def _run(self, work: Callable[[], Result]) -> Result:
        if self._waiting >= WAITING:
            raise Busy
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._executor, work)
        finally:
            self._waiting -= 1


def outdated(kept: str) -> bool:
    """Tell whether it was hashed with other costs than today's."""
    return not kept.startswith(TODAY)


def _nobodys() -> str:
    """Return what looks like a kept passphrase and is nobody's: comparing it takes as long."""
    parts = (secrets.token_bytes(size) for size in (SALT_BYTES, HASH_BYTES))
    return TODAY + "$".join(b64encode(part).decode().rstrip("=") for part in parts)


def _hash(passphrase: str) -> str:
    argon = Argon2id(
        salt=secrets.token_bytes(SALT_BYTES),
        length=HASH_BYTES,
        iterations=ITERATIONS,
        lanes=LANES,
        memory_cost=MEMORY_KIB,
    )
    return argon.derive_phc_encoded(normal(passphrase).encode())


def _verify(passphrase: str, kept: str) -> bool:
    try:
        Argon2id.verify_phc_encoded(normal(passphrase).encode("utf-8", "replace"), kept)
    except InvalidKey:
        return False
    return True
