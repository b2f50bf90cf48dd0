"""`chatbot faq export` and `chatbot faq import`."""

import argparse
import asyncio
import os
from pathlib import Path

from chatbot.commands.shared import CommandError, entries, run
from chatbot.content import faq_file, loading
from chatbot.domain.faq import Entry, Status
from chatbot.services.faq import save_changed
from chatbot.services.identity import system_clock
from chatbot.services.rendering import UnknownPlaceholder, render
from chatbot.settings import Settings
from chatbot.store.faq import FaqEntries
from chatbot.store.opening import open_database


def faq_export(settings: Settings, arguments: argparse.Namespace) -> int:
    """Write every entry to a file, all or nothing."""
    path: Path = arguments.file
    found = run(settings, entries(settings))
    text = faq_file.dump(found, path.suffix.lower())
    unfinished = path.with_name(path.name + ".part")
    try:
        unfinished.write_text(text, "utf-8")
        os.replace(unfinished, path)  # noqa: PTH105  # says that it replaces
    except OSError as error:
        raise CommandError(f"cannot write {path}: {error.strerror}") from error
    print(f"Entries written to {path}: {len(found)}.")
    return 0


def faq_import(settings: Settings, arguments: argparse.Namespace) -> int:
    """Add the entries of a file, or replace those with the same slug, all or none."""
    default = Status.PUBLISHED if arguments.publish else Status.DRAFT
    found = faq_file.read(arguments.file, default)
    _check_placeholders(settings, found)
    saved = run(settings, _save(settings, found))
    print(f"Saved: {len(saved)}. The same already: {len(found) - len(saved)}.")
    return 0


def _check_placeholders(settings: Settings, found: list[Entry]) -> None:
    for entry in found:
        try:
            render(entry.answer, settings.placeholders)
        except UnknownPlaceholder as error:
            raise CommandError(f"{entry.slug}: {error}") from error


async def _save(settings: Settings, found: list[Entry]) -> list[Entry]:
    database = await open_database(settings.database)
    try:
        store = FaqEntries(database)
        if not await store.all():
            shipped = await asyncio.to_thread(loading.entries)
            await store.save(shipped, [], system_clock())
        return await save_changed(store, found, system_clock())
    finally:
        await database.close()
