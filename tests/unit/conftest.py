"""Commands as a person types them, on a database of their own."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from chatbot.cli import main


@dataclass(frozen=True, slots=True)
class Said:
    """What a command left on the terminal."""

    code: int
    out: str
    err: str


Run = Callable[..., Said]


@pytest.fixture(name="database")
def _database(tmp_path: Path) -> Path:
    """Where the database is, or will be."""
    return tmp_path / "data" / "chat.db"


@pytest.fixture(name="run")
def _run(
    tmp_path: Path,
    database: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Run:
    """Type a command; the model is left out, for learning a FAQ takes a second with it."""
    for name in os.environ:
        if name.startswith("CHATBOT_"):
            monkeypatch.delenv(name)
    settings = tmp_path / "settings.toml"
    settings.write_text('model = "/nowhere"\n')

    def run(*words: str | Path) -> Said:
        where = ("--database", f"sqlite:///{database}", "--config", settings)
        code = main([str(word) for word in (*words, *where)])
        printed = capsys.readouterr()
        return Said(code, printed.out, printed.err)

    return run
