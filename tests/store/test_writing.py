"""What a batch is, on both engines: all or nothing, guarded, grouped, and never half abandoned."""

import asyncio
import random

import pytest

from chatbot.store.database import Database
from chatbot.store.errors import Duplicate, Rejected, Stale, StoreError, Unavailable
from chatbot.store.query import sql
from tests.store.conftest import Opener
from tests.store.library import (
    ADD_BOOK,
    ADD_SHELF,
    BOOKS,
    COUNT_UP,
    LEND,
    SHELF,
    SHELVES,
    adding,
    book,
    books_on,
    outcome,
    outcomes,
)


async def test_what_was_acknowledged_is_read_at_once(database: Database) -> None:
    for place in range(1, 20):
        await database.write([ADD_SHELF(id=f"s{place}", books=place)])
        assert await books_on(database, f"s{place}") == place


async def test_what_was_acknowledged_is_there_after_reopening(url: str, opened: Opener) -> None:
    first = await opened(url)
    await first.write([ADD_SHELF(id="a", books=3)])
    await first.close()
    assert await books_on(await opened(url), "a") == 3


async def test_a_row_is_read_by_name(database: Database) -> None:
    await database.write([ADD_SHELF(id="a", books=3)])
    (row,) = await database.fetch(SHELF, id="a")
    assert row["books"] == 3
    with pytest.raises((KeyError, IndexError)):
        row["no such column"]


async def test_an_empty_batch_is_written(database: Database) -> None:
    assert await outcome(database, []) == "ok"


async def test_statements_see_what_the_ones_before_did(database: Database) -> None:
    await database.write([ADD_SHELF(id="a", books=0), *adding("a", 0), *adding("a", 1)])
    assert await books_on(database, "a") == 2
    assert len(await database.fetch(BOOKS, shelf="a")) == 2


async def test_a_stale_batch_leaves_nothing(database: Database) -> None:
    with pytest.raises(Stale):
        await database.write([ADD_SHELF(id="a", books=0), COUNT_UP(rows=1, id="a", before=7)])
    assert await books_on(database, "a") is None


async def test_changing_more_rows_than_said_is_stale(database: Database) -> None:
    await database.write([ADD_SHELF(id="a", books=0), ADD_SHELF(id="b", books=0)])
    empty_all = sql("update shelf set books = books + 1")
    assert await outcome(database, [empty_all(rows=1)]) == "stale"
    assert await outcome(database, [empty_all(rows=2)]) == "ok"
    assert await outcome(database, [empty_all()]) == "ok"
    assert await books_on(database, "a") == 2


async def test_rows_are_counted_for_a_write_that_begins_with_a_query(database: Database) -> None:
    await database.write([ADD_SHELF(id="a", books=0), ADD_SHELF(id="b", books=5)])
    fill = sql("""
        with free as (select id from shelf where books = :n)
        update shelf set books = 9 where id in (select id from free)
    """)
    assert await outcome(database, [fill(rows=2, n=0)]) == "stale"
    assert await outcome(database, [fill(rows=1, n=0)]) == "ok"
    assert await books_on(database, "a") == 9


async def test_a_batch_that_fails_rolls_back_alone(database: Database) -> None:
    await database.write([ADD_SHELF(id=id_, books=0) for id_ in "abcd"])
    before = database.flushes
    found = await outcomes(
        database,
        [
            adding("a", 0),
            [COUNT_UP(rows=1, id="b", before=7), book("b", 1)],
            [book("b", 5), ADD_SHELF(id="c", books=1)],
            [book("b", 6), book("b", -1)],
            [book("b", 7), book("no such shelf", 1)],
            [book("b", 8), sql("delete from no_such_table")()],
            adding("d", 0),
        ],
    )
    assert found == ["ok", "stale", "duplicate", "store", "store", "store", "ok"]
    assert database.flushes - before <= 2, "they must share a transaction for this to mean anything"
    rows = await database.fetch(SHELVES)
    assert [row["books"] for row in rows] == [1, 0, 0, 1]
    assert not await database.fetch(BOOKS, shelf="b")


@pytest.mark.parametrize(
    "second", [ADD_SHELF(id="a", books=1), book("b", 2, "Emma")], ids=["primary", "unique"]
)
async def test_a_taken_key_is_a_duplicate(database: Database, second: object) -> None:
    await database.write([ADD_SHELF(id="a", books=0), ADD_SHELF(id="b", books=0)])
    await database.write([book("a", 1, "Emma")])
    with pytest.raises(Duplicate):
        await database.write([second])  # type: ignore[list-item]  # parametrised


async def test_what_the_schema_forbids_is_rejected(database: Database) -> None:
    await database.write([ADD_SHELF(id="a", books=0)])
    for batch in (
        [book("a", 0)],
        [book("nowhere", 1)],
        [ADD_SHELF(id="b", books=None)],
        [ADD_SHELF(id=None, books=1)],
    ):
        with pytest.raises(Rejected):
            await database.write(batch)


async def test_text_does_not_fit_where_a_number_belongs(database: Database) -> None:
    with pytest.raises(StoreError):
        await database.write([ADD_SHELF(id="a", books="many")])


