"""One process per SQLite file, by an exclusive lock on a file beside it.

The system lets go of the lock when the process ends, however it ends; the file itself stays, since
removing it would let two processes lock two different files of one name.
"""

import fcntl
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from chatbot.store.errors import AlreadyRunning

_PRIVATE: Final = 0o600


@dataclass(slots=True)
class FileLock:
    """A lock that is held; `release` lets go of it."""

    _descriptor: int | None

    @classmethod
    def take(cls, database: Path) -> "FileLock":
        """Lock the database for this process.

        Raises:
            AlreadyRunning: another process, or another part of this one, has it.
        """
        path = database.with_name(f"{database.name}.lock")
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, _PRIVATE)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        except BlockingIOError:
            owner = os.pread(descriptor, 20, 0).decode("ascii", "replace").strip()
            os.close(descriptor)
            raise AlreadyRunning(
                database=database, owner=f"process {owner}" if owner else "unknown"
            ) from None
        except OSError:
            os.close(descriptor)
            raise
        return cls(descriptor)

    def release(self) -> None:
        """Let go; a second call does nothing."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
