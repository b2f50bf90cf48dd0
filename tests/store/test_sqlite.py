"""What only SQLite needs: durability by pragma, one process, private files, a full disk."""

import logging
import os
import sqlite3
import stat
import struct
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from chatbot.store.database import Database
from chatbot.store.errors import (
    AlreadyRunning,
    CannotOpen,
    Full,
    ReadOnly,
    SchemaTooOld,
    StoreError,
    Unavailable,
)
from chatbot.store.lock import FileLock
from chatbot.store.migrate import read_migrations
from chatbot.store.opening import open_database
from chatbot.store.query import Statement
from chatbot.store.sqlite_file import SqliteLimits, is_safe, prepare
from chatbot.store.sqlite_writer import SqliteWriter, translate
from tests.store.conftest import Opener
from tests.store.library import (
    ADD_BOOK,
    ADD_SHELF,
    BOOKS,
    REMOVE_BOOKS,
    SHELVES,
    books_on,
    outcome,
    outcomes,
)


@pytest.fixture(name="file")
def _file(tmp_path: Path) -> Path:
    return tmp_path / "data" / "chat.db"


@pytest.fixture(name="url")
def _url(file: Path) -> str:
    """Only SQLite in this file."""
    return f"sqlite:///{file}"


@pytest.fixture(name="writing")
def _writing(file: Path, schema: Path) -> Iterator[sqlite3.Connection]:
    """The connection that a writer would be given."""
    prepared = prepare(file, read_migrations(schema, "sqlite"), SqliteLimits())
    yield prepared.connection
    prepared.connection.close()
    prepared.lock.release()


@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        ("journal_mode", "wal"),
        ("synchronous", 2),  # FULL: an fsync for each commit
        ("foreign_keys", 1),
        ("busy_timeout", 5_000),
        ("cache_size", -65_536),
        ("journal_size_limit", 67_108_864),
        ("mmap_size", 0),
    ],
)
def test_acknowledged_means_on_disk(
    writing: sqlite3.Connection, pragma: str, value: str | int
) -> None:
    assert writing.execute(f"pragma {pragma}").fetchone()[0] == value


def test_tables_are_strict(writing: sqlite3.Connection) -> None:
    rows = writing.execute("select name from pragma_table_list where strict = 0").fetchall()
    assert {name for (name,) in rows} == {"sqlite_schema", "sqlite_temp_schema"}


async def test_many_writers_leave_few_commits_in_the_log(database: Database, file: Path) -> None:
    before = commits(file)
    await outcomes(database, [[ADD_SHELF(id=str(n), books=n)] for n in range(1_000)])
    assert commits(file) - before < 20
    assert commits(file) - before == database.flushes


def commits(file: Path) -> int:
    """Count the frames of the log that end a transaction, as SQLite's file format has them."""
    log = file.with_name(f"{file.name}-wal").read_bytes()
    page_size, salt = struct.unpack(">8xI4xQ", log[:24])
    frames = range(32, len(log), 24 + page_size)
    heads = (struct.unpack(">4xIQ", log[start : start + 16]) for start in frames)
    return sum(1 for pages, frame_salt in heads if pages and frame_salt == salt)


async def test_closing_moves_the_log_into_the_file(database: Database, file: Path) -> None:
    await database.write([ADD_SHELF(id="a", books=0)])
    await database.close()
    assert {path.name for path in file.parent.iterdir()} == {"chat.db", "chat.db.lock"}


async def test_the_files_are_private(file: Path, url: str, opened: Opener) -> None:
    umask = os.umask(0)
    try:
        await (await opened(url)).write([ADD_SHELF(id="a", books=0)])
    finally:
        os.umask(umask)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in file.parent.iterdir()}
    names = ("chat.db", "chat.db-wal", "chat.db-shm", "chat.db.lock")
    assert modes == dict.fromkeys(names, 0o600)
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


async def test_files_that_others_could_read_become_private(
    file: Path, url: str, opened: Opener
) -> None:
    first = await opened(url)
    await first.close()
    file.chmod(0o644)
    await opened(url)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


async def test_a_second_user_of_a_file_is_told_who_has_it(url: str, opened: Opener) -> None:
    first = await opened(url)
    with pytest.raises(AlreadyRunning, match=rf"process {os.getpid()}.*stop it first"):
        await opened(url)
    await first.close()
    await opened(url)


async def test_a_second_process_is_refused(url: str, opened: Opener, schema: Path) -> None:
    await opened(url)
    second = subprocess.run(  # noqa: ASYNC221 - the loop has nothing else to do
        [sys.executable, str(Path(__file__).with_name("writer_process.py")), url, str(schema)],
        capture_output=True,
        check=False,
        text=True,
    )
    assert "AlreadyRunning" in second.stderr


def test_a_lock_without_a_name_in_it_is_still_a_lock(tmp_path: Path) -> None:
    lock = FileLock.take(tmp_path / "chat.db")
    (tmp_path / "chat.db.lock").write_text("")
    with pytest.raises(AlreadyRunning, match="unknown"):
        FileLock.take(tmp_path / "chat.db")
    lock.release()
    lock.release()


def test_a_lock_that_cannot_be_written_is_not_held(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "pwrite", full)
        with pytest.raises(OSError, match="space"):
            FileLock.take(tmp_path / "chat.db")
    FileLock.take(tmp_path / "chat.db").release()


