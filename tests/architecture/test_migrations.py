"""Schema files: numbered without gaps, forward only, written once for both engines."""

import re
from pathlib import Path
from typing import Final

import pytest

from tests.architecture.project import ours, text

SCHEMA: Final = "chatbot/store/schema/"
FILES: Final = [Path(path).name for path in ours(f"{SCHEMA}*")]
NAME: Final = re.compile(r"(\d{4})_[a-z][a-z0-9_]*(\.sqlite|\.postgres)?\.sql")
GOES_BACK: Final = re.compile(r"(?i)\b(down|rollback|revert|undo)\b")


def test_there_is_a_schema() -> None:
    assert FILES


@pytest.mark.parametrize("file", FILES)
def test_a_migration_is_named_by_number_and_purpose(file: str) -> None:
    assert NAME.fullmatch(file)


def test_numbers_have_no_gap() -> None:
    numbers = sorted({int(file[:4]) for file in FILES})
    assert numbers == list(range(1, len(numbers) + 1))


def test_a_number_has_one_purpose() -> None:
    purposes = {(file[:4], file.split(".")[0]) for file in FILES}
    assert len(purposes) == len({file[:4] for file in FILES})


@pytest.mark.parametrize("file", FILES)
def test_a_migration_only_goes_forward(file: str) -> None:
    assert not GOES_BACK.search(file)
    assert not GOES_BACK.search(re.sub(r"--.*", "", text(SCHEMA + file)))
