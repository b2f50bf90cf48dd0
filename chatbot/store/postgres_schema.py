"""Migrations on PostgreSQL, and the function through which every batch is written.

All of it happens under one advisory lock, so that processes may start at the same time.
"""

from collections.abc import Sequence
from typing import Final

import asyncpg

from chatbot.store.errors import MigrationFailed
from chatbot.store.migrate import (
    APPLIED,
    CREATE_VERSION,
    RECORD,
    Applied,
    Migration,
    check,
    next_migration,
)
from chatbot.store.postgres_text import read_text

LOCK: Final = 0x63617261  # "cara"
STALE: Final = "CA001"
WRITTEN: Final = "00000"

HAS_WRITE: Final = "select to_regprocedure('cara_write_1(text[], jsonb)') is not null"
WRITE: Final = "select cara_write_1($1, $2)"
CREATE_WRITE: Final = """
-- A changed body needs the next number: while an upgrade goes from process to process, the old
-- software calls the old function.
create function cara_write_1(texts text[], batches jsonb) returns text[]
language plpgsql as $body$
declare
    outcomes text[] := '{}';
    batch jsonb;
    statement jsonb;
    changed bigint;
    state text;
begin
    for b in 0 .. jsonb_array_length(batches) - 1 loop
        batch := batches -> b;
        begin
            for s in 0 .. jsonb_array_length(batch) - 1 loop
                statement := batch -> s;
                execute texts[1 + (statement ->> 0)::int] using statement;
                get diagnostics changed = row_count;
                if changed <> (statement ->> 1)::bigint then
                    raise exception 'stale' using errcode = 'CA001';
                end if;
            end loop;
            outcomes := outcomes || '00000'::text;
        exception when others then
            get stacked diagnostics state = returned_sqlstate;
            -- The batch's own fault: its values, its guard, its SQL. All else ends the flush.
            if left(state, 2) not in ('0A', '21', '22', '23', '42', '44', 'CA') then
                raise;
            end if;
            outcomes := outcomes || state;
        end;
    end loop;
    return outcomes;
end $body$
"""


async def migrate(connection: asyncpg.Connection, migrations: Sequence[Migration]) -> None:
    """Bring a database up to date, each migration in its own transaction.

    Raises:
        SchemaError: this software cannot use it, or a migration failed.
    """
    while await _step(connection, migrations):
        pass


async def check_schema(connection: asyncpg.Connection, migrations: Sequence[Migration]) -> None:
    """Let a reader in that may not upgrade."""
    check(migrations, await _applied(connection))


async def _step(connection: asyncpg.Connection, migrations: Sequence[Migration]) -> bool:
    async with connection.transaction():
        await connection.execute("select pg_advisory_xact_lock($1)", LOCK)
        migration = next_migration(migrations, await _applied(connection))
        if migration is not None:
            await _apply(connection, migration)
        elif not await connection.fetchval(HAS_WRITE):
            await connection.execute(CREATE_WRITE)
    return migration is not None


async def _applied(connection: asyncpg.Connection) -> Sequence[Applied]:
    if await connection.fetchval("select to_regclass('schema_version')") is None:
        return []
    return [(row[0], row[1], row[2], row[3]) for row in await connection.fetch(APPLIED)]


async def _apply(connection: asyncpg.Connection, migration: Migration) -> None:
    try:
        if migration.version == 1:
            await connection.execute(CREATE_VERSION)
        # The end is there because the driver cannot run a script of comments only.
        await connection.execute(f"{migration.shared}\n;{migration.own}\n;select 1")
    except asyncpg.PostgresError as error:
        raise MigrationFailed(name=migration.label, reason=error.args[0]) from None
    if not connection.is_in_transaction():
        raise MigrationFailed(name=migration.label, reason="it must not end its transaction")
    text, values = read_text(RECORD, migration.record())
    await connection.execute(text, *values)