async def test_a_full_disk_acknowledges_nothing_and_writing_resumes(
    url: str, opened: Opener
) -> None:
    database = await opened(url, pages=100)
    await database.write([ADD_SHELF(id="a", books=0), ADD_SHELF(id="b", books=0)])
    kept = [place for place in range(1, 200) if await _put(database, "a", place) == "ok"]
    assert 10 < len(kept) < 100
    assert [row["place"] for row in await database.fetch(BOOKS, shelf="a")] == kept
    with pytest.raises(Full):
        await database.write(_book("b", 1))
    assert set(await outcomes(database, [_book("b", n) for n in range(2, 50)])) == {"full"}
    assert not await database.fetch(BOOKS, shelf="b")
    await database.write([REMOVE_BOOKS(shelf="a")])
    assert await _put(database, "b", 1) == "ok"


def _book(shelf: str, place: int) -> list[Statement]:
    return [ADD_BOOK(shelf=shelf, place=place, title=None, cover=bytes(4_000), price=None)]


async def _put(database: Database, shelf: str, place: int) -> str:
    return await outcome(database, _book(shelf, place))


@pytest.mark.parametrize(
    ("version", "safe"),
    [
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 45, 0), False),
        ((3, 50, 6), False),
        ((3, 50, 7), True),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 60, 0), True),
    ],
)
def test_versions_that_can_lose_writes_are_known(version: tuple[int, ...], *, safe: bool) -> None:
    assert is_safe(version) is safe


@pytest.mark.parametrize(("version", "lines"), [((3, 40, 1), 1), ((3, 51, 3), 0)])
async def test_a_version_that_can_lose_writes_is_named(
    url: str,
    opened: Opener,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    *,
    version: tuple[int, ...],
    lines: int,
) -> None:
    monkeypatch.setattr(sqlite3, "sqlite_version_info", version)
    with caplog.at_level(logging.INFO):
        await opened(url)
    assert caplog.text.count("store.sqlite_wal_bug") == lines


async def test_a_reader_reads_beside_the_writer(url: str, opened: Opener) -> None:
    database = await opened(url)
    reader = await opened(url, read_only=True)
    await database.write([ADD_SHELF(id="a", books=0)])
    assert await books_on(reader, "a") == 0
    with pytest.raises(ReadOnly):
        await reader.write([ADD_SHELF(id="b", books=0)])
    assert reader.flushes == 0


async def test_a_reader_makes_nothing(url: str, opened: Opener, file: Path) -> None:
    with pytest.raises(CannotOpen, match="unable to open"):
        await opened(url, read_only=True)
    assert not file.exists()


async def test_a_reader_does_not_upgrade(url: str, opened: Opener, file: Path) -> None:
    file.parent.mkdir()
    file.touch()
    with pytest.raises(SchemaTooOld, match="start the service once"):
        await opened(url, read_only=True)


async def test_another_file_is_not_a_database(url: str, opened: Opener, file: Path) -> None:
    file.parent.mkdir()
    file.write_text("a letter, and a long one: " * 100)
    with pytest.raises(CannotOpen, match="not a database"):
        await opened(url)
    assert file.read_text().startswith("a letter")


async def test_a_folder_in_the_way_is_said(url: str, opened: Opener, file: Path) -> None:
    file.parent.write_text("")
    with pytest.raises(CannotOpen, match="exists"):
        await opened(url)


async def test_a_failed_opening_holds_nothing(url: str, opened: Opener, file: Path) -> None:
    file.mkdir(parents=True)
    with pytest.raises(CannotOpen):
        await opened(url)
    file.rmdir()
    await opened(url)


async def test_a_broken_writer_fails_its_batch_and_goes_on(
    database: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(SqliteWriter, "_write", broken)
        with pytest.raises(StoreError, match="ZeroDivisionError"):
            await database.write([ADD_SHELF(id="a", books=0)])
    assert "store.writer_broken" in caplog.text
    await database.write([ADD_SHELF(id="b", books=0)])
    assert [row["id"] for row in await database.fetch(SHELVES)] == ["b"]


@pytest.mark.parametrize(
    ("code", "name", "ours"),
    [
        (sqlite3.SQLITE_FULL, "SQLITE_FULL", Full),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, "SQLITE_BUSY_SNAPSHOT", Unavailable),
        (sqlite3.SQLITE_IOERR_WRITE, "SQLITE_IOERR_WRITE", Unavailable),
        (sqlite3.SQLITE_NOMEM, "SQLITE_NOMEM", Unavailable),
    ],
)
def test_an_error_that_may_pass_says_so(code: int, name: str, ours: type[StoreError]) -> None:
    error = sqlite3.OperationalError("words")
    error.sqlite_errorcode, error.sqlite_errorname = code, name
    assert type(translate(error)) is ours


async def test_a_relative_path_is_taken_from_the_working_folder(
    tmp_path: Path, schema: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    database = await open_database("sqlite:///here/chat.db", schema=schema)
    await database.close()
    assert (tmp_path / "here" / "chat.db").exists()


async def test_a_path_may_hold_any_letters(tmp_path: Path, schema: Path) -> None:
    path = tmp_path / "100 % Zoë.db"
    database = await open_database(f"sqlite:///{path}", schema=schema)
    assert not await database.fetch(SHELVES)
    await database.close()
    assert path.exists()
