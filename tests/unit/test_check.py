"""`chatbot check`, as a person types it: what is due, what is wrong, and what proves the audit."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from chatbot.content import loading
from tests.unit.conftest import Run
from tests.unit.test_commands import entry, write


@pytest.mark.usefixtures("small")
def test_a_check_uses_what_admins_saved_and_asks_for_numbers_to_be_rung(
    run: Run, tmp_path: Path, database: Path
) -> None:
    run("faq", "import", write(tmp_path / "faq.json", entry("lift", answer="Ring {pippa}.")))
    (tmp_path / "settings.toml").write_text('model = "/nowhere"\n[contacts]\npippa = ""\n')
    assert "no value for {pippa}" in run("check").out
    saved = [("contacts.pippa", "023 8000 0000"), ("checked.contacts.pippa", "2020-01-31")]
    with closing(sqlite3.connect(database)) as by_hand, by_hand:
        by_hand.executemany(
            "insert into setting_change (version, name, value, reason, who, at)"
            " select count(*) + 1, ?, ?, '', 'amina', 0 from setting_change",
            saved,
        )
    said = run("check")
    assert "no value for {pippa}" not in said.out
    due = "contacts.pippa: 023 8000 0000, last checked on 2020-01-31"
    assert "\nNumbers to ring, whether they are still right (" in said.out
    assert f"\n  - {due}\n" in said.out


@pytest.mark.usefixtures("small")
def test_a_check_proves_the_audit_line_by_line(run: Run, database: Path) -> None:
    for name in ("amina", "bilal", "chen"):
        run("person", "add", f"{name}@example.org")
    said = run("check")
    assert said.code == 0
    assert re.search(r"Audit       3 lines, fingerprint [0-9a-f]{16}\n", said.out)
    with closing(sqlite3.connect(database)) as by_hand, by_hand:
        by_hand.execute("drop trigger audit_keeps_what_it_says")
        by_hand.execute("update audit set who = 'nobody' where id = 2")
    said = run("check")
    assert said.code == 1
    assert said.out.endswith(
        "Wrong (1)\n  - audit: line 2 was changed or is missing; do not trust what follows\n"
    )


@pytest.mark.slow
def test_a_check_before_the_first_start_lists_what_to_confirm(run: Run, database: Path) -> None:
    said = run("check")
    open_points = [f"{e.slug}: {what}" for e in loading.entries() for what in e.confirm]
    open_points.append("opening_hours: when people are there to chat")
    open_points.append("callbacks.hours: people are rung mon-fri 10:00-16:00")
    assert (said.code, "Database    none yet\n" in said.out) == (0, True)
    assert f"\nTo confirm before anyone relies on it ({len(open_points)})\n" in said.out
    assert all(f"  - {point}" in said.out for point in open_points)
    assert re.search(r"Expected Of 100 questions.* wrong\), offers", " ".join(said.out.split()))
    assert said.out.endswith("\nNothing is wrong.\n")
    assert not database.parent.exists()


@pytest.mark.usefixtures("small")
def test_a_check_names_what_is_due_and_what_is_wrong(run: Run, tmp_path: Path) -> None:
    hard = "Participation in the rehabilitative programme constitutes a conditional obligation."
    more = (
        entry("late", review_by="2020-01-31", confirm=["whether it is true"]),
        entry("ring", phrasings=["Stairs?"], answer="Ring {pippa}, or [see](/privacy)."),
        entry("steps", phrasings=["stairs"], answer=f"{hard} [a](/faq/cost) [b](/faq/none)"),
    )
    run("faq", "import", write(tmp_path / "faq.json", *more), "--publish")
    (tmp_path / "settings.toml").write_text('model = "/nowhere"\n[contacts]\npippa = ""\n')
    said = run("check")
    assert said.code == 1
    assert f"Database    sqlite:///{tmp_path}/data/chat.db\n" in said.out
    assert "  - late: whether it is true\n" in said.out
    assert "  - late: was due on 2020-01-31\n" in said.out
    assert "\nKnown by their question alone: add phrasings (1)\n  - late\n" in said.out
    assert f'years; its longest sentence is "{hard}"\n' in said.out
    assert said.out.endswith(
        "\nWrong (3)\n  - ring: no value for {pippa}\n"
        "  - steps: the link /faq/none leads to an entry that is not published, or has no page\n"
        '  - ring: "Stairs?" is in steps too: leave it to one of them\n'
    )


def test_a_check_of_what_is_no_database_says_so(run: Run, database: Path) -> None:
    database.parent.mkdir()
    database.write_bytes(b"not a database, but long enough to be taken for one" * 50)
    said = run("check")
    assert said.code == 2
    assert said.err.startswith(f"chatbot: cannot open the database {database}: ")
