"""From a URL to a database, and what an administrator reads when that does not work."""

from pathlib import Path

import pytest

from chatbot.store.errors import BadUrl, CannotOpen, SchemaTooOld, StoreError, Unavailable
from chatbot.store.opening import SCHEMA, database_exists, open_database, sqlite_version
from tests.store.conftest import Opener


async def test_the_packaged_schema_is_the_default() -> None:
    assert list(SCHEMA.glob("0001_*.sql"))


@pytest.mark.parametrize(
    "url",
    [
        "",
        "chat.db",
        "mysql://root@localhost/chat",
        "sqlite://chat.db",
        "sqlite:///",
        "sqlite:///data/",
        "sqlite:///:memory:",
        "sqlite:///chat.db?mode=memory",
        "postgresql://localhost:many/chat",
        "postgresql://localhost/chat?sslmode=perhaps",
    ],
)
async def test_a_url_that_names_no_database_is_explained(url: str) -> None:
    with pytest.raises(BadUrl, match="sqlite:///relative"):
        await open_database(url)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql"])
async def test_an_absent_server_is_named_without_its_password(scheme: str) -> None:
    with pytest.raises(CannotOpen, match=r"127\.0\.0\.1/chat") as caught:
        await open_database(f"{scheme}://me:very-secret@127.0.0.1:1/chat")
    assert "very-secret" not in str(caught.value)


@pytest.mark.parametrize("password", ["pa/ss", "12/ss", "p#ss"])
async def test_a_password_that_should_be_quoted_is_not_shown(password: str) -> None:
    with pytest.raises(StoreError) as caught:
        await open_database(f"postgresql://127.0.0.1:{password}@127.0.0.1:1/chat")
    assert "ss" not in str(caught.value).replace("password", "")
    assert "pa" not in str(caught.value).replace("path", "").replace("password", "")


async def test_an_absent_database_is_named(postgres: str) -> None:
    with pytest.raises(CannotOpen, match="does not exist"):
        await open_database(f"{postgres}_not_there")


async def test_a_reader_reads_what_a_writer_wrote(url: str, opened: Opener) -> None:
    await opened(url)
    reader = await opened(url, read_only=True)
    assert reader.engine == ("sqlite" if url.startswith("sqlite") else "postgres")
    assert reader.flushes == 0


async def test_a_reader_of_a_new_server_is_told_to_start_the_service(
    postgres: str, opened: Opener
) -> None:
    with pytest.raises(SchemaTooOld, match="start the service once"):
        await opened(postgres, read_only=True)


async def test_a_reader_writes_nothing(url: str, opened: Opener) -> None:
    await opened(url)
    with pytest.raises(StoreError, match="for reading only"):
        await (await opened(url, read_only=True)).write([])


def test_whether_a_database_is_there_can_be_asked(tmp_path: Path) -> None:
    assert not database_exists(f"sqlite:///{tmp_path}/chat.db")
    (tmp_path / "chat.db").touch()
    assert database_exists(f"sqlite:///{tmp_path}/chat.db")
    assert database_exists("postgresql://localhost/chat")
    with pytest.raises(BadUrl):
        database_exists("chat.db")


def test_the_version_of_sqlite_is_told() -> None:
    assert sqlite_version().startswith("3.")


def test_a_sentence_goes_without_what_nobody_said() -> None:
    assert str(Unavailable()) == "the database is busy or cannot be reached (no reason given)"
