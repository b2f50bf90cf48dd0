"""The SQL that may be written once: each form gives the same rows on both engines."""

from typing import Any

import pytest

from chatbot.store.database import Database
from chatbot.store.query import Query, sql
from tests.store.library import ADD_BOOK, ADD_SHELF, SHELVES, book

WORLD = [
    *(ADD_SHELF(id=id_, books=books) for id_, books in (("a", 2), ("b", 1), ("c", 0))),
    book("a", 1, "Austen"),
    book("a", 2, "Bronte"),
    ADD_BOOK(shelf="b", place=1, title="Carroll", cover=b"\x00\xff", price=1.5),
]

READS: list[tuple[Query, dict[str, Any], list[tuple[Any, ...]]]] = [
    (
        sql("select id from shelf where (books, id) > (:books, :id) order by books, id"),
        {"books": 1, "id": "a"},
        [("b",), ("a",)],
    ),
    (
        sql("select count(*) filter (where books > :n) as many, sum(books) as n from shelf"),
        {"n": 0},
        [(2, 3)],
    ),
    (
        sql("""
            select id, row_number() over (order by books desc) as place,
                sum(books) over (order by id) as total
            from shelf order by id
        """),
        {},
        [("a", 1, 2), ("b", 2, 3), ("c", 3, 3)],
    ),
    (
        sql("""
            with full_shelf as (select id from shelf where books >= :n)
            select b.title as title from book b join full_shelf f on f.id = b.shelf_id
            order by b.place desc limit :limit
        """),
        {"n": 2, "limit": 1},
        [("Bronte",)],
    ),
    (
        sql("""
            select s.id as id, coalesce(max(b.place), 0) as top
            from shelf s left join book b on b.shelf_id = s.id
            group by s.id having count(*) >= :n order by s.id
        """),
        {"n": 1},
        [("a", 2), ("b", 1), ("c", 0)],
    ),
    (
        sql("select case when :a = 'x' then :b || 'y' else '' end as t, cast(:n as text) as n"),
        {"a": "x", "b": "x", "n": 7},
        [("xy", "7")],
    ),
    (
        sql("select :n + 1 as n, length(:t) as l, lower(:t) as low"),
        {"n": 2**40, "t": "B"},
        [(2**40 + 1, 1, "b")],
    ),
    (
        sql("select id from shelf where :wanted is null or id = :wanted order by id"),
        {"wanted": None},
        [("a",), ("b",), ("c",)],
    ),
    (
        sql("select id from shelf s where exists (select 1 from book where shelf_id = s.id)"),
        {},
        [("a",), ("b",)],
    ),
    (
        sql("select title, cover, price from book where price is not distinct from :price"),
        {"price": 1.5},
        [("Carroll", b"\x00\xff", 1.5)],
    ),
]

WRITES: list[tuple[Query, dict[str, Any], list[tuple[str, int]]]] = [
    (
        sql("""
            insert into shelf (id, books) values (:id, :books)
            on conflict (id) do update set books = shelf.books + excluded.books
        """),
        {"id": "a", "books": 5},
        [("a", 7), ("b", 1), ("c", 0)],
    ),
    (
        sql("insert into shelf (id, books) values (:id, 9) on conflict do nothing"),
        {"id": "b"},
        [("a", 2), ("b", 1), ("c", 0)],
    ),
    (
        sql("insert into shelf (id, books) select id || :end, books from shelf where books = 0"),
        {"end": "2"},
        [("a", 2), ("b", 1), ("c", 0), ("c2", 0)],
    ),
    (
        sql("""
            update shelf set books = (select count(*) from book where shelf_id = shelf.id) + :n
            where id <> :id
        """),
        {"n": 10, "id": "c"},
        [("a", 12), ("b", 11), ("c", 0)],
    ),
    (sql("delete from shelf where id = :id"), {"id": "b"}, [("a", 2), ("c", 0)]),
    (
        sql("update shelf set books = books - 1 where id = :id returning books"),
        {"id": "a"},
        [("a", 1), ("b", 1), ("c", 0)],
    ),
]


@pytest.mark.parametrize(("query", "params", "rows"), READS)
async def test_a_read_gives_the_same_rows(
    database: Database, query: Query, params: dict[str, Any], rows: list[tuple[Any, ...]]
) -> None:
    await database.write(WORLD)
    found = await database.fetch(query, **params)
    assert [tuple(iter(row)) for row in found] == rows  # type: ignore[call-overload]  # by place


@pytest.mark.parametrize(("query", "params", "shelves"), WRITES)
async def test_a_write_leaves_the_same_rows(
    database: Database, query: Query, params: dict[str, Any], shelves: list[tuple[str, int]]
) -> None:
    await database.write(WORLD)
    await database.write([query(**params)])
    found = await database.fetch(SHELVES)
    assert [(row["id"], row["books"]) for row in found] == shelves


VALUES = [
    ("text", "Grüße, 😀 'quoted' \"\\ :name $1 ?"),
    ("text", ""),
    ("long", "x" * 100_000),
    ("bytes", bytes(range(256))),
    ("no bytes", b""),
    ("nothing", None),
]


@pytest.mark.parametrize(("_name", "value"), VALUES, ids=[name for name, _ in VALUES])
async def test_a_value_comes_back_as_it_was(database: Database, _name: str, value: object) -> None:
    await database.write([ADD_SHELF(id="a", books=0)])
    wanted: dict[str, Any] = {"title": None, "cover": None}
    wanted["cover" if isinstance(value, bytes) else "title"] = value
    await database.write([ADD_BOOK(shelf="a", place=1, price=None, **wanted)])
    (row,) = await database.fetch(sql("select title, cover from book"))
    assert {"title": row["title"], "cover": row["cover"]} == wanted


@pytest.mark.parametrize("number", [0, -(2**63), 2**63 - 1])
async def test_a_whole_number_has_64_bits(database: Database, number: int) -> None:
    await database.write([ADD_SHELF(id="a", books=number)])
    (row,) = await database.fetch(sql("select books from shelf where books = :n"), n=number)
    assert row["books"] == number


@pytest.mark.parametrize("number", [0.1, -1e300, 5e-324, 3.0])
async def test_a_fraction_comes_back_exactly(database: Database, number: float) -> None:
    await database.write([ADD_SHELF(id="a", books=0)])
    await database.write([ADD_BOOK(shelf="a", place=1, title=None, cover=None, price=number)])
    (row,) = await database.fetch(sql("select price from book where price = :n"), n=number)
    assert row["price"] == number
