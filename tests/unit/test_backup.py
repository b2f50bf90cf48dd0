"""`chatbot backup` and `chatbot restore` on SQLite, as they are typed on the server."""

import asyncio
import shutil
import sqlite3
from base64 import urlsafe_b64encode
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import pytest

from chatbot.cli import main
from chatbot.credentials import KEY_FILE, master_key
from chatbot.domain import commands as c
from chatbot.domain.audit import COMMAND_LINE, Deed
from chatbot.domain.conversation import Conversation, decide, record
from chatbot.domain.faq import Entry
from chatbot.live.bus import LocalBus
from chatbot.live.hub import Hub
from chatbot.services.conversations import ConversationService
from chatbot.services.identity import system_clock
from chatbot.store.audit import newest, prove
from chatbot.store.conversations import Conversations
from chatbot.store.installation import open_installation
from chatbot.store.lock import FileLock
from chatbot.store.migrate import read_migrations
from chatbot.store.opening import SCHEMA, open_database
from chatbot.store.query import sql
from chatbot.store.sqlite import open_sqlite
from chatbot.store.vault import Vault
from tests.unit.conftest import Run

EVENTS: Final = """
    select c.id from conversation c
    where c.position <> (select count(*) from event e where e.conversation_id = c.id)
"""
PERSON: Final = """
    insert into person (id, email, name, role, disabled, passphrase, totp_step, created_at)
        values ('amina', 'amina@example.org', 'Amina', 'admin', 0, '', 0, 1)
"""
SESSION: Final = """
    insert into session
        (id, token_hash, person_id, device, second_factor, created_at, seen_at, proved_at)
        values ('s', 'hash', 'amina', '', 0, 1, 1, 1)
"""


async def vault_of(database: Path) -> Vault:
    return Vault(await asyncio.to_thread(master_key, database.parent, {}))


async def chats(database: Path, *names: str, erased: str = "") -> None:
    """Have a service write chats, and erase one."""
    opened = await open_database(f"sqlite:///{database}")
    try:
        vault = await vault_of(database)
        await open_installation(opened, vault, fresh="first", at=1)
        store = Conversations(opened, vault)
        for name in names:
            said = c.Say(at=system_clock(), text=f"words of {name}", client_id=name)
            await write(store, name, c.Open(at=system_clock(), notice="1"), said)
        if erased:
            await ConversationService(store, Hub(), LocalBus(), system_clock).erase(erased, "amina")
    finally:
        await opened.close()


async def write(store: Conversations, name: str, *commands: c.Command) -> None:
    now, all_recorded = Conversation(id=name), []
    for command in commands:
        recorded, now = record(now, decide(now, command))
        all_recorded += recorded
    await store.create(store.new(now, "hash"), all_recorded)


def rows(database: Path, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)) as opened:
        return opened.execute(query).fetchall()


def by_hand(database: Path, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(database)) as opened, opened:
        opened.execute(statement, values)


def readable(database: Path) -> dict[str, bool]:
    """Return the chats by name, and whether their words can still be read."""
    found = rows(database, "select id, data_key is not null from conversation order by id")
    return {str(name): bool(words) for name, words in found}


def everything(folder: Path) -> dict[str, bytes]:
    """Return every file of a folder but the lock, which says nothing."""
    files = (path for path in folder.iterdir() if path.suffix != ".lock")
    return {path.name: path.read_bytes() for path in files}


@pytest.fixture(name="backup")
def _backup(run: Run, database: Path, tmp_path: Path, small: list[Entry]) -> Path:
    """A backup of a database with the chats `one` and `two`."""
    assert small
    asyncio.run(chats(database, "one", "two"))
    file = tmp_path / "kept.backup"
    said = run("backup", file)
    assert said.code == 0, said.err
    return file


async def test_a_backup_is_one_moment_of_a_database_that_is_being_written(
    run: Run, database: Path, tmp_path: Path
) -> None:
    await chats(database, "one")
    opened = await open_database(f"sqlite:///{database}")
    store = Conversations(opened, await vault_of(database))
    going, written = True, 0

    async def visitors() -> None:
        nonlocal written
        while going:
            said = c.Say(at=2, text="hello", client_id="x")
            await write(store, f"chat{written}", c.Open(at=1, notice="1"), said)
            written += 1

    writing = asyncio.create_task(visitors())
    files = [tmp_path / f"{number}.backup" for number in range(5)]
    for file in files:
        said = await asyncio.to_thread(run, "backup", file)
        assert said.code == 0, said.err
    going = False
    await writing
    await opened.close()
    counts = [rows(file, "select count(*) from conversation")[0][0] for file in files]
    assert counts == sorted(counts)
    assert written > len(files), "it was written meanwhile"
    for file in files:
        assert rows(file, EVENTS) == [], "no chat is in it in part"


