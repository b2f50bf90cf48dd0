"""What a person types: the Makefile's own list, and the gate's promises."""

import os
import re
import subprocess
from typing import Final

import pytest

from tests.architecture.project import ROOT, ours, text

MAKEFILE: Final = text("Makefile")
TARGETS: Final = sorted(set(re.findall(r"(?m)^\.PHONY: (.+)$", MAKEFILE)[0].split()))
PROMISED: Final = {"setup", "run", "test", "check", "e2e", "bench", "docs", "help"}


def test_help_lists_every_target() -> None:
    done = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert sorted(re.findall(r"(?m)^make (\S+)", done.stdout)) == TARGETS


def test_the_promised_targets_exist() -> None:
    assert PROMISED - set(TARGETS) == set()


def test_run_passes_its_arguments_to_serve() -> None:
    command = ["make", "--dry-run", "run", "ARGS=--port 9000 --database sqlite:///data/chat.db"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert "chatbot serve --port 9000 --database sqlite:///data/chat.db" in done.stdout


@pytest.mark.parametrize("path", [".ci/run", *ours("deploy/*.sh")])
def test_a_script_stops_at_its_first_error(path: str) -> None:
    assert "\nset -euo pipefail\n" in text(path)


@pytest.mark.parametrize("path", [".ci/run", *ours("deploy/*.sh")])
def test_a_script_can_be_run(path: str) -> None:
    assert os.access(ROOT / path, os.X_OK)
