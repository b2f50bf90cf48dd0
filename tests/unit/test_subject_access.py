"""`chatbot export-person`, as it is typed on the server."""

import asyncio
import json
from pathlib import Path

import pytest

from chatbot.domain.faq import Entry
from chatbot.domain.reference import reference_of
from chatbot.store.lock import FileLock
from tests.unit.conftest import Run
from tests.unit.test_backup import chats

REFERENCE = reference_of("one")


@pytest.fixture(name="file")
def _file(database: Path, tmp_path: Path, small: list[Entry]) -> Path:
    """Where it is to be written; there is a chat."""
    assert small
    asyncio.run(chats(database, "one", "two"))
    return tmp_path / "person.json"


def test_one_readable_file_for_its_owner_only(run: Run, file: Path) -> None:
    done = run("export-person", REFERENCE.lower(), file)
    assert done.code == 0, done.err
    assert "words of one" not in done.out
    assert file.stat().st_mode & 0o777 == 0o600
    text = file.read_text("utf-8")
    told = json.loads(text)
    assert told["about"] == (
        f"All that Project CARA (The Hampton Trust) keeps about the chat {REFERENCE}."
    )
    said = told["what_happened"][1]
    assert said.pop("at")[:2] == "20", "a time that people can read"
    assert said == {
        "what": "Message posted",
        "seq": 2,
        "author": "visitor",
        "text": "words of one",
    }, "and nothing that is empty"
    assert "words of two" not in text
    assert "private notes of staff" in text, "it says what is left out"
    assert "records_of_staff" not in told
    assert [line["done"] for line in told["who_looked_and_what_was_done"]] == [
        "Wrote out what is kept about somebody"
    ]


def test_with_records_of_staff_it_says_so(run: Run, file: Path) -> None:
    assert run("export-person", REFERENCE, file, "--with-staff-records").code == 0
    notes = json.loads(file.read_text("utf-8"))["notes"]
    assert "With the records of staff, as a supervisor decided." in notes
    assert not any("private notes" in note for note in notes)


def test_it_writes_over_nothing_unless_it_is_told_to(run: Run, file: Path) -> None:
    file.write_text("mine")
    refused = run("export-person", REFERENCE, file)
    assert (refused.code, "is there already" in refused.err) == (2, True)
    assert file.read_text() == "mine"
    assert run("export-person", REFERENCE, file, "--replace").code == 0
    assert file.stat().st_mode & 0o777 == 0o600


def test_what_is_not_there_leaves_no_file(run: Run, file: Path) -> None:
    refused = run("export-person", "ZZZZZZZ", file)
    assert (refused.code, "nothing has this reference" in refused.err) == (2, True)
    assert list(file.parent.glob("*person.json*")) == []
    assert "cannot write" in run("export-person", REFERENCE, file.parent / "no" / "file").err


def test_the_service_is_stopped_first(run: Run, file: Path, database: Path) -> None:
    lock = FileLock.take(database)
    refused = run("export-person", REFERENCE, file)
    lock.release()
    assert (refused.code, "stop it first" in refused.err) == (2, True)
    assert not file.exists()
