"""Numbered migrations, forward only.

`NNNN_name.sql` runs on both engines, `NNNN_name.sqlite.sql` or `.postgres.sql` after it on one.
The line `-- oldest-code: N` says up to which older migration code may still use the result.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from chatbot.store.errors import SchemaBroken, SchemaTooNew

_NAME: Final = re.compile(r"(\d{4})_([a-z0-9_]+)\.sql")
_OLDEST: Final = re.compile(r"^-- oldest-code: (\d+)$", re.MULTILINE)
SCHEMA: Final = Path(__file__).parent / "schema"


@dataclass(frozen=True, slots=True)
class Migration:
    """One step of the schema, for one engine."""

    version: int
    name: str
    oldest_code: int
    script: str
    checksum: str


@dataclass(frozen=True, slots=True)
class Applied:
    """What the database says of a step that it has taken."""

    version: int
    checksum: str
    oldest_code: int


def migrations(folder: Path, engine: str) -> list[Migration]:
    """Return the steps in `folder`, in order.

    Raises:
        SchemaBroken: a number is missing or twice, or a file says no oldest code.
    """
    found = [
        _read(path, engine) for path in sorted(folder.glob("*.sql")) if _NAME.fullmatch(path.name)
    ]
    if [step.version for step in found] != list(range(1, len(found) + 1)):
        raise SchemaBroken("the migrations are not numbered 1, 2, 3, ...")
    return found


def _read(path: Path, engine: str) -> Migration:
    text = path.read_text("utf-8")
    own = path.with_name(f"{path.stem}.{engine}.sql")
    script = text + (own.read_text("utf-8") if own.exists() else "")
    oldest = _OLDEST.search(text)
    named = _NAME.fullmatch(path.name)
    if oldest is None or named is None:
        raise SchemaBroken(f"{path.name} does not say which oldest code can use it")
    checksum = hashlib.sha256(script.encode()).hexdigest()
    if engine == "sqlite":
        script = for_sqlite(script)
    return Migration(int(named[1]), named[2], int(oldest[1]), script, checksum)


def for_sqlite(script: str) -> str:
    """Return the script with SQLite's names of the types, and its tables strict."""
    script = re.sub(r"\bbigint\b", "integer", script)
    script = re.sub(r"\bbytea\b", "blob", script)
    return re.sub(r"(?ms)^(create table .*?^\));", r"\1 strict;", script)


def outstanding(steps: Sequence[Migration], applied: Sequence[Applied]) -> list[Migration]:
    """Return the steps that the database has not taken.

    Raises:
        SchemaTooNew: newer code has been here, and this code is too old for what it left.
        SchemaBroken: a step that was taken is not the one we have.
    """
    if applied:
        oldest = max(step.oldest_code for step in applied)
        if oldest > len(steps):
            raise SchemaTooNew(
                f"this database was upgraded by a newer version (its schema needs at least step "
                f"{oldest}, this version knows {len(steps)}); install the newer version again"
            )
    for taken, known in zip(applied, steps, strict=False):
        if (taken.version, taken.checksum) != (known.version, known.checksum):
            raise SchemaBroken(f"step {known.version} was changed after this database took it")
    return list(steps[len(applied) :])
