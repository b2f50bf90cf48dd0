"""What changed between two texts, word by word."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Final

from chatbot.domain.faq import Entry

_WORD: Final = re.compile(r"\w+(?:['\u2019]\w+)*[^\S\n]*|\n+|.[^\S\n]*", re.DOTALL)
"""A word and the blanks behind it: blanks by themselves are alike everywhere, and slow to match."""
_LINE: Final = re.compile(r"[^\n]*\n|[^\n]+")
_UNCOMPARED: Final = frozenset({"slug", "revision"})


class Fate(StrEnum):
    """What became of some words."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Piece:
    """Words that share a fate; the pieces that are not removed make up the new text."""

    fate: Fate
    text: str


@dataclass(frozen=True, slots=True)
class Changed:
    """A field of an entry that differs, a line for each item of a list."""

    name: str
    before: str
    after: str
    pieces: tuple[Piece, ...]


def difference(before: str, after: str, unit: re.Pattern[str] = _WORD) -> Iterator[Piece]:
    """Yield the pieces of the way from one text to the other, what was removed first.

    >>> [(one.fate.value, one.text) for one in difference("one two", "one three")]
    [('same', 'one '), ('removed', 'two'), ('added', 'three')]
    """
    old, new = unit.findall(before), unit.findall(after)
    one, other = ([token.rstrip(" ") for token in some] for some in (old, new))
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    for kind, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        gone, come = old[old_from:old_to], new[new_from:new_to]
        if kind == "equal":
            yield Piece(Fate.SAME, "".join(come))
            continue
        if gone:
            yield Piece(Fate.REMOVED, "".join(gone))
        if come:
            yield Piece(Fate.ADDED, "".join(come))


def changes(before: Entry | None, after: Entry) -> list[Changed]:
    """Return the fields that differ; all that say something where there was nothing before."""
    found = []
    for one in fields(Entry):
        if one.name in _UNCOMPARED:
            continue
        old = "" if before is None else text_of(before, one.name)
        new = text_of(after, one.name)
        if old != new:
            unit = _LINE if isinstance(getattr(after, one.name), tuple) else _WORD
            found.append(Changed(one.name, old, new, tuple(difference(old, new, unit))))
    return found


def text_of(entry: Entry, name: str) -> str:
    """Return a field as text: a line for each item of a list."""
    value = getattr(entry, name)
    return "".join(f"{item}\n" for item in value) if isinstance(value, tuple) else str(value)
