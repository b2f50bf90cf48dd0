"""The lists of staff, and what staff keep beside a conversation, on both engines."""

from dataclasses import replace

import pytest

from chatbot.domain import commands as c
from chatbot.domain.conversation import Conversation, decide, record
from chatbot.domain.events import Recorded
from chatbot.domain.outcome import Ending, Outcome, Urgent
from chatbot.domain.reference import read_reference, reference_of
from chatbot.store.conversations import Conversations, Stored
from chatbot.store.database import Database
from chatbot.store.desk import Concern, Desk
from chatbot.store.inbox import FIRST, Filter, Inbox, Listed, View, place_after
from chatbot.store.query import sql
from chatbot.store.vault import Vault

AMINA, BEN = "amina", "ben"
VAULT = Vault(b"1" * 32)


@pytest.fixture(name="store")
def _store(schema_database: Database) -> Conversations:
    return Conversations(schema_database, VAULT)


@pytest.fixture(name="inbox")
def _inbox(schema_database: Database) -> Inbox:
    return Inbox(schema_database, VAULT)


@pytest.fixture(name="desk")
def _desk(schema_database: Database) -> Desk:
    return Desk(schema_database, VAULT)


async def chat(store: Conversations, name: str, *commands: c.Command) -> Stored:
    """Write a conversation in which all of this happened."""
    recorded: list[Recorded] = []
    now = Conversation(id=name)
    for command in (c.Open(at=1, notice="1"), *commands):
        new, now = record(now, decide(now, command))
        recorded += new
    stored = replace(store.new(now, "hash"), conversation=now)
    await store.create(stored, recorded)
    return stored


def say(at: int, text: str = "hello") -> c.Say:
    return c.Say(at=at, text=text, client_id=f"{text}{at}")


def wait(at: int) -> c.AskForPerson:
    return c.AskForPerson(staffed=True, at=at)


def take(at: int, staff: str = AMINA) -> c.TakeOver:
    return c.TakeOver(at=at, staff=staff, name=staff.title())


def close(at: int, ending: Ending | None = None) -> c.Close:
    return c.Close(at=at, by=c.By.STAFF, staff=AMINA, ending=ending)


def alarm(at: int) -> c.Answer:
    return c.Answer(
        at=at,
        to=2,
        text="ring 999",
        html="<p>ring 999</p>",
        outcome=Outcome.SIGNPOSTED,
        slug="immediate-danger",
        urgent=Urgent.DANGER,
    )


def names(rows: list[Listed]) -> list[str]:
    return [row.id for row in rows]


async def test_those_who_wait_are_listed_urgent_first_then_by_how_long(
    store: Conversations, inbox: Inbox
) -> None:
    await chat(store, "second", say(2), wait(20))
    await chat(store, "first", say(2), wait(10))
    await chat(store, "alarming", say(2), alarm(3), wait(30))
    await chat(store, "asking", say(2))
    found = await inbox.view(View.WAITING, AMINA)
    assert names(found) == ["alarming", "first", "second"]
    assert found[0].urgent == (Urgent.DANGER,)


async def test_mine_are_those_that_i_have_and_the_newest_first(
    store: Conversations, inbox: Inbox
) -> None:
    await chat(store, "old", say(2), take(5))
    await chat(store, "new", say(2), take(6))
    await chat(store, "theirs", say(2), take(7, BEN))
    assert names(await inbox.view(View.MINE, AMINA)) == ["new", "old"]
    assert await inbox.counts() == {AMINA: 2, BEN: 1}


