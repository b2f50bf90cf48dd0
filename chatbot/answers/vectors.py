"""Vectors of known texts, kept between builds: a text is embedded once in its life.

The key is a hash of the model and the text, so another model never meets old vectors. A vector is
kept as one byte a dimension, which costs no answer that could be measured.
"""

import hashlib
import os
from collections.abc import Callable, Iterator, MutableMapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import numpy as np
from numpy.typing import NDArray

from chatbot.answers.encoder import DIMENSIONS, Encoder, Vectors

Progress = Callable[[int, int], None]
Checkpoint = Callable[[], object]
"""Called between the steps of long work; whatever it raises ends the work."""
Cache = MutableMapping[str, bytes]

SIZE: Final = DIMENSIONS
"""Bytes of one kept vector."""
_LARGEST: Final = 127
_AT_ONCE: Final = 128
_BLOCK: Final = 4_096
_THREADS: Final = os.cpu_count() or 1
"""The model uses one core for each call; there is nothing to share between chunks."""


def key(encoder: Encoder, text: str) -> str:
    """Return the name, 64 hexadecimal digits, under which the vector of a text is kept."""
    return hashlib.sha256(f"{encoder.identity}\n{text}".encode()).hexdigest()


def no_checkpoint() -> None:
    """Let work go on to its end."""


def embed(
    texts: Sequence[str],
    encoder: Encoder,
    cache: Cache,
    progress: Progress | None = None,
    checkpoint: Checkpoint = no_checkpoint,
) -> Vectors:
    """Return a row for each text, from `cache` where it is there; what is new is put there.

    `progress` hears how many of how many new texts are done.
    """
    keys = [key(encoder, text) for text in texts]
    new = {k: text for k, text in zip(keys, texts, strict=True) if len(cache.get(k, b"")) != SIZE}
    # By length: texts of one length are embedded together without waste.
    order = sorted(new, key=lambda k: len(new[k]))
    chunks = [order[start : start + _AT_ONCE] for start in range(0, len(order), _AT_ONCE)]
    done = 0

    def encode(some: Sequence[str]) -> Vectors:
        checkpoint()
        return encoder.encode([new[k] for k in some])

    with ThreadPoolExecutor(_THREADS, thread_name_prefix="embed") as pool:
        for some, rows in zip(chunks, pool.map(encode, chunks), strict=True):
            for k, row in zip(some, packed(rows), strict=True):
                cache[k] = row.tobytes()
            done += len(some)
            if progress is not None:
                progress(done, len(order))
    if order:
        encoder.rest()
    return unpacked(np.frombuffer(b"".join(cache[k] for k in keys), np.int8).reshape(-1, SIZE))


def packed(rows: Vectors) -> NDArray[np.int8]:
    """Return the rows in one byte a dimension."""
    found = np.empty(rows.shape, np.int8)
    for part in blocks(len(rows)):
        largest = np.abs(rows[part]).max(axis=1, keepdims=True)
        found[part] = np.rint(rows[part] * (_LARGEST / largest))
    return found


def unpacked(rows: NDArray[np.generic]) -> Vectors:
    """Return packed rows as vectors: every one is one long, so its scale need not be kept."""
    found = rows.astype(np.float32)
    for part in blocks(len(rows)):
        found[part] /= np.linalg.norm(found[part], axis=1, keepdims=True)
    return found


def blocks(rows: int) -> Iterator[slice]:
    """Cut many rows into parts, so that what a sum needs in between stays small."""
    return (slice(start, start + _BLOCK) for start in range(0, rows, _BLOCK))
