"""`chatbot person`, as it is typed on the server."""

import io
import re
from pathlib import Path

import pytest

from chatbot.cli import main
from chatbot.store.lock import FileLock

GOOD = "violet anchor mosaic thunder\n"


class Terminal:
    """Types commands on one database, and reads what they say."""

    def __init__(
        self,
        database: Path,
        capsys: pytest.CaptureFixture[str],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        self.database = database
        self._capsys = capsys
        self._monkeypatch = monkeypatch

    def type(self, *words: str, given: str = "") -> tuple[int, str]:
        self._monkeypatch.setattr("sys.stdin", io.StringIO(given))
        code = main(["person", *words, "--database", f"sqlite:///{self.database}"])
        said = self._capsys.readouterr()
        return code, said.out + said.err

    def add(self, email: str, *more: str, given: str = GOOD) -> tuple[int, str]:
        return self.type("add", email, "--passphrase-stdin", *more, given=given)


@pytest.fixture(name="terminal")
def _terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Terminal:
    folder = tmp_path / "data"
    folder.mkdir()
    return Terminal(folder / "chat.db", capsys, monkeypatch)


def test_somebody_is_added_at_once_listed_and_sent_away(terminal: Terminal) -> None:
    assert terminal.add("Amina@Example.org", "--name", "Amina", "--role", "admin") == (
        0,
        "Amina (amina@example.org) can sign in now, as admin.\n",
    )
    assert terminal.add("bilal@example.org")[0] == 0
    _, listed = terminal.type("list")
    assert re.search(r"amina@example.org +Amina +admin +no +never", listed)
    assert re.search(r"bilal@example.org +bilal +staff +no +never", listed)
    assert terminal.type("disable", "bilal@example.org")[0] == 0
    assert re.search(r"bilal@example.org +bilal +disabled", terminal.type("list")[1])


def test_an_invitation_is_a_link_and_no_account_yet(terminal: Terminal) -> None:
    code, said = terminal.type("add", "chidi@example.org", "--role", "supervisor")
    assert code == 0
    assert re.search(r"http://127\.0\.0\.1:8080/console/join/\S{43}\n", said)
    assert terminal.type("list") == (0, "There is nobody yet.\n")


@pytest.mark.parametrize(
    ("email", "given", "told"),
    [
        ("nobody", GOOD, "does not look like an e-mail address"),
        ("a@example.org", "password123\n", "Guessed"),
        ("a@example.org", "", "Choose a passphrase"),
        ("amina@example.org", GOOD, "Somebody has an account"),
    ],
)
def test_what_cannot_be_used_is_said(terminal: Terminal, email: str, given: str, told: str) -> None:
    terminal.add("amina@example.org")
    code, said = terminal.add(email, given=given)
    assert (code, told in said) == (2, True)


def test_the_last_admin_and_somebody_unknown_cannot_be_sent_away(terminal: Terminal) -> None:
    terminal.add("amina@example.org", "--role", "admin")
    assert terminal.type("disable", "amina@example.org") == (
        2,
        "chatbot: This is the only admin. Make somebody else an admin first.\n",
    )
    assert terminal.type("disable", "nobody@example.org")[0] == 2


def test_beside_a_running_service_on_sqlite_people_are_listed_but_not_changed(
    terminal: Terminal,
) -> None:
    terminal.add("amina@example.org")
    service = FileLock.take(terminal.database)
    try:
        assert "amina@example.org" in terminal.type("list")[1]
        code, said = terminal.add("bilal@example.org")
        assert code == 2
        assert re.search(r"another process \(process \d+\) uses .*: stop it first", said)
    finally:
        service.release()


def test_without_a_database_there_is_nobody_to_list(terminal: Terminal) -> None:
    code, said = terminal.type("list")
    assert (code, "there is no database" in said) == (2, True)
