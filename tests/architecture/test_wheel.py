"""What somebody gets who installs the package instead of cloning the repository."""

import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.architecture.project import ROOT, ours

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The paths inside a wheel built from the files here."""
    folder: Path = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory"]
    subprocess.run([*command, str(folder)], cwd=ROOT, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return set(ZipFile(built).namelist())


def test_the_whole_package_is_inside(wheel: set[str]) -> None:
    assert {path for path in ours() if path.startswith("chatbot/")} - wheel == set()


def test_the_widget_is_inside(wheel: set[str]) -> None:
    served = {
        path
        for path in ours()
        if path.startswith(("widget/app/", "widget/later/", "widget/embed.js"))
    }
    assert {f"chatbot/_{path}" for path in served} - wheel == set()


def test_tests_and_tools_are_not(wheel: set[str]) -> None:
    strangers = ("tests/", "bench/", "chatbot/_widget/test/", "chatbot/_widget/node_modules/")
    assert [path for path in wheel if path.startswith(strangers) or "package.json" in path] == []


def test_the_licence_is_inside(wheel: set[str]) -> None:
    assert any(path.endswith("licenses/LICENSE") for path in wheel)
