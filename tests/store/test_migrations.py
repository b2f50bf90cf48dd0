"""Migrations on both engines: forward only, checked, whole or not at all."""

import asyncio
import sqlite3
from pathlib import Path

import asyncpg
import pytest

from chatbot.store.errors import (
    MigrationFailed,
    SchemaChanged,
    SchemaError,
    SchemaGap,
    SchemaTooNew,
    SchemaTooOld,
)
from chatbot.store.query import sql
from chatbot.store.sqlite_schema import translated
from tests.store.conftest import Opener
from tests.store.library import ADD_SHELF, SCHEMA, SHELVES

VERSIONS = sql("select version, name, oldest_code, applied_at from schema_version order by version")
ADD_COLOUR = "-- oldest-code: 1\nalter table shelf add column colour text not null default 'red';\n"
ONLY_HERE = "insert into shelf (id, books) values ('only; ENGINE', 1); -- the end; really"
COLOURS = sql("select colour from shelf")


async def run_by_hand(url: str, statement: str) -> None:
    """Change a database behind our back."""
    if url.startswith("sqlite"):
        connection = sqlite3.connect(url.removeprefix("sqlite:///"))
        with connection:
            connection.execute(statement)
        connection.close()
    else:
        other = await asyncpg.connect(url)
        await other.execute(statement)
        await other.close()


async def close_and_open(url: str, opened: Opener, then: str | None = None) -> None:
    """Let the library be made, then something happen, then open it again."""
    await (await opened(url)).close()
    if then is not None:
        await run_by_hand(url, then)
    await opened(url)


async def test_a_new_database_gets_every_migration(url: str, opened: Opener, schema: Path) -> None:
    (schema / "0002_colour.sql").write_text(ADD_COLOUR)
    database = await opened(url)
    rows = await database.fetch(VERSIONS)
    assert [(row["version"], row["name"]) for row in rows] == [(1, "library"), (2, "colour")]
    assert all(row["applied_at"] > 1_700_000_000_000 for row in rows)


async def test_an_old_database_keeps_its_rows_and_gets_what_is_new(
    url: str, opened: Opener, schema: Path
) -> None:
    database = await opened(url)
    await database.write([ADD_SHELF(id="a", books=0)])
    await database.close()
    (schema / "0002_colour.sql").write_text(ADD_COLOUR)
    (row,) = await (await opened(url)).fetch(COLOURS)
    assert row["colour"] == "red"


async def test_opening_again_changes_nothing(url: str, opened: Opener) -> None:
    first = await opened(url)
    before = [tuple(iter(row)) for row in await first.fetch(VERSIONS)]  # type: ignore[call-overload]  # by place
    await first.close()
    after = [tuple(iter(row)) for row in await (await opened(url)).fetch(VERSIONS)]  # type: ignore[call-overload]  # likewise
    assert after == before


async def test_an_engines_own_file_runs_on_it_alone(url: str, opened: Opener, schema: Path) -> None:
    for engine in ("sqlite", "postgres"):
        (schema / f"0001_library.{engine}.sql").write_text(ONLY_HERE.replace("ENGINE", engine))
    database = await opened(url)
    (row,) = await database.fetch(SHELVES)
    assert row["id"] == f"only; {database.engine}"


async def test_a_file_with_nothing_but_comments_is_a_migration(
    url: str, opened: Opener, schema: Path
) -> None:
    (schema / "0002_nothing.sql").write_text("-- oldest-code: 1\n/* nothing; */\n")
    assert len(await (await opened(url)).fetch(VERSIONS)) == 2


async def test_a_migration_that_fails_leaves_nothing(
    url: str, opened: Opener, schema: Path
) -> None:
    bad = schema / "0002_half.sql"
    bad.write_text(
        "-- oldest-code: 1\ncreate table tool (id text primary key);\n"
        "insert into shelf (id, books) values ('a', 0);\n"
        "insert into no_such_table (id) values ('a');\n"
    )
    with pytest.raises(MigrationFailed, match=r"0002_half failed and was undone.*no_such_table"):
        await opened(url)
    bad.unlink()
    database = await opened(url)
    assert not await database.fetch(SHELVES)
    assert len(await database.fetch(VERSIONS)) == 1
    await database.close()
    (schema / "0002_whole.sql").write_text(
        "-- oldest-code: 1\ncreate table tool (id text primary key);\n"
    )
    await opened(url)


