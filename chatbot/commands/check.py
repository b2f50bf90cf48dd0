"""`chatbot check`: whether all is well, and what an admin still has to confirm."""

import argparse
from collections.abc import Iterator, Sequence
from datetime import date

from chatbot.app import find_encoder
from chatbot.commands.shared import entries, run
from chatbot.domain.faq import Entry, Status
from chatbot.services.rendering import UnknownPlaceholder, render
from chatbot.settings import Settings
from chatbot.store.opening import database_exists, sqlite_version


def check(settings: Settings, _arguments: argparse.Namespace) -> int:
    """Print what was found; the status is 1 when something is wrong."""
    found = run(settings, entries(settings))
    wrong = list(_wrong(settings, found))
    print(_state(settings, found))
    todo = list(to_confirm(found))
    overdue = list(_overdue(found))
    _list(f"To confirm before anyone relies on it ({len(todo)})", todo)
    _list(f"To review again ({len(overdue)})", overdue)
    _list("Wrong", wrong)
    if not wrong:
        print("\nNothing is wrong.")
    return 1 if wrong else 0


def _state(settings: Settings, found: Sequence[Entry]) -> str:
    live = sum(entry.status is Status.PUBLISHED for entry in found)
    where = settings.database if database_exists(settings.database) else "none yet"
    model = "found" if find_encoder(settings) else "missing: answers are less sure"
    return (
        f"Database    {where}\n"
        f"SQLite      {sqlite_version()}\n"
        f"Model       {model}\n"
        f"Entries     {len(found)}, {live} of them published"
    )


def to_confirm(found: Sequence[Entry]) -> Iterator[str]:
    """Yield what nobody has confirmed yet, by entry."""
    for entry in found:
        for what in entry.confirm:
            yield f"{entry.slug}: {what}"


def _overdue(found: Sequence[Entry]) -> Iterator[str]:
    today = date.today().isoformat()  # noqa: DTZ011  # the admin's own calendar day
    for entry in found:
        if entry.review_by and entry.review_by < today:
            yield f"{entry.slug}: was due on {entry.review_by}"


def _wrong(settings: Settings, found: Sequence[Entry]) -> Iterator[str]:
    for entry in found:
        try:
            render(entry.answer, settings.placeholders)
        except UnknownPlaceholder as error:
            yield f"{entry.slug}: {error}"


def _list(title: str, lines: Sequence[str]) -> None:
    if lines:
        print(f"\n{title}")
        for line in lines:
            print(f"  - {line}")
