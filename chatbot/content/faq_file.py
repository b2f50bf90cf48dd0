"""FAQ files: YAML, JSON and CSV in, YAML and JSON out.

A file is read whole before anything is changed, and a mistake names the entry it is in.
"""

import csv
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from io import StringIO
from pathlib import Path
from typing import Any, Final

import msgspec
import yaml

from chatbot.domain.faq import Entry, Status

LISTS: Final = ("phrasings", "keywords", "confirm")
_KNOWN: Final = frozenset(f.name for f in fields(Entry)) - {"revision"}
_NEEDED: Final = ("slug", "question", "answer")
_SLUG: Final = re.compile(r"(?=.{1,80}$)[a-z0-9]+(-[a-z0-9]+)*")


class FaqFileError(Exception):
    """A FAQ file cannot be used; the message says where and why."""


def read(path: Path, default: Status = Status.PUBLISHED) -> list[Entry]:
    """Return the entries of a file; one without a status gets `default`.

    Raises:
        FaqFileError: it cannot be read, or an entry in it cannot be used.
    """
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise FaqFileError(f"cannot read {path}: {error}") from error
    return parse(text, path.suffix.lower(), default)


def parse(text: str, suffix: str, default: Status = Status.PUBLISHED) -> list[Entry]:
    """Return the entries in `text`; `suffix` is .yaml, .yml, .json or .csv."""
    try:
        match suffix:
            case ".yaml" | ".yml":
                data = yaml.load(text, Loader=yaml.CSafeLoader)
            case ".json":
                data = json.loads(text)
            case ".csv":
                data = {"entries": [_csv_row(row) for row in csv.DictReader(StringIO(text))]}
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
    values = {name: value for name, value in raw.items() if value is not None}
    try:
        entry = msgspec.convert({"status": default.value, **values}, Entry)
    except msgspec.ValidationError as error:
        raise FaqFileError(f"{where}: {error}") from error
    if not _SLUG.fullmatch(entry.slug):
        raise FaqFileError(f"{where}: a slug is small letters, digits and single hyphens")
    return replace(entry, answer=entry.answer.strip(), question=entry.question.strip())


def _csv_row(row: Mapping[str | None, Any]) -> dict[str, object]:
    """A cell of a list holds one item a line."""
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
        FaqFileError: `suffix` is neither YAML nor JSON.
    """
    data = {"entries": [_plain(entry) for entry in found]}
    match suffix:
        case ".yaml" | ".yml":
            return yaml.dump(data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100)
        case ".json":
            return json.dumps(data, ensure_ascii=False, indent=2) + "\n"
        case _:
            raise FaqFileError(f"export to a file that ends in .yaml or .json, not {suffix!r}")


def _plain(entry: Entry) -> dict[str, object]:
    values = msgspec.to_builtins(entry)
    del values["revision"]
    return {name: value for name, value in values.items() if value or name in _NEEDED}


class _Dumper(yaml.SafeDumper):
    """Writes text of several lines as a block, which is easier to read and to edit."""


def _block(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _block)
