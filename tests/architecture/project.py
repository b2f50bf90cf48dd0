"""The project's own files, for tests that read instead of run."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
_NOT_OURS: Final = {"node_modules", "__pycache__", "data", "build", "dist"}


def ours(*patterns: str) -> list[str]:
    """Return the files that people wrote, by path from the root; all of them without a pattern."""
    found = (path.relative_to(ROOT) for path in _walk(ROOT))
    return sorted(
        str(path) for path in found if not patterns or any(path.match(p) for p in patterns)
    )


def text(path: str) -> str:
    """Return what a file says; of one that is not text, what can be read of it."""
    return (ROOT / path).read_text("utf-8", errors="replace")


def _walk(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        tool = path.name.startswith(".") and path.name not in {".ci", ".pre-commit-config.yaml"}
        if tool or path.name in _NOT_OURS:
            continue
        if path.is_dir():
            yield from _walk(path)
        else:
            yield path
