"""Forgetting by command: what would go, and one chat by its reference."""

import asyncio
from pathlib import Path

from chatbot.credentials import master_key
from tests.unit.conftest import Run
from tests.unit.test_demo import looked_at


def test_a_chat_is_erased_by_its_reference_and_nothing_by_a_wrong_one(
    run: Run, database: Path
) -> None:
    run("demo")
    key = master_key(database.parent, {})
    _, ended, _ = asyncio.run(looked_at(database, key))
    reference = ended[0].reference
    wrong = run("erase", "ZZZZZZZ")
    assert (wrong.code, "nothing has this reference" in wrong.err) == (2, True)
    done = run("erase", reference.lower())
    assert (done.code, f"The chat {reference} is erased." in done.out) == (0, True)
    _, left, _ = asyncio.run(looked_at(database, key))
    assert [one.reference for one in left] == [one.reference for one in ended[1:]]
    dry = run("purge", "--dry-run")
    assert "Chats that would go: 0 (kept for 30 days)" in dry.out
    assert "Days of usage of entries that would go: 0 (kept for 400 days)" in dry.out
    assert run("purge").code == 0
