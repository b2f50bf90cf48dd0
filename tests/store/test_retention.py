"""What is kept for long enough is forgotten, on both engines, and nothing else is."""

import asyncio
from datetime import date

import pytest

from chatbot.domain import commands as c
from chatbot.domain.audit import COMMAND_LINE, NOBODY, Deed
from chatbot.domain.figures import By, Measure
from chatbot.domain.reference import reference_of
from chatbot.live.bus import LocalBus
from chatbot.live.hub import Hub
from chatbot.services.conversations import ConversationService
from chatbot.services.figures import FigureService
from chatbot.services.identity import new_id
from chatbot.services.retention import Over, RetentionService, Terms
from chatbot.store.audit import AFTER_ALL, newest
from chatbot.store.conversations import Conversations
from chatbot.store.database import Database
from chatbot.store.desk import Concern, Desk
from chatbot.store.figures import Figures, count
from chatbot.store.inbox import FIRST, Filter, Inbox, View
from chatbot.store.listing import Listing
from chatbot.store.picked import COUNT_PICK
from chatbot.store.retention import Retention
from chatbot.store.usage import Usage, UsageCounts
from tests.store.test_inbox import VAULT, chat, close, say, take, wait

DAY = 86_400_000
NEW_YEAR = 1_767_225_600_000  # 2026-01-01
TERMS = Terms(chats=30 * DAY, concerns=365 * DAY)
LONG_AGO: list[c.Command] = [wait(2), take(3), close(4)]


class Now:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.at = 0

    def __call__(self) -> int:
        return self.at


@pytest.fixture(name="now")
def _now() -> Now:
    return Now()


@pytest.fixture(name="store")
def _store(schema_database: Database) -> Conversations:
    return Conversations(schema_database, VAULT)


@pytest.fixture(name="retention")
def _retention(schema_database: Database, store: Conversations, now: Now) -> RetentionService:
    conversations = ConversationService(store, Hub(), LocalBus(), now)
    return RetentionService(Retention(schema_database), conversations, TERMS, now)


async def test_a_chat_is_erased_when_its_time_is_over_and_not_before(
    retention: RetentionService, store: Conversations, now: Now
) -> None:
    ended, open_ = new_id(1), new_id(2)
    await chat(store, ended, say(2), *LONG_AGO)
    await chat(store, open_, say(2))
    now.at = 30 * DAY
    assert await retention.over() == await retention.sweep() == Over(0, 0)
    now.at += 4
    assert await retention.over() == Over(1, 0)
    assert await retention.sweep() == Over(1, 0)
    gone, kept = await store.load(ended), await store.load(open_)
    assert gone is not None
    assert gone.conversation.erased
    assert gone.seal is None, "without its key nobody reads it again"
    assert kept is not None
    assert not kept.conversation.erased
    assert await retention.sweep() == Over(0, 0)


async def test_what_is_erased_stands_in_no_list(
    retention: RetentionService, store: Conversations, now: Now, schema_database: Database
) -> None:
    ended = new_id(1)
    await chat(store, ended, say(2), c.Raise(at=2, staff="amina"), *LONG_AGO)
    inbox = Inbox(schema_database, VAULT)
    wanted = Filter(reference=reference_of(ended))

    async def listed() -> list[int]:
        lists = [await inbox.view(view, "amina") for view in (View.CLOSED, View.FLAGGED)]
        found = [await inbox.search(one, "amina", FIRST) for one in (wanted, Filter())]
        return [len(one) for one in (*lists, *found)]

    assert await listed() == [1, 1, 1, 1]
    now.at = 31 * DAY
    await retention.sweep()
    assert await listed() == [0, 0, 0, 0]


async def test_a_chat_with_a_concern_is_kept_as_long_as_the_concern(
    retention: RetentionService, store: Conversations, now: Now, schema_database: Database
) -> None:
    ended, desk = new_id(1), Desk(schema_database, VAULT)
    await chat(store, ended, say(2), *LONG_AGO)
    await desk.add_concern(ended, Concern("worry", "amina", 5, "There are children."))
    now.at = 100 * DAY
    assert await retention.sweep() == Over(0, 0)
    assert [one.text for one in await desk.concerns(ended)] == ["There are children."]
    now.at = 366 * DAY
    assert await retention.sweep() == Over(1, 1)
    assert await desk.concerns(ended) == []
    [line] = await newest(schema_database, 5, AFTER_ALL)
    assert (line.who, line.action, line.subject) == (NOBODY, Deed.CONCERN_FORGOTTEN, "worry")


async def test_one_chat_is_erased_by_its_reference(
    retention: RetentionService, store: Conversations, schema_database: Database
) -> None:
    one, other = new_id(1), new_id(10**9)
    await chat(store, one, say(2))
    await chat(store, other, say(2))
    assert await retention.erase(reference_of(one), COMMAND_LINE) == 1
    assert await retention.erase(reference_of(one), COMMAND_LINE) == 0
    kept = await store.load(other)
    assert kept is not None
    assert not kept.conversation.erased
    [line] = await newest(schema_database, 5, AFTER_ALL)
    assert (line.action, line.subject) == (Deed.CHAT_ERASED, one)


async def test_usage_of_entries_is_forgotten_after_400_days_and_reports_lose_nothing(
    retention: RetentionService, schema_database: Database, now: Now
) -> None:
    usage, listing = UsageCounts(schema_database), Listing(schema_database)
    figures = FigureService(Figures(schema_database), now)
    now.at = NEW_YEAR
    for day in (0, 1):
        await usage.add({"cost": 3, "late": 1}, NEW_YEAR + day * DAY)
        pick = COUNT_PICK(slug="cost", day=NEW_YEAR // DAY + day)
        counts = count(NEW_YEAR + day * DAY, {Measure.ANSWERED: 6})
        await schema_database.write([pick, *counts])
    before = await figures.report(By.DAY, date(2026, 1, 1))
    now.at = NEW_YEAR + 400 * DAY
    assert (await retention.over(), await retention.sweep()) == (Over(0, 0), Over(0, 0))
    now.at += DAY
    assert await retention.over() == Over(0, 0, 3)
    assert await retention.sweep() == Over(0, 0, 3)
    assert await retention.over() == Over(0, 0)
    assert (await listing.beside(("cost", "late"), 0)).usage == {
        "cost": Usage(3, 1),
        "late": Usage(1, 0),
    }
    assert await figures.report(By.DAY, date(2026, 1, 1)) == before
    now.at += DAY
    await retention.sweep()
    assert (await listing.beside(("cost", "late"), 0)).usage == {"cost": Usage(), "late": Usage()}


async def test_an_erasing_and_its_line_in_the_audit_are_one_write(
    retention: RetentionService, store: Conversations, schema_database: Database
) -> None:
    one = new_id(1)
    await chat(store, one, say(2))
    before = schema_database.flushes
    await retention.erase(reference_of(one), COMMAND_LINE)
    assert schema_database.flushes == before + 1


async def test_who_erases_what_is_being_erased_leaves_no_second_line(
    retention: RetentionService, store: Conversations, schema_database: Database
) -> None:
    one = new_id(1)
    await chat(store, one, say(2))
    twice = [retention.erase(reference_of(one), who) for who in ("amina", "ben")]
    await asyncio.gather(*twice)
    assert len(await newest(schema_database, 5, AFTER_ALL)) == 1
