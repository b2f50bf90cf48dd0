"""Opening a database by its URL, with its schema brought up to date."""

import asyncio
import logging
import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from chatbot.store.database import Database
from chatbot.store.errors import BadUrl, Unavailable
from chatbot.store.lock import Lock
from chatbot.store.migrate import SCHEMA, Applied, migrations, outstanding
from chatbot.store.sqlite import SqliteDatabase, connect

SQLITE: Final = "sqlite:///"
POSTGRES: Final = ("postgresql://", "postgres://")
SAFE_SQLITE: Final = (3, 51, 3)
"""From here on SQLite is free of the WAL-reset fault."""

log = logging.getLogger(__name__)

VERSIONS: Final = """
create table if not exists schema_version (
    version integer primary key,
    name text not null,
    checksum text not null,
    oldest_code integer not null,
    applied_at text not null default current_timestamp
)
"""


def sqlite_version() -> str:
    """Return the version of the SQLite library."""
    return sqlite3.sqlite_version


def database_exists(url: str) -> bool:
    """Tell whether there is a database at `url`; for PostgreSQL that is taken as given."""
    return not url.startswith(SQLITE) or Path(url.removeprefix(SQLITE)).exists()


async def open_database(url: str, *, schema: Path = SCHEMA, read_only: bool = False) -> Database:
    """Open the database at `url` and apply what is new of the schema.

    Raises:
        BadUrl: it names no engine of ours.
        AlreadyRunning, SchemaTooNew, SchemaBroken, Unavailable: as they say.
    """
    if url.startswith(POSTGRES):
        from chatbot.store.postgres import open_postgres  # noqa: PLC0415  # a driver that few need

        return await open_postgres(url, schema)
    if not url.startswith(SQLITE) or not url.removeprefix(SQLITE):
        raise BadUrl(
            "a database is sqlite:///relative/path, sqlite:////absolute/path or postgresql://..., "
            f"not {url.rsplit('@', 1)[-1]!r}"
        )
    path = Path(url.removeprefix(SQLITE))
    lock = None
    if not read_only:
        lock = await asyncio.to_thread(_prepare, path, schema)
    database = SqliteDatabase(path, lock)
    await database.open()
    return database


def _prepare(path: Path, schema: Path) -> Lock:
    if sqlite3.sqlite_version_info < SAFE_SQLITE:
        log.info("sqlite.one_writer_only version=%s", sqlite3.sqlite_version)
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = Lock(path.with_name(path.name + ".lock"))
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise Unavailable(f"cannot open {path}: {error.strerror}") from error
    try:
        with closing(connect(path)) as connection:
            _migrate(connection, schema)
    except BaseException:
        lock.release()
        raise
    return lock


def _migrate(connection: sqlite3.Connection, schema: Path) -> None:
    steps = migrations(schema, "sqlite")
    connection.execute(VERSIONS)
    rows = connection.execute(
        "select version, checksum, oldest_code from schema_version order by version"
    )
    for step in outstanding(steps, [Applied(*row) for row in rows]):
        try:
            connection.execute("begin immediate")
            for statement in _statements(step.script):
                connection.execute(statement)
            connection.execute(
                "insert into schema_version (version, name, checksum, oldest_code) "
                "values (?, ?, ?, ?)",
                (step.version, step.name, step.checksum, step.oldest_code),
            )
            connection.execute("commit")
        except sqlite3.Error:
            if connection.in_transaction:
                connection.execute("rollback")
            raise


def _statements(script: str) -> list[str]:
    """Split a script; `executescript` would commit behind our back."""
    found, pending = [], ""
    for line in script.splitlines(keepends=True):
        pending += line
        if sqlite3.complete_statement(pending):
            found.append(pending)
            pending = ""
    return found
