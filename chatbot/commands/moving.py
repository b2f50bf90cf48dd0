"""`chatbot move-to-postgres`: from the SQLite file to a PostgreSQL database, when one is needed."""

import argparse

from chatbot.commands.shared import CommandError, bar, run
from chatbot.commands.tables import fact
from chatbot.domain.audit import COMMAND_LINE, NOBODY, Deed
from chatbot.services.identity import system_clock
from chatbot.settings import Settings
from chatbot.store.audit import line
from chatbot.store.errors import NotEmpty
from chatbot.store.moving import move
from chatbot.store.opening import database_exists, is_postgres, sqlite_path
from chatbot.store.postgres_dump import without_password


def arguments_of_move(parser: argparse.ArgumentParser) -> None:
    """Say what `move-to-postgres` takes."""
    parser.add_argument("url", help="an empty database: postgresql://user@host/name")


def move_to_postgres(settings: Settings, arguments: argparse.Namespace) -> int:
    """Copy everything, prove that it has arrived, and say what to set."""
    source, target = settings.database, arguments.url
    if is_postgres(source) or not is_postgres(target):
        raise CommandError("this goes from a SQLite database (--database) to postgresql://...")
    if not database_exists(source):
        raise CommandError(f"there is no database at {source} yet")
    audit = line(system_clock(), COMMAND_LINE, Deed.DATABASE_MOVED, NOBODY)
    try:
        moved = run(settings, move(sqlite_path(source), target, audit, bar("Copying")))
    except NotEmpty as error:
        raise CommandError(f"{error}: make an empty one with createdb") from error
    shown, secret = without_password(target)
    chain = moved.audit.chain
    print("Everything is in PostgreSQL, and was counted there before it was kept.\n")
    print(fact("Rows", f"{moved.rows:,} in {moved.tables} tables"))
    print(fact("Audit", f"{chain.id:,} lines, fingerprint {chain.hash[:16]}"))
    if moved.audit.broken is not None:
        print(fact("", f"as before, it does not hold from line {moved.audit.broken:,} on"))
    print(f'\nSet these, and start the service:\n\n  database = "{shown}"')
    print(f'  data = "{settings.data_folder.resolve()}"\n')
    if secret:
        print("The password belongs into the URL as well, or into ~/.pgpass.")
    print("The key stays in the data folder. For several processes set `broker` too.")
    print(f"{sqlite_path(source)} is as it was: serve it no more, and delete it when you are sure.")
    return 0
