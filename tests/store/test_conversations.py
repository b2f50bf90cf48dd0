"""Conversations in the store, on both engines: numbered, guarded, and unreadable to a thief."""

import asyncio
import secrets
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from chatbot.domain import commands as c
from chatbot.domain.conversation import Conversation, decide, evolve
from chatbot.domain.events import Closed, Erased, MessagePosted, Recorded, is_public
from chatbot.store.conversations import Conversations, Stored
from chatbot.store.database import Database
from chatbot.store.errors import Duplicate, Full, Stale, Unreadable, WrongMasterKey
from chatbot.store.installation import open_installation
from chatbot.store.opening import open_database
from chatbot.store.picked import COUNT_PICK, DAY, Picked, read_picked
from chatbot.store.query import Statement, sql
from chatbot.store.vault import Vault

SECRET_WORDS = "meet me behind the library"


def numbered(now: Conversation, command: c.Command) -> tuple[list[Recorded], Conversation]:
    recorded = []
    for event in decide(now, command):
        now = evolve(now, event)
        recorded.append(Recorded(now.position, now.seq if is_public(event) else None, event))
    return recorded, now


async def started(store: Conversations, conversation_id: str = "c1") -> Stored:
    recorded, now = numbered(Conversation(id=conversation_id), c.Open(at=1, notice="1"))
    stored = store.new(now, "hash of a token")
    await store.create(stored, recorded)
    return stored


def said(text: str = SECRET_WORDS, client_id: str = "m1") -> c.Say:
    return c.Say(at=2, text=text, client_id=client_id)


async def written(store: Conversations, stored: Stored, command: c.Command) -> Stored:
    recorded, after = numbered(stored.conversation, command)
    return await store.append(stored, after, recorded)


@pytest.fixture(name="store")
def _store(schema_database: Database) -> Conversations:
    return Conversations(schema_database, Vault(secrets.token_bytes(32)))


async def test_what_was_written_is_read_back(store: Conversations) -> None:
    stored = await written(store, await started(store), said())
    loaded = await store.load("c1")
    assert loaded is not None
    assert loaded.conversation == stored.conversation
    assert loaded.token_hash == "hash of a token"
    message = (await store.events(loaded, 1))[0]
    assert message.seq == 2
    assert isinstance(message.event, MessagePosted)
    assert message.event.text == SECRET_WORDS


async def test_a_decision_on_an_old_state_is_refused(store: Conversations) -> None:
    old = await started(store)
    await written(store, old, said())
    with pytest.raises(Stale):
        await written(store, old, said("another", "m2"))
    assert len(await store.events(old, 0)) == 2


async def test_of_two_writers_at_once_one_wins(store: Conversations) -> None:
    old = await started(store)
    results = await asyncio.gather(
        *(written(store, old, said("x", f"m{n}")) for n in range(8)), return_exceptions=True
    )
    assert sum(isinstance(result, Stored) for result in results) == 1
    assert sum(isinstance(result, Stale) for result in results) == 7


async def test_a_client_id_counts_once_in_a_conversation(store: Conversations) -> None:
    first = await written(store, await started(store), said())
    with pytest.raises(Duplicate):
        await written(store, first, said("again"))
    assert await store.seq_of("c1", "m1") == 2
    await written(store, await started(store, "c2"), said())


async def test_a_conversation_is_created_once(store: Conversations) -> None:
    await started(store)
    with pytest.raises(Duplicate):
        await started(store)


async def test_events_come_in_pages_after_a_cursor(store: Conversations) -> None:
    stored = await started(store)
    for number in range(5):
        stored = await written(store, stored, said("x", f"m{number}"))
    assert [e.seq for e in await store.events(stored, 2, limit=3)] == [3, 4, 5]


async def test_events_for_staff_are_not_among_the_public_ones(store: Conversations) -> None:
    stored = await written(store, await started(store), c.AddNote(at=2, staff="a", text="note"))
    stored = await written(store, stored, said())
    assert [e.seq for e in await store.events(stored, 0)] == [1, 2]


async def test_leaving_voids_the_token(store: Conversations) -> None:
    left = await written(store, await started(store), c.Leave(at=3))
    assert left.token_hash is None
    loaded = await store.load("c1")
    assert loaded is not None
    assert loaded.token_hash is None
    assert loaded.conversation.left


async def test_erasing_leaves_a_tombstone_that_nobody_can_look_behind(
    store: Conversations,
) -> None:
    stored = await written(store, await started(store), said())
    erased = await written(store, stored, c.Erase(at=9))
    loaded = await store.load("c1")
    assert loaded is not None
    assert loaded.seal is None
    assert loaded.conversation.erased
    assert [e.event for e in await store.events(erased, 0)] == [Erased(at=9)]


async def test_whoever_is_owed_an_answer_is_found(store: Conversations) -> None:
    await written(store, await started(store), said())
    assert await store.owing(before=2) == ["c1"]
    assert await store.owing(before=1) == []


async def test_timers_find_what_is_due_and_nothing_else(store: Conversations) -> None:
    await written(store, await started(store, "quiet"), said())
    await written(store, await started(store, "waits"), c.AskForPerson(at=2, staffed=True))
    warning = c.WarnOfClosing(at=90, after=1, grace=1, text="?")
    await written(store, await started(store, "warned"), warning)
    await written(store, await started(store, "closed"), c.Close(at=2, by=c.By.VISITOR))
    assert await store.due(warned=89, touched=1) == []
    assert await store.due(warned=90, touched=0) == ["warned"]
    assert await store.due(warned=89, touched=2) == ["quiet"]
    assert await store.queue() == ["waits"]
    assert await store.with_staff() == ["waits"]


