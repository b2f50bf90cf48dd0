"""A file that appears whole or not at all, and that nobody but its owner may read."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from errno import EEXIST
from pathlib import Path
from typing import Final

PRIVATE: Final = 0o600


@contextmanager
def appearing(path: Path, *, replace: bool = False) -> Iterator[Path]:
    """Yield an empty file beside `path` to fill; when all went well it takes that name, durably.

    Raises:
        FileExistsError: there is one already, and it is not to be replaced.
        OSError: the folder cannot be written to, or is full.
    """
    if not replace and path.exists():
        raise FileExistsError(EEXIST, os.strerror(EEXIST), str(path))
    unfinished = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    os.close(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, PRIVATE))
    try:
        yield unfinished
        to_disk(unfinished)
        if replace:
            unfinished.replace(path)
        else:
            os.link(unfinished, path)  # unlike a rename it never takes another's place
        to_disk(path.parent)
    finally:
        unfinished.unlink(missing_ok=True)


def to_disk(path: Path) -> None:
    """Have the system write a file, or the names in a folder, to the disk."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
