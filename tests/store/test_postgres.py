"""What only PostgreSQL needs: several processes, lost connections, deadlocks, retries."""

import asyncio
import hashlib
from collections.abc import AsyncIterator

import asyncpg
import pytest

from chatbot.store import postgres as postgres_module
from chatbot.store import postgres_writer
from chatbot.store.database import Database
from chatbot.store.errors import Full, Stale, StoreError, Unavailable
from chatbot.store.postgres_schema import CREATE_WRITE
from chatbot.store.postgres_writer import PostgresWriter, translate
from chatbot.store.query import sql
from tests.store.conftest import Opener
from tests.store.library import (
    ADD_SHELF,
    BOOKS,
    COUNT_UP,
    SHELVES,
    adding,
    book,
    books_on,
    outcome,
    outcomes,
)
from tests.store.proxy import Proxy

SLEEP = sql("select pg_sleep(cast(:seconds as double precision)) is null as done")


@pytest.fixture(name="url")
def _url(postgres: str) -> str:
    """Only PostgreSQL in this file."""
    return postgres


@pytest.fixture(name="admin")
async def _admin(url: str) -> AsyncIterator[asyncpg.Connection]:
    """Somebody else at the same database."""
    connection = await asyncpg.connect(url)
    yield connection
    await connection.close()


@pytest.fixture(name="proxy")
async def _proxy(url: str) -> AsyncIterator[Proxy]:
    """The network to the server."""
    proxy = Proxy(url)
    await proxy.up()
    yield proxy
    await proxy.down()


async def cut_off(admin: asyncpg.Connection) -> int:
    """Have the server end every connection but the administrator's."""
    ended = await admin.fetch(
        "select pg_terminate_backend(pid) from pg_stat_activity"
        " where datname = current_database() and pid <> pg_backend_pid()"
    )
    return len(ended)


async def test_acknowledged_means_on_disk_whatever_the_default(
    url: str, opened: Opener, admin: asyncpg.Connection
) -> None:
    await admin.execute(f'alter database "{url.rpartition("/")[2]}" set synchronous_commit = off')
    database = await opened(url)
    await database.write(
        [sql("insert into shelf (id, books) select current_setting('synchronous_commit'), 0")()]
    )
    assert await books_on(database, "on") == 0


async def test_two_processes_racing_on_one_guard_count_every_win(url: str, opened: Opener) -> None:
    one, two = await opened(url), await opened(url)
    await one.write([ADD_SHELF(id=id_, books=0) for id_ in "abc"])
    wins = await asyncio.gather(
        *(_count_up(database, shelf, 8) for database in (one, two) for shelf in "abc" * 3)
    )
    rows = await one.fetch(SHELVES)
    assert sum(row["books"] for row in rows) == sum(wins) == 8 * 18
    for row in rows:
        books = await two.fetch(BOOKS, shelf=row["id"])
        assert [each["place"] for each in books] == list(range(1, row["books"] + 1))


async def _count_up(database: Database, shelf: str, times: int) -> int:
    done = 0
    while done < times:
        before = await books_on(database, shelf)
        assert before is not None
        try:
            await database.write(adding(shelf, before), key=shelf)
        except Stale:
            continue
        done += 1
    return done


async def test_two_processes_with_many_batches_do_not_deadlock(url: str, opened: Opener) -> None:
    databases = [await opened(url), await opened(url)]
    names = [str(n) for n in range(40)]
    await databases[0].write([ADD_SHELF(id=name, books=0) for name in names])
    touch = sql("update shelf set books = books + 1 where id = :id")
    for _ in range(10):
        orders = (names, names[::-1])
        writes = [
            outcome(database, [touch(id=name)], key=name)
            for database, order in zip(databases, orders, strict=True)
            for name in order
        ]
        assert set(await asyncio.gather(*writes)) == {"ok"}
    assert await deadlocks(databases[0]) == 0
    assert {row["books"] for row in await databases[0].fetch(SHELVES)} == {20}


async def deadlocks(database: Database) -> int:
    query = sql("select deadlocks from pg_stat_database where datname = current_database()")
    return int((await database.fetch(query))[0]["deadlocks"])


