"""One approved question and its answer: the only source of what the assistant may say.

An entry is data; who may change it, and how, belongs to the services.
"""

from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """Only a published entry is ever shown to a visitor."""

    DRAFT = "draft"
    PUBLISHED = "published"
    ARCHIVED = "archived"


@dataclass(frozen=True, slots=True)
class Entry:
    """An FAQ entry.

    `answer` is Markdown with `{placeholders}` for settings; `review_by` an ISO date or "";
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
    revision: int = 1
