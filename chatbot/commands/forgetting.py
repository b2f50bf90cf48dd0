"""`chatbot purge` and `chatbot erase`: forgetting what is over, and one person's words now.

The service purges by itself; the command is for seeing what it would take, and for a database that
no service has open.
"""

import argparse
from typing import Final

from chatbot.app import opened
from chatbot.commands.shared import CommandError, changed, run
from chatbot.domain.audit import COMMAND_LINE
from chatbot.domain.reference import read_reference
from chatbot.services.identity import system_clock
from chatbot.services.retention import USAGE_KEPT_DAYS
from chatbot.settings import Settings
from chatbot.web import keys

NOTHING: Final = "nothing has this reference, or it is erased already"


def purge(settings: Settings, arguments: argparse.Namespace) -> int:
    """Forget what has been kept for long enough, or say how much that is."""
    forget(settings, dry=arguments.dry_run)
    return 0


def forget(settings: Settings, *, dry: bool = False) -> None:
    """Forget what has been kept for long enough, and print how much it was."""
    run(settings, _purge(settings, dry=dry))


def erase(settings: Settings, arguments: argparse.Namespace) -> int:
    """Forget one chat or callback request for good."""
    return run(settings, _erase(settings, arguments.reference))


def arguments_of_purge(parser: argparse.ArgumentParser) -> None:
    """Say what `purge` takes."""
    parser.add_argument("--dry-run", action="store_true", help="only say what would go")


def arguments_of_erase(parser: argparse.ArgumentParser) -> None:
    """Say what `erase` takes."""
    parser.add_argument("reference", help="of the chat or the callback request, such as D5QM667")


async def _purge(settings: Settings, *, dry: bool) -> None:
    kept = await changed(settings)
    async with opened(settings, system_clock) as app:
        retention, calls = app[keys.RETENTION], app[keys.CALL_DESK]
        if dry:
            over, of_calls = await retention.over(), await calls.over()
        else:
            over, of_calls = await retention.sweep(), await calls.sweep()
    would = "would go" if dry else "went"
    print(f"Chats that {would}: {over.chats} (kept for {kept.keep_chats_days} days)")
    print(f"Concerns that {would}: {over.concerns} (kept for {kept.keep_concerns_days} days)")
    print(f"Callback requests that {would}: {of_calls}")
    print(f"Days of usage of entries that {would}: {over.usage} (kept for {USAGE_KEPT_DAYS} days)")


async def _erase(settings: Settings, typed: str) -> int:
    reference = read_reference(typed)
    async with opened(settings, system_clock) as app:
        found = await app[keys.RETENTION].erase(reference, COMMAND_LINE)
        erased = await app[keys.CALL_DESK].erase_by_reference(reference, COMMAND_LINE)
    if not found and not erased:
        raise CommandError(NOTHING)
    if found:
        print(f"The chat {reference} is erased. Concerns about it stay: they are records of staff.")
    if erased:
        print(f"The callback request {reference} is erased.")
    return 0
