"""Every command but `serve`, as a person types it, on a real database."""

import asyncio
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from chatbot import __version__
from chatbot.cli import main
from chatbot.content import faq_file, loading
from chatbot.domain.faq import Entry, Status
from chatbot.domain.outcome import Urgent
from chatbot.store.lock import FileLock
from tests.unit.conftest import Run, Said

QUESTIONS: Final = (
    {"text": "do i have to pay for it", "label": "cost"},
    {"text": "hello there", "label": "hi", "also": ["greeting"], "urgent": None},
    {"text": "how tall is the eiffel tower", "label": "oos", "voice": "calm"},
    {
        "text": "i am going to kill myself tonight",
        "label": "suicide-self-harm",
        "urgent": "self_harm",
    },
)
SHARES: Final = (
    "answered_right",
    "answered_wrong",
    "clarified_right",
    "clarified_wrong",
    "unanswered",
)


@pytest.fixture(name="few")
def _few(tmp_path: Path, small: list[Entry]) -> Path:
    """The same in a file."""
    (path := tmp_path / "few.yaml").write_text(faq_file.dump(small, ".yaml"))
    return path


def write(path: Path, *entries: dict[str, Any]) -> Path:
    path.write_text(json.dumps({"entries": entries}))
    return path


def entry(slug: str, **more: Any) -> dict[str, Any]:
    return {"slug": slug, "question": f"What is {slug}?", "answer": "This.", **more}


def exported(run: Run, file: Path) -> dict[str, Entry]:
    assert run("faq", "export", file).code == 0
    return {entry.slug: entry for entry in faq_file.read(file)}


@pytest.mark.slow
def test_a_question_is_answered_before_there_is_a_database_and_makes_none(
    run: Run, database: Path
) -> None:
    said = run("ask", "Do I have to pay for the workshops?", "--json")
    reply = json.loads(said.out)["reply"]
    slugs = {option["slug"] for option in reply["options"]}  # words alone are seldom sure
    assert (reply["outcome"], "cost" in slugs) == ("clarify", True)
    assert not database.parent.exists()


@pytest.mark.usefixtures("small")
def test_a_person_is_told_what_would_be_replied_and_why(run: Run) -> None:
    lines = run("ask", "im gonna kill myself 2nite").out.splitlines()
    assert lines[0] == "Outcome     signposted (self_harm)"
    assert lines[1] == "Entry       suicide-self-harm: I can't cope, or I want to die"
    assert lines[2].endswith(" tonight  (im -> i'm, gonna -> going to, 2nite -> tonight)")
    assert lines[4].split() == ["Rank", "Entry", "Share", "Total", "Words", "Letters", "Covered"]
    rows = [line.split() for line in lines[5:10]]
    assert all(sum(map(float, row[5:])) == pytest.approx(float(row[4]), abs=0.02) for row in rows)
    assert re.match(r"Chance +sure enough .*; this one \d+ %$", lines[12])
    assert re.match(r"Alarm +self_harm, chance \d+ %; raised from \d+ %; rules: self-", lines[13])
    assert lines[14] == "Decided by  urgent: it speaks of harm"
    assert (len({len(line) for line in lines[4:10]}), max(map(len, lines)) <= 100) == (1, True)


@pytest.mark.usefixtures("small")
def test_who_is_asked_back_is_shown_the_questions_to_pick_from(run: Run) -> None:
    lines = run("ask", "is it somebody").out.splitlines()
    assert "Option      is-someone-attending: Can you tell me if someone is on the course?" in lines
    assert lines[-1] == "Decided by  options: no entry is sure enough by itself"


