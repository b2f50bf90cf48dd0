"""The SQLite file: who may read it, who may write it, and how durable it is."""

import os
import sqlite3
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from chatbot.store.database import WAITING_BATCHES
from chatbot.store.lock import FileLock
from chatbot.store.migrate import Migration
from chatbot.store.sqlite_schema import check_schema, migrate

PRAGMAS: Final = (
    "pragma journal_mode = wal",
    "pragma synchronous = full",  # NORMAL loses acknowledged messages in a power cut
    "pragma foreign_keys = on",
    "pragma cache_size = -65536",
    "pragma journal_size_limit = 67108864",
)
SAFE_VERSIONS: Final = ((3, 44, 6), (3, 50, 7), (3, 51, 3))
"""The first of each line that has the WAL-reset bug mended; later lines all have."""
_PRIVATE: Final = 0o600
_PRIVATE_FOLDER: Final = 0o700


@dataclass(frozen=True, slots=True)
class SqliteLimits:
    """How long to wait for a foreign lock, what may wait, and pages the file may have at most."""

    busy_ms: int = 5_000
    waiting_batches: int = WAITING_BATCHES
    pages: int | None = None


@dataclass(frozen=True, slots=True)
class Prepared:
    """A file that is this process's own, with the connection that writes it."""

    lock: FileLock
    connection: sqlite3.Connection


def is_safe(version: tuple[int, ...]) -> bool:
    """Tell whether a SQLite has the WAL-reset bug mended."""
    same_line = [safe for safe in SAFE_VERSIONS if safe[:2] == version[:2]]
    return version >= (same_line or SAFE_VERSIONS)[-1]


def reader_uri(path: Path) -> str:
    """Return the file as a URI that cannot be written through."""
    return f"{path.absolute().as_uri()}?mode=ro"


def prepare(path: Path, migrations: Sequence[Migration], limits: SqliteLimits) -> Prepared:
    """Lock, make and upgrade the file. Blocks: call it in a thread.

    Raises:
        AlreadyRunning, SchemaError, OSError, sqlite3.Error: nothing is held then.
    """
    with ExitStack() as stack:
        path.parent.mkdir(mode=_PRIVATE_FOLDER, parents=True, exist_ok=True)
        lock = FileLock.take(path)
        stack.callback(lock.release)
        _make_private(path)
        # Made by this thread, then used by the writer's only.
        connection = sqlite3.connect(
            path,
            isolation_level=None,
            timeout=limits.busy_ms / 1000,
            cached_statements=256,
            check_same_thread=False,
        )
        stack.callback(connection.close)
        for pragma in PRAGMAS:
            connection.execute(pragma)
        _teach(connection)
        if limits.pages is not None:
            connection.execute(f"pragma max_page_count = {limits.pages:d}")
        migrate(connection, migrations)
        stack.pop_all()
    return Prepared(lock, connection)


def _teach(connection: sqlite3.Connection) -> None:
    """Give whoever writes the functions of PostgreSQL by which the audit is chained."""
    for name, arguments, function in (
        ("convert_to", 2, lambda text, encoding: text.encode(encoding)),
        ("sha256", 1, lambda data: sha256(data).digest()),
        ("encode", 2, lambda data, _: data.hex()),
    ):
        connection.create_function(name, arguments, function, deterministic=True)


def _make_private(path: Path) -> None:
    """Make the file, or take others' rights to it; SQLite gives its log the same rights."""
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, _PRIVATE))
    for file in (path, path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")):
        if file.exists():
            file.chmod(_PRIVATE)


def check(path: Path, migrations: Sequence[Migration]) -> None:
    """Refuse a file that a reader cannot use as it is. Blocks: call it in a thread.

    Raises:
        SchemaError, sqlite3.Error: it cannot be read.
    """
    connection = sqlite3.connect(reader_uri(path), uri=True, isolation_level=None)
    try:
        check_schema(connection, migrations)
    finally:
        connection.close()
