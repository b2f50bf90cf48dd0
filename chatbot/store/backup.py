"""A backup of a SQLite database: one file, written while the service runs, and looked through.

It is made by `vacuum into`: one moment of the database, without the pages that deleted rows leave
behind, so that what was erased before is in no backup made after.
"""

import sqlite3
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Final

from chatbot.store.errors import BadBackup
from chatbot.store.migrate import APPLIED, Migration, next_migration
from chatbot.store.private_file import appearing
from chatbot.store.sqlite_file import reader_uri
from chatbot.store.sqlite_writer import translate

PATIENCE_SECONDS: Final = 30.0
_CHUNK: Final = 1 << 20
_LONGEST: Final = 64
"""As many bytes has the key when it is written in hexadecimal."""


def back_up(
    database: Path, file: Path, migrations: Sequence[Migration], key: bytes | None, *, replace: bool
) -> int:
    """Write `file`, have it looked through, and return the version of its schema.

    Raises:
        BadBackup, SchemaError: what was written cannot be used, and there is no new file.
        StoreError, OSError: the database cannot be read, or the file not written.
    """
    with appearing(file, replace=replace) as unfinished:
        try:
            with closing(_reader(database)) as connection:
                connection.execute("vacuum into ?", (str(unfinished),))
        except sqlite3.Error as error:
            raise translate(error) from None
        version = look_through(unfinished, migrations, file)
        _refuse_key(unfinished, key, file)
    return version


def look_through(database: Path, migrations: Sequence[Migration], file: Path) -> int:
    """Read the whole of a database that nobody writes; return the version of its schema.

    `file` is what a person knows it by.

    Raises:
        BadBackup: it is damaged, or no database of this software.
        SchemaError: this version cannot use it.
    """
    try:
        with closing(_reader(database)) as connection:
            [found] = connection.execute("pragma integrity_check(1)").fetchone()
            if found != "ok" or connection.execute("pragma foreign_key_check").fetchone():
                raise BadBackup(file=file, reason="it is damaged")
            known = "select 1 from sqlite_master where name = 'schema_version'"
            if not connection.execute(known).fetchone():
                raise BadBackup(file=file, reason="it is no database of this software")
            applied = connection.execute(APPLIED).fetchall()
    except sqlite3.Error as error:
        reason = getattr(error, "sqlite_errorname", type(error).__name__)
        raise BadBackup(file=file, reason=f"it cannot be read ({reason})") from None
    next_migration(migrations, applied)
    return len(applied)


class KeyFinder:
    """Looks for the master key in what it is shown, however the key is written."""

    def __init__(self, key: bytes | None, file: Path) -> None:
        written = [key, b64encode(key), urlsafe_b64encode(key), key.hex().encode()] if key else []
        self._written = [one.rstrip(b"=") for one in written]
        self._file = file
        self._before = b""

    def look(self, chunk: bytes) -> None:
        """Look at what follows on what it was shown before.

        Raises:
            BadBackup: the key is there; whoever has the file could read every conversation.
        """
        looked_at = self._before + chunk
        if any(one in looked_at for one in self._written):
            raise BadBackup(file=self._file, reason="the master key is in it")
        self._before = looked_at[-_LONGEST:]


def _refuse_key(database: Path, key: bytes | None, file: Path) -> None:
    finder = KeyFinder(key, file)
    with database.open("rb") as read:
        while chunk := read.read(_CHUNK):
            finder.look(chunk)


def _reader(path: Path) -> sqlite3.Connection:
    uri = reader_uri(path)
    return sqlite3.connect(uri, uri=True, isolation_level=None, timeout=PATIENCE_SECONDS)
