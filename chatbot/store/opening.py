"""From a URL to an open database."""

import asyncio
import sqlite3
from pathlib import Path
from typing import Final

from chatbot.store.database import Database
from chatbot.store.errors import BadUrl
from chatbot.store.migrate import Migration, read_migrations
from chatbot.store.postgres import open_postgres
from chatbot.store.sqlite import open_sqlite
from chatbot.store.sqlite_file import is_safe

SCHEMA: Final = Path(__file__).parent / "schema"
_SQLITE: Final = "sqlite:///"
_POSTGRES: Final = ("postgresql://", "postgres://")


async def open_database(url: str, *, schema: Path = SCHEMA, read_only: bool = False) -> Database:
    """Open what the URL names, made and upgraded if need be; a reader only checks it.

    Raises:
        BadUrl, CannotOpen, AlreadyRunning, SchemaError: with a sentence for an administrator.
    """
    if is_postgres(url):
        migrations = await asyncio.to_thread(read_migrations, schema, "postgres")
        return await open_postgres(url, migrations, read_only=read_only)
    path = sqlite_path(url)
    migrations = await asyncio.to_thread(read_migrations, schema, "sqlite")
    return await open_sqlite(path, migrations, read_only=read_only)


def packaged(url: str) -> tuple[Migration, ...]:
    """Return the migrations of this version for the kind of database that the URL names."""
    return read_migrations(SCHEMA, "postgres" if is_postgres(url) else "sqlite")


def database_exists(url: str) -> bool:
    """Tell whether there is something to read; PostgreSQL says so itself when it is opened."""
    return is_postgres(url) or sqlite_path(url).is_file()


def sqlite_version() -> str:
    """Return the version of the SQLite library in use, and what is known against it."""
    if is_safe(sqlite3.sqlite_version_info):
        return sqlite3.sqlite_version
    return f"{sqlite3.sqlite_version}; 3.51.3 mends a rare fault: take it when you can"


def is_postgres(url: str) -> bool:
    """Tell whether the URL names a PostgreSQL database."""
    return url.startswith(_POSTGRES)


def sqlite_path(url: str) -> Path:
    """Return the file that the URL of a SQLite database names.

    Raises:
        BadUrl: it names none.
    """
    if not url.startswith(_SQLITE):
        raise BadUrl(reason="it begins with no database that is known here")
    path = url.removeprefix(_SQLITE)
    if not path or path.endswith("/"):
        raise BadUrl(reason="it names no file")
    if path == ":memory:" or set(path) & set("?#"):
        raise BadUrl(reason="it must name a file, without options")
    return Path(path)
