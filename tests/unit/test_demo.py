"""A first look: the demo fills the console with chats that wait, and takes all of it away again."""

import asyncio
import re
from pathlib import Path

from chatbot.credentials import master_key
from chatbot.domain.availability import Colleague
from chatbot.services.identity import system_clock
from chatbot.store.inbox import Inbox, Listed, View
from chatbot.store.opening import open_database
from chatbot.store.presence import Presence
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
