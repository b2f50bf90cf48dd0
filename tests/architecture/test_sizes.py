"""Files and functions stay small enough to be read at once."""

import ast
from typing import Final

import pytest

from tests.architecture.project import ours, text

FILE_LIMIT: Final = 400
FUNCTION_LIMIT: Final = 40
PYTHON: Final = [path for path in ours("*.py") if path.startswith(("chatbot/", "tests/", "bench/"))]
BROWSER: Final = [path for path in ours("*.js") if path.startswith(("widget/", "chatbot/"))]


def long_functions(source: str) -> list[str]:
    """Return functions above the limit, counted from the first line after the docstring."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            documented = ast.get_docstring(node) is not None
            body = node.body[1:] if documented and len(node.body) > 1 else node.body
            lines = (node.end_lineno or 0) - body[0].lineno + 1
            if lines > FUNCTION_LIMIT:
                found.append(f"{node.name}: {lines}")
    return found


@pytest.mark.parametrize("path", [*PYTHON, *BROWSER])
def test_a_file_can_be_read_in_one_sitting(path: str) -> None:
    assert text(path).count("\n") <= FILE_LIMIT


@pytest.mark.parametrize("path", [path for path in PYTHON if path.startswith("chatbot/")])
def test_a_function_fits_on_a_screen(path: str) -> None:
    assert long_functions(text(path)) == []


def test_a_long_function_would_be_found() -> None:
    body = "    pass\n" * (FUNCTION_LIMIT + 1)
    assert long_functions(f'def f():\n    """Said."""\n{body}') == ["f: 41"]


def test_there_are_files_to_measure() -> None:
    assert "chatbot/__init__.py" in PYTHON
    assert any(path.startswith("widget/") for path in BROWSER)
