"""FAQ files: YAML, JSON and CSV, in and out.

A file is read whole before anything is changed, and a mistake names the entry it is in.
"""

import csv
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, replace
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any, Final

import msgspec
import yaml

from chatbot.domain.faq import SLUG, Audience, Entry, Status, is_date

LISTS: Final = ("phrasings", "keywords", "confirm")
DATES: Final = ("review_by", "reviewed")
_KNOWN: Final = frozenset(f.name for f in fields(Entry)) - {"revision"}
_NEEDED: Final = ("slug", "question", "answer")
_NOT_TEXT: Final = re.compile("[\0\ud800-\udfff]")
"""What neither UTF-8 nor PostgreSQL can hold; only the escapes of JSON can write it."""
_RARE_LINE_ENDS: Final = re.compile("[\x85\u2028\u2029]")
_DEEPEST: Final = 50
"""Lists in lists of YAML; some ten thousand end the process inside libyaml."""


class FaqFileError(Exception):
    """A FAQ file cannot be used; the message says where and why."""


def read(path: Path, default: Status = Status.PUBLISHED) -> list[Entry]:
    """Return the entries of a file; one without a status gets `default`.

    Raises:
        FaqFileError: it cannot be read, or an entry in it cannot be used.
    """
    return parse(text_of(path), path.suffix.lower(), default)


def text_of(path: Path) -> str:
    """Return what a file says.

    Raises:
        FaqFileError: it cannot be read, or is no text.
    """
    try:
        return path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise FaqFileError(f"cannot read {path}: {error}") from error


def parse(text: str, suffix: str, default: Status = Status.PUBLISHED) -> list[Entry]:
    """Return the entries in `text`; `suffix` is .yaml, .yml, .json or .csv."""
    try:
        match suffix:
            case ".yaml" | ".yml":
                _refuse_deep(text)
                data = yaml.load(text, Loader=yaml.CSafeLoader)
            case ".json":
                data = json.loads(text)
            case ".csv":
                rows = csv.DictReader(StringIO(text), strict=True)
                data = {"entries": [_csv_row(row, at) for at, row in enumerate(rows, 1)]}
            case _:
                raise FaqFileError(f"a FAQ file ends in .yaml, .json or .csv, not {suffix!r}")
    except (yaml.YAMLError, ValueError, csv.Error, RecursionError) as error:
        raise FaqFileError(f"this is no valid {suffix[1:].upper()}: {error}") from error
    return entries(data, default)


def entries(data: object, default: Status = Status.PUBLISHED) -> list[Entry]:
    """Return the entries of `{"entries": [...]}`.

    Raises:
        FaqFileError: as `read`.
    """
    if not isinstance(data, Mapping) or not isinstance(data.get("entries"), list):
        raise FaqFileError('a FAQ file has a list "entries" at its top')
    found: dict[str, Entry] = {}
    for number, raw in enumerate(data["entries"], 1):
        entry = _entry(raw, f"entry {number}", default)
        if entry.slug in found:
            raise FaqFileError(f"entry {number}: there is another {entry.slug!r} in this file")
        found[entry.slug] = entry
    return list(found.values())


def _entry(raw: object, where: str, default: Status) -> Entry:
    if not isinstance(raw, Mapping):
        raise FaqFileError(f"{where}: this is no entry but {type(raw).__name__}")
    where = f"{where} ({raw['slug']})" if isinstance(raw.get("slug"), str) else where
    if missing := [name for name in _NEEDED if not str(raw.get(name) or "").strip()]:
        raise FaqFileError(f"{where}: {', '.join(missing)} is missing")
    if unknown := sorted(str(name) for name in set(raw) - _KNOWN):
        raise FaqFileError(f"{where}: unknown {', '.join(unknown)}")
    # YAML makes a date of one that stands without quotes.
    values = {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in raw.items()
        if value is not None
    }
    try:
        entry = msgspec.convert({"status": default.value, **values}, Entry)
    except msgspec.ValidationError as error:
        raise FaqFileError(f"{where}: {error}") from error
    if wrong := next(_mistakes(entry), None):
        raise FaqFileError(f"{where}: {wrong}")
    return replace(entry, answer=entry.answer.strip(), question=entry.question.strip())


def _mistakes(entry: Entry) -> Iterator[str]:
    if not SLUG.fullmatch(entry.slug):
        yield "a slug is small letters, digits and single hyphens"
    for name in DATES:
        if (day := getattr(entry, name)) and not is_date(day):
            yield f"{name} is a date such as 2027-02-28, not {day!r}"
    for name in LISTS:
        if not all(item.strip() for item in getattr(entry, name)):
            yield f"{name} has an empty item"
    for name, value in _plain(entry).items():
        if unstorable("".join(value)):
            yield f"{name} has a character that cannot be stored"


def unstorable(text: str) -> bool:
    """Tell whether a text has a character that no database takes."""
    return _NOT_TEXT.search(text) is not None


def _refuse_deep(text: str) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > _DEEPEST:
            raise FaqFileError(f"this is no FAQ file: it nests more than {_DEEPEST} deep")


def _table(found: Iterable[Entry]) -> str:
    """A cell of a list holds one item a line, as `_csv_row` reads it."""
    out = StringIO()
    table = csv.DictWriter(out, [one.name for one in fields(Entry) if one.name in _KNOWN])
    table.writeheader()
    for entry in found:
        cells = _plain(entry)
        table.writerow({n: c if isinstance(c, str) else "\n".join(c) for n, c in cells.items()})
    return out.getvalue()


def _csv_row(row: Mapping[str | None, Any], number: int) -> dict[str, object]:
    """A cell of a list holds one item a line."""
    if None in row:
        raise FaqFileError(
            f"entry {number}: it has more cells than the first line;"
            " put a cell that has a comma in it in double quotes"
        )
    values: dict[str, object] = {}
    for name, cell in row.items():
        if name is None or not (cell or "").strip():
            continue
        lines = [line.strip() for line in cell.splitlines() if line.strip()]
        values[name.strip()] = lines if name.strip() in LISTS else cell
    return values


def dump(found: Iterable[Entry], suffix: str) -> str:
    """Return the entries as the text of a FAQ file that `read` takes back unchanged.

    Raises:
        FaqFileError: `suffix` is none of these.
    """
    found = list(found)
    data = {"entries": [_plain(entry) for entry in found]}
    match suffix:
        case ".yaml" | ".yml":
            return yaml.dump(data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100)
        case ".json":
            return json.dumps(data, ensure_ascii=False, indent=2) + "\n"
        case ".csv":
            return _table(found)
        case _:
            raise FaqFileError(
                f"export to a file that ends in .yaml, .json or .csv, not {suffix!r}"
            )


def _plain(entry: Entry) -> dict[str, str | list[str]]:
    values = msgspec.to_builtins(entry)
    del values["revision"]
    if entry.audience is Audience.EVERYBODY:
        del values["audience"]
    return {name: value for name, value in values.items() if value or name in _NEEDED}


class _Dumper(yaml.SafeDumper):
    """Writes text of several lines as a block, which is easier to read and to edit."""


def _block(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    # Three rare line ends would be read back as blanks; between double quotes they are escaped.
    style = '"' if _RARE_LINE_ENDS.search(text) else "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _block)
