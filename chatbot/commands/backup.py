"""`chatbot backup` and `chatbot restore`: a file to keep elsewhere, and the way back from it."""

import argparse
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from chatbot.commands.forgetting import forget
from chatbot.commands.shared import CommandError, run
from chatbot.commands.tables import fact
from chatbot.credentials import KEY_FILE, known_key
from chatbot.services.identity import system_clock
from chatbot.services.restoring import renew
from chatbot.settings import MASTER_KEY, Settings
from chatbot.store.backup import back_up
from chatbot.store.errors import NotEmpty
from chatbot.store.installation import refuse_foreign_key
from chatbot.store.opening import database_exists, is_postgres, packaged, sqlite_path
from chatbot.store.postgres import connect, refuse_full
from chatbot.store.postgres_dump import dump, key_check_of, look_through_dump, read_in
from chatbot.store.restoring import Gone, erased, landing, move_in
from chatbot.store.vault import Vault

AGAIN: Final = (
    "What was erased after the backup was made is in it again: erase it by its reference."
)
SINCE: Final = (
    "The backup undoes other things too that were done after it, such as sending somebody away:\n"
    "look at `chatbot person list`. Everybody has to sign in again."
)


def arguments_of_backup(parser: argparse.ArgumentParser) -> None:
    """Say what `backup` takes."""
    parser.add_argument("file", type=Path, help="where to write it, such as cara-2026-11-30.backup")
    parser.add_argument("--replace", action="store_true", help="write over a file that is there")


def arguments_of_restore(parser: argparse.ArgumentParser) -> None:
    """Say what `restore` takes."""
    parser.add_argument("file", type=Path, help="what `chatbot backup` wrote")
    parser.add_argument(
        "--replace",
        action="store_true",
        help="put it in the place of the database that is there, which is kept beside it",
    )


def backup(settings: Settings, arguments: argparse.Namespace) -> int:
    """Write a backup while the service runs."""
    url, file = settings.database, arguments.file
    if not database_exists(url):
        raise CommandError(f"there is no database at {url} yet")
    key = known_key(settings.data_folder, os.environ)
    migrations = packaged(url)
    with _told(file):
        if is_postgres(url):
            version = dump(url, file, migrations, key, replace=arguments.replace)
        else:
            path = sqlite_path(url)
            version = back_up(path, file, migrations, key, replace=arguments.replace)
    print(f"The backup is written to {file}.\n")
    print(fact("Size", f"{file.stat().st_size:,} bytes"))
    print(fact("Looked at", f"it is whole, and its schema is {version}"))
    print(fact("Key", "not in the file"))
    print(f"\n{_where_the_key_is(settings, known=key is not None)}")
    return 0


def restore(settings: Settings, arguments: argparse.Namespace) -> int:
    """Put a backup in the place of the database, and forget again what is over."""
    url, file = settings.database, arguments.file
    key = known_key(settings.data_folder, os.environ)
    if key is None:
        raise CommandError(
            f"there is no master key: put the one that belongs to the backup into"
            f" {settings.data_folder / KEY_FILE} first, or set {MASTER_KEY}"
        )
    with _told(file):
        if is_postgres(url):
            _into_postgres(settings, file, key)
        else:
            _into_sqlite(settings, file, key, replace=arguments.replace)
    print("What has been kept for long enough is forgotten again:")
    forget(settings)
    print(f"\n{SINCE}")
    return 0


def _into_sqlite(settings: Settings, file: Path, key: bytes, *, replace: bool) -> None:
    url, path = settings.database, sqlite_path(settings.database)
    now = datetime.fromtimestamp(system_clock() / 1000, UTC)
    with landing(file, path, packaged(url), replace=replace) as copy:
        gone = erased(path) if path.exists() else Gone()
        again = run(settings, renew(f"sqlite:///{copy}", key, gone or Gone(), system_clock))
        kept = move_in(copy, path, f"{path.name}.before-{now:%Y%m%dT%H%M%SZ}")
    print(f"{file} is in the place of the database now.")
    if kept:
        print(f"The one before is kept as {kept}: delete it when you are sure.")
    print(f"Erased again, as it was in the one before: {again}." if kept and gone else AGAIN)


def _into_postgres(settings: Settings, file: Path, key: bytes) -> None:
    url = settings.database
    look_through_dump(file, packaged(url), key, file)
    if check := key_check_of(file):
        refuse_foreign_key(check, Vault(key))
    run(settings, _refuse_full(url))
    read_in(url, file)
    run(settings, renew(url, key, Gone(), system_clock))
    print(f"{file} is in the database now.")
    print(AGAIN)


async def _refuse_full(url: str) -> None:
    connection = await connect(url)
    try:
        await refuse_full(connection)
    finally:
        await connection.close()


def _where_the_key_is(settings: Settings, *, known: bool) -> str:
    if not known:
        return "The key is not on this machine either: without it nobody can read the chats again."
    path = (settings.data_folder / KEY_FILE).resolve()
    return (
        f"The key is in {MASTER_KEY if os.environ.get(MASTER_KEY) else path}\n"
        "Keep a copy of it too, and not where the backups are: whoever has both can read every\n"
        "chat, and without the key nobody can."
    )


@contextmanager
def _told(file: Path) -> Iterator[None]:
    """Say in a sentence what is in the way of a file or a database."""
    try:
        yield
    except FileExistsError as error:
        raise CommandError(f"{file} is there already: name another, or add --replace") from error
    except NotEmpty as error:
        raise CommandError(
            f"{error}: with SQLite add --replace, which keeps it; with PostgreSQL name an empty one"
        ) from error
    except OSError as error:
        raise CommandError(f"cannot use {error.filename or file}: {error.strerror}") from error
