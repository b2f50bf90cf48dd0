"""Every command that a person types.

Output is plain text that a screen reader can follow; `--json` where a program reads it.
"""

import argparse
import os
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from chatbot import __version__
from chatbot.commands.ask import ask, evaluate
from chatbot.commands.backup import (
    arguments_of_backup,
    arguments_of_restore,
    backup,
    restore,
)
from chatbot.commands.check import check
from chatbot.commands.demo import demo
from chatbot.commands.faq import faq_export, faq_import, faq_picked
from chatbot.commands.forgetting import arguments_of_erase, arguments_of_purge, erase, purge
from chatbot.commands.moving import arguments_of_move, move_to_postgres
from chatbot.commands.people import person_add, person_disable, person_list
from chatbot.commands.promises import (
    arguments_of_add,
    arguments_of_show,
    promises_add,
    promises_list,
    promises_show,
)
from chatbot.commands.serve import serve
from chatbot.commands.shared import CommandError
from chatbot.commands.subject_access import arguments_of_export_person, export_person
from chatbot.content.faq_file import FaqFileError
from chatbot.domain.people import Role
from chatbot.settings import Settings, SettingsError, load
from chatbot.store.errors import StoreError

Arguments = argparse.Namespace


@dataclass(frozen=True, slots=True)
class Command:
    """A command: its words, what it does, its arguments, and what carries it out."""

    words: str
    help: str
    arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[Settings, Arguments], int]


def _serve(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", help="address to listen on (127.0.0.1)")
    parser.add_argument("--port", type=int, help="port to listen on (8080)")
    parser.add_argument("--broker", metavar="URL", help="redis://... when several processes serve")


def _ask(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("question", help="what a visitor would write")
    parser.add_argument("--json", action="store_true", help="for a program")


def _evaluate(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "questions", type=Path, help="a file of labelled questions, one JSON a line"
    )
    parser.add_argument("--faq", type=Path, help="use this FAQ file instead of the database")
    parser.add_argument("--json", action="store_true", help="for a program")


def _export(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="ends in .yaml, .json, .csv or .jsonld")


def _import(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file",
        type=Path,
        help="ends in .yaml, .json, .csv or .jsonld; also articles of Chatwoot's help centre",
    )
    parser.add_argument("--publish", action="store_true", help="publish what has no status")
    parser.add_argument("--dry-run", action="store_true", help="show what would change, only")


def _picked(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--days", type=int, default=90, help="how far back to look (90)")


def _person(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("email", help="their e-mail address, with which they sign in")


def _add_person(parser: argparse.ArgumentParser) -> None:
    _person(parser)
    parser.add_argument(
        "--name", default="", help="what visitors are shown; with --passphrase-stdin"
    )
    roles = [role.value for role in Role]
    parser.add_argument("--role", choices=roles, default=Role.STAFF.value, help="staff by default")
    parser.add_argument(
        "--passphrase-stdin",
        action="store_true",
        help="create the account at once, with the passphrase on the first line of the input",
    )


def _demo(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--remove", action="store_true", help="take the demo away again")


def _nothing(_parser: argparse.ArgumentParser) -> None:
    """Take no arguments of its own."""


COMMANDS = (
    Command("serve", "run the service", _serve, serve),
    Command("ask", "show what the assistant would reply, and why", _ask, ask),
    Command("evaluate", "score the assistant on labelled questions", _evaluate, evaluate),
    Command("faq export", "write every entry to a file", _export, faq_export),
    Command("faq import", "add or replace entries from a file", _import, faq_import),
    Command("faq picked", "show which offered questions were picked", _picked, faq_picked),
    Command(
        "promises list", "list every version of what visitors are told", _nothing, promises_list
    ),
    Command("promises show", "print one version", arguments_of_show, promises_show),
    Command("promises add", "add the next version", arguments_of_add, promises_add),
    Command("person add", "invite somebody of staff by a link", _add_person, person_add),
    Command("person list", "show who can sign in", _nothing, person_list),
    Command("person disable", "send somebody away", _person, person_disable),
    Command("backup", "write all of the database to a file", arguments_of_backup, backup),
    Command("restore", "put a backup in its place", arguments_of_restore, restore),
    Command(
        "move-to-postgres",
        "carry a SQLite database over to PostgreSQL",
        arguments_of_move,
        move_to_postgres,
    ),
    Command("purge", "forget what has been kept for long enough", arguments_of_purge, purge),
    Command("erase", "forget one chat or callback request", arguments_of_erase, erase),
    Command(
        "export-person",
        "write out what is kept about somebody who asks for it",
        arguments_of_export_person,
        export_person,
    ),
    Command("demo", "make chats up for a first look at the console", _demo, demo),
    Command("check", "say whether all is well, and what is left to confirm", _nothing, check),
)


def parser() -> argparse.ArgumentParser:
    """Return the parser of every command."""
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument(
        "--database", metavar="URL", help="sqlite:///data/chat.db or postgresql://..."
    )
    shared.add_argument("--config", type=Path, metavar="FILE", help="a TOML file of settings")
    top = argparse.ArgumentParser(prog="chatbot", description="CARA chat")
    top.add_argument("--version", action="version", version=f"CARA chat {__version__}")
    groups = {"": top.add_subparsers(dest="command", metavar="COMMAND", required=True)}
    for command in COMMANDS:
        group, _, word = command.words.rpartition(" ")
        if group not in groups:
            inner = groups[""].add_parser(group, help=f"{group} commands")
            groups[group] = inner.add_subparsers(dest="word", metavar="COMMAND", required=True)
        one = groups[group].add_parser(word, help=command.help, parents=[shared])
        command.arguments(one)
        one.set_defaults(run=command.run)
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; return its exit status."""
    arguments = parser().parse_args(argv)
    overrides = {
        name: getattr(arguments, name, None) for name in ("host", "port", "database", "broker")
    }
    try:
        settings = load(arguments.config, os.environ, overrides)
        run: Callable[[Settings, Arguments], int] = arguments.run
        status = run(settings, arguments)
        sys.stdout.flush()
    except (SettingsError, FaqFileError, StoreError, CommandError) as error:
        print(f"chatbot: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Whoever read along, such as `head`, has seen enough; what is left goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 128 + signal.SIGPIPE
    return status