async def test_a_flush_that_the_server_undid_is_repeated(
    url: str, opened: Opener, admin: asyncpg.Connection
) -> None:
    database = await opened(url)
    await database.write([ADD_SHELF(id="a", books=0), ADD_SHELF(id="b", books=0)])
    async with admin.transaction():
        await admin.execute("update shelf set books = 0 where id = 'b'")
        both = [COUNT_UP(rows=1, id="a", before=0), COUNT_UP(rows=1, id="b", before=0)]
        writing = asyncio.create_task(database.write(both))
        await asyncio.sleep(0.2)  # it holds a and waits for b; whoever waits longest is undone
        await admin.execute("update shelf set books = 0 where id = 'a'")
    await writing
    assert [row["books"] for row in await database.fetch(SHELVES)] == [1, 1]


async def test_a_flush_that_is_always_undone_is_given_up(
    url: str, opened: Opener, admin: asyncpg.Connection
) -> None:
    database = await opened(url)
    await admin.execute("""
        create function refuse() returns trigger language plpgsql
            as $$ begin raise exception 'no' using errcode = tg_argv[0]; end $$;
        create trigger refuse before insert on shelf
            for each row when (new.books = 1) execute function refuse('40001');
        create trigger full_disk before insert on shelf
            for each row when (new.books = 2) execute function refuse('53100');
    """)
    with pytest.raises(Unavailable):
        await database.write([ADD_SHELF(id="a", books=1)])
    batches = [[ADD_SHELF(id="a", books=0)], [ADD_SHELF(id="b", books=2)]]
    assert await outcomes(database, batches) == ["full", "full"]
    assert not await database.fetch(SHELVES)
    await database.write([ADD_SHELF(id="a", books=0)])


async def test_connections_that_are_ended_under_load_lose_and_double_nothing(
    url: str, opened: Opener, admin: asyncpg.Connection
) -> None:
    database = await opened(url)
    await database.write([ADD_SHELF(id=str(n), books=0) for n in range(30)])
    stop = asyncio.Event()
    doubts: list[str] = []
    tasks = [asyncio.create_task(_fill(database, str(n), stop, doubts)) for n in range(30)]
    for cuts in range(100):
        await asyncio.sleep(0.02)
        await cut_off(admin)
        if cuts >= 5 and doubts:
            break
    stop.set()
    written = await asyncio.gather(*tasks)
    assert doubts
    for n, count in enumerate(written):
        books = await database.fetch(BOOKS, shelf=str(n))
        assert [each["place"] for each in books] == list(range(1, count + 1))


async def _fill(database: Database, shelf: str, stop: asyncio.Event, doubts: list[str]) -> int:
    """Write as a client does who sends again until it is acknowledged; count what is there."""
    place = 0
    while not stop.is_set():
        place += 1
        while (said := await outcome(database, adding(shelf, place - 1), key=shelf)) != "ok":
            if said == "stale":  # it was written, only the answer was lost
                break
            assert said == "unavailable"
            doubts.append(shelf)
    return place


async def test_reading_goes_on_when_connections_are_ended(
    database: Database, admin: asyncpg.Connection
) -> None:
    await database.write([ADD_SHELF(id="a", books=1)])
    for _ in range(5):
        reading = [asyncio.create_task(books_on(database, "a")) for _ in range(10)]
        await cut_off(admin)
        assert await asyncio.gather(*reading) == [1] * 10
    assert await outcome(database, []) in {"ok", "unavailable"}


async def test_an_idle_connection_that_was_ended_costs_no_write(
    database: Database, admin: asyncpg.Connection
) -> None:
    await cut_off(admin)
    await asyncio.sleep(0.1)
    await database.write([ADD_SHELF(id="a", books=0)])


async def test_a_short_outage_is_waited_for(proxy: Proxy, opened: Opener) -> None:
    database = await opened(proxy.url)
    await proxy.down()
    await asyncio.sleep(0.05)
    writing = asyncio.create_task(database.write([ADD_SHELF(id="a", books=0)]))
    await asyncio.sleep(0.2)
    await proxy.up()
    await writing
    assert await books_on(database, "a") == 0


