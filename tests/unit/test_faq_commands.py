"""The FAQ on the command line: a look before an import, and the export for machines."""

import json
from pathlib import Path

from tests.unit.conftest import Run
from tests.unit.test_commands import entry, exported, write


def test_a_dry_run_shows_what_would_change_and_saves_nothing(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "faq.json"
    run("faq", "import", write(file, entry("lift")))
    said = run(
        "faq", "import", write(file, entry("lift", answer="No."), entry("yurt")), "--dry-run"
    )
    lines = said.out.splitlines()
    assert [line.split(":")[0].split() for line in lines[:2]] == [
        ["changed", "lift"],
        ["new", "yurt"],
    ]
    assert lines[-2:] == ["New: 1. Changed: 1. The same already: 0.", "Nothing was saved."]
    assert "yurt" not in exported(run, tmp_path / "out.json")


def test_the_faq_goes_out_as_a_page_for_machines(run: Run, tmp_path: Path) -> None:
    run("faq", "import", write(tmp_path / "faq.json", entry("lift", question="Is there a lift?")))
    assert run("faq", "export", tmp_path / "faq.jsonld").code == 0
    page = json.loads((tmp_path / "faq.jsonld").read_text())
    names = [one["name"] for one in page["mainEntity"]]
    assert names
    assert "Is there a lift?" not in names, "it is a draft"
