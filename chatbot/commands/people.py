"""`chatbot person add`, `person list` and `person disable`: staff accounts, from the server itself.

They write to the database: with SQLite the service must be stopped for it, which the lock says.
"""

import argparse
import asyncio
import os
import sys
from collections.abc import AsyncIterator, Callable, Coroutine
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any, TypeVar

from chatbot.commands.shared import CommandError, run
from chatbot.commands.tables import table
from chatbot.content import loading
from chatbot.credentials import master_key
from chatbot.domain.audit import COMMAND_LINE
from chatbot.domain.errors import Invalid, Refused
from chatbot.domain.people import Lifetime, Role
from chatbot.live.bus import LocalBus
from chatbot.services.identity import system_clock
from chatbot.services.passphrases import Passphrases
from chatbot.services.people import PeopleService
from chatbot.services.sessions import SessionService
from chatbot.settings import Settings
from chatbot.store.opening import database_exists, open_database
from chatbot.store.people import People
from chatbot.store.sessions import Sessions
from chatbot.store.vault import Vault

Result = TypeVar("Result")
JOIN = "/console/join/"


def person_add(settings: Settings, arguments: argparse.Namespace) -> int:
    """Print the link of an invitation, or create the account at once."""
    role = Role(arguments.role)
    if arguments.passphrase_stdin:
        passphrase = sys.stdin.readline().rstrip("\r\n")
        name = arguments.name or arguments.email.partition("@")[0]
        person = _do(
            settings,
            lambda people: people.add(name, arguments.email, role, passphrase, COMMAND_LINE),
        )
        print(f"{person.name} ({person.email}) can sign in now, as {person.role}.")
        return 0
    token = _do(settings, lambda people: people.invite(arguments.email, role, COMMAND_LINE))
    print(
        f"Send this link to {arguments.email}. It works once, within 7 days:\n\n"
        f"  http://{settings.host}:{settings.port}{JOIN}{token}\n\n"
        f"Where people reach the service by another address, put that before {JOIN}"
    )
    return 0


def person_list(settings: Settings, _arguments: argparse.Namespace) -> int:
    """Print who can sign in; this may run beside the service."""
    if not database_exists(settings.database):
        raise CommandError(f"there is no database at {settings.database}")
    found = _do(settings, lambda people: people.all(), read_only=True)
    if not found:
        print("There is nobody yet.")
        return 0
    rows = [
        (
            account.person.email,
            account.person.name,
            "disabled" if account.person.disabled else account.person.role.value,
            "yes" if account.second_factor else "no",
            _day(account.seen_at),
        )
        for account in found
    ]
    print(table(("e-mail", "name", "role", "second factor", "last seen"), rows, "e-mail"))
    return 0


def person_disable(settings: Settings, arguments: argparse.Namespace) -> int:
    """Send somebody away."""

    async def disable(people: PeopleService) -> str:
        account = await people.by_email(arguments.email)
        await people.disable(account.person.id, COMMAND_LINE)
        return account.person.email

    print(f"{_do(settings, disable)} cannot sign in any more; every device is signed out.")
    return 0


def _day(at: int | None) -> str:
    return f"{datetime.fromtimestamp(at / 1000, UTC):%Y-%m-%d}" if at else "never"


def _do(
    settings: Settings,
    work: Callable[[PeopleService], Coroutine[Any, Any, Result]],
    *,
    read_only: bool = False,
) -> Result:
    async def done(threads: Executor) -> Result:
        async with _people(settings, threads, read_only=read_only) as people:
            return await work(people)

    try:
        with ThreadPoolExecutor(1) as threads:
            return run(settings, done(threads))
    except Invalid as error:
        texts = loading.texts()
        said = [texts(f"console.{name}.{reason}") for name, reason in error.fields.items()]
        raise CommandError(" ".join(said)) from error
    except Refused as error:
        raise CommandError(loading.texts()(f"errors.{error.code}")) from error


@asynccontextmanager
async def _people(
    settings: Settings, threads: Executor, *, read_only: bool
) -> AsyncIterator[PeopleService]:
    key = await asyncio.to_thread(master_key, settings.data_folder, os.environ)
    database = await open_database(settings.database, read_only=read_only)
    lifetime = Lifetime(0, 0)
    sessions = SessionService(Sessions(database, lifetime), lifetime, LocalBus(), system_clock)
    try:
        people = People(database, Vault(key))
        yield PeopleService(people, Passphrases(threads), sessions, system_clock)
    finally:
        await database.close()
