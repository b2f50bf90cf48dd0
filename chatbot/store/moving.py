"""Carrying a SQLite database over into an empty PostgreSQL one: in one transaction, or not at all.

Rows are copied as they are, so numbers, positions and what is encrypted stay the same. No table
draws its numbers from a sequence of the database, so none has to be moved on.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

import asyncpg

from chatbot.store.audit import Proof, prove
from chatbot.store.database import Row
from chatbot.store.errors import CannotOpen, MoveFailed
from chatbot.store.lock import FileLock
from chatbot.store.migrate import read_migrations
from chatbot.store.opening import SCHEMA, open_database
from chatbot.store.postgres import connect, refuse_full
from chatbot.store.postgres_schema import migrate
from chatbot.store.postgres_text import read_text
from chatbot.store.postgres_writer import DRIVER_ERRORS, translate
from chatbot.store.query import Query, Statement
from chatbot.store.sqlite_file import check, reader_uri

Progress: TypeAlias = Callable[[int, int], None]

AT_A_TIME: Final = 2_000
OUR_OWN: Final = "schema_version"
"""It is written by the migrations of the other side."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the source; what it refers to comes before it."""

    name: str
    columns: Sequence[str]
    rows: int


@dataclass(frozen=True, slots=True)
class Moved:
    """What was carried over, and how far the audit holds on both sides."""

    tables: int
    rows: int
    audit: Proof


class Source:
    """A SQLite file that nobody writes meanwhile; its methods block, and belong in a thread."""

    def __init__(self, path: Path) -> None:
        with ExitStack() as stack:
            self._lock = FileLock.take(path)
            stack.callback(self._lock.release)
            check(path, read_migrations(SCHEMA, "sqlite"))
            self._connection = sqlite3.connect(
                reader_uri(path), uri=True, isolation_level=None, check_same_thread=False
            )
            stack.pop_all()

    def tables(self) -> list[Table]:
        """Return the tables in an order in which each can be filled."""
        known = "select name from sqlite_master where type = 'table' and name <> ? order by name"
        names = [row[0] for row in self._connection.execute(known, (OUR_OWN,))]
        refers = {name: {row[2] for row in self._about("foreign_key_list", name)} for name in names}
        ordered: list[str] = []
        while waiting := [name for name in names if name not in ordered]:
            ordered += [name for name in waiting if refers[name] <= {*ordered, name}]
        return [self._table(name) for name in ordered]

    def _table(self, name: str) -> Table:
        columns = [row[1] for row in self._about("table_info", name)]
        counted = f'select count(*) from "{name}"'  # noqa: S608  # a name from the schema
        return Table(name, columns, self._connection.execute(counted).fetchone()[0])

    def _about(self, pragma: str, table: str) -> Iterator[tuple[str, ...]]:
        return self._connection.execute(f'pragma {pragma}("{table}")')

    def rows(self, table: Table) -> Iterator[list[tuple[object, ...]]]:
        """Yield the rows of a table, some at a time."""
        columns = ", ".join(f'"{column}"' for column in table.columns)
        every = f'select {columns} from "{table.name}"'  # noqa: S608  # likewise
        cursor = self._connection.execute(every)
        while some := cursor.fetchmany(AT_A_TIME):
            yield some

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()
        self._lock.release()


class _Within:
    """Reads what a transaction has written that is not committed yet."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection

    async def fetch(self, query: Query, **params: object) -> Sequence[Row]:
        text, values = read_text(query, query.bind(params))
        return await self._connection.fetch(text, *values)


async def move(
    path: Path, url: str, audit: Sequence[Statement], progress: Progress | None
) -> Moved:
    """Copy everything, count and prove it, add `audit` and commit; the source stays as it is.

    Raises:
        AlreadyRunning: a service has the source.
        NotEmpty: there is something in the target.
        SchemaError: the source is of older software, or newer.
        MoveFailed: not everything has arrived; the target is empty again.
        CannotOpen, BadUrl: the source or the target cannot be opened.
    """
    try:
        source = await asyncio.to_thread(Source, path)
    except sqlite3.Error as error:
        raise CannotOpen(database=path, reason=str(error)) from None
    try:
        connection = await connect(url)
        try:
            return await _carry(source, path, connection, audit, progress)
        except DRIVER_ERRORS as error:
            raise translate(error) from None
        finally:
            await connection.close()
    finally:
        await asyncio.to_thread(source.close)


async def _carry(
    source: Source,
    path: Path,
    connection: asyncpg.Connection,
    audit: Sequence[Statement],
    progress: Progress | None,
) -> Moved:
    migrations = await asyncio.to_thread(read_migrations, SCHEMA, "postgres")
    tables = await asyncio.to_thread(source.tables)
    async with connection.transaction():
        await refuse_full(connection)
        await migrate(connection, migrations)
        await _copy(source, tables, connection, progress)
        for table in tables:
            await _count(table, connection)
        proof = await _prove(path, connection)
        for statement in audit:
            text, values = read_text(statement.query, statement.params)
            await connection.execute(text, *values)
    return Moved(len(tables), sum(table.rows for table in tables), proof)


async def _copy(
    source: Source,
    tables: Sequence[Table],
    connection: asyncpg.Connection,
    progress: Progress | None,
) -> None:
    done, total = 0, sum(table.rows for table in tables)
    for table in tables:
        rows = source.rows(table)
        while some := await asyncio.to_thread(next, rows, None):
            await connection.copy_records_to_table(table.name, records=some, columns=table.columns)
            done += len(some)
            if progress:
                progress(done, total)


async def _count(table: Table, connection: asyncpg.Connection) -> None:
    counted = f'select count(*) from "{table.name}"'  # noqa: S608  # a name from the schema
    found = await connection.fetchval(counted)
    if found != table.rows:
        raise MoveFailed(reason=f"{found} of {table.rows} rows of {table.name} have arrived")


async def _prove(path: Path, connection: asyncpg.Connection) -> Proof:
    """Follow the audit on both sides: it must hold as far, and end with the same fingerprint."""
    before = await open_database(f"sqlite:///{path}", read_only=True)
    try:
        here, there = await prove(before), await prove(_Within(connection))
    finally:
        await before.close()
    if here != there:
        raise MoveFailed(reason="the audit is not the same on both sides")
    return there
