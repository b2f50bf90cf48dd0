"""Who waits for staff, and how long those waited before them, on both engines."""

import secrets

import pytest

from chatbot.domain import commands as c
from chatbot.domain.waiting import Wait
from chatbot.store.conversations import Conversations
from chatbot.store.database import Database
from chatbot.store.vault import Vault
from chatbot.store.waits import NEWEST, RECENT_MS
from tests.store.test_conversations import started, written


@pytest.fixture(name="store")
def _store(schema_database: Database) -> Conversations:
    return Conversations(schema_database, Vault(secrets.token_bytes(32)))


async def waited(store: Conversations, name: str, *commands: c.Command) -> None:
    stored = await started(store, name)
    for command in commands:
        stored = await written(store, stored, command)


async def test_whoever_waits_longest_is_first(store: Conversations) -> None:
    for name, since in (("b", 30), ("a", 30), ("c", 20)):
        await waited(store, name, c.AskForPerson(at=since, staffed=True))
    await waited(store, "d", c.AskForPerson(at=10, staffed=True), c.StopWaiting(at=11))
    assert await store.queue() == ["c", "a", "b"]
    assert await store.queue(limit=1) == ["c"]


async def test_a_wait_is_kept_when_somebody_came_or_nobody_did(store: Conversations) -> None:
    await waited(
        store,
        "a",
        c.AskForPerson(at=10, staffed=True),
        c.TakeOver(at=25, staff="amina", name="Amina"),
    )
    await waited(
        store,
        "b",
        c.AskForPerson(at=10, staffed=True),
        c.GiveUpWaiting(at=40, after=30, text="sorry"),
    )
    assert await store.waits(50) == [Wait(30, came=False), Wait(15, came=True)]


async def test_what_the_visitor_ended_says_nothing_of_the_wait(store: Conversations) -> None:
    await waited(store, "a", c.AskForPerson(at=10, staffed=True), c.StopWaiting(at=11))
    await waited(store, "b", c.AskForPerson(at=10, staffed=True), c.Close(at=11, by=c.By.VISITOR))
    await waited(store, "c", c.TakeOver(at=12, staff="amina", name="Amina"))
    assert await store.waits(50) == []


async def test_old_waits_are_forgotten_and_the_newest_count(store: Conversations) -> None:
    later = 10 + 2 * RECENT_MS
    for number in range(NEWEST + 1):
        at = 10 if number == 0 else later + number
        take = c.TakeOver(at=at + number, staff="amina", name="Amina")
        await waited(store, f"{number}", c.AskForPerson(at=at, staffed=True), take)
    found = await store.waits(later + 99)
    assert [wait.ms for wait in found] == list(range(NEWEST, 0, -1))
    assert await store.waits(later + 2 * RECENT_MS) == []
