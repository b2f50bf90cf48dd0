"""Vectors of known texts, kept between builds: a text is embedded once in its life.

The key is a hash of the model and the text, so another model never meets old vectors. A vector is
kept as one byte a dimension, which costs no answer that could be measured.
"""

import hashlib
from collections.abc import Callable, MutableMapping, Sequence
from typing import Final

import numpy as np

from chatbot.answers.encoder import DIMENSIONS, Encoder, Vectors

Progress = Callable[[int, int], None]
Cache = MutableMapping[str, bytes]

SIZE: Final = DIMENSIONS
"""Bytes of one kept vector."""
_LARGEST: Final = 127
_AT_ONCE: Final = 128


def key(encoder: Encoder, text: str) -> str:
    """Return the name, 64 hexadecimal digits, under which the vector of a text is kept."""
    return hashlib.sha256(f"{encoder.identity}\n{text}".encode()).hexdigest()


def embed(
    texts: Sequence[str], encoder: Encoder, cache: Cache, progress: Progress | None = None
) -> Vectors:
    """Return a row for each text, from `cache` where it is there; what is new is put there.

    `progress` hears how many of how many new texts are done.
    """
    keys = [key(encoder, text) for text in texts]
    new = {k: text for k, text in zip(keys, texts, strict=True) if len(cache.get(k, b"")) != SIZE}
    # By length: texts of one length are embedded together without waste.
    order = sorted(new, key=lambda k: len(new[k]))
    for start in range(0, len(order), _AT_ONCE):
        some = order[start : start + _AT_ONCE]
        for k, row in zip(some, encoder.encode([new[k] for k in some]), strict=True):
            cache[k] = _packed(row)
        if progress is not None:
            progress(start + len(some), len(order))
    return _unpacked([cache[k] for k in keys])


def _packed(row: Vectors) -> bytes:
    scaled = np.rint(row * (_LARGEST / np.abs(row).max()))
    return bytes(scaled.astype(np.int8).tobytes())


def _unpacked(kept: Sequence[bytes]) -> Vectors:
    # Every row is one long, so its scale need not be kept.
    rows = np.frombuffer(b"".join(kept), np.int8).reshape(-1, SIZE).astype(np.float32)
    found: Vectors = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return found
