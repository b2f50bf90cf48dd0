"""The layers of docs/adr/0001: kept, and each contract shown to catch its own breach."""

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from tests.architecture.project import ROOT, ours, text

PURE: Final = frozenset(
    {
        "base64",
        "collections",
        "dataclasses",
        "datetime",
        "difflib",
        "enum",
        "functools",
        "hashlib",
        "hmac",
        "itertools",
        "math",
        "operator",
        "re",
        "string",
        "struct",
        "types",
        "typing",
        "unicodedata",
        "uuid",
        "zoneinfo",
    }
)

BREACHES: Final = {
    "Layers point downwards": ("domain/text.py", "import chatbot.services.errors"),
    "The domain is pure": ("domain/text.py", "import time"),
    "Answers are computed, never fetched": ("answers/wordpiece.py", "import urllib.request"),
    "Nothing here talks to a model hub or to strangers": (
        "answers/encoder.py",
        "import tokenizers",
    ),
    "Drivers only in the store": ("services/errors.py", "import asyncpg"),
    "Redis only in live": ("web/keys.py", "import redis"),
    "HTTP and HTML only in web and what starts it": ("services/errors.py", "import aiohttp"),
    "Settings only where a process is put together": ("web/keys.py", "import chatbot.settings"),
}


def test_imports_point_downwards() -> None:
    """In a process of its own: import-linter silences every log of the one that it runs in."""
    assert "0 broken" in _lint(ROOT)


@pytest.mark.slow
@pytest.mark.parametrize("contract", BREACHES)
def test_a_breach_is_caught(contract: str, tmp_path: Path) -> None:
    module, line = BREACHES[contract]
    _copy(tmp_path)
    with (tmp_path / "chatbot" / module).open("a") as file:
        file.write(f"\n{line}\n")
    assert f"{contract} BROKEN" in _lint(tmp_path)


@pytest.mark.slow
def test_a_module_without_a_layer_is_caught(tmp_path: Path) -> None:
    _copy(tmp_path)
    (tmp_path / "chatbot" / "helpers.py").write_text('"""No layer."""\n')
    assert "Layers point downwards BROKEN" in _lint(tmp_path)


def test_every_contract_has_a_breach_here() -> None:
    names = [line for line in text("pyproject.toml").splitlines() if line.startswith('name = "')]
    assert {name.split('"')[1] for name in names} - {"cara-chat"} == set(BREACHES)


@pytest.mark.parametrize("path", ours("chatbot/domain/*.py"))
def test_the_domain_imports_only_what_is_pure(path: str) -> None:
    outside = {name for name in _imported(text(path)) if name != "chatbot"}
    assert outside - PURE == set()


@pytest.mark.parametrize(
    "folder", sorted({str(Path(path).parent) for path in ours("chatbot/**/*.py")})
)
def test_every_folder_of_code_is_a_package_that_passes_nothing_on(folder: str) -> None:
    """An `__init__` that re-exports makes two names for one thing, and import cycles."""
    assert "chatbot" not in _imported(text(f"{folder}/__init__.py"))


def _imported(source: str) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Import(names=names):
                found |= {name.name.split(".")[0] for name in names}
            case ast.ImportFrom(module=str(module)):
                found.add(module.split(".")[0])
            case _:
                pass
    return found


def _copy(folder: Path) -> None:
    shutil.copytree(ROOT / "chatbot", folder / "chatbot")
    shutil.copy(ROOT / "pyproject.toml", folder)


def _lint(folder: Path) -> str:
    command = [
        sys.executable,
        "-c",
        "from importlinter.cli import lint_imports_command as run; run()",
    ]
    environment = os.environ | {"PYTHONPATH": str(folder)}
    done = subprocess.run(
        [*command, "--no-cache"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout
