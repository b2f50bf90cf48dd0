"""FAQ entries and their revisions.

Every save raises `revision` by one, keeps the whole entry as it was saved, and moves the stream
`faq`, by which other nodes learn that their index is out of date.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import msgspec

from chatbot.domain.faq import Entry, Status
from chatbot.store.database import Database, Row
from chatbot.store.query import Statement, sql

STREAM = "faq"

ENTRIES = sql("""
    select slug, question, answer, topic, status, source, review_by, phrasings, keywords,
        confirm, revision
    from entry order by place, slug
""")
STREAM_SEQ = sql("select seq from stream where name = :name")
MOVE_STREAM = sql("""
    insert into stream (name, seq) values (:name, 1)
    on conflict (name) do update set seq = stream.seq + 1
""")
ADD = sql("""
    insert into entry (slug, question, answer, topic, status, source, review_by, phrasings,
        keywords, confirm, revision, place, updated_at)
    values (:slug, :question, :answer, :topic, :status, :source, :review_by, :phrasings,
        :keywords, :confirm, :revision, :place, :updated_at)
""")
CHANGE = sql("""
    update entry
    set question = :question, answer = :answer, topic = :topic, status = :status,
        source = :source, review_by = :review_by, phrasings = :phrasings, keywords = :keywords,
        confirm = :confirm, revision = :revision, updated_at = :updated_at
    where slug = :slug and revision = :before
""")
KEEP_REVISION = sql("""
    insert into entry_revision (slug, revision, saved_at, content)
    values (:slug, :revision, :saved_at, :content)
""")

_encode = msgspec.json.Encoder().encode
_decode_texts = msgspec.json.Decoder(tuple[str, ...]).decode


class FaqEntries:
    """The entries of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> list[Entry]:
        """Return every entry, in the order in which they were first saved."""
        return [_entry(row) for row in await self._database.fetch(ENTRIES)]

    async def seq(self) -> int:
        """Return how often the FAQ was saved; moves with every save."""
        rows = await self._database.fetch(STREAM_SEQ, name=STREAM)
        return int(rows[0]["seq"]) if rows else 0

    async def save(self, entries: Sequence[Entry], known: Sequence[Entry], at: int) -> list[Entry]:
        """Write `entries`, new or changed against `known`, all or none; return them as saved.

        Raises:
            Stale, Duplicate: somebody else saved one of them meanwhile.
        """
        before = {entry.slug: entry for entry in known}
        batch: list[Statement] = [MOVE_STREAM(name=STREAM)]
        saved = []
        for number, entry in enumerate(entries):
            old = before.get(entry.slug)
            new = replace(entry, revision=old.revision + 1 if old else 1)
            saved.append(new)
            if old:
                batch.append(CHANGE(rows=1, before=old.revision, updated_at=at, **_columns(new)))
            else:
                batch.append(ADD(place=len(known) + number, updated_at=at, **_columns(new)))
            content = _encode(new).decode()
            batch.append(
                KEEP_REVISION(slug=new.slug, revision=new.revision, saved_at=at, content=content)
            )
        await self._database.write(batch, key=STREAM)
        return saved


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
        "revision": entry.revision,
    }


def _entry(row: Row) -> Entry:
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
        revision=row["revision"],
    )
