"""The small world of these tests: shelves, which count their books, and books."""

import asyncio
from collections.abc import Sequence
from typing import Final

from chatbot.store.database import Database
from chatbot.store.errors import StoreError
from chatbot.store.query import Statement, sql

SCHEMA: Final = """-- oldest-code: 1
create table shelf (
    id text primary key,
    books bigint not null
);

create table book (
    shelf_id text not null references shelf (id) on delete cascade,
    place bigint not null check (place > 0),
    title text,
    cover bytea,
    price double precision,
    primary key (shelf_id, place)
);

create unique index book_title on book (title);

create table loan (
    shelf_id text not null references shelf (id) deferrable initially deferred
);
"""

ADD_SHELF = sql("insert into shelf (id, books) values (:id, :books)")
SHELF = sql("select books from shelf where id = :id")
SHELVES = sql("select id, books from shelf order by id")
COUNT_UP = sql("update shelf set books = :before + 1 where id = :id and books = :before")
ADD_BOOK = sql("""
    insert into book (shelf_id, place, title, cover, price)
    values (:shelf, :place, :title, :cover, :price)
""")
BOOKS = sql("""
    select shelf_id, place, title, cover, price from book
    where shelf_id = :shelf order by place
""")
LEND = sql("insert into loan (shelf_id) values (:shelf)")
REMOVE_BOOKS = sql("delete from book where shelf_id = :shelf")


def book(shelf: str, place: int, title: str | None = None) -> Statement:
    return ADD_BOOK(shelf=shelf, place=place, title=title, cover=None, price=None)


def adding(shelf: str, before: int) -> list[Statement]:
    """Return the batch by which a shelf gets one more book than the `before` it has."""
    return [COUNT_UP(rows=1, id=shelf, before=before), book(shelf, before + 1)]


async def books_on(database: Database, shelf: str) -> int | None:
    rows = await database.fetch(SHELF, id=shelf)
    return rows[0]["books"] if rows else None


async def outcome(database: Database, batch: Sequence[Statement], key: str = "") -> str:
    """Write and return "ok", or the code of the error."""
    try:
        await database.write(batch, key=key)
    except StoreError as error:
        return error.code
    return "ok"


async def outcomes(database: Database, batches: Sequence[Sequence[Statement]]) -> list[str]:
    """Write all at the same time."""
    return await asyncio.gather(*(outcome(database, batch) for batch in batches))