def test_a_backup_is_private_one_file_and_says_where_the_key_is(
    run: Run, database: Path, backup: Path, tmp_path: Path
) -> None:
    assert backup.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith((".", "kept"))] == [
        "kept.backup"
    ]
    again = run("backup", backup, "--replace")
    version = len(read_migrations(SCHEMA, "sqlite"))
    assert f"it is whole, and its schema is {version}" in again.out
    assert "not in the file" in again.out
    assert f"The key is in {database.parent / KEY_FILE}\n" in again.out
    assert readable(backup) == {"one": True, "two": True}


def test_a_backup_writes_over_nothing_unless_it_is_told_to(
    run: Run, database: Path, backup: Path
) -> None:
    before = backup.read_bytes()
    asyncio.run(chats(database, "three"))
    refused = run("backup", backup)
    assert (refused.code, "is there already" in refused.err) == (2, True)
    assert backup.read_bytes() == before
    assert run("backup", backup, "--replace").code == 0
    assert "three" in readable(backup)


@pytest.mark.parametrize(
    "write_it", [urlsafe_b64encode, bytes.hex, bytes], ids=["base64", "hex", "bytes"]
)
def test_a_backup_with_the_key_in_it_is_not_made(
    run: Run, database: Path, backup: Path, write_it: Callable[[bytes], str | bytes]
) -> None:
    written = write_it(master_key(database.parent, {}))
    bad = written if isinstance(written, bytes) else written.encode()
    by_hand(database, "update conversation set memory = ?", bad)
    refused = run("backup", backup.with_name("other.backup"))
    assert (refused.code, "the master key is in it" in refused.err) == (2, True)
    assert not backup.with_name("other.backup").exists()


def test_what_was_erased_before_is_in_no_backup(run: Run, database: Path, backup: Path) -> None:
    [[kept]] = rows(backup, "select data_key from conversation where id = 'one'")
    assert isinstance(kept, bytes)
    assert kept in backup.read_bytes()
    asyncio.run(chats(database, erased="one"))
    run("backup", backup, "--replace")
    assert kept not in backup.read_bytes()


def test_where_the_key_is_missing_the_backup_says_what_that_means(
    run: Run, database: Path, backup: Path
) -> None:
    (database.parent / KEY_FILE).unlink()
    done = run("backup", backup, "--replace")
    assert (done.code, "without it nobody can read the chats again" in done.out) == (0, True)
    assert not (database.parent / KEY_FILE).exists(), "none is made up"


def test_there_is_no_backup_of_nothing_and_none_to_nowhere(
    run: Run, database: Path, tmp_path: Path
) -> None:
    assert "there is no database" in run("backup", tmp_path / "a").err
    asyncio.run(chats(database, "one"))
    assert "No such file or directory" in run("backup", tmp_path / "nowhere" / "a").err


def test_a_restored_database_is_the_backup_without_what_was_erased_since(
    run: Run, database: Path, backup: Path
) -> None:
    by_hand(database, PERSON)
    by_hand(database, SESSION)
    run("backup", backup, "--replace")
    asyncio.run(chats(database, "three", erased="one"))
    done = run("restore", backup, "--replace")
    assert done.code == 0, done.err
    assert "Erased again, as it was in the one before: 1." in done.out
    assert "Chats that went: 0 (kept for 30 days)" in done.out
    assert readable(database) == {"one": False, "two": True}
    [kept] = database.parent.glob("chat.db.before-*")
    assert str(kept) in done.out
    assert readable(kept) == {"one": False, "three": True, "two": True}
    [[epoch]] = rows(database, "select epoch from installation")
    assert epoch != "first", "a client that saw more than the backup reads afresh"
    assert rows(database, "select * from session") == [], "who signed out since stays out"
    assert asyncio.run(audited(database)) == [Deed.CHAT_ERASED, Deed.DATABASE_RESTORED]
    assert not [path.name for path in database.parent.iterdir() if path.name.startswith(".")]


async def audited(database: Path) -> list[str]:
    """Return what was done from the command line, newest first, after the audit was proved."""
    opened = await open_database(f"sqlite:///{database}")
    try:
        assert (await prove(opened)).broken is None
        return [one.action for one in await newest(opened, 9) if one.who == COMMAND_LINE]
    finally:
        await opened.close()


def test_a_backup_is_restored_where_there_was_nothing(
    run: Run, database: Path, backup: Path
) -> None:
    key = (database.parent / KEY_FILE).read_bytes()
    shutil.rmtree(database.parent)
    refused = run("restore", backup)
    assert (refused.code, "there is no master key" in refused.err) == (2, True)
    assert not database.parent.exists(), "and none is made up, which would open nothing"
    database.parent.mkdir()
    (database.parent / KEY_FILE).write_bytes(key)
    (database.parent / KEY_FILE).chmod(0o600)
    done = run("restore", backup)
    assert done.code == 0, done.err
    assert "kept as" not in done.out
    assert readable(database) == {"one": True, "two": True}
    assert database.stat().st_mode & 0o777 == 0o600


def test_a_database_that_is_there_stays_unless_it_is_said(
    run: Run, database: Path, backup: Path
) -> None:
    before = everything(database.parent)
    refused = run("restore", backup)
    assert (refused.code, "--replace" in refused.err) == (2, True)
    assert everything(database.parent) == before


