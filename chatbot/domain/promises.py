"""What visitors are promised before they write: texts of an admin that have versions.

A version is never changed, so it can be shown later what somebody was told. A `notice` names the
versions that were in force together, such as "c3.p2.v1".
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from chatbot.domain import text as text_rules
from chatbot.domain.errors import Invalid

UNKNOWN: Final = "unknown"
"""What is kept where nobody can tell which versions a visitor saw."""
TEXT_LIMIT: Final = 10_000
"""Characters of a whole text."""
SHORT_LIMIT: Final = 300
"""Characters of its first paragraph, which stands before the first message."""
_BLANK_LINE: Final = re.compile(r"\n *\n")
_BLOCK: Final = re.compile(r"^ *(#|[-*+] |\d+[.)] )", re.MULTILINE)
_NOTICE: Final = re.compile(r"c([1-9]\d{0,5})\.p([1-9]\d{0,5})\.v([1-9]\d{0,5})")


class Kind(StrEnum):
    """What a promise is about."""

    CONFIDENTIALITY = "confidentiality"
    POLICE = "police"
    PRIVACY = "privacy"


@dataclass(frozen=True, slots=True)
class Promise:
    """A version of one kind's text; the numbers of a kind begin at 1 and have no gaps.

    `text` is Markdown with `{placeholders}`, its first paragraph the short form; it is in force
    from `effective_from` on, in milliseconds UTC as is `created_at`.
    """

    kind: Kind
    number: int
    text: str
    effective_from: int
    written_by: str
    created_at: int


def in_force(promises: Sequence[Promise], at: int) -> dict[Kind, Promise]:
    """Return what is in force at a time: of each kind the latest begun, of two the higher number.

    So a correction made today does not undo what was announced for next month.
    """
    begun = [promise for promise in promises if promise.effective_from <= at]
    return {one.kind: one for one in sorted(begun, key=lambda p: (p.effective_from, p.number))}


def notice(together: Mapping[Kind, Promise]) -> str:
    """Return the name of versions that are in force together, one of each kind."""
    c, p, v = (together[kind].number for kind in Kind)
    return f"c{c}.p{p}.v{v}"


def numbers(named: str) -> dict[Kind, int] | None:
    """Return the numbers in the name of a notice; None where it is no such name.

    >>> numbers("c3.p2.v1")[Kind.POLICE]
    2
    """
    found = _NOTICE.fullmatch(named)
    return dict(zip(Kind, map(int, found.groups()), strict=True)) if found else None


def notices(promises: Sequence[Promise]) -> dict[str, int]:
    """Return every notice that was or will be in force, and when it first is."""
    first: dict[str, int] = {}
    for at in sorted({promise.effective_from for promise in promises}):
        together = in_force(promises, at)
        if len(together) == len(Kind):
            first.setdefault(notice(together), at)
    return first


def short_and_more(text: str) -> tuple[str, str]:
    """Cut a text after its first paragraph."""
    short, *more = _BLANK_LINE.split(text, maxsplit=1)
    return short, "".join(more).strip()


def next_number(known: Sequence[Promise], kind: Kind) -> int:
    """Return the number that follows those of a kind."""
    return 1 + max((one.number for one in known if one.kind is kind), default=0)


def checked(new: Promise) -> Promise:
    """Return a version that may be kept, its text cleaned.

    Raises:
        Invalid: the text is empty, too long, or begins with no short paragraph; or it would have
            been in force before it was written, when nobody can have seen it.
    """
    cleaned = text_rules.message(new.text, TEXT_LIMIT)
    short, _ = short_and_more(cleaned)
    if _BLOCK.search(short):
        raise Invalid(text="no_short")
    if len(short) > SHORT_LIMIT:
        raise Invalid(text="short_too_long")
    if new.effective_from < new.created_at:
        raise Invalid(effective_from="past")
    return replace(new, text=cleaned)
