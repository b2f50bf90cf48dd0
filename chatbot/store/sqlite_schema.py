"""Migrations on SQLite: the shared files translated, each migration in one transaction."""

import re
import sqlite3
from collections.abc import Iterator, Sequence
from typing import Final

from chatbot.store.errors import MigrationFailed, SchemaError
from chatbot.store.migrate import APPLIED, CREATE_VERSION, RECORD, Migration, check, next_migration
from chatbot.store.query import UNTOUCHED

_WORD: Final = re.compile(rf"{UNTOUCHED}|\b(?P<type>bigint|bytea|double\s+precision)\b")
_CREATE_TABLE: Final = re.compile(rf"(?i)(?:\s|{UNTOUCHED})*create\s+table\b")
_NOTHING: Final = re.compile(rf"(?:\s|{UNTOUCHED})*")
_OWN_TYPE: Final = {"bigint": "integer", "bytea": "blob", "double": "real"}


def check_schema(connection: sqlite3.Connection, migrations: Sequence[Migration]) -> None:
    """Let a reader in that may not upgrade."""
    known = connection.execute("select 1 from sqlite_master where name = 'schema_version'")
    check(migrations, connection.execute(APPLIED).fetchall() if known.fetchone() else [])


def migrate(connection: sqlite3.Connection, migrations: Sequence[Migration]) -> None:
    """Bring a database up to date, each migration in its own transaction.

    Raises:
        SchemaError: this software cannot use it, or a migration failed.
    """
    while _step(connection, migrations):
        pass


def _step(connection: sqlite3.Connection, migrations: Sequence[Migration]) -> bool:
    connection.execute("begin immediate")
    try:
        for statement in translated(CREATE_VERSION + ";"):
            connection.execute(statement)
        migration = next_migration(migrations, connection.execute(APPLIED).fetchall())
        if migration is not None:
            _apply(connection, migration)
            connection.execute(RECORD.sqlite, migration.record())
        connection.execute("commit")
    except BaseException:
        if connection.in_transaction:
            connection.execute("rollback")
        raise
    return migration is not None


def _apply(connection: sqlite3.Connection, migration: Migration) -> None:
    try:
        for statement in (
            *translated(migration.shared),
            *complete_statements(migration.own),
        ):
            connection.execute(statement)
    except sqlite3.Error as error:
        raise MigrationFailed(name=migration.label, reason=error) from None
    if not connection.in_transaction:
        raise MigrationFailed(name=migration.label, reason="it must not end its transaction")


def translated(script: str) -> Iterator[str]:
    """Translate a shared file, statement by statement."""
    for statement in complete_statements(script):
        text = _WORD.sub(_own_type, statement)
        if _CREATE_TABLE.match(text):
            text = f"{text.rstrip().removesuffix(';')} strict;"
        yield text


def _own_type(match: re.Match[str]) -> str:
    return _OWN_TYPE[match["type"].split()[0]] if match["type"] else match[0]


def complete_statements(script: str) -> Iterator[str]:
    """Cut a script, since the driver's own way to run one would commit first.

    Raises:
        SchemaError: the last statement has no end.
    """
    statement = ""
    for piece in re.split(r"(?<=;)", script):
        statement += piece
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
    if not _NOTHING.fullmatch(statement):
        raise SchemaError(reason=f"a statement has no `;`: {statement.strip()[:60]}")
