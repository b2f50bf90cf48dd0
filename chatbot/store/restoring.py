"""Putting a backup in the place of a SQLite database: all is done to a copy, and then it moves in.

The lock of the database is held meanwhile, so no service can have it open or open it.
"""

import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from typing import Final

from chatbot.store.backup import look_through
from chatbot.store.errors import BadBackup, NotEmpty
from chatbot.store.lock import FileLock
from chatbot.store.migrate import Migration
from chatbot.store.private_file import PRIVATE, to_disk
from chatbot.store.sqlite_file import reader_uri

LOG: Final = "-wal"
_BESIDE: Final = ("", LOG, "-shm", "-journal", ".lock")


@dataclass(frozen=True, slots=True)
class Gone:
    """Ids of what a database has erased."""

    chats: Sequence[str] = ()
    callbacks: Sequence[str] = ()


@contextmanager
def landing(
    file: Path, database: Path, migrations: Sequence[Migration], *, replace: bool
) -> Iterator[Path]:
    """Lock the database, and yield a copy of a backup beside it that was looked through.

    Raises:
        AlreadyRunning: a service has the database.
        NotEmpty: there is one, and it is not to be replaced.
        BadBackup, SchemaError: the backup cannot be used.
    """
    database.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = FileLock.take(database)
    copy = database.with_name(f".{database.name}.{token_hex(4)}")
    try:
        if not replace and database.exists() and database.stat().st_size:
            raise NotEmpty(database=database)
        _copy(file, copy)
        look_through(copy, migrations, file)
        yield copy
    finally:
        for end in _BESIDE:
            copy.with_name(copy.name + end).unlink(missing_ok=True)
        lock.release()


def _copy(file: Path, copy: Path) -> None:
    log = file.with_name(file.name + LOG)
    if log.exists() and log.stat().st_size:
        reason = f"part of it is in {log.name}: it was copied while a service used it"
        raise BadBackup(file=file, reason=reason)
    copy.touch(PRIVATE, exist_ok=False)
    shutil.copyfile(file, copy)


def erased(database: Path) -> Gone | None:
    """Return what a database has erased; None where it cannot be read any more."""
    try:
        with closing(sqlite3.connect(reader_uri(database), uri=True)) as connection:
            chats = connection.execute("select id from conversation where data_key is null")
            callbacks = connection.execute("select id from callback where data_key is null")
            return Gone([row[0] for row in chats], [row[0] for row in callbacks])
    except sqlite3.Error:
        return None


def move_in(copy: Path, database: Path, name: str) -> Path | None:
    """Put a copy that is closed in the place of the database; at every moment there is a whole one.

    Returns where the one before is kept, by `name` beside it; None where there was none.
    """
    with closing(sqlite3.connect(copy)) as connection:
        connection.execute("pragma journal_mode = delete")  # nothing of it may be in a log
    to_disk(copy)
    kept = _keep(database, database.with_name(name)) if database.exists() else None
    copy.replace(database)
    to_disk(database.parent)
    return kept


def _keep(database: Path, kept: Path) -> Path:
    log = kept.with_name(kept.name + LOG)
    for old, new in ((database, kept), (database.with_name(database.name + LOG), log)):
        if old.exists():
            new.hardlink_to(old)
    # A log that a crash has left belongs to the old file, and would ruin the new one.
    with suppress(sqlite3.Error), closing(sqlite3.connect(database)) as connection:
        connection.execute("pragma journal_mode = delete")
        log.unlink(missing_ok=True)  # all that was in it is in the file
    to_disk(database.parent)
    for end in (LOG, "-shm"):
        database.with_name(database.name + end).unlink(missing_ok=True)
    return kept
