"""Weekly hours, closures and who is on, on both engines."""

import secrets

import pytest

from chatbot.domain import commands as c
from chatbot.domain.availability import FORGOTTEN_MS, Colleague
from chatbot.domain.hours import Period
from chatbot.domain.people import DEFAULT_CAPACITY, Availability
from chatbot.store.conversations import Conversations
from chatbot.store.database import Database
from chatbot.store.errors import Duplicate, Stale
from chatbot.store.hours import Closure, OpeningHours, SavedWeek
from chatbot.store.presence import Presence
from chatbot.store.vault import Vault
from tests.store.test_conversations import started, written


@pytest.fixture(name="hours")
def _hours(schema_database: Database) -> OpeningHours:
    return OpeningHours(schema_database)


@pytest.fixture(name="presence")
def _presence(schema_database: Database) -> Presence:
    return Presence(schema_database)


@pytest.fixture(name="conversations")
def _conversations(schema_database: Database) -> Conversations:
    return Conversations(schema_database, Vault(secrets.token_bytes(32)))


async def test_the_newest_week_counts(hours: OpeningHours) -> None:
    assert await hours.week() == SavedWeek(0, "")
    for version, week in ((1, "mon 09:00-17:00"), (2, "")):
        await hours.save_week(SavedWeek(version, week), "amina", at=version)
        assert await hours.week() == SavedWeek(version, week)


async def test_of_two_who_save_the_same_version_the_second_is_told(hours: OpeningHours) -> None:
    await hours.save_week(SavedWeek(1, "mon 09:00-17:00"), "amina", at=1)
    with pytest.raises(Duplicate):
        await hours.save_week(SavedWeek(1, "tue 09:00-17:00"), "ben", at=2)
    assert (await hours.week()).week == "mon 09:00-17:00"


async def test_closures_that_are_not_over_come_in_order(hours: OpeningHours) -> None:
    later = Closure("1", Period(50, 60), "training")
    sooner = Closure("2", Period(10, 20), "")
    for closure in (later, sooner):
        await hours.add_closure(closure, "amina", at=1)
    assert await hours.closures(now=5) == [sooner, later]
    assert await hours.closures(now=20) == [later]
    await hours.remove_closure("1", "amina", at=2)
    with pytest.raises(Stale):
        await hours.remove_closure("1", "amina", at=3)
    assert await hours.closures(now=5) == [sooner]


async def test_what_somebody_says_is_kept_and_said_anew(presence: Presence) -> None:
    await presence.say("amina", Availability.ON, 3, at=10)
    await presence.say("amina", Availability.AWAY, 5, at=20)
    assert await presence.people() == [Colleague("amina", Availability.AWAY, 5, 20, 0)]


async def test_a_page_that_is_open_keeps_somebody_on_but_never_puts_them_on(
    presence: Presence,
) -> None:
    await presence.seen("ben", at=10)
    await presence.say("amina", Availability.ON, 3, at=10)
    await presence.seen("amina", at=10 + FORGOTTEN_MS)
    assert await presence.people() == [
        Colleague("amina", Availability.ON, 3, 10 + FORGOTTEN_MS, 0),
        Colleague("ben", Availability.OFF, DEFAULT_CAPACITY, 10, 0),
    ]


async def test_who_comes_back_after_a_night_is_off(presence: Presence) -> None:
    await presence.say("amina", Availability.ON, 3, at=10)
    await presence.seen("amina", at=11 + FORGOTTEN_MS)
    (amina,) = await presence.people()
    assert (amina.availability, amina.seen_at) == (Availability.OFF, 11 + FORGOTTEN_MS)


async def test_the_chats_that_somebody_has_are_counted(
    presence: Presence, conversations: Conversations
) -> None:
    await presence.say("amina", Availability.ON, 3, at=10)
    for name in ("one", "two", "ended"):
        take = c.TakeOver(at=2, staff="amina", name="Amina")
        stored = await written(conversations, await started(conversations, name), take)
        if name == "ended":
            await written(conversations, stored, c.Close(at=3, by=c.By.STAFF, staff="amina"))
    (amina,) = await presence.people()
    assert (amina.chats, amina.room) == (2, 1)


async def test_who_left_a_message_is_not_in_the_queue_and_measures_no_wait(
    conversations: Conversations,
) -> None:
    left = await written(
        conversations, await started(conversations, "left"), c.LeaveMessage(at=2, text="write")
    )
    queued = await started(conversations, "queued")
    await written(conversations, queued, c.AskForPerson(at=3, staffed=True))
    assert await conversations.queue() == ["queued"]
    assert await conversations.waited_since(9) == ["queued"]
    assert await conversations.waited_since(2) == []
    loaded = await conversations.load("left")
    assert loaded is not None
    assert loaded.conversation.message_left
    await written(conversations, left, c.TakeOver(at=10**8, staff="amina", name="Amina"))
    assert await conversations.waits(10**8) == []