def test_nothing_is_restored_while_a_service_has_the_database(
    run: Run, database: Path, backup: Path
) -> None:
    lock, before = FileLock.take(database), everything(database.parent)
    refused = run("restore", backup, "--replace")
    lock.release()
    assert (refused.code, "stop it first" in refused.err) == (2, True)
    assert everything(database.parent) == before


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-5000])


def garbage(file: Path) -> None:
    file.write_bytes(b"not a database at all " * 500)


def turned(file: Path) -> None:
    """Turn a page in the middle over, as a bad disk does."""
    whole = bytearray(file.read_bytes())
    middle = len(whole) // 2 // 4096 * 4096
    whole[middle : middle + 4096] = bytes(reversed(whole[middle : middle + 4096]))
    file.write_bytes(whole)


def another_software(file: Path) -> None:
    file.unlink()
    by_hand(file, "create table song (name text)")


def newer(file: Path) -> None:
    next_one = len(read_migrations(SCHEMA, "sqlite")) + 1
    by_hand(file, "insert into schema_version values (?1, 'x', 'y', ?1, 1)", next_one)


def orphaned(file: Path) -> None:
    by_hand(file, "delete from conversation where id = 'one'")


def in_use(file: Path) -> None:
    file.with_name(f"{file.name}-wal").write_bytes(b"the newest of it")


def another_key(file: Path) -> None:
    check = Vault(b"2" * 32).new_seal("installation").wrapped
    by_hand(file, "update installation set key_check = ?", check)


SPOILT: Final[dict[Callable[[Path], None], str]] = {
    cut: "cannot be used as a backup",
    garbage: "SQLITE_NOTADB",
    turned: "cannot be used as a backup",
    another_software: "no database of this software",
    newer: "was upgraded by newer software",
    orphaned: "it is damaged",
    in_use: "it was copied while a service used it",
    another_key: "the master key does not belong to this database",
    Path.unlink: "No such file or directory",
}


@pytest.mark.parametrize("spoil", SPOILT, ids=lambda spoil: spoil.__name__)
def test_what_cannot_be_used_is_refused_before_anything_is_touched(
    run: Run, database: Path, backup: Path, spoil: Callable[[Path], None]
) -> None:
    spoil(backup)
    before = everything(database.parent)
    refused = run("restore", backup, "--replace")
    assert (refused.code, SPOILT[spoil] in refused.err) == (2, True), refused.err
    assert everything(database.parent) == before


def test_a_database_that_cannot_be_read_is_kept_and_replaced(
    run: Run, database: Path, backup: Path
) -> None:
    garbage(database)
    database.with_name("chat.db-wal").write_bytes(b"the newest of it")
    done = run("restore", backup, "--replace")
    assert done.code == 0, done.err
    assert "erase it by its reference" in done.out
    assert readable(database) == {"one": True, "two": True}
    kept = {path.name.rpartition("Z")[2]: path for path in database.parent.glob("*.before-*")}
    assert kept[""].read_bytes().startswith(b"not a database")
    assert kept["-wal"].read_bytes() == b"the newest of it"


async def test_what_a_crash_left_in_the_log_is_kept_too(
    database: Path, backup: Path, tmp_path: Path
) -> None:
    crashed = tmp_path / "crashed"
    opened = await open_database(f"sqlite:///{database}")
    store = Conversations(opened, await vault_of(database))
    await write(store, "late", c.Open(at=1, notice="1"))
    shutil.copytree(database.parent, crashed)
    await opened.close()
    assert (crashed / "chat.db-wal").stat().st_size
    where = ("--database", f"sqlite:///{crashed}/chat.db", "--config", tmp_path / "settings.toml")
    words = [str(word) for word in ("restore", backup, "--replace", *where)]
    assert await asyncio.to_thread(main, words) == 0
    [kept] = crashed.glob("chat.db.before-*")
    assert "late" in readable(kept)
    assert readable(crashed / "chat.db") == {"one": True, "two": True}


async def test_a_backup_of_older_software_is_backed_up_restored_and_upgraded(
    run: Run, database: Path, tmp_path: Path, small: list[Entry]
) -> None:
    assert small
    vault = await vault_of(database)
    migrations = await asyncio.to_thread(read_migrations, SCHEMA, "sqlite")
    old = await open_sqlite(database, migrations[:12])
    await open_installation(old, vault, fresh="first", at=1)
    line = sql("insert into audit values (1, 2, 'amina', 'joined', 'amina')")
    await old.write([line(), sql("insert into stream values ('audit', 1)")()])
    await old.close()
    file = tmp_path / "old.backup"
    said = await asyncio.to_thread(run, "backup", file)
    assert "its schema is 12" in said.out, said.err
    done = await asyncio.to_thread(run, "restore", file, "--replace")
    assert done.code == 0, done.err
    assert await audited(database) == [Deed.DATABASE_RESTORED]
