"""Commands as a person types them, on a database of their own."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from chatbot.cli import main
from chatbot.content import loading
from chatbot.domain.faq import Entry
from chatbot.domain.outcome import SIGNPOSTS

FEW: Final = frozenset({"cost", "greeting", "is-someone-attending", *SIGNPOSTS.values()})


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


@pytest.fixture(name="small")
def _small(monkeypatch: pytest.MonkeyPatch) -> list[Entry]:
    """A shipped FAQ of a few entries: learning all of it takes seconds."""
    some = [entry for entry in loading.entries() if entry.slug in FEW]
    monkeypatch.setattr(loading, "entries", lambda: some)
    return some
