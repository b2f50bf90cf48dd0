"""Files that somebody looks through before they go into the FAQ."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import msgspec

from chatbot.domain.faq import Entry
from chatbot.store.database import Database
from chatbot.store.query import Statement, sql

KEEP = sql("""
    insert into faq_import (id, person_id, at, content) values (:id, :person, :at, :content)
""")
FORGET = sql("delete from faq_import where at < :before")
ONE = sql("select content from faq_import where id = :id and person_id = :person")
CARRIED_OUT = sql("delete from faq_import where id = :id")

_Kept = tuple[list[Entry], int]
_encode: Final = msgspec.json.Encoder().encode
_decode: Final = msgspec.json.Decoder(_Kept).decode


@dataclass(frozen=True, slots=True)
class Waiting:
    """What a file would save for a person, and how many of its entries are there already.

    The revision of an entry is the one that it was made from, 0 for one that is new.
    """

    id: str
    person: str
    at: int
    entries: Sequence[Entry]
    unchanged: int


class Imports:
    """The files of one database that wait."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, waiting: Waiting, before: int) -> None:
        """Keep what a file would do; whatever waits since `before` or longer is forgotten."""
        content = _encode((waiting.entries, waiting.unchanged)).decode()
        keep = KEEP(id=waiting.id, person=waiting.person, at=waiting.at, content=content)
        await self._database.write([FORGET(before=before), keep])

    async def get(self, import_id: str, person: str) -> _Kept | None:
        """Return the entries and the number of unchanged ones that this person kept."""
        rows = await self._database.fetch(ONE, id=import_id, person=person)
        return _decode(rows[0]["content"]) if rows else None


def carried_out(import_id: str) -> Statement:
    """Return what takes a file away, for the batch that saves what it brought."""
    return CARRIED_OUT(id=import_id, rows=1)
