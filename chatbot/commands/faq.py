"""`chatbot faq export`, `chatbot faq import` and `chatbot faq picked`."""

import argparse
import asyncio
import json
import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from chatbot.commands.shared import CommandError, entries, run
from chatbot.content import faq_exchange, faq_file, loading
from chatbot.content.faq_exchange import faq_page
from chatbot.domain.audit import COMMAND_LINE, Deed
from chatbot.domain.faq import Entry, Status
from chatbot.domain.outcome import SMALL_TALK
from chatbot.services.exchange import Plan, planned
from chatbot.services.faq import save_changed
from chatbot.services.identity import system_clock
from chatbot.services.rendering import UnknownPlaceholder, render
from chatbot.settings import Settings
from chatbot.store.faq import FaqEntries, Saver
from chatbot.store.opening import database_exists, open_database
from chatbot.store.picked import DAY, Picked, read_picked


def faq_export(settings: Settings, arguments: argparse.Namespace) -> int:
    """Write every entry to a file, all or nothing."""
    path: Path = arguments.file
    found = run(settings, entries(settings))
    text = _exported(settings, found, path.suffix.lower())
    unfinished = path.with_name(path.name + ".part")
    try:
        unfinished.write_text(text, "utf-8")
        os.replace(unfinished, path)  # noqa: PTH105  # says that it replaces
    except OSError as error:
        raise CommandError(f"cannot write {path}: {error.strerror}") from error
    print(f"Entries written to {path}: {len(found)}.")
    return 0


def _exported(settings: Settings, found: list[Entry], suffix: str) -> str:
    if suffix != ".jsonld":
        return faq_file.dump(found, suffix)
    live = [one for one in found if one.status is Status.PUBLISHED and one.topic != SMALL_TALK]
    rendered = ((one.question, render(one.answer, settings.placeholders)) for one in live)
    return json.dumps(faq_page(rendered), ensure_ascii=False, indent=2) + "\n"


def faq_import(settings: Settings, arguments: argparse.Namespace) -> int:
    """Add the entries of a file, or replace those with the same slug, all or none."""
    default = Status.PUBLISHED if arguments.publish else Status.DRAFT
    path: Path = arguments.file
    brought = faq_exchange.parse(faq_file.text_of(path), path.suffix.lower(), default)
    known = run(settings, entries(settings))
    plan = planned(brought, known)
    _check_placeholders(settings, plan.entries)
    if arguments.dry_run:
        _tell(plan)
        return 0
    saved = run(settings, _save(settings, plan.entries))
    print(f"Saved: {len(saved)}. The same already: {len(brought) - len(saved)}.")
    return 0


def _tell(plan: Plan) -> None:
    for step in plan.steps:
        names = ", ".join(one.name for one in step.changes)
        print(f"{'new    ' if step.before is None else 'changed'}  {step.after.slug}: {names}")
    print(f"New: {plan.new}. Changed: {plan.changed}. The same already: {plan.same}.")
    print("Nothing was saved.")


def _check_placeholders(settings: Settings, found: Sequence[Entry]) -> None:
    for entry in found:
        try:
            render(entry.answer, settings.placeholders)
        except UnknownPlaceholder as error:
            raise CommandError(f"{entry.slug}: {error}") from error


def faq_picked(settings: Settings, arguments: argparse.Namespace) -> int:
    """Show which offered questions visitors picked: entries that people mean, and ask otherwise."""
    if not database_exists(settings.database):
        raise CommandError(f"there is no database at {settings.database}")
    found = run(settings, _picked(settings, arguments.days))
    if not found:
        print(f"Nobody picked an offered question in the last {arguments.days} days.")
        return 0
    wide = max(len(one.slug) for one in found)
    print(f"{'times':>5}  {'entry':<{wide}}  last")
    for one in found:
        last = datetime.fromtimestamp(one.last / 1000, UTC)
        print(f"{one.times:>5}  {one.slug:<{wide}}  {last:%Y-%m-%d}")
    return 0


async def _picked(settings: Settings, days: int) -> list[Picked]:
    database = await open_database(settings.database, read_only=True)
    try:
        return await read_picked(database, system_clock() - days * DAY)
    finally:
        await database.close()


async def _save(settings: Settings, found: Sequence[Entry]) -> list[Entry]:
    database = await open_database(settings.database)
    try:
        store = FaqEntries(database)
        if not await store.all():
            shipped = await asyncio.to_thread(loading.entries)
            await store.save(shipped, [], system_clock())
        saver = Saver(COMMAND_LINE, Deed.FAQ_IMPORTED)
        return await save_changed(store, found, system_clock(), saver)
    finally:
        await database.close()
