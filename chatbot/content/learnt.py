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

SHIPPED: Final = "vectors.bin"
LESSONS: Final = "lessons.json"
LESSONS_KEPT: Final = 50
KEY_BYTES: Final = 32


class VectorFile:
    """Vectors of `size` bytes by hexadecimal key in `known`; `path` takes what is new of them."""

    def __init__(self, path: Path | None, size: int) -> None:
        self._path = path
        self._size = size
        shipped = files("chatbot.content") / SHIPPED
        self.known = self._read(shipped.read_bytes()) if shipped.is_file() else {}
        if path is not None and path.exists():
            self.known |= self._read(path.read_bytes())
        self._kept = set(self.known)

    def _read(self, data: bytes) -> dict[str, bytes]:
        step = KEY_BYTES + self._size
        return {
            data[at : at + KEY_BYTES].hex(): data[at + KEY_BYTES : at + step]
            for at in range(0, len(data) - step + 1, step)
        }

    def save(self) -> None:
        """Append what is new, whole records only."""
        new = self.known.keys() - self._kept
        if self._path is None or not new:
            return
        step = KEY_BYTES + self._size
        records = b"".join(bytes.fromhex(key) + self.known[key] for key in sorted(new))
        flags = os.O_CREAT | os.O_RDWR
        with os.fdopen(os.open(self._path, flags, 0o600), "r+b") as file:
            whole = file.seek(0, os.SEEK_END) // step * step
            file.truncate(whole)
            file.seek(whole)
            file.write(records)
        self._kept |= new


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


def _lessons(file: Traversable | Path) -> dict[str, str]:
    """Read a file of lessons; what cannot be read is learnt again."""
    try:
        data = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return dict(data) if isinstance(data, Mapping) else {}
