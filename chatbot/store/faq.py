"""FAQ entries and their revisions.

Every save raises `revision` by one, keeps the whole entry as it was saved and who saved it, and
moves the stream `faq`, by which other nodes learn that their index is out of date.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from chatbot.domain.audit import NOBODY, Deed
from chatbot.domain.faq import Audience, Entry, Status
from chatbot.store import audit
from chatbot.store.database import Database, Row
from chatbot.store.query import Statement, sql

STREAM = "faq"

ENTRIES = sql("""
    select slug, question, answer, topic, status, source, review_by, phrasings, keywords,
        confirm, owner, audience, reviewed, revision
    from entry order by place, slug
""")
ENTRY = sql("""
    select slug, question, answer, topic, status, source, review_by, phrasings, keywords,
        confirm, owner, audience, reviewed, revision
    from entry where slug = :slug
""")
STREAM_SEQ = sql("select seq from stream where name = :name")
MOVE_STREAM = sql("""
    insert into stream (name, seq) values (:name, 1)
    on conflict (name) do update set seq = stream.seq + 1
""")
ADD = sql("""
    insert into entry (slug, question, answer, topic, status, source, review_by, phrasings,
        keywords, confirm, owner, audience, reviewed, revision, place, updated_at)
    values (:slug, :question, :answer, :topic, :status, :source, :review_by, :phrasings,
        :keywords, :confirm, :owner, :audience, :reviewed, :revision, :place, :updated_at)
""")
CHANGE = sql("""
    update entry
    set question = :question, answer = :answer, topic = :topic, status = :status,
        source = :source, review_by = :review_by, phrasings = :phrasings, keywords = :keywords,
        confirm = :confirm, owner = :owner, audience = :audience, reviewed = :reviewed,
        revision = :revision, updated_at = :updated_at
    where slug = :slug and revision = :before
""")
KEEP_REVISION = sql("""
    insert into entry_revision (slug, revision, saved_at, saved_by, content)
    values (:slug, :revision, :saved_at, :saved_by, :content)
""")
REVISIONS = sql("""
    select saved_at, saved_by, content from entry_revision
    where slug = :slug order by revision desc
""")

_encode = msgspec.json.Encoder().encode
_decode_texts = msgspec.json.Decoder(tuple[str, ...]).decode
decode_entry = msgspec.json.Decoder(Entry).decode


@dataclass(frozen=True, slots=True)
class Saver:
    """Who saves, an id, and what the audit says that they did to what."""

    who: str
    deed: Deed
    subject: str = NOBODY


@dataclass(frozen=True, slots=True)
class Revision:
    """An entry as it was saved, in milliseconds UTC; `saved_by` is "" where it shipped."""

    entry: Entry
    saved_at: int
    saved_by: str


class FaqEntries:
    """The entries of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> list[Entry]:
        """Return every entry, in the order in which they were first saved."""
        return [entry_of(row) for row in await self._database.fetch(ENTRIES)]

    async def find(self, slug: str) -> Entry | None:
        """Return one entry, whatever its status."""
        rows = await self._database.fetch(ENTRY, slug=slug)
        return entry_of(rows[0]) if rows else None

    async def seq(self) -> int:
        """Return how often the FAQ was saved; moves with every save."""
        rows = await self._database.fetch(STREAM_SEQ, name=STREAM)
        return int(rows[0]["seq"]) if rows else 0

    async def revisions(self, slug: str) -> list[Revision]:
        """Return every revision of an entry, newest first."""
        rows = await self._database.fetch(REVISIONS, slug=slug)
        return [
            Revision(decode_entry(row["content"]), row["saved_at"], row["saved_by"]) for row in rows
        ]

    async def save(
        self,
        entries: Sequence[Entry],
        known: Sequence[Entry],
        at: int,
        saver: Saver | None = None,
        also: Sequence[Statement] = (),
    ) -> list[Entry]:
        """Write `entries`, new or changed against `known`, all or none; return them as saved.

        `also` is written with them. Without a `saver` they came with the software.

        Raises:
            Stale, Duplicate: somebody else saved one of them meanwhile.
        """
        before = {entry.slug: entry for entry in known}
        who = saver.who if saver else NOBODY
        batch = audit.line(at, saver.who, saver.deed, saver.subject) if saver else []
        batch.append(MOVE_STREAM(name=STREAM))
        saved = []
        for number, entry in enumerate(entries):
            old = before.get(entry.slug)
            new = replace(entry, revision=old.revision + 1 if old else 1)
            saved.append(new)
            batch += _saved(new, old, len(known) + number, at, who)
        await self._database.write([*batch, *also], key="" if saver else STREAM)
        return saved


def _saved(new: Entry, old: Entry | None, place: int, at: int, who: str) -> list[Statement]:
    if old:
        write = CHANGE(rows=1, before=old.revision, updated_at=at, **_columns(new))
    else:
        write = ADD(place=place, updated_at=at, **_columns(new))
    keep = KEEP_REVISION(
        slug=new.slug,
        revision=new.revision,
        saved_at=at,
        saved_by=who,
        content=encode_entry(new),
    )
    return [write, keep]


def encode_entry(entry: Entry) -> str:
    """Return an entry as the text that is kept of it."""
    return _encode(entry).decode()


def _columns(entry: Entry) -> dict[str, Any]:
    return {
        "slug": entry.slug,
        "question": entry.question,
        "answer": entry.answer,
        "topic": entry.topic,
        "status": entry.status.value,
        "source": entry.source,
        "review_by": entry.review_by,
        "phrasings": _encode(entry.phrasings).decode(),
        "keywords": _encode(entry.keywords).decode(),
        "confirm": _encode(entry.confirm).decode(),
        "owner": entry.owner,
        "audience": entry.audience.value,
        "reviewed": entry.reviewed,
        "revision": entry.revision,
    }


def entry_of(row: Row) -> Entry:
    """Return the entry of a row with all columns of `ENTRIES`."""
    return Entry(
        slug=row["slug"],
        question=row["question"],
        answer=row["answer"],
        topic=row["topic"],
        status=Status(row["status"]),
        source=row["source"],
        review_by=row["review_by"],
        phrasings=_decode_texts(row["phrasings"]),
        keywords=_decode_texts(row["keywords"]),
        confirm=_decode_texts(row["confirm"]),
        owner=row["owner"],
        audience=Audience(row["audience"]),
        reviewed=row["reviewed"],
        revision=row["revision"],
    )
