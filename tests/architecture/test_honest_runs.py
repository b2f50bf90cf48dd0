"""A run that left something out cannot pass for a complete one when CI=true."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import TESTS

PASSING = "def test_it(postgres_url, redis_url): assert True\n"
SETUP = (
    "[tool.pytest.ini_options]\ntestpaths = ['tests']\nmarkers = ['browser', 'postgres', 'redis']\n"
)


pytestmark = pytest.mark.slow


@pytest.fixture
def a_project(tmp_path: Path) -> Path:
    """A project with our conftest, one browser test, and one test with PostgreSQL and Redis."""
    (tmp_path / "pyproject.toml").write_text(SETUP)
    for folder in ("unit", "browser"):
        (tmp_path / "tests" / folder).mkdir(parents=True)
        (tmp_path / "tests" / folder / f"test_{folder}.py").write_text(PASSING)
    shutil.copy(TESTS / "conftest.py", tmp_path / "tests")
    return tmp_path


def run(project: Path, *arguments: str, ci: str = "true") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments]
    environment = os.environ | {"CI": ci}
    return subprocess.run(
        command, cwd=project, env=environment, capture_output=True, text=True, check=False
    )


def test_a_complete_run_passes(a_project: Path) -> None:
    assert run(a_project).returncode == 0


def test_a_skipped_test_fails_the_run(a_project: Path) -> None:
    skipping = "import pytest\ndef test_it(): pytest.skip('later')\n"
    (a_project / "tests" / "unit" / "test_more.py").write_text(skipping)
    done = run(a_project)
    assert (done.returncode, "CI: 1 skipped" in done.stdout) == (1, True)


def test_a_skipped_test_is_only_told_outside_ci(a_project: Path) -> None:
    (a_project / "tests" / "unit" / "test_more.py").write_text(
        "import pytest\npytest.skip(allow_module_level=True)\n"
    )
    assert run(a_project, ci="").returncode == 0


def test_a_run_without_the_browser_fails(a_project: Path) -> None:
    shutil.rmtree(a_project / "tests" / "browser")
    done = run(a_project)
    assert (done.returncode, "CI: no browser test ran" in done.stdout) == (1, True)


def test_a_run_without_the_servers_fails(a_project: Path) -> None:
    for folder in ("unit", "browser"):
        (a_project / "tests" / folder / f"test_{folder}.py").write_text("def test_it(): ...\n")
    done = run(a_project)
    told = [kind for kind in ("postgres", "redis") if f"CI: no {kind} test ran" in done.stdout]
    assert (done.returncode, told) == (1, ["postgres", "redis"])


def test_a_chosen_part_may_leave_the_rest_out(a_project: Path) -> None:
    assert run(a_project, "tests/unit").returncode == 0