async def test_a_row_that_was_moved_or_altered_does_not_open(store: Conversations) -> None:
    stored = await written(store, await started(store), said())
    assert stored.seal is not None
    sealed = stored.seal.close(b"words", "c1/2")
    assert stored.seal.open(sealed, "c1/2") == b"words"
    for altered, place in ((sealed, "c1/3"), (sealed[:-1] + b"\0", "c1/2"), (b"", "c1/2")):
        with pytest.raises(Unreadable):
            stored.seal.open(altered, place)


async def test_the_raw_file_holds_no_text_that_can_be_read(tmp_path: Path) -> None:
    database = await open_database(f"sqlite:///{tmp_path}/chat.db")
    store = Conversations(database, Vault(secrets.token_bytes(32)))
    stored = await written(store, await started(store), said())
    answer = c.Answer(at=3, to=2, text="approved words", html="<p>x</p>", outcome="answered")  # type: ignore[arg-type]  # its text form
    stored = await written(store, stored, replace(answer, slug="might-hurt-someone"))
    await written(store, stored, c.AddNote(at=4, staff="amina", text="a worried note"))
    raw = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    await database.close()
    raw += b"".join(path.read_bytes() for path in tmp_path.iterdir())
    for words in (SECRET_WORDS, "library", "approved", "might-hurt", "worried", "Closed"):
        assert words.encode() not in raw
    assert b"MessagePosted" in raw


async def test_another_master_key_opens_nothing(schema_database: Database) -> None:
    first = await open_installation(schema_database, Vault(b"1" * 32), fresh="epoch one", at=1)
    again = await open_installation(schema_database, Vault(b"1" * 32), fresh="two", at=2)
    assert first.epoch == again.epoch == "epoch one"
    with pytest.raises(WrongMasterKey):
        await open_installation(schema_database, Vault(b"2" * 32), fresh="three", at=3)


def test_a_short_master_key_is_refused() -> None:
    with pytest.raises(ValueError, match="32"):
        Vault(b"short")


async def test_closing_is_an_event_like_any_other(store: Conversations) -> None:
    stored = await written(store, await started(store), c.Close(at=5, by=c.By.VISITOR))
    assert [e.event for e in await store.events(stored, 1)] == [Closed(at=5, by=c.By.VISITOR)]


@pytest.mark.postgres
async def test_processes_that_count_the_same_picks_do_not_deadlock(postgres: str) -> None:
    """Each writes its conversations in order, and so meets the entries in orders of their own."""
    slugs = [f"entry-{number:02}" for number in range(40)]
    vault = Vault(secrets.token_bytes(32))
    lost = sql("select deadlocks from pg_stat_database where datname = current_database()")
    async with AsyncExitStack() as stack:
        databases = [await open_database(postgres) for _ in range(2)]
        for database in databases:
            stack.push_async_callback(database.close)
        visits = [
            (Conversations(database, vault), await started(Conversations(database, vault), name))
            for database, letter in zip(databases, "ab", strict=True)
            for name in (f"{letter}-{number:02}" for number in range(len(slugs)))
        ]
        for turn in range(4):
            picks = [
                c.Say(at=turn, text="What?", client_id=f"m{turn}", slug=slug)
                for slug in (*slugs, *slugs[::-1])
            ]
            after = await asyncio.gather(
                *(written(*one, pick) for one, pick in zip(visits, picks, strict=True))
            )
            visits = [(store, new) for (store, _), new in zip(visits, after, strict=True)]
        assert (await databases[0].fetch(lost))[0]["deadlocks"] == 0
        assert await read_picked(databases[1], 0) == [Picked(slug, 8, 0) for slug in slugs]


async def test_a_pick_that_cannot_be_counted_is_a_message_all_the_same(
    store: Conversations, schema_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored = await started(store)
    write = schema_database.write

    async def full(batch: Sequence[Statement], *, key: str = "") -> None:
        if any(statement.query is COUNT_PICK for statement in batch):
            raise Full
        await write(batch, key=key)

    monkeypatch.setattr(schema_database, "write", full)
    await written(store, stored, c.Say(at=9, text="a", client_id="q", slug="where"))
    assert len(await store.events(stored, 1)) == 1
    assert await read_picked(schema_database, 0) == []


async def test_what_was_picked_is_counted_once_by_entry_and_day(
    store: Conversations, schema_database: Database
) -> None:
    stored = await started(store)
    days = (10 * DAY, 10 * DAY + 5, 12 * DAY)
    for number, at in enumerate(days):
        pick = c.Say(at=at, text="What does it cost?", client_id=f"p{number}", slug="cost")
        stored = await written(store, stored, pick)
    stored = await written(store, stored, c.Say(at=9, text="a", client_id="q", slug="where"))
    stored = await written(store, stored, said())
    again = c.Say(at=13 * DAY, text="What does it cost?", client_id="p1", slug="cost")
    with pytest.raises(Duplicate):
        await written(store, stored, again)
    assert await read_picked(schema_database, 0) == [
        Picked("cost", 3, 12 * DAY),
        Picked("where", 1, 0),
    ]
    assert await read_picked(schema_database, 11 * DAY) == [Picked("cost", 1, 12 * DAY)]
