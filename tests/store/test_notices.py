"""The outbox, preferences and the overview, on both engines: one row an event, sent by one node."""

from dataclasses import replace

import pytest

from chatbot.domain import commands as c
from chatbot.domain.conversation import decide, record
from chatbot.domain.notices import Kind, Preferences
from chatbot.domain.outcome import Ending
from chatbot.domain.people import Person, Role
from chatbot.domain.waiting import Wait
from chatbot.store.conversations import Conversations, Stored
from chatbot.store.database import Database
from chatbot.store.errors import Stale
from chatbot.store.notices import Channel, Notices
from chatbot.store.overview import OverviewStore
from chatbot.store.people import People
from chatbot.store.preferences import Device, PreferenceStore
from chatbot.store.query import sql
from tests.store.test_inbox import AMINA, BEN, VAULT, chat, close, say, take, wait

SIGNED_IN = sql("""
    insert into session (id, token_hash, person_id, device, second_factor, created_at, seen_at,
        proved_at)
    values (:id, :id, :person, 'Firefox', 0, 1, 1, 1)
""")
SIGNED_OUT = sql("delete from session where id = :id")


@pytest.fixture(name="store")
def _store(schema_database: Database) -> Conversations:
    return Conversations(schema_database, VAULT)


@pytest.fixture(name="notices")
def _notices(schema_database: Database) -> Notices:
    return Notices(schema_database)


@pytest.fixture(name="preferences")
def _preferences(schema_database: Database) -> PreferenceStore:
    return PreferenceStore(schema_database, VAULT)


async def then(store: Conversations, stored: Stored, command: c.Command) -> Stored:
    """Write what a command makes happen."""
    recorded, after = record(stored.conversation, decide(stored.conversation, command))
    return await store.append(stored, after, recorded)


async def test_a_notice_is_kept_with_its_event_and_spread_once(
    store: Conversations, notices: Notices
) -> None:
    await then(store, await chat(store, "one", say(2)), wait(5))
    [notice] = await notices.new()
    assert (notice.kind, notice.conversation, notice.at) == (Kind.WAITING, "one", 5)
    await notices.keep([notice])
    await notices.spread(notice, [(Channel.WEBHOOK, ""), (Channel.MAIL, AMINA)], due=7)
    with pytest.raises(Stale):
        await notices.spread(notice, [(Channel.WEBHOOK, "")], due=7)
    assert await notices.new() == []
    assert await notices.due(6) == []
    assert {one.channel for one in await notices.due(7)} == {Channel.WEBHOOK, Channel.MAIL}
    assert await notices.of(AMINA, 4) == [notice]
    assert await notices.of(AMINA, 5) == []


async def test_one_node_sends_a_delivery_and_one_that_fails_comes_again(
    store: Conversations, notices: Notices
) -> None:
    await then(store, await chat(store, "one", say(2)), wait(5))
    [notice] = await notices.new()
    await notices.spread(notice, [(Channel.WEBHOOK, "")], due=7)
    [delivery] = await notices.due(7)
    await notices.lease(delivery, until=100)
    with pytest.raises(Stale):
        await notices.lease(delivery, until=100)
    assert await notices.due(99) == []
    [again] = await notices.due(100)
    assert again.tries == 1
    await notices.put_off(again, until=200)
    assert await notices.due(199) == []
    await notices.forget(before=1_000)
    [last] = await notices.due(200)
    await notices.done(last)
    assert await notices.due(1_000) == []
    await notices.forget(before=1_000)
    assert await notices.of(AMINA, 0) == [], "what has nothing left to send is forgotten"


async def test_who_waits_too_long_is_found_once_a_wait(
    store: Conversations, notices: Notices
) -> None:
    stored = await then(store, await chat(store, "one", say(2)), wait(5))
    assert await notices.late(4) == []
    assert await notices.late(5) == [("one", 5)]
    [notice] = await notices.new()
    await notices.keep([replace(notice, id="one/late/5", kind=Kind.LATE)])
    assert await notices.late(9) == []
    assert await notices.still_waits("one")
    stored = await then(store, stored, take(6))
    assert not await notices.still_waits("one")
    await then(store, stored, c.Release(at=8, staff=AMINA))
    assert await notices.late(9) == [("one", 8)], "another wait"


async def test_what_people_want_and_their_devices_are_kept(
    preferences: PreferenceStore, schema_database: Database
) -> None:
    amina = Person(AMINA, "a@b.example", "Amina", Role.STAFF)
    await People(schema_database, VAULT).create(amina, "hash", 1, "")
    wanted = Preferences(sound=False, volume=10, mail=False, quiet_from=5, shortcuts=False)
    await preferences.save(AMINA, Preferences())
    await preferences.save(AMINA, wanted)
    assert await preferences.all() == {AMINA: wanted}
    await schema_database.write([SIGNED_IN(id="here", person=AMINA)])
    device = Device("d", AMINA, "Firefox, Linux", "https://push.example.org/secret", 3)
    await preferences.add_device(device, "here")
    await preferences.add_device(device, "here")
    assert await preferences.devices() == [device]
    await preferences.drop_device("d", BEN)
    assert await preferences.devices() == [device], "it is not Ben's to stop"
    await schema_database.write([SIGNED_OUT(id="here")])
    assert await preferences.devices() == []
    await preferences.forget()
    await schema_database.write([SIGNED_IN(id="here", person=AMINA)])
    assert await preferences.devices() == []
    assert await preferences.push_key(b"first") == await preferences.push_key(b"second") == b"first"


async def test_the_room_is_counted_since_a_moment(
    store: Conversations, schema_database: Database
) -> None:
    await chat(store, "asking", say(2))
    await then(store, await then(store, await chat(store, "came", say(2)), wait(5)), take(9))
    await then(store, await chat(store, "waits", say(2)), wait(6))
    await then(store, await chat(store, "ended", say(2), take(3)), close(8, Ending.HELPED))
    room = OverviewStore(schema_database)
    assert [one.id for one in await room.in_hand()] == ["waits", "came"]
    counts = await room.counts(0, 0)
    assert (counts.begun, counts.with_assistant, counts.ended) == (4, 1, {"helped": 1})
    assert counts.waits == [Wait(4, came=True)]
    later = await room.counts(50, 50)
    assert (later.begun, later.with_assistant, later.ended, later.waits) == (0, 0, {}, [])
