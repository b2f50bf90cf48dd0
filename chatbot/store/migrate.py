"""Forward-only migrations: `NNNN_name.sql` for both engines, `NNNN_name.<engine>.sql` for one.

Shared files say `bigint`, `bytea` and `double precision`; on SQLite these become its own types and
every table `strict`. `-- oldest-code: N` names the oldest migration whose software can still use
the database afterwards: software that does not know migration N refuses to start.
"""

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final, TypeAlias

from chatbot.store.database import Engine
from chatbot.store.errors import (
    SchemaChanged,
    SchemaError,
    SchemaGap,
    SchemaTooNew,
    SchemaTooOld,
)
from chatbot.store.query import Value, sql

_FILE: Final = re.compile(r"(?P<label>\d{4}_[a-z0-9_]+)(\.sqlite|\.postgres)?\.sql")
_OLDEST_CODE: Final = re.compile(r"(?m)^-- oldest-code: (\d+)$")

CREATE_VERSION: Final = """
    create table if not exists schema_version (
        version bigint primary key, name text not null, checksum text not null,
        oldest_code bigint not null, applied_at bigint not null
    )
"""
APPLIED: Final = "select version, name, checksum, oldest_code from schema_version order by version"
RECORD: Final = sql("""
    insert into schema_version (version, name, checksum, oldest_code, applied_at)
    values (:version, :name, :checksum, :oldest_code, :applied_at)
""")

Applied: TypeAlias = tuple[int, str, str, int]


@dataclass(frozen=True, slots=True)
class Migration:
    """`shared` is run first, then `own`, which only this engine has."""

    version: int
    name: str
    oldest_code: int
    shared: str
    own: str

    @property
    def checksum(self) -> str:
        """Identify what was applied."""
        return sha256(f"{self.shared}\0{self.own}".encode()).hexdigest()

    @property
    def label(self) -> str:
        """Return the name by which a person finds the file."""
        return f"{self.version:04}_{self.name}"

    def record(self) -> tuple[Value, ...]:
        """Return the values of RECORD: applied now."""
        now = time.time_ns() // 1_000_000
        return (self.version, self.name, self.checksum, self.oldest_code, now)


def read_migrations(folder: Path, engine: Engine) -> tuple[Migration, ...]:
    """Read the files of one engine, in order.

    Raises:
        SchemaGap, SchemaError: a number, a file or its header is missing.
    """
    texts = {path.name: path.read_text("utf-8") for path in folder.glob("*.sql")}
    for name in texts:
        match = _FILE.fullmatch(name)
        if match is None or f"{match['label']}.sql" not in texts:
            raise SchemaError(reason=f"{name} belongs to no migration")
    labels = sorted({name.partition(".")[0] for name in texts})
    if not labels:
        raise SchemaError(reason=f"there are no migrations in {folder}")
    found = tuple(
        _migration(label, texts[f"{label}.sql"], texts.get(f"{label}.{engine}.sql", ""))
        for label in labels
    )
    _check_numbers([migration.version for migration in found], "the files")
    return found


def _migration(label: str, shared: str, own: str) -> Migration:
    header = _OLDEST_CODE.search(shared)
    if header is None:
        raise SchemaError(reason=f"{label}.sql has no line `-- oldest-code: N`")
    version, _, name = label.partition("_")
    return Migration(int(version), name, int(header[1]), shared, own)


def _check_numbers(versions: Sequence[int], place: str) -> None:
    for expected, version in enumerate(versions, 1):
        if version != expected:
            raise SchemaGap(version=expected, place=place)


def next_migration(migrations: Sequence[Migration], applied: Sequence[Applied]) -> Migration | None:
    """Return what must be applied next; None when the database is up to date.

    Raises:
        SchemaTooNew, SchemaChanged, SchemaGap: this software cannot use the database.
    """
    _check_numbers([version for version, *_ in applied], "the database")
    needed = max((oldest_code for *_, oldest_code in applied), default=0)
    if needed > len(migrations):
        raise SchemaTooNew(needed=needed, known=len(migrations))
    for migration, (_, _, checksum, _) in zip(migrations, applied, strict=False):
        if migration.checksum != checksum:
            raise SchemaChanged(name=migration.label)
    return migrations[len(applied)] if len(applied) < len(migrations) else None


def check(migrations: Sequence[Migration], applied: Sequence[Applied]) -> None:
    """Let a reader in that may not upgrade.

    Raises:
        SchemaTooOld, and what next_migration raises.
    """
    if next_migration(migrations, applied) is not None:
        raise SchemaTooOld(found=len(applied), needed=len(migrations))