async def test_a_long_outage_is_said_and_ends(proxy: Proxy, opened: Opener) -> None:
    database = await opened(proxy.url, busy_ms=200)
    await proxy.down()
    assert await outcomes(database, [[ADD_SHELF(id="a", books=0)]] * 2) == ["unavailable"] * 2
    with pytest.raises(Unavailable):
        await database.fetch(SHELVES)
    await proxy.up()
    await database.write([ADD_SHELF(id="a", books=0)])


async def test_closing_during_an_outage_ends(proxy: Proxy, opened: Opener) -> None:
    database = await opened(proxy.url, busy_ms=100)
    await proxy.down()
    await asyncio.wait_for(database.close(), 5)


@pytest.fixture(name="impatient")
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres_module, "GIVE_UP_SECONDS", 0.3)
    monkeypatch.setattr(postgres_writer, "HANG_UP_SECONDS", 0.3)


@pytest.mark.usefixtures("impatient")
async def test_a_server_that_no_longer_answers_counts_as_lost(proxy: Proxy, opened: Opener) -> None:
    database = await opened(proxy.url)
    proxy.deaf = True
    assert await outcome(database, [ADD_SHELF(id="a", books=0)]) == "unavailable"
    with pytest.raises(Unavailable):
        await database.fetch(SHELVES)
    proxy.deaf = False
    assert await outcome(database, [ADD_SHELF(id="b", books=0)]) == "ok"
    assert await books_on(database, "b") == 0


async def test_closing_does_not_wait_for_a_server_that_no_longer_answers(
    proxy: Proxy, opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_module, "CLOSE_SECONDS", 0.2)
    database = await opened(proxy.url)
    proxy.deaf = True
    reading = asyncio.create_task(database.fetch(SHELVES))
    await asyncio.sleep(0.05)
    await asyncio.wait_for(database.close(), 2)
    with pytest.raises(Unavailable):
        await reading


async def test_closing_does_not_wait_for_a_good_bye_that_never_comes(
    proxy: Proxy, opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    def hang_up(*_: object, **__: object) -> None:
        raise TimeoutError

    database = await opened(proxy.url)
    with monkeypatch.context() as patch:
        patch.setattr(asyncpg.Connection, "close", hang_up)
        await asyncio.wait_for(database.close(), 2)


async def test_a_server_that_became_a_replica_is_left(database: Database) -> None:
    await database.write([ADD_SHELF(id="a", books=0)])
    read_only = sql("select set_config('transaction_read_only', 'on', true)")
    assert await outcome(database, [read_only(), book("a", 1)]) == "unavailable"
    await database.write([book("a", 1)])


async def test_a_broken_writer_fails_its_batch_and_goes_on(
    database: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(*_: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(PostgresWriter, "_flush", broken)
        with pytest.raises(StoreError, match="ZeroDivisionError"):
            await database.write([ADD_SHELF(id="a", books=0)])
    assert "store.writer_broken" in caplog.text
    await database.write([ADD_SHELF(id="b", books=0)])


async def test_processes_may_start_at_the_same_time(url: str, opened: Opener) -> None:
    databases = await asyncio.gather(*(opened(url) for _ in range(4)))
    assert (
        await outcomes(databases[0], [[ADD_SHELF(id=str(n), books=n)] for n in range(4)])
        == ["ok"] * 4
    )


def test_the_writing_function_changes_its_name_with_its_body() -> None:
    # Older software calls the function by its name: give a new body the next number.
    digest = hashlib.sha256(CREATE_WRITE.encode()).hexdigest()[:16]
    assert "cara_write_1" in CREATE_WRITE
    assert digest == "74fb0d4dfb00738f"


@pytest.mark.parametrize(
    ("error", "ours"),
    [
        (asyncpg.DiskFullError("words"), Full),
        (asyncpg.TooManyConnectionsError("words"), Unavailable),
        (asyncpg.LockNotAvailableError("words"), Unavailable),
        (ConnectionResetError("words"), Unavailable),
        (TimeoutError("words"), Unavailable),
        (asyncpg.UndefinedTableError("words"), StoreError),
    ],
)
def test_an_error_that_may_pass_says_so(error: Exception, ours: type[StoreError]) -> None:
    assert type(translate(error)) is ours
    assert "words" not in str(translate(error))
