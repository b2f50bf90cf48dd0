"""`chatbot promises list`, `chatbot promises show` and `chatbot promises add`."""

import argparse
import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Final

from chatbot.commands.shared import CommandError, run
from chatbot.commands.tables import table
from chatbot.content import loading
from chatbot.domain import promises as rules
from chatbot.domain.errors import Invalid
from chatbot.domain.promises import Kind, Promise
from chatbot.live.bus import LocalBus
from chatbot.services.identity import system_clock
from chatbot.services.promises import PromiseService, first_versions
from chatbot.services.rendering import UnknownPlaceholder
from chatbot.services.voice import Voice
from chatbot.settings import Settings
from chatbot.store.opening import database_exists, open_database
from chatbot.store.picked import DAY
from chatbot.store.promises import Promises

AUTHOR: Final = "command line"
WHY: Final[Mapping[str, str]] = {
    "empty": "there is no text in it",
    "too_long": f"it is longer than {rules.TEXT_LIMIT:,} characters",
    "no_short": "it must begin with a paragraph: what is shown before the first message",
    "short_too_long": f"its first paragraph is longer than {rules.SHORT_LIMIT} characters",
    "past": "the date is over: nobody can have been shown it then",
}


def promises_list(settings: Settings, _arguments: argparse.Namespace) -> int:
    """Show every version, and what has become of it."""
    found = run(settings, history(settings))
    now = system_clock()
    current = rules.in_force(found, now)
    rows = [
        (one.kind.value, str(one.number), _day(one), one.written_by, _state(one, current, now))
        for one in found
    ]
    print(table(("kind", "number", "from", "written by", "state"), rows, "kind"))
    return 0


def promises_show(settings: Settings, arguments: argparse.Namespace) -> int:
    """Print one version as it was written; the one in force, unless a number is given."""
    every = run(settings, history(settings))
    found = [one for one in every if one.kind == arguments.kind]
    if arguments.number is None:
        print(rules.in_force(found, system_clock())[Kind(arguments.kind)].text)
        return 0
    for one in found:
        if one.number == arguments.number:
            print(one.text)
            return 0
    raise CommandError(f"there is no version {arguments.number} of {arguments.kind}")


def promises_add(settings: Settings, arguments: argparse.Namespace) -> int:
    """Add the next version; what was shown before stays as it is."""
    try:
        text = arguments.file.read_text("utf-8")
        new = run(settings, _add(settings, Kind(arguments.kind), text, arguments.start))
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"cannot read {arguments.file}: {error}") from error
    except Invalid as error:
        (why,) = error.fields.values()
        raise CommandError(f"cannot use {arguments.file}: {WHY[why]}") from error
    except UnknownPlaceholder as error:
        raise CommandError(f"cannot use {arguments.file}: {error}") from error
    print(f"Version {new.number} of {new.kind} is in force from {_day(new)}.")
    return 0


def arguments_of_show(parser: argparse.ArgumentParser) -> None:
    """Say what `promises show` takes."""
    parser.add_argument("kind", choices=[kind.value for kind in Kind], help="what it is about")
    parser.add_argument("--number", type=int, help="which version (the one in force)")


def arguments_of_add(parser: argparse.ArgumentParser) -> None:
    """Say what `promises add` takes."""
    parser.add_argument("kind", choices=[kind.value for kind in Kind], help="what it is about")
    parser.add_argument(
        "file",
        type=Path,
        help="Markdown; its first paragraph is what is shown before the first message",
    )
    parser.add_argument(
        "--from",
        dest="start",
        metavar="DATE",
        type=_midnight,
        help="from the beginning of this day on (UTC), such as 2027-01-31 (now)",
    )


def _midnight(day: str) -> int:
    """Return the beginning of a day in milliseconds UTC."""
    try:
        date = datetime.strptime(day, "%Y-%m-%d").date()  # noqa: DTZ007  # a day has no zone
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{day} is no date such as 2027-01-31") from error
    return int(datetime.combine(date, time(), UTC).timestamp() * 1000)


def _day(promise: Promise) -> str:
    return f"{datetime.fromtimestamp(promise.effective_from / 1000, UTC):%Y-%m-%d}"


def _state(promise: Promise, current: Mapping[Kind, Promise], now: int) -> str:
    if promise.effective_from > now:
        return "to come"
    return "in force" if promise in current.values() else "over"


@asynccontextmanager
async def _service(settings: Settings, *, read_only: bool) -> AsyncIterator[PromiseService]:
    database = await open_database(settings.database, read_only=read_only)
    try:
        texts = await asyncio.to_thread(loading.texts)
        voice = Voice({loading.ENGLISH: texts}, settings.placeholders)
        yield PromiseService(Promises(database), voice, LocalBus(), system_clock)
    finally:
        await database.close()


async def history(settings: Settings) -> Sequence[Promise]:
    """Return every version, or the shipped ones where the database has none yet."""
    found: Sequence[Promise] = ()
    if await asyncio.to_thread(database_exists, settings.database):
        async with _service(settings, read_only=True) as promises:
            found = await promises.history()
    return found or first_versions(await asyncio.to_thread(loading.promises), system_clock())


async def _add(settings: Settings, kind: Kind, text: str, start: int | None) -> Promise:
    if start is not None and start <= system_clock() < start + DAY:
        start = None  # today has begun: from now on
    async with _service(settings, read_only=False) as promises:
        await promises.seed(await asyncio.to_thread(loading.promises))
        return await promises.add(kind, text, by=AUTHOR, effective_from=start)
