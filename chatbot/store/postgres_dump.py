"""Backups of PostgreSQL by its own `pg_dump` and `pg_restore`, which know best how.

A password goes to them by the environment: everybody on a machine sees the arguments.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import IO, Final, cast
from urllib.parse import unquote, urlsplit

from chatbot.store.backup import KeyFinder
from chatbot.store.errors import BadBackup, MissingTool, ToolFailed
from chatbot.store.migrate import Applied, Migration, next_migration
from chatbot.store.private_file import appearing

DUMP: Final = "pg_dump"
RESTORE: Final = "pg_restore"
_CHUNK: Final = 1 << 20


def dump(
    url: str, file: Path, migrations: Sequence[Migration], key: bytes | None, *, replace: bool
) -> int:
    """Write `file`, have it looked through, and return the version of its schema.

    Raises:
        MissingTool, ToolFailed: PostgreSQL's own programs are not there, or do not work.
        BadBackup, SchemaError: what was written cannot be used, and there is no new file.
        OSError: the file cannot be written.
    """
    address, secret = without_password(url)
    with appearing(file, replace=replace) as unfinished:
        what = ("--format=custom", f"--file={unfinished}", f"--dbname={address}")
        _run(DUMP, what, secret)
        return look_through_dump(unfinished, migrations, key, file)


def look_through_dump(
    dumped: Path, migrations: Sequence[Migration], key: bytes | None, file: Path
) -> int:
    """Read the whole of a dump; return the version of its schema.

    Raises:
        BadBackup: it is damaged, not ours, or the master key is in it.
        SchemaError: this version cannot use it.
    """
    finder = KeyFinder(key, file)
    try:
        with _output(RESTORE, ("--file=-", str(dumped))) as output:
            while chunk := output.read(_CHUNK):
                finder.look(chunk)
        rows = list(_rows(dumped, "schema_version"))
    except ToolFailed as error:
        raise BadBackup(file=file, reason=error.data["reason"]) from None
    if not rows:
        raise BadBackup(file=file, reason="it is no database of this software")
    names = ("version", "name", "checksum", "oldest_code")
    applied: list[Applied] = []
    for row in rows:
        version, name, checksum, oldest = (row[column] for column in names)
        applied.append((int(version), name, checksum, int(oldest)))
    applied.sort()
    next_migration(migrations, applied)
    return len(applied)


def key_check_of(dumped: Path) -> bytes | None:
    """Return what a dump keeps to know its master key by; None where it was never served."""
    for row in _rows(dumped, "installation"):
        return bytes.fromhex(row["key_check"].removeprefix("\\\\x"))
    return None


def read_in(url: str, dumped: Path) -> None:
    """Bring a dump into an empty database, all of it or nothing.

    Raises:
        MissingTool, ToolFailed: as they say.
    """
    address, secret = without_password(url)
    what = ("--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges")
    _run(RESTORE, (*what, f"--dbname={address}", str(dumped)), secret)


def without_password(url: str) -> tuple[str, Mapping[str, str]]:
    """Return the URL as anybody may see it, and what the environment has to say beside it."""
    parts = urlsplit(url)
    if parts.password is None:
        return url, {}
    user, _, host = parts.netloc.rpartition("@")
    shown = parts._replace(netloc=f"{user.partition(':')[0]}@{host}")
    return shown.geturl(), {"PGPASSWORD": unquote(parts.password)}


def _rows(dumped: Path, table: str) -> Iterator[Mapping[str, str]]:
    """Yield the rows of a small table in a dump, as PostgreSQL writes them for `copy`."""
    what = ("--data-only", f"--table={table}", "--file=-", str(dumped))
    columns: list[str] = []
    with _output(RESTORE, what) as output:
        for line in output.read().decode().splitlines():
            if line.startswith("COPY "):
                columns = line.partition("(")[2].partition(")")[0].split(", ")
            elif line == "\\.":
                columns = []
            elif columns:
                yield dict(zip(columns, line.split("\t"), strict=True))


def _program(name: str) -> str:
    program = shutil.which(name)
    if program is None:
        raise MissingTool(tool=name)
    return program


def _run(name: str, arguments: Sequence[str], secret: Mapping[str, str]) -> None:
    with _output(name, arguments, secret) as output:
        output.read()


@contextmanager
def _output(
    name: str, arguments: Sequence[str], secret: Mapping[str, str] = MappingProxyType({})
) -> Iterator[IO[bytes]]:
    """Yield what a program says; it must end well."""
    with (
        tempfile.TemporaryFile() as complaints,
        subprocess.Popen(  # noqa: S603  # PostgreSQL's own, and no shell reads its arguments
            [_program(name), "--no-password", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=complaints,
            env={**os.environ, **secret},
        ) as process,
    ):
        yield cast("IO[bytes]", process.stdout)  # it is a pipe
        if process.wait():
            complaints.seek(0)
            said = complaints.read().decode("utf-8", "replace").strip()
            raise ToolFailed(tool=name, reason=(said.splitlines() or ["it does not say why"])[-1])
