"""`chatbot export-person`: everything kept about one chat or callback request, to hand over."""

import argparse
import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from chatbot.app import opened
from chatbot.commands.forgetting import NOTHING
from chatbot.commands.shared import CommandError, changed, run
from chatbot.content import loading
from chatbot.domain.audit import COMMAND_LINE
from chatbot.domain.reference import read_reference
from chatbot.services.identity import system_clock
from chatbot.services.subject_access import Kept, NotOneError
from chatbot.settings import Settings
from chatbot.store.private_file import appearing
from chatbot.web import keys

SEVERAL: Final = (
    "several have this reference, which may be about different people: nothing was written"
)
TIMES: Final = frozenset(
    {"at", "changed_at", "closed_at", "created_at", "closes_at", "until", "start", "end", "slots"}
)
"""What of it is a time, or a list of times, in milliseconds."""


def arguments_of_export_person(parser: argparse.ArgumentParser) -> None:
    """Say what `export-person` takes."""
    parser.add_argument("reference", help="of the chat or the callback request, such as D5QM667")
    parser.add_argument("file", type=Path, help="where to write it, such as D5QM667.json")
    parser.add_argument(
        "--with-staff-records",
        action="store_true",
        help="also private notes, labels, blocks and safeguarding records: a supervisor decides",
    )
    parser.add_argument("--replace", action="store_true", help="write over a file that is there")


def export_person(settings: Settings, arguments: argparse.Namespace) -> int:
    """Write all that is kept under a reference to a file that only its owner can read."""
    file, reference = arguments.file, read_reference(arguments.reference)
    try:
        with appearing(file, replace=arguments.replace) as unfinished:
            work = _gathered(settings, reference, with_records=arguments.with_staff_records)
            text = json.dumps(_file(*run(settings, work)), ensure_ascii=False, indent=2)
            unfinished.write_text(f"{text}\n", "utf-8")
    except NotOneError as error:
        raise CommandError(SEVERAL if error.several else NOTHING) from error
    except FileExistsError as error:
        raise CommandError(f"{file} is there already: name another, or add --replace") from error
    except OSError as error:
        raise CommandError(f"cannot write {file}: {error.strerror}") from error
    print(f"What is kept under {reference} is in {file}. That it was written is in the audit.")
    print("Be sure who asks, hand it over in a way that nobody else can see, then delete the file.")
    if not arguments.with_staff_records:
        print("Records of staff are left out, and the file says so: a supervisor may decide.")
    return 0


async def _gathered(
    settings: Settings, reference: str, *, with_records: bool
) -> tuple[Kept, Settings]:
    named = await changed(settings)
    async with opened(settings, system_clock) as app:
        access = app[keys.SUBJECT_ACCESS]
        kept = await access.gather(reference, COMMAND_LINE, with_records=with_records)
    return kept, named


def _file(kept: Kept, named: Settings) -> Mapping[str, Any]:
    """Return the file: what it is first, and nothing that is empty."""
    texts = loading.texts()
    kind = "chat" if kept.is_chat else "callback"
    names = {"site_name": named.site_name, "organisation": named.organisation}
    records = "export.left_out.records" if kept.records is None else "export.with_records"
    notes = [texts(key) for key in ("export.times", "export.left_out.secrets", records)]
    if kept.requests:
        notes.append(texts("export.requests"))
    audit = [{"at": line.at, "done": texts(f"audit.deed.{line.action}")} for line in kept.audit]
    whole = {
        "about": texts(f"export.about.{kind}", reference=kept.reference, **names),
        "written_at": _time(system_clock()),
        "notes": notes,
        "reference": kept.reference,
        kind: _readable(kept.facts),
        "what_happened": _readable(kept.events),
        "what_the_assistant_could_not_help_with": _readable(kept.in_vain),
        "callback_requests": kept.requests,
        "who_looked_and_what_was_done": _readable(audit),
        "records_of_staff": _readable(kept.records or ()),
    }
    return {name: value for name, value in whole.items() if value}


def _readable(thing: Any, name: str = "") -> Any:
    """Write times as people do."""
    match thing:
        case str() if name == "what":
            return " ".join(re.findall("[A-Z][a-z]+", thing)).capitalize()
        case bool() | str() | None:
            return thing
        case int() if name in TIMES:
            return _time(thing) if thing else None
        case Mapping():
            return {key: _readable(value, key) for key, value in thing.items()}
        case Sequence():
            return [_readable(one, name) for one in thing]
        case _:
            return thing


def _time(milliseconds: int) -> str:
    """Return a time as in `2026-11-30 09:15:02`.

    >>> _time(1_796_030_102_000)
    '2026-11-30 09:15:02'
    """
    return f"{datetime.fromtimestamp(milliseconds // 1000, UTC):%Y-%m-%d %H:%M:%S}"