async def test_a_migration_that_was_changed_is_refused(
    url: str, opened: Opener, schema: Path
) -> None:
    await close_and_open(url, opened)
    (schema / "0001_library.sql").write_text(SCHEMA.replace("books bigint", "books  bigint"))
    with pytest.raises(SchemaChanged, match="0001_library was changed"):
        await opened(url, read_only=True)


async def test_line_ends_of_another_system_are_no_change(
    url: str, opened: Opener, schema: Path
) -> None:
    await (await opened(url)).close()
    (schema / "0001_library.sql").write_bytes(SCHEMA.replace("\n", "\r\n").encode())
    await opened(url)


NEWER = "insert into schema_version values (2, 'later', 'x', {}, 0)"


async def test_software_that_is_too_old_refuses(url: str, opened: Opener) -> None:
    with pytest.raises(SchemaTooNew, match="needs schema 2 or later, this version knows 1"):
        await close_and_open(url, opened, NEWER.format(2))


async def test_software_that_is_old_but_good_enough_goes_on(url: str, opened: Opener) -> None:
    await close_and_open(url, opened, NEWER.format(1))


async def test_a_gap_in_the_database_is_refused(url: str, opened: Opener) -> None:
    gap = "insert into schema_version values (3, 'later', 'x', 1, 0)"
    with pytest.raises(SchemaGap, match="migration 2 is missing from the database"):
        await close_and_open(url, opened, gap)


async def test_a_gap_in_the_files_is_refused(url: str, opened: Opener, schema: Path) -> None:
    (schema / "0003_colour.sql").write_text(ADD_COLOUR)
    with pytest.raises(SchemaGap, match="migration 2 is missing from the files"):
        await opened(url)


async def test_two_files_of_one_number_are_refused(url: str, opened: Opener, schema: Path) -> None:
    (schema / "0001_other.sql").write_text(ADD_COLOUR)
    with pytest.raises(SchemaGap):
        await opened(url)


@pytest.mark.parametrize(
    ("file", "text", "why"),
    [
        ("0002_colour.sql", "alter table shelf add column colour text;", "oldest-code"),
        ("0002_colour.sqlite.sql", "select 1;", "0002_colour.sqlite.sql belongs to no migration"),
        ("colour.sql", ADD_COLOUR, "colour.sql"),
    ],
)
async def test_a_file_that_is_not_understood_is_refused(
    opened: Opener, url: str, schema: Path, *, file: str, text: str, why: str
) -> None:
    (schema / file).write_text(text)
    with pytest.raises(SchemaError, match=why):
        await opened(url)


async def test_a_folder_without_migrations_is_refused(
    url: str, opened: Opener, schema: Path
) -> None:
    (schema / "0001_library.sql").unlink()
    with pytest.raises(SchemaError, match="no migrations"):
        await opened(url)


async def test_a_reader_waits_for_the_upgrade(url: str, opened: Opener, schema: Path) -> None:
    await (await opened(url)).close()
    (schema / "0002_colour.sql").write_text(ADD_COLOUR)
    with pytest.raises(SchemaTooOld, match="has schema 1, this version needs 2"):
        await opened(url, read_only=True)


async def test_processes_that_start_together_migrate_once(
    postgres: str, opened: Opener, schema: Path
) -> None:
    (schema / "0002_colour.sql").write_text(ADD_COLOUR)
    databases = await asyncio.gather(*(opened(postgres) for _ in range(5)))
    assert len(await databases[0].fetch(VERSIONS)) == 2


async def test_a_statement_without_an_end_is_refused(
    tmp_path: Path, opened: Opener, schema: Path
) -> None:
    (schema / "0002_open.sql").write_text("-- oldest-code: 1\ncreate table a (b text)")
    with pytest.raises(SchemaError, match="no `;`"):
        await opened(f"sqlite:///{tmp_path}/chat.db")


async def test_a_migration_must_not_end_its_own_transaction(
    url: str, opened: Opener, schema: Path
) -> None:
    (schema / "0002_open.sql").write_text("-- oldest-code: 1\nrollback;\n")
    for _ in range(2):
        with pytest.raises(MigrationFailed, match="must not end its transaction"):
            await opened(url)


def test_shared_types_become_sqlites_own() -> None:
    script = """
        -- bigint; 'a
        CREATE TABLE t (a bigint, b bytea, c double  precision, "bigint" text default 'bytea;');
        create index i on t (a);
    """
    table, index = (" ".join(text.split()) for text in translated(script))
    assert table == (
        "-- bigint; 'a CREATE TABLE t"
        " (a integer, b blob, c real, \"bigint\" text default 'bytea;') strict;"
    )
    assert index == "create index i on t (a);"
