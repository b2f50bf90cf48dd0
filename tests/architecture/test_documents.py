"""Documents lead somewhere: links resolve, decisions are numbered, the README has the commands."""

import re
from pathlib import Path
from typing import Final

import pytest

from tests.architecture.project import ROOT, ours, text

DOCUMENTS: Final = ours("*.md")
DECISIONS: Final = [path for path in DOCUMENTS if path.startswith("docs/adr/")]


def dead_links(document: str, folder: Path) -> list[str]:
    """Return the relative links that lead nowhere."""
    links = re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", document)
    return [link for link in links if not (folder / link).exists()]


@pytest.mark.parametrize("path", DOCUMENTS)
def test_every_link_leads_somewhere(path: str) -> None:
    assert dead_links(text(path), (ROOT / path).parent) == []


def test_a_dead_link_would_be_found() -> None:
    document = "[a](nowhere.md) [b](pyproject.toml#top) [c](https://example.org)"
    assert dead_links(document, ROOT) == ["nowhere.md"]


def test_decisions_are_numbered_without_gaps() -> None:
    assert [int(Path(path).name[:4]) for path in DECISIONS] == list(range(1, len(DECISIONS) + 1))


@pytest.mark.parametrize("path", DECISIONS)
def test_a_decision_has_its_number_a_date_and_a_state(path: str) -> None:
    number = int(Path(path).name[:4])
    head = rf"# {number}\. .+\n\n20\d\d-\d\d-\d\d, (proposed|accepted|replaced by \d+)\n"
    assert re.match(head, text(path))


@pytest.mark.parametrize("command", ["make run", "make test"])
def test_the_readme_has_the_two_commands(command: str) -> None:
    assert command in text("README.md")
