"""`chatbot promises`: an admin's way to new versions, before there is a page for it."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import pytest

from chatbot.content import loading
from chatbot.domain.promises import Kind
from tests.unit.conftest import Run

NOW: Final = datetime.now(UTC)


@pytest.fixture(name="words")
def _words(tmp_path: Path) -> Path:
    (path := tmp_path / "words.md").write_text("We tell them. Ring {phone}.\n\nMore.\n")
    return path


def listed(run: Run) -> list[list[str]]:
    """Return the rows of the list, a word a cell."""
    said = run("promises", "list")
    assert said.code == 0
    return [re.split(r" {2,}", line.strip()) for line in said.out.splitlines()[1:]]


def test_before_there_is_a_database_the_shipped_ones_are_shown(run: Run, database: Path) -> None:
    rows = listed(run)
    assert [(row[0], row[1], *row[3:]) for row in rows] == [
        (kind.value, "1", "the software", "in force") for kind in Kind
    ]
    assert run("promises", "show", "police").out.strip() == loading.promises()["police"].strip()  # type: ignore[index]  # its text form
    assert not database.parent.exists()


def test_a_new_version_is_in_force_at_once_and_the_old_one_is_kept(run: Run, words: Path) -> None:
    said = run("promises", "add", "police", words)
    assert re.fullmatch(r"Version 2 of police is in force from \d{4}-\d\d-\d\d\.\n", said.out)
    states = {(row[0], row[1]): row[3:] for row in listed(run)}
    assert states["police", "1"] == ["the software", "over"]
    assert states["police", "2"] == ["command line", "in force"]
    assert states["privacy", "1"] == ["the software", "in force"]
    assert run("promises", "show", "police").out == words.read_text()
    first = run("promises", "show", "police", "--number", "1").out
    assert first.strip() == loading.promises()[Kind.POLICE].strip()


def test_a_new_version_can_wait_for_its_day(run: Run, words: Path) -> None:
    later = f"{NOW + timedelta(days=40):%Y-%m-%d}"
    said = run("promises", "add", "police", words, "--from", later)
    assert said.out == f"Version 2 of police is in force from {later}.\n"
    assert ["police", "2", later, "command line", "to come"] in listed(run)
    assert run("promises", "show", "police").out != words.read_text()


def test_what_is_to_be_in_force_from_today_is_so_from_now(
    run: Run, words: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    noon = datetime(2027, 1, 31, 12, tzinfo=UTC).timestamp() * 1000
    monkeypatch.setattr("chatbot.commands.promises.system_clock", lambda: int(noon))
    assert run("promises", "add", "police", words, "--from", "2027-01-31").code == 0
    assert ["police", "2", "2027-01-31", "command line", "in force"] in listed(run)


@pytest.mark.parametrize(
    ("text", "options", "told"),
    [
        ("", (), "there is no text in it"),
        ("# Police\n", (), "it must begin with a paragraph"),
        ("a" * 301, (), "its first paragraph is longer than 300 characters"),
        ("Ring {fone}.", (), "no value for {fone}"),
        ("Words.", ("--from", "2020-01-31"), "the date is over"),
    ],
)
def test_what_cannot_be_used_changes_nothing(
    run: Run, words: Path, text: str, options: tuple[str, ...], told: str
) -> None:
    words.write_text(text)
    said = run("promises", "add", "police", words, *options)
    assert (said.code, said.out) == (2, "")
    assert told in said.err
    assert len(listed(run)) == len(Kind)


def test_a_file_that_is_not_there_is_named(run: Run, tmp_path: Path) -> None:
    said = run("promises", "add", "police", tmp_path / "none.md")
    assert (said.code, "none.md" in said.err) == (2, True)


def test_a_version_that_is_not_there_is_named(run: Run) -> None:
    said = run("promises", "show", "police", "--number", "9")
    assert (said.code, said.err) == (2, "chatbot: there is no version 9 of police\n")


@pytest.mark.parametrize("options", [("gossip", "f"), ("police", "f", "--from", "monday")])
def test_what_is_no_kind_and_no_day_shows_how_to_type_one(
    run: Run, options: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        run("promises", "add", *options)
    assert re.search("invalid choice|no date such as 2027-01-31", capsys.readouterr().err)


@pytest.mark.usefixtures("few_entries")
def test_a_check_lists_the_promises_that_nobody_has_confirmed(run: Run, words: Path) -> None:
    title = "Promised in the software's own words: add yours with `chatbot promises add`"
    assert f"\n{title} (3)\n  - confidentiality\n  - police\n  - privacy\n" in run("check").out
    run("promises", "add", "police", words)
    assert f"\n{title} (2)\n  - confidentiality\n  - privacy\n" in run("check").out


@pytest.fixture(name="few_entries")
def _few_entries(monkeypatch: pytest.MonkeyPatch) -> None:
    """A FAQ of one entry: learning all of it takes seconds."""
    some = [entry for entry in loading.entries() if entry.slug == "cost"]
    monkeypatch.setattr(loading, "entries", lambda: some)
