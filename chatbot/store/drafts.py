"""Texts of entries that are not served: those that somebody works on, and those that are planned.

A draft belongs to one person, so nobody writes over a colleague's. Its `version` guards it against
a second window of the same person.
"""

from dataclasses import dataclass
from typing import Any

from chatbot.domain.audit import Deed
from chatbot.domain.faq import Entry
from chatbot.store import audit
from chatbot.store.database import Database, Row
from chatbot.store.faq import decode_entry, encode_entry
from chatbot.store.query import Statement, sql

DRAFTS = sql("""
    select slug, person_id, base, version, saved_at, content from entry_draft
    where :slug = '' or slug = :slug order by saved_at desc, person_id
""")
BEGIN = sql("""
    insert into entry_draft (slug, person_id, base, version, saved_at, content)
    values (:slug, :person, :base, :version, :at, :content)
""")
GO_ON = sql("""
    update entry_draft
    set base = :base, version = :version, saved_at = :at, content = :content
    where slug = :slug and person_id = :person and version = :before
""")
DROP = sql("delete from entry_draft where slug = :slug and person_id = :person")
PLANNED = sql("""
    select slug, publish_at, person_id, content from entry_planned
    where publish_at <= :before order by publish_at, slug
""")
PLAN = sql("""
    insert into entry_planned (slug, publish_at, person_id, content)
    values (:slug, :publish_at, :person, :content)
    on conflict (slug) do update
    set publish_at = :publish_at, person_id = :person, content = :content
""")
UNPLAN = sql("delete from entry_planned where slug = :slug and publish_at = :publish_at")

TAKEN = sql("""
    select slug from entry union select slug from entry_draft union select slug from entry_planned
""")

ALL = ""
LATEST = 2**62
"""Later than any time."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What a person makes of the revision `base`, 0 for an entry that is new.

    `version` counts its savings; `saved_at` is in milliseconds UTC.
    """

    entry: Entry
    person: str
    base: int
    version: int
    saved_at: int


@dataclass(frozen=True, slots=True)
class Planned:
    """What somebody wants published at a time, in milliseconds UTC."""

    entry: Entry
    person: str
    publish_at: int


class Drafts:
    """The drafts and plans of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, slug: str = ALL) -> list[Draft]:
        """Return the drafts of an entry, or of all, the newest first."""
        return [_draft(row) for row in await self._database.fetch(DRAFTS, slug=slug)]

    async def taken(self) -> set[str]:
        """Return every slug: of entries, drafts and plans."""
        return {row["slug"] for row in await self._database.fetch(TAKEN)}

    async def keep(self, draft: Draft) -> None:
        """Write a draft in place of its `version` before; version 1 is a new one.

        Raises:
            Stale, Duplicate: another window of the same person saved meanwhile.
        """
        values: dict[str, Any] = {
            "slug": draft.entry.slug,
            "person": draft.person,
            "base": draft.base,
            "version": draft.version,
            "at": draft.saved_at,
            "content": encode_entry(draft.entry),
        }
        if draft.version == 1:
            await self._database.write([BEGIN(**values)])
        else:
            await self._database.write([GO_ON(rows=1, before=draft.version - 1, **values)])

    async def drop(self, slug: str, person: str) -> None:
        """Forget a draft."""
        await self._database.write([dropped(slug, person)])

    async def planned(self, before: int = LATEST) -> list[Planned]:
        """Return what is to be published up to a time, the first first."""
        return [_planned(row) for row in await self._database.fetch(PLANNED, before=before)]

    async def plan(self, planned: Planned, at: int) -> None:
        """Have it published at its time, in place of what was planned before and of the draft."""
        slug, person = planned.entry.slug, planned.person
        content = encode_entry(planned.entry)
        plan = PLAN(slug=slug, publish_at=planned.publish_at, person=person, content=content)
        line = audit.line(at, person, Deed.FAQ_PLANNED, slug)
        await self._database.write([*line, plan, dropped(slug, person)])

    async def unplan(self, planned: Planned, who: str, at: int) -> None:
        """Take a plan back.

        Raises:
            Stale: it is not there any more.
        """
        line = audit.line(at, who, Deed.FAQ_PLAN_WITHDRAWN, planned.entry.slug)
        await self._database.write([*line, carried_out(planned)])


def dropped(slug: str, person: str) -> Statement:
    """Return what forgets a draft, for the batch that makes it unnecessary."""
    return DROP(slug=slug, person=person)


def carried_out(planned: Planned) -> Statement:
    """Return what takes a plan off the list, for the batch that publishes it."""
    return UNPLAN(rows=1, slug=planned.entry.slug, publish_at=planned.publish_at)


def _draft(row: Row) -> Draft:
    return Draft(
        decode_entry(row["content"]),
        row["person_id"],
        row["base"],
        row["version"],
        row["saved_at"],
    )


def _planned(row: Row) -> Planned:
    return Planned(decode_entry(row["content"]), row["person_id"], row["publish_at"])
