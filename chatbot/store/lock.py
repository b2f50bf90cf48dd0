"""One process for one SQLite file: a lock that ends with the process that holds it."""

import fcntl
import os
from pathlib import Path

from chatbot.store.errors import AlreadyRunning


class Lock:
    """Holds `<database>.lock` until it is released or the process ends."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(self._file)
            raise AlreadyRunning(
                f"another process is using this database ({path.name} is locked); stop it first, "
                "or give this one a database of its own"
            ) from error

    def release(self) -> None:
        """Let the next process in."""
        os.close(self._file)
