"""`chatbot backup` and `chatbot restore` on PostgreSQL, by its own programs."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import asyncpg
import pytest

from chatbot.cli import main
from chatbot.credentials import KEY_FILE, master_key
from chatbot.domain.audit import Deed
from chatbot.store.audit import newest, prove
from chatbot.store.conversations import Conversations
from chatbot.store.installation import open_installation
from chatbot.store.opening import open_database
from chatbot.store.postgres_dump import without_password
from chatbot.store.vault import Vault
from tests.store.conftest import scratch_database
from tests.store.test_inbox import chat, say

Told = tuple[int, str]


@pytest.fixture(name="data")
def _data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    (tmp_path / "settings.toml").write_text(f'model = "/nowhere"\ndata = "{folder}"\n')
    return folder


@pytest.fixture(name="other")
async def _other() -> AsyncIterator[str]:
    """A second PostgreSQL database, which is empty."""
    async with scratch_database() as url:
        yield url


@pytest.fixture(name="type_")
def _type(data: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Told]:
    """Type a command; return its status and all that it says."""

    def typed(url: str, *words: str | Path) -> Told:
        config = data.parent / "settings.toml"
        code = main([str(word) for word in (*words, "--database", url, "--config", config)])
        said = capsys.readouterr()
        return code, said.out + said.err

    return typed


@pytest.fixture(name="backup")
async def _backup(postgres: str, data: Path, type_: Callable[..., Told]) -> Path:
    """A backup of a PostgreSQL database with a chat."""
    vault = Vault(await asyncio.to_thread(master_key, data, {}))
    database = await open_database(postgres)
    await open_installation(database, vault, fresh="first", at=1)
    await chat(Conversations(database, vault), "one", say(2, "words"))
    file = data.parent / "kept.backup"
    code, told = await asyncio.to_thread(type_, postgres, "backup", file)
    await database.close()
    assert (code, "it is whole" in told) == (0, True), told
    return file


async def test_a_backup_comes_back_into_an_empty_database(
    other: str, data: Path, backup: Path, type_: Callable[..., Told]
) -> None:
    assert backup.stat().st_mode & 0o777 == 0o600
    code, told = await asyncio.to_thread(type_, other, "restore", backup)
    assert code == 0, told
    database = await open_database(other)
    try:
        vault = Vault(await asyncio.to_thread(master_key, data, {}))
        stored = await Conversations(database, vault).load("one")
        assert stored is not None
        assert [item.position for item in await Conversations(database, vault).events(stored, 0)]
        assert (await open_installation(database, vault, fresh="x", at=1)).epoch != "first"
        assert (await prove(database)).broken is None
        assert [one.action for one in await newest(database, 9)] == [Deed.DATABASE_RESTORED]
    finally:
        await database.close()


async def test_a_backup_is_made_over_nothing_and_restored_over_nothing(
    postgres: str, backup: Path, type_: Callable[..., Told]
) -> None:
    code, told = await asyncio.to_thread(type_, postgres, "backup", backup)
    assert (code, "is there already" in told) == (2, True)
    code, told = await asyncio.to_thread(type_, postgres, "restore", backup, "--replace")
    assert (code, "name an empty one" in told) == (2, True)


@pytest.mark.parametrize("spoilt", ["cut", "text", "key"])
async def test_what_cannot_be_used_leaves_the_database_empty(
    other: str, data: Path, backup: Path, type_: Callable[..., Told], spoilt: str
) -> None:
    whole = await asyncio.to_thread(backup.read_bytes)
    if spoilt == "key":
        await asyncio.to_thread((data / KEY_FILE).unlink)
        await asyncio.to_thread(master_key, data, {})
    else:
        bad = whole[: len(whole) // 2] if spoilt == "cut" else b"select 1;"
        await asyncio.to_thread(backup.write_bytes, bad)
    code, told = await asyncio.to_thread(type_, other, "restore", backup)
    wanted = "master key does not belong" if spoilt == "key" else "cannot be used as a backup"
    assert (code, wanted in told) == (2, True), told
    connection = await asyncpg.connect(other)
    assert (
        await connection.fetchval("select count(*) from pg_tables where schemaname='public'") == 0
    )
    await connection.close()


async def test_without_its_programs_it_is_said_what_is_missing(
    postgres: str, backup: Path, type_: Callable[..., Told], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(backup.parent))
    file = backup.with_name("other.backup")
    code, told = await asyncio.to_thread(type_, postgres, "backup", file)
    assert (code, "pg_dump is not here: install" in told) == (2, True)
    assert not file.exists()


async def test_a_server_that_is_not_there_leaves_no_file(
    backup: Path, type_: Callable[..., Told]
) -> None:
    file = backup.with_name("other.backup")
    url = "postgresql://nobody:secret@127.0.0.1:1/none"
    code, told = await asyncio.to_thread(type_, url, "backup", file)
    assert (code, "pg_dump failed" in told, "secret" in told) == (2, True, False)
    assert not file.exists()
    code, told = await asyncio.to_thread(type_, url, "restore", backup)
    assert (code, "cannot open the database" in told, "secret" in told) == (2, True, False)


def test_a_password_stands_in_no_argument() -> None:
    shown, secret = without_password("postgresql://cara:p%40ss@db:5433/chat?sslmode=require")
    assert shown == "postgresql://cara@db:5433/chat?sslmode=require"
    assert secret == {"PGPASSWORD": "p@ss"}
    assert without_password("postgresql://db/chat") == ("postgresql://db/chat", {})