async def test_an_error_quotes_no_value(database: Database) -> None:
    await database.write([ADD_SHELF(id="a secret", books=0)])
    for query in (ADD_SHELF, sql("select :id, :books from no_such_table")):
        with pytest.raises(StoreError) as caught:
            await database.write([query(id="a secret", books=0)])
        assert "secret" not in repr(caught.value)
        assert caught.value.__cause__ is None


async def test_a_read_that_cannot_work_is_our_error(database: Database) -> None:
    with pytest.raises(StoreError):
        await database.fetch(sql("select a from no_such_table"))


async def test_a_read_writes_nothing(database: Database) -> None:
    with pytest.raises(StoreError):
        await database.fetch(sql("insert into shelf (id, books) values ('a', 0)"))
    assert not await database.fetch(SHELVES)


async def test_writers_that_come_together_share_commits(database: Database) -> None:
    before = database.flushes
    found = await outcomes(database, [[ADD_SHELF(id=str(n), books=n)] for n in range(1_000)])
    assert found == ["ok"] * 1_000
    assert len(await database.fetch(SHELVES)) == 1_000
    assert database.flushes - before < 20


async def test_many_writers_in_turn_share_commits(database: Database) -> None:
    async def writer(name: int) -> None:
        for n in range(10):
            await database.write([ADD_SHELF(id=f"{name}.{n}", books=n)])

    before = database.flushes
    await asyncio.gather(*(writer(name) for name in range(50)))
    assert len(await database.fetch(SHELVES)) == 500
    assert database.flushes - before < 125


async def test_a_batch_may_be_larger_than_a_flush(database: Database) -> None:
    batch = [ADD_SHELF(id=str(n), books=n) for n in range(2_000)]
    found = await outcomes(database, [batch, [ADD_SHELF(id="x", books=0)]])
    assert found == ["ok", "ok"]
    assert len(await database.fetch(SHELVES)) == 2_001


async def test_writes_about_one_thing_keep_their_order(database: Database) -> None:
    await database.write([ADD_SHELF(id="a", books=0)])
    found = await asyncio.gather(
        *(outcome(database, adding("a", before), key="a") for before in range(100))
    )
    assert found == ["ok"] * 100


async def test_of_writers_with_one_guard_one_wins(database: Database) -> None:
    await database.write([ADD_SHELF(id="a", books=0)])
    found = await outcomes(database, [adding("a", 0) for _ in range(20)])
    assert sorted(found) == ["ok", *["stale"] * 19]
    assert len(await database.fetch(BOOKS, shelf="a")) == 1


async def test_a_cancelled_caller_never_leaves_half_a_batch(database: Database) -> None:
    choose = random.Random(1)  # noqa: S311 - repeatable chance
    await database.write([ADD_SHELF(id=str(n), books=0) for n in range(300)])
    tasks = [asyncio.create_task(database.write(adding(str(n), 0))) for n in range(300)]
    cancelled = set()
    for _ in range(30):
        await asyncio.sleep(choose.random() * 0.002)
        for n in choose.sample(range(300), 10):
            if tasks[n].cancel():
                cancelled.add(n)
    done = await asyncio.gather(*tasks, return_exceptions=True)
    await database.write([])  # after whatever is still on its way
    shelves = {row["id"]: row["books"] for row in await database.fetch(SHELVES)}
    for n, result in enumerate(done):
        written = len(await database.fetch(BOOKS, shelf=str(n)))
        assert shelves[str(n)] == written
        if result is None:
            assert written == 1
    assert any(isinstance(result, asyncio.CancelledError) for result in done)
    assert cancelled


async def test_a_cancelled_read_leaves_the_database_usable(database: Database) -> None:
    slow = sql("""
        with recursive n (i) as (select 1 union all select i + 1 from n where i < :end)
        select count(*) as n from n
    """)
    tasks = [asyncio.create_task(database.fetch(slow, end=100_000)) for _ in range(8)]
    await asyncio.sleep(0.01)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert (await database.fetch(slow, end=10))[0]["n"] == 10


async def test_closing_finishes_what_was_accepted(url: str, opened: Opener) -> None:
    database = await opened(url)
    tasks = [
        asyncio.create_task(database.write([ADD_SHELF(id=str(n), books=n)])) for n in range(700)
    ]
    await asyncio.sleep(0)
    await asyncio.gather(database.close(), database.close())
    await asyncio.gather(*tasks)
    assert len(await (await opened(url)).fetch(SHELVES)) == 700


async def test_a_closed_database_is_unavailable(database: Database) -> None:
    await database.close()
    await database.close()
    with pytest.raises(Unavailable):
        await database.fetch(SHELVES)
    with pytest.raises(Unavailable):
        await database.write([ADD_SHELF(id="a", books=0)])


async def test_a_failing_commit_fails_every_batch_in_it(database: Database) -> None:
    batches = [
        [ADD_SHELF(id="a", books=0)],
        [LEND(shelf="a shelf that never comes")],  # checked at the commit
        [ADD_BOOK(shelf="a", place=1, title=None, cover=None, price=None)],
    ]
    assert await outcomes(database, batches) == ["store"] * 3
    assert not await database.fetch(SHELVES)
    assert await outcome(database, [ADD_SHELF(id="b", books=0)]) == "ok"
