"""What is known of words already, so that a start neither embeds nor learns it again.

The package brings what belongs to the shipped words; what an admin adds is kept in the data
folder. A record of vectors is the 32 bytes of its key and a vector of fixed length; a half-written
end is cut off. Lessons are few and short: JSON.
"""

import json
import os
from collections.abc import Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final

TUNING: Final = Path(__file__).with_name("tuning.npz")
SHIPPED: Final = "vectors.bin"
LESSONS: Final = "lessons.json"
LESSONS_KEPT: Final = 50
KEY_BYTES: Final = 32
NAME_BYTES: Final = 64


class VectorFile:
    """Vectors of `size` bytes by hexadecimal key; `path` takes what is new of them."""

    def __init__(self, path: Path | None, size: int) -> None:
        self._path = path
        self._size = size
        self._known: dict[str, bytes] | None = None
        self._kept: set[str] = set()

    @property
    def known(self) -> dict[str, bytes]:
        """All of them; what is added here is written by `save`, which lets go of the rest.

        They are read again when they are needed: building takes longer, and is rare.
        """
        if self._known is None:
            self._known = self.read()
            self._kept = set(self._known)
        return self._known

    def read(self) -> dict[str, bytes]:
        """Return all that is kept, for whoever keeps nothing new of it."""
        shipped = files("chatbot.content") / SHIPPED
        found = self._records(shipped.read_bytes()) if shipped.is_file() else {}
        if self._path is not None and self._path.exists():
            found |= self._records(self._path.read_bytes())
        return found

    def _records(self, data: bytes) -> dict[str, bytes]:
        step = KEY_BYTES + self._size
        return {
            data[at : at + KEY_BYTES].hex(): data[at + KEY_BYTES : at + step]
            for at in range(0, len(data) - step + 1, step)
        }

    def save(self) -> None:
        """Append what is new, whole records only, and hold none in memory; without a file, all."""
        if self._known is None:
            return
        new = self._known.keys() - self._kept
        if self._path is None and new:
            return
        if self._path is not None and new:
            self._append(self._path, b"".join(map(self._record, sorted(new))))
        self._known, self._kept = None, set()

    def _record(self, key: str) -> bytes:
        return bytes.fromhex(key) + self.known[key]

    def _append(self, path: Path, records: bytes) -> None:
        step = KEY_BYTES + self._size
        flags = os.O_CREAT | os.O_RDWR
        with os.fdopen(os.open(path, flags, 0o600), "r+b") as file:
            whole = file.seek(0, os.SEEK_END) // step * step
            file.truncate(whole)
            file.seek(whole)
            file.write(records)


class LessonFile:
    """What was learnt, by fingerprint, in `known`; `path` takes what is new, or nothing does."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self.known = _lessons(files("chatbot.content") / LESSONS)
        if path is not None:
            self.known |= _lessons(path)
        self._kept = set(self.known)

    def save(self) -> None:
        """Write the newest, all or nothing."""
        if self._path is None or not self.known.keys() - self._kept:
            return
        unfinished = self._path.with_name(self._path.name + ".part")
        newest = dict(list(self.known.items())[-LESSONS_KEPT:])
        unfinished.write_text(json.dumps(newest), "utf-8")
        unfinished.replace(self._path)
        self._kept = set(self.known)


class IndexFile:
    """A large FAQ, read and counted, in `known` by name; `path` takes one that is new."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self.known: dict[str, bytes] = {}
        if path is not None and path.exists():
            data = path.read_bytes()
            self.known[data[:NAME_BYTES].decode("ascii", "replace")] = data[NAME_BYTES:]
        self._kept = set(self.known)

    def save(self) -> None:
        """Write a new one, all or nothing, and hold none of it in memory."""
        new = self.known.keys() - self._kept
        if self._path is not None and new:
            name = new.pop()
            unfinished = self._path.with_name(f"{self._path.name}.{os.getpid()}.part")
            flags = os.O_CREAT | os.O_WRONLY | os.O_TRUNC
            with os.fdopen(os.open(unfinished, flags, 0o600), "wb") as file:
                file.write(name.encode("ascii"))
                file.write(self.known[name])
            unfinished.replace(self._path)
            self._kept = {name}
        self.known.clear()


def _lessons(file: Traversable | Path) -> dict[str, str]:
    """Read a file of lessons; what cannot be read is learnt again."""
    try:
        data = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return dict(data) if isinstance(data, Mapping) else {}
