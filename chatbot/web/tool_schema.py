"""The shapes that an admin's tools are answered with, for the OpenAPI document."""

from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType


class FigureLine(msgspec.Struct):
    """The figures of some days, both ends included; null is a small number that is hidden."""

    first_day: str
    last_day: str
    figures: dict[str, int | None]


class FigureReport(msgspec.Struct):
    """A report. `complete_from` has the day from which a figure is complete, where it was not
    counted always; `hours_of_week` the conversations of each hour, Monday at midnight first.
    """

    by: Literal["day", "week", "month", "hour"]
    lines: list[FigureLine]
    total: dict[str, int | None]
    complete_from: dict[str, str] | UnsetType = UNSET
    hours_of_week: list[int | None] | UnsetType = UNSET


class AuditLine(msgspec.Struct):
    """Who did what to whom; `hash` covers the line before."""

    id: int
    at: int
    who: str
    action: str
    subject: str
    hash: str


class AuditPage(msgspec.Struct):
    """Lines, newest first; `before` asks for the next older ones, 0 when there are none."""

    lines: list[AuditLine]
    before: int


class FaqEntry(msgspec.Struct):
    """An entry as it is written, with its placeholders."""

    slug: str
    question: str
    phrasings: list[str]
    answer: str
    topic: str
    status: str
    source: str
    review_by: str
    revision: int


class FaqEntries(msgspec.Struct):
    """Every entry, in the admin's order."""

    entries: list[FaqEntry]
