"""What several commands need: an event loop, the entries to work on, a progress bar.

A command that only reads never locks the database, so it may run beside the service.
"""

import asyncio
import os
import sys
import time
from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any, Final, TypeVar

from chatbot.answers.engine import Engine
from chatbot.content import loading
from chatbot.domain.editable import SECRETS, table
from chatbot.domain.faq import Entry, Status
from chatbot.live.bus import LocalBus
from chatbot.materials import (
    find_encoder,
    load_knowledge,
    open_index,
    open_lessons,
    open_vectors,
)
from chatbot.overlay import base_values
from chatbot.services.editable import EditableService, Item, Known
from chatbot.services.identity import system_clock
from chatbot.settings import Settings, fixed, overlaid
from chatbot.store.editable import SettingChanges
from chatbot.store.faq import FaqEntries
from chatbot.store.opening import database_exists, open_database

Result = TypeVar("Result")
Progress = Callable[[int, int], None]
WIDTH: Final = 30
FIRST_SHOWN_SECONDS: Final = 0.5


class CommandError(Exception):
    """A command cannot go on; the message is for the person who typed it."""


def run(settings: Settings, work: Coroutine[Any, Any, Result]) -> Result:
    """Run `work` on the loop that the settings name."""
    if settings.loop == "uvloop" and sys.platform != "win32":
        import uvloop  # noqa: PLC0415  # not there on every platform

        return uvloop.run(work)
    return asyncio.run(work)


async def entries(settings: Settings) -> list[Entry]:
    """Return what the database holds, or the shipped FAQ where there is no database yet."""
    if not await asyncio.to_thread(database_exists, settings.database):
        return await asyncio.to_thread(loading.entries)
    database = await open_database(settings.database, read_only=True)
    try:
        found = await FaqEntries(database).all()
        return found or await asyncio.to_thread(loading.entries)
    finally:
        await database.close()


async def changed(settings: Settings) -> Settings:
    """Return the settings with what admins changed in the console."""
    values, _ = await admins(settings)
    return await asyncio.to_thread(overlaid, settings, values)


async def admins(settings: Settings) -> tuple[Mapping[str, str], Sequence[Item]]:
    """Return the values of the settings that admins may change, and how each stands."""
    base = base_values(settings, ())
    if not await asyncio.to_thread(database_exists, settings.database):
        return base, []
    database = await open_database(settings.database, read_only=True)
    try:
        known = Known(table(()), base, fixed(os.environ))
        changes = SettingChanges(database, secrets=SECRETS)
        editable = EditableService(changes, known, LocalBus(), system_clock)
        return await editable.load(), (await editable.board()).items
    finally:
        await database.close()


def engine(settings: Settings, found: Sequence[Entry]) -> Engine:
    """Build an engine over the published ones of `found`, showing how far it is."""
    live = [entry for entry in found if entry.status is Status.PUBLISHED]
    if not live:
        raise CommandError("there is no published entry to answer with")
    return Engine.build(
        live,
        load_knowledge(),
        find_encoder(settings),
        vectors=open_vectors(settings).known,
        progress=bar("Learning the FAQ"),
        wrong_share=settings.wrong_share,
        lessons=open_lessons(settings).known,
        shelf=open_index(settings).known,
    )


def bar(title: str) -> Progress | None:
    """Return a progress bar on a terminal's standard error; None where nobody looks."""
    if not sys.stderr.isatty():
        return None
    started = time.monotonic()

    def show(done: int, total: int) -> None:
        if time.monotonic() - started < FIRST_SHOWN_SECONDS:
            return
        full = WIDTH * done // max(total, 1)
        end = "\n" if done >= total else ""
        line = f"\r{title} [{'=' * full}{' ' * (WIDTH - full)}] {done}/{total}{end}"
        print(line, end="", file=sys.stderr, flush=True)

    return show
