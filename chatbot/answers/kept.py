"""A large FAQ as it was read and counted, so that a restart need not do it again.

It is arrays only: nothing in such a file is ever executed.
"""

import io
import zipfile
from collections.abc import MutableMapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from chatbot.answers import vectors
from chatbot.answers.corpus import Batch, Columns, Corpus
from chatbot.answers.head import Head
from chatbot.answers.lexical import Bags

Shelf = MutableMapping[str, bytes]
"""One corpus by the name of what it was made of; a new one replaces it."""
WORTH_KEEPING: Final = 5_000
"""Fewer texts are counted in less than a second."""
_KINDS: Final = ("words", "letters", "stems")
_Arrays = dict[str, NDArray[np.generic]]


@dataclass(frozen=True, slots=True)
class Kept:
    """What an index is made of, and how often each word of the FAQ is said."""

    corpus: Corpus
    head: Head | None
    spelling: dict[str, int]


def pack(kept: Kept) -> bytes:
    """Return it as bytes."""
    corpus, batch = kept.corpus, kept.corpus.texts
    arrays: _Arrays = {"owners": corpus.owners.astype(np.int32)}
    for kind, bags in zip(_KINDS, corpus.columns.bags, strict=True):
        arrays |= _matrix_arrays(kind, getattr(batch, kind), np.uint8)
        arrays[f"{kind}.names"] = _lines(list(bags.columns))
    arrays |= _matrix_arrays("extra", corpus.extra, np.float32)
    arrays["spelling"] = _lines(list(kept.spelling))
    arrays["spelling.times"] = np.asarray(list(kept.spelling.values()), np.int32)
    if batch.vectors is not None and kept.head is not None:
        arrays["vectors"] = vectors.packed(batch.vectors)
        arrays["head"] = kept.head.weights.astype(np.float32)
    file = io.BytesIO()
    np.savez(file, allow_pickle=False, **arrays)
    return file.getvalue()


def unpack(data: bytes | None) -> Kept | None:
    """Return what was packed; None where there is nothing, or it is damaged."""
    if not data:
        return None
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as found:
            return _read(dict(found))
    except (ValueError, KeyError, EOFError, OSError, zipfile.BadZipFile):
        return None


def _read(arrays: _Arrays) -> Kept:
    bags = [
        Bags(dict(zip(names, range(len(names)), strict=True)))
        for names in (_texts(arrays[f"{kind}.names"]) for kind in _KINDS)
    ]
    words, letters, stems = (_matrix(kind, arrays) for kind in _KINDS)
    rows = vectors.unpacked(arrays["vectors"]) if "vectors" in arrays else None
    sizes = np.diff(stems.indptr).astype(np.float32)
    corpus = Corpus(
        Columns(*bags),
        Batch(words, letters, stems, sizes, rows),
        arrays["owners"].astype(np.intp),
        _matrix("extra", arrays),
    )
    head = Head(np.asarray(arrays["head"], np.float32)) if "head" in arrays else None
    times = arrays["spelling.times"].tolist()
    return Kept(corpus, head, dict(zip(_texts(arrays["spelling"]), times, strict=True)))


def _matrix_arrays(name: str, matrix: sparse.csr_array, kind: type[np.generic]) -> _Arrays:
    return {
        f"{name}.data": np.minimum(matrix.data, 255).astype(kind),
        f"{name}.places": matrix.indices.astype(np.int32),
        f"{name}.ends": matrix.indptr.astype(np.int32),
        f"{name}.shape": np.asarray(matrix.shape),
    }


def _matrix(name: str, arrays: _Arrays) -> sparse.csr_array:
    data = arrays[f"{name}.data"].astype(np.float32)
    rows, width = arrays[f"{name}.shape"].tolist()
    return sparse.csr_array(
        (data, arrays[f"{name}.places"], arrays[f"{name}.ends"]), shape=(rows, width)
    )


def _lines(texts: Sequence[str]) -> NDArray[np.uint8]:
    # A normalised text has no line breaks.
    return np.frombuffer("\n".join(texts).encode(), np.uint8)


def _texts(lines: NDArray[np.generic]) -> list[str]:
    return lines.tobytes().decode().split("\n")
