"""A fresh database of each engine for every test that asks for one."""

import secrets
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from chatbot.store.database import Database
from chatbot.store.opening import open_database


@pytest.fixture(name="schema_database", params=["sqlite", "postgres"])
async def _schema_database(
    request: pytest.FixtureRequest, tmp_path: Path
) -> AsyncIterator[Database]:
    """An empty database with the packaged schema."""
    if request.param == "sqlite":
        database = await open_database(f"sqlite:///{tmp_path}/chat.db")
        yield database
        await database.close()
        return
    admin_url = request.getfixturevalue("postgres_url")
    name = f"cara_test_{secrets.token_hex(6)}"
    admin = await asyncpg.connect(admin_url)
    await admin.execute(f"create database {name}")
    database = await open_database(f"{admin_url.rsplit('/', 1)[0]}/{name}")
    try:
        yield database
    finally:
        await database.close()
        await admin.execute(f"drop database {name} with (force)")
        await admin.close()
