"""A process of its own that writes as hard as it can and says what was acknowledged.

Run with URL and SCHEMA; it goes on until it is killed. It imports no other test file, since in a
process without pytest `tests` may be another package's.
"""

import asyncio
import sys
from pathlib import Path

from chatbot.store.database import Database
from chatbot.store.opening import open_database
from chatbot.store.query import sql

WRITERS = 50
ADD_SHELF = sql("insert into shelf (id, books) values (:id, 0)")
COUNT_UP = sql("update shelf set books = :n where id = :id and books = :n - 1")
ADD_BOOK = sql("insert into book (shelf_id, place) values (:id, :n)")


async def _write(database: Database, name: str) -> None:
    await database.write([ADD_SHELF(id=name)], key=name)
    n = 0
    while True:
        n += 1
        await database.write([COUNT_UP(rows=1, id=name, n=n), ADD_BOOK(id=name, n=n)], key=name)
        sys.stdout.write(f"{name} {n}\n")
        sys.stdout.flush()


async def _main(url: str, schema: Path) -> None:
    database = await open_database(url, schema=schema)
    await asyncio.gather(*(_write(database, f"shelf {n}") for n in range(WRITERS)))


if __name__ == "__main__":
    asyncio.run(_main(sys.argv[1], Path(sys.argv[2])))
