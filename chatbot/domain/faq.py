"""One approved question and its answer: the only source of what the assistant may say.

An entry is data; who may change it, and how, belongs to the services.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import count
from typing import Final

SLUG: Final = re.compile(r"(?=.{1,80}$)[a-z0-9]+(-[a-z0-9]+)*")
_SLUG_ROOM: Final = 60
QUESTION_LIMIT: Final = 300
ANSWER_LIMIT: Final = 8_000
LINE_LIMIT: Final = 300
"""Characters of a phrasing, a keyword, a topic and the like."""
PHRASINGS_LIMIT: Final = 500


class Status(StrEnum):
    """Only a published entry is ever shown to a visitor."""

    DRAFT = "draft"
    PUBLISHED = "published"
    ARCHIVED = "archived"


class Audience(StrEnum):
    """Whom an answer is written for."""

    EVERYBODY = "everybody"
    CAUTIONED = "cautioned"
    PARTNER = "partner"
    PROFESSIONAL = "professional"


@dataclass(frozen=True, slots=True)
class Entry:
    """An FAQ entry.

    `answer` is Markdown with `{placeholders}` for settings; `review_by`, when it is to be looked at
    again, and `reviewed`, when it last was, are ISO dates or ""; `owner` says who looks after it;
    `confirm` names what an admin still has to confirm, a line each; `revision` counts the saves.
    """

    slug: str
    question: str
    answer: str
    phrasings: tuple[str, ...] = ()
    topic: str = ""
    status: Status = Status.PUBLISHED
    source: str = ""
    review_by: str = ""
    keywords: tuple[str, ...] = ()
    confirm: tuple[str, ...] = ()
    owner: str = ""
    audience: Audience = Audience.EVERYBODY
    reviewed: str = ""
    revision: int = 1


def wrong(entry: Entry) -> dict[str, str]:
    """Return why an entry cannot be published, by field; empty when it can."""
    return dict(_faults(entry))


def _faults(entry: Entry) -> Iterator[tuple[str, str]]:
    if not SLUG.fullmatch(entry.slug):
        yield "slug", "malformed"
    for name, limit in (("question", QUESTION_LIMIT), ("answer", ANSWER_LIMIT)):
        text = getattr(entry, name)
        if not text.strip():
            yield name, "empty"
        elif len(text) > limit:
            yield name, "too_long"
    for name in ("topic", "owner", "source"):
        if len(getattr(entry, name)) > LINE_LIMIT:
            yield name, "too_long"
    for name in ("phrasings", "keywords"):
        lines = getattr(entry, name)
        if len(lines) > PHRASINGS_LIMIT or any(len(line) > LINE_LIMIT for line in lines):
            yield name, "too_long"
    for name in ("review_by", "reviewed"):
        if (day := getattr(entry, name)) and not is_date(day):
            yield name, "malformed"


def is_date(text: str) -> bool:
    """Tell whether this is a date such as 2027-02-28.

    >>> is_date("2027-02-28"), is_date("20270228")
    (True, False)
    """
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def slug_for(question: str, taken: Collection[str]) -> str:
    """Return a slug that is not taken yet, made of the words of a question.

    >>> slug_for("What does it cost?", {"what-does-it-cost"})
    'what-does-it-cost-2'
    """
    plain = unicodedata.normalize("NFKD", question.lower().replace("'", "").replace("\u2019", ""))
    words = re.findall(r"[a-z0-9]+", "".join(c for c in plain if not unicodedata.combining(c)))
    slug = "-".join(words)[:_SLUG_ROOM].strip("-") or "entry"
    numbers = (f"{slug}-{number}" for number in count(2))
    return slug if slug not in taken else next(one for one in numbers if one not in taken)