async def test_every_chat_of_a_long_list_is_met_once_page_by_page(
    store: Conversations, inbox: Inbox
) -> None:
    for number in range(7):
        await chat(store, f"chat-{number}", say(5 + number // 3))
    met, after = [], FIRST
    while page := await inbox.view(View.ALL, AMINA, after, limit=2):
        met += names(page)
        after = place_after(View.ALL, page) or FIRST
    assert met == [f"chat-{number}" for number in (6, 5, 4, 3, 2, 1, 0)]


async def test_what_was_closed_is_sorted_by_when(store: Conversations, inbox: Inbox) -> None:
    await chat(store, "early", say(2), take(3), close(10, Ending.HELPED))
    await chat(store, "late", say(2), take(3), close(20))
    found = await inbox.view(View.CLOSED, AMINA)
    assert names(found) == ["late", "early"]
    assert found[1].ending is Ending.HELPED
    page = await inbox.view(View.CLOSED, AMINA, place_after(View.CLOSED, found[:1]) or FIRST)
    assert names(page) == ["early"]


async def test_flagged_are_those_about_harm_and_those_with_a_concern(
    store: Conversations, inbox: Inbox
) -> None:
    await chat(store, "calm", say(2))
    await chat(store, "harm", say(2), alarm(3))
    await chat(store, "raised", say(2), c.Raise(at=9, staff=BEN))
    assert set(names(await inbox.view(View.FLAGGED, AMINA))) == {"harm", "raised"}


FORGET_LISTS = sql("update conversation set reference = '', urgent = '', labels = '[]', asked = 0")


async def test_chats_from_before_there_were_lists_are_listed_as_they_stand(
    store: Conversations, inbox: Inbox, schema_database: Database
) -> None:
    labelled = c.Label(at=4, staff=AMINA, labels=("late",))
    await chat(store, "harm", say(2), alarm(3), labelled)
    [before] = await inbox.view(View.FLAGGED, AMINA)
    await schema_database.write([FORGET_LISTS()])
    assert await inbox.view(View.FLAGGED, AMINA) == []
    assert await store.list_old() == 1
    assert await store.list_old() == 0, "once is enough"
    assert await inbox.view(View.FLAGGED, AMINA) == [before]


async def test_a_search_takes_every_filter_together(store: Conversations, inbox: Inbox) -> None:
    labelled = c.Label(at=4, staff=AMINA, labels=("late", 'say "late"'))
    await chat(store, "one", say(2), take(3), labelled, close(9, Ending.HELPED))
    await chat(store, "two", say(2), take(3), c.Label(at=4, staff=AMINA, labels=("later",)))
    assert names(await inbox.search(Filter(label="late"), AMINA)) == ["one"]
    assert names(await inbox.search(Filter(label="later"), AMINA)) == ["two"]
    assert await inbox.search(Filter(label="late", ending="abusive"), AMINA) == []
    assert names(await inbox.search(Filter(reference=reference_of("two")), AMINA)) == ["two"]
    assert await inbox.search(Filter(since=2), AMINA) == []
    assert len(await inbox.search(Filter(until=2), AMINA)) == 2
    assert await inbox.labels() == ["late", "later", 'say "late"']


async def test_how_the_newest_message_begins_is_shown_and_stays_encrypted(
    store: Conversations, inbox: Inbox, schema_database: Database
) -> None:
    await chat(store, "one", say(2, "my  secret\nwords " + 90 * "x"))
    [row] = await inbox.view(View.ALL, AMINA)
    assert row.said.startswith("my secret words xxx")
    assert len(row.said) == 80
    stranger = Inbox(schema_database, Vault(b"2" * 32))
    with pytest.raises(Exception, match="one"):
        await stranger.view(View.ALL, AMINA)


async def test_an_erased_chat_stands_in_no_list(store: Conversations, inbox: Inbox) -> None:
    labelled = c.Label(at=4, staff=AMINA, labels=("late",))
    stored = await chat(store, "one", say(2, "secret"), take(3), labelled)
    recorded, after = record(stored.conversation, decide(stored.conversation, c.Erase(at=9)))
    await store.append(stored, after, recorded)
    assert await inbox.view(View.CLOSED, AMINA) == []
    assert await inbox.search(Filter(label="late"), AMINA) == []


async def test_reading_goes_only_forward_and_is_everybodys_own(
    store: Conversations, inbox: Inbox, desk: Desk
) -> None:
    stored = await chat(store, "one", say(2), take(3))
    [row] = await inbox.view(View.MINE, AMINA)
    assert row.unread
    for seq in (stored.conversation.asked, 1):
        await desk.read_to(AMINA, "one", seq)
    assert not (await inbox.view(View.MINE, AMINA))[0].unread
    assert (await inbox.view(View.ALL, BEN))[0].unread


async def test_a_draft_is_everybodys_own(store: Conversations, desk: Desk) -> None:
    stored = await chat(store, "one", say(2), take(3))
    await desk.keep_draft(AMINA, stored, "I can", 5)
    await desk.keep_draft(AMINA, stored, "I can help", 6)
    assert await desk.draft(AMINA, stored) == "I can help"
    assert await desk.draft(BEN, stored) == ""
    await desk.keep_draft(AMINA, stored, "", 7)
    assert await desk.draft(AMINA, stored) == ""


async def test_a_safeguarding_record_outlives_the_chats_key(
    store: Conversations, desk: Desk
) -> None:
    await chat(store, "one", say(2))
    first = Concern("c1", AMINA, 5, "he said he knows where she lives")
    await desk.add_concern("one", first)
    await desk.add_concern("one", Concern("c2", BEN, 6, "again"))
    assert (await desk.concerns("one"))[0] == first
    assert len(await desk.concerns("one")) == 2
    assert await desk.concerns("two") == []


def test_a_reference_can_be_read_out_and_typed_carelessly() -> None:
    reference = reference_of("0198c0de-0000-7000-8000-0000075bcd15")
    assert read_reference(f" {reference[:3].lower()}-{reference[3:]}") == reference
    assert not set(reference_of("x")) & set("OILU")
