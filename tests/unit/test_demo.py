"""A first look: the demo fills the console with chats that wait, and takes all of it away again."""

import asyncio
import re
from collections import Counter
from pathlib import Path

from chatbot.credentials import master_key
from chatbot.domain.availability import Colleague
from chatbot.domain.callbacks import CANCELLED, ENDS, NOT_REACHED, Callback, Due, due
from chatbot.domain.phones import why_not
from chatbot.services.identity import system_clock
from chatbot.store.callbacks import Callbacks
from chatbot.store.inbox import Inbox, Listed, View
from chatbot.store.opening import open_database
from chatbot.store.presence import Presence
from chatbot.store.query import sql
from chatbot.store.vault import Vault
from tests.unit.conftest import Run

MINUTE = 60_000


async def looked_at(
    database: Path, key: bytes
) -> tuple[list[Listed], list[Listed], list[Colleague]]:
    """Return who waits, who has ended, and who is on."""
    opened = await open_database(f"sqlite:///{database}", read_only=True)
    try:
        inbox = Inbox(opened, Vault(key))
        waiting = await inbox.view(View.WAITING, "")
        now = system_clock()
        on = [one for one in await Presence(opened).people() if one.is_on(now + 50 * MINUTE)]
        return waiting, await inbox.view(View.CLOSED, ""), on
    finally:
        await opened.close()


def test_the_console_lives_at_once_and_is_empty_again_when_the_demo_has_gone(
    run: Run, database: Path
) -> None:
    made = run("demo")
    assert made.code == 0
    assert re.search(r"passphrase +\S{20} demo", made.out)
    key = master_key(database.parent, {})
    waiting, ended, on = asyncio.run(looked_at(database, key))
    assert [chat.message_left for chat in waiting].count(False) == 3, "in the queue, not told no"
    assert waiting[0].urgent, "who may come to harm stands on top"
    assert any(chat.message_left for chat in waiting)
    assert len(ended) >= 2
    assert len(on) == 1, "somebody is waited for"
    assert run("demo").code == 2, "once is enough"
    gone = run("demo", "--remove")
    assert "Erased" in gone.out
    waiting, _, on = asyncio.run(looked_at(database, key))
    assert waiting == []
    assert on == []


def test_a_demo_is_in_no_figure_no_question_and_no_usage(run: Run, database: Path) -> None:
    assert run("demo").code == 0
    assert asyncio.run(counted(database)) == dict.fromkeys(COUNTERS, 0)


def test_a_queue_of_calls_with_numbers_of_nobody_comes_and_goes_with_it(
    run: Run, database: Path
) -> None:
    run("demo")
    key = master_key(database.parent, {})
    waiting, ended = asyncio.run(calls(database, key))
    now = system_clock()
    found = Counter(due(one.slot, now) for one in waiting)
    assert set(found) >= {Due.OVERDUE, Due.NOW, Due.LATER}
    assert found[Due.TODAY] + found[Due.LATER] >= 3
    assert {one.ending for one in ended} == {NOT_REACHED, CANCELLED, *ENDS}
    for one in (*waiting, *ended):
        assert why_not(one.form.phone) == why_not(one.number) == "phone_drama"
        assert one.demo
        assert one.form.name.endswith("Made-Up")
    gone = run("demo", "--remove")
    assert f"{len(waiting) + len(ended)} callback requests" in gone.out
    assert asyncio.run(calls(database, key)) == ([], [])


async def calls(database: Path, key: bytes) -> tuple[list[Callback], list[Callback]]:
    """Return the requests that are open, and those that have ended; nobody is reminded of any."""
    opened = await open_database(f"sqlite:///{database}", read_only=True)
    try:
        store = Callbacks(opened, Vault(key))
        assert await store.to_remind(system_clock() + 10_000 * MINUTE) == []
        return await store.open(), await store.closed()
    finally:
        await opened.close()


COUNTERS = {
    "figures": sql("select n from counted union all select n from figure_day"),
    "questions": sql("select at from question"),
    "usage": sql("select times from used union all select times from picked"),
    "waits": sql("select ms from waited"),
}


async def counted(database: Path) -> dict[str, int]:
    """Return how much of each kind is counted."""
    opened = await open_database(f"sqlite:///{database}", read_only=True)
    try:
        return {one: len(await opened.fetch(query)) for one, query in COUNTERS.items()}
    finally:
        await opened.close()