def test_a_scoring_has_exactly_the_figures_of_the_contract(
    run: Run, tmp_path: Path, few: Path
) -> None:
    questions = tmp_path / "questions.jsonl"
    questions.write_text("\n".join(map(json.dumps, QUESTIONS)))
    said = run("evaluate", questions, "--faq", few, "--json")
    assert said.code == 0
    report = json.loads(said.out)
    assert {name: set(v) if isinstance(v, dict) else v for name, v in report.items()} == {
        "n": 4,
        "in_scope": {"n", "top1", "recall3", *SHARES},
        "oos": {"n", "auroc", "rejected", "answered_wrong"},
        "urgent": {"n", "recall", "kind_recall", "false_alarm_rate", "by_kind"},
        "typo": {"top1"},
        "latency_ms": {"p50", "p99"},
    }
    assert [report[part]["n"] for part in ("in_scope", "oos", "urgent")] == [2, 1, 1]
    assert sum(report["in_scope"][share] for share in SHARES) == pytest.approx(1)
    assert set(report["urgent"]["by_kind"]) == {kind.value for kind in Urgent}
    assert all(set(kind) == {"n", "recall"} for kind in report["urgent"]["by_kind"].values())


def test_a_scoring_is_shown_to_a_person_as_a_table(run: Run, tmp_path: Path, few: Path) -> None:
    questions = tmp_path / "questions.jsonl"
    questions.write_text(json.dumps(QUESTIONS[0]))
    said = run("evaluate", questions, "--faq", few)
    assert said.out.startswith("n                  1\nin_scope\n  n                  1\n")
    assert "\n  top1               1.000\n" in said.out


def test_a_scoring_uses_the_faq_that_is_named(run: Run, tmp_path: Path, few: Path) -> None:
    more = [*yaml.safe_load(few.read_text())["entries"], entry("parking", phrasings=["car park"])]
    questions = tmp_path / "questions.jsonl"
    questions.write_text(json.dumps({"text": "car park", "label": "parking"}))
    said = run("evaluate", questions, "--faq", write(tmp_path / "more.json", *more), "--json")
    assert json.loads(said.out)["in_scope"]["top1"] == 1


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("", "there are no questions in this file"),
        ('{"text": "a", "label": "b"}\n{text', "line 2: this is no JSON"),
        ('{"text": "a"}', "line 1: label is missing"),
        ('{"text": "a", "label": "b", "urgent": "fire"}', "line 1: urgent is null or one of"),
    ],
)
def test_questions_that_cannot_be_used_are_named(
    run: Run, tmp_path: Path, content: str, told: str
) -> None:
    questions = tmp_path / "questions.jsonl"
    questions.write_text(content)
    said = run("evaluate", questions)
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith(f"chatbot: cannot use {questions}: {told}")


def test_the_shipped_faq_is_exported_before_there_is_a_database(
    run: Run, tmp_path: Path, database: Path
) -> None:
    shipped = loading.entries()
    assert list(exported(run, tmp_path / "faq.yaml").values()) == shipped
    assert not database.parent.exists()


@pytest.mark.parametrize("suffix", ["yaml", "json"])
def test_a_faq_goes_out_and_in_again_unchanged(run: Run, tmp_path: Path, suffix: str) -> None:
    assert run("faq", "import", write(tmp_path / "a.json", entry("parking"))).code == 0
    file = tmp_path / f"faq.{suffix}"
    before = exported(run, file)
    assert before.keys() == {"parking", *(shipped.slug for shipped in loading.entries())}
    said = run("faq", "import", file)
    assert said.out == f"Saved: 0. The same already: {len(before)}.\n"
    assert exported(run, file) == before


