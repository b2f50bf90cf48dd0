"""What is installed is bounded, pinned by hash, explained, and tied to no package host."""

import json
import re
import tomllib
from typing import Any, Final

import pytest

from tests.architecture.project import text

PYPROJECT: Final[dict[str, Any]] = tomllib.loads(text("pyproject.toml"))
RUNTIME: Final[list[str]] = PYPROJECT["project"]["dependencies"]
GROUPS: Final[dict[str, list[Any]]] = PYPROJECT["dependency-groups"]
TOOLS: Final = [line for group in GROUPS.values() for line in group if isinstance(line, str)]
LOCKS: Final = ("deploy/constraints.txt", "deploy/constraints-dev.txt")
HUBS: Final = {"hf-xet", "httpx", "httpx2", "huggingface-hub", "tokenizers", "torch"}


def name(requirement: str) -> str:
    """Return the normal form of a requirement's name."""
    return re.split(r"[^A-Za-z0-9._-]", requirement, maxsplit=1)[0].lower().replace("_", "-")


def pins(lock: str) -> dict[str, str]:
    """Return each locked requirement, with its hashes, by name."""
    blocks = re.split(r"\n(?=[a-z0-9])", text(lock))
    return {name(block): block for block in blocks if "==" in block}


@pytest.mark.parametrize("requirement", [*RUNTIME, *TOOLS], ids=name)
def test_a_dependency_is_bounded_on_both_sides(requirement: str) -> None:
    assert re.search(r">=.+,<|==", requirement)


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_place_to_fetch_from(lock: str) -> None:
    assert re.findall(r"(?im)^-.*|^.*(?:://|file:|--(?!hash=)).*", text(lock)) == []


@pytest.mark.parametrize("lock", LOCKS)
def test_whatever_is_locked_has_a_hash(lock: str) -> None:
    assert [pin for pin, block in pins(lock).items() if "--hash=sha256:" not in block] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_nothing_that_talks_to_a_hub_is_locked(lock: str) -> None:
    assert HUBS & set(pins(lock)) == set()


def test_what_runs_is_locked() -> None:
    assert {name(line) for line in RUNTIME} - set(pins(LOCKS[0])) == set()


def test_what_tests_is_locked() -> None:
    assert {name(line) for line in [*RUNTIME, *TOOLS]} - set(pins(LOCKS[1])) == set()


def test_what_is_tested_is_what_runs() -> None:
    tested = pins(LOCKS[1])
    versions = {pin: re.findall(r"==(\S+)", block) for pin, block in pins(LOCKS[0]).items()}
    assert {p: re.findall(r"==(\S+)", tested.get(p, "")) for p in versions} == versions


def test_the_npm_lock_names_no_place_to_fetch_from() -> None:
    packages = json.loads(text("widget/package-lock.json"))["packages"]
    assert [path for path, package in packages.items() if "resolved" in package] == []


def test_everything_from_npm_is_a_tool() -> None:
    assert "dependencies" not in json.loads(text("widget/package.json"))


def test_every_dependency_has_its_reason() -> None:
    rows = re.findall(r"(?m)^\| ([a-z][a-z0-9-]+) \|", text("docs/adr/0008-dependencies.md"))
    assert set(rows) - {"library"} == {name(line) for line in [*RUNTIME, *TOOLS]}