def test_only_what_has_changed_is_saved(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "faq.json"
    run("faq", "import", write(file, entry("parking"), entry("lift")))
    said = run("faq", "import", write(file, entry("parking", answer="In the yard."), entry("lift")))
    assert said.out == "Saved: 1. The same already: 1.\n"
    assert exported(run, file)["parking"].answer == "In the yard."


def test_an_import_is_a_draft_unless_it_is_to_be_published(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "faq.json"
    run("faq", "import", write(file, entry("one"), entry("two", status="published")))
    run("faq", "import", write(file, entry("three"), entry("four", status="draft")), "--publish")
    found = exported(run, file)
    assert [found[slug].status for slug in ("one", "two", "three", "four")] == [
        Status.DRAFT,
        Status.PUBLISHED,
        Status.PUBLISHED,
        Status.DRAFT,
    ]


def test_a_spreadsheet_is_imported(run: Run, tmp_path: Path) -> None:
    table = tmp_path / "faq.csv"
    table.write_text('slug,question,answer,phrasings\nlift,Is there a lift?,Yes.,"lift\nstairs"\n')
    assert run("faq", "import", table).out == "Saved: 1. The same already: 0.\n"
    assert exported(run, tmp_path / "out.json")["lift"].phrasings == ("lift", "stairs")


@pytest.mark.parametrize(
    ("bad", "told"),
    [
        ({"answer": "Ring {fone}."}, "bad: no value for {fone}"),
        ({"question": ""}, "entry 2 (bad): question is missing"),
        ({"status": "live"}, "entry 2 (bad): Invalid enum value 'live'"),
    ],
)
def test_a_file_with_one_mistake_changes_nothing(
    run: Run, tmp_path: Path, database: Path, bad: dict[str, str], told: str
) -> None:
    said = run("faq", "import", write(tmp_path / "faq.json", entry("good"), entry("bad", **bad)))
    assert (said.code, said.out, told in said.err) == (2, "", True)
    assert not database.exists()


def test_an_import_beside_a_running_service_is_turned_away(
    run: Run, tmp_path: Path, database: Path
) -> None:
    database.parent.mkdir()
    lock = FileLock.take(database)
    try:
        said = run("faq", "import", write(tmp_path / "faq.json", entry("lift")))
    finally:
        lock.release()
    assert (said.code, said.out) == (2, "")
    assert said.err == (
        f"chatbot: another process (process {os.getpid()}) uses {database}: stop it first,"
        " or move to PostgreSQL to run several processes\n"
    )


@pytest.mark.usefixtures("small")
def test_commands_that_only_read_run_beside_the_service(
    run: Run, tmp_path: Path, database: Path
) -> None:
    run("faq", "import", write(tmp_path / "faq.json", entry("lift")))
    lock = FileLock.take(database)
    try:
        assert "lift" in exported(run, tmp_path / "out.json")
        assert run("check").code == 0
    finally:
        lock.release()


@pytest.mark.parametrize("name", ["faq.docx", "no/such/folder/faq.yaml"])
def test_an_export_that_cannot_be_written_says_so_and_leaves_nothing(
    run: Run, tmp_path: Path, name: str
) -> None:
    before = sorted(tmp_path.rglob("*"))
    said = run("faq", "export", tmp_path / name)
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("chatbot: ")
    assert sorted(tmp_path.rglob("*")) == before


def test_nothing_can_be_asked_where_nothing_is_published(run: Run, tmp_path: Path) -> None:
    questions = tmp_path / "questions.jsonl"
    questions.write_text(json.dumps(QUESTIONS[0]))
    drafts = write(tmp_path / "faq.json", entry("lift", status="draft"))
    said = run("evaluate", questions, "--faq", drafts)
    assert said == Said(2, "", "chatbot: there is no published entry to answer with\n")


@pytest.mark.parametrize("words", [[], ["dance"], ["ask"], ["faq"], ["faq", "import"]])
def test_what_is_no_command_shows_how_to_type_one(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2
    assert capsys.readouterr().err.startswith("usage: chatbot")


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert (ended.value.code, capsys.readouterr().out) == (0, f"CARA chat {__version__}\n")


def test_a_command_that_is_interrupted_ends_without_a_trace(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(asyncio, "to_thread", interrupted)
    assert run("check") == Said(130, "", "")


@pytest.mark.slow
def test_a_process_of_its_own_answers_with_json_and_nothing_else(tmp_path: Path) -> None:
    """With the model, in a folder without anything, as somebody would who has just installed it."""
    command = (sys.executable, "-m", "chatbot", "ask", "what do i have to pay?", "--json")
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["reply"]["slug"] == "cost"
    assert list(tmp_path.iterdir()) == []


def test_a_pipe_that_nobody_reads_on_is_no_fault(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "chatbot", "check", "--database", f"sqlite:///{tmp_path}/a.db"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as check:
        assert check.stdout is not None
        assert check.stderr is not None
        check.stdout.close()
        assert check.stderr.read() == b""
