"""Counters on both engines: written with the event, summed once, and read at any moment."""

import asyncio
import secrets
from dataclasses import replace
from datetime import date

import msgspec
import pytest

from chatbot.domain import commands as c
from chatbot.domain.conversation import Conversation
from chatbot.domain.figures import By, Measure
from chatbot.domain.outcome import Outcome
from chatbot.services.figures import FigureService, Report
from chatbot.store import figures
from chatbot.store.conversations import Conversations, Stored
from chatbot.store.database import Database
from chatbot.store.errors import Stale
from chatbot.store.figures import Figures
from chatbot.store.query import Statement, sql
from chatbot.store.recounting import REMEMBER, count_alone
from chatbot.store.vault import Vault
from tests.store.test_conversations import numbered, said, started, written

NEW_YEAR = 1_767_225_600_000  # 2026-01-01, a Thursday
DAY = 86_400_000
LOOSE = sql("select count(*) as n from counted")
QUESTIONS = sql("select count(*) as n from question")
WAITS = sql("select count(*) as n from waited")
PICKS = sql("select count(*) as n from picked")
FORGET_FIGURES = sql("delete from counted")
ANSWER = c.Answer(at=NEW_YEAR, to=2, text="a", html="a", outcome=Outcome.ANSWERED)


@pytest.fixture(name="service")
def _service(schema_database: Database) -> FigureService:
    return FigureService(Figures(schema_database), lambda: NEW_YEAR)


async def happened(database: Database, measure: Measure, times: int, at: int = NEW_YEAR) -> None:
    for _ in range(times):
        await database.write(figures.count(at, {measure: 1}))


def total(report: Report, measure: Measure) -> object:
    return report.columns[measure].total


async def test_events_are_counted_in_the_batch_that_writes_them(
    schema_database: Database, service: FigureService
) -> None:
    store = Conversations(schema_database, Vault(secrets.token_bytes(32)))
    for number in range(5):
        stored = await started(store, f"{number}")
        await written(store, stored, c.AskForPerson(at=NEW_YEAR + number, staffed=True))
        with pytest.raises(Stale):  # on what was read before: nothing of it is counted
            await written(store, stored, c.AskForPerson(at=NEW_YEAR + number, staffed=True))
    report = await service.report(By.DAY)
    assert report.columns[Measure.ASKED].total == 5
    assert report.columns[Measure.ASKED].cells[0] == 5


async def test_a_count_is_the_same_before_while_and_after_it_is_summed(
    schema_database: Database, service: FigureService
) -> None:
    for at in (NEW_YEAR, NEW_YEAR + DAY):
        await happened(schema_database, Measure.CONVERSATIONS, 6, at)
    before = await service.report(By.WEEK)
    assert await service.move()
    await happened(schema_database, Measure.URGENT, 5)
    halfway = await service.report(By.WEEK)
    assert halfway.columns[Measure.CONVERSATIONS] == before.columns[Measure.CONVERSATIONS]
    assert await service.move()
    assert not await service.move()
    assert (await schema_database.fetch(LOOSE))[0]["n"] == 0
    after = await service.report(By.WEEK)
    assert after == halfway
    assert before.columns[Measure.CONVERSATIONS].total == 0  # the week began in the year before
    assert (await service.report(By.MONTH)).columns[Measure.CONVERSATIONS].cells[0] == 12


async def test_who_sums_at_once_with_others_counts_nothing_twice(
    schema_database: Database, service: FigureService
) -> None:
    other = FigureService(Figures(schema_database), lambda: NEW_YEAR)
    adding = happened(schema_database, Measure.CONVERSATIONS, 60)
    moving = [one.move() for one in (service, other) for _ in range(8)]
    await asyncio.gather(adding, *moving)
    await service.move()
    report = await service.report(By.DAY)
    assert report.columns[Measure.CONVERSATIONS].total == 60


async def test_hours_of_the_week_and_means(
    schema_database: Database, service: FigureService
) -> None:
    await happened(schema_database, Measure.CONVERSATIONS, 7, NEW_YEAR + 9 * 3_600_000)
    await happened(schema_database, Measure.CONVERSATIONS, 8, NEW_YEAR + 10 * 3_600_000)
    for _ in range(5):
        both = {Measure.WAITS: 1, Measure.WAIT_MS: 30_000}
        await schema_database.write(figures.count(NEW_YEAR, both))
    both = {Measure.RESPONSES: 1, Measure.RESPONSE_MS: 30_000}
    await schema_database.write(figures.count(NEW_YEAR, both))
    await service.move()
    report = await service.report(By.HOUR)
    assert report.hours
    assert report.hours.cells[3 * 24 + 9 : 3 * 24 + 11] == (7, 8)
    assert report.hours.total == 15
    assert report.columns[Measure.WAITS].cells == (30_000,)
    assert report.columns[Measure.RESPONSES].cells == (None,)
    assert report.columns[Measure.CONVERSATIONS].cells == (15,)
    other_year = await service.report(By.HOUR, date(2025, 1, 1))
    assert other_year.empty


async def test_a_demo_leaves_no_figure_no_question_no_wait_and_no_pick(
    schema_database: Database, service: FigureService
) -> None:
    store = Conversations(schema_database, Vault(secrets.token_bytes(32)))
    recorded, now = numbered(Conversation("d"), c.Open(at=NEW_YEAR, notice="1", demo=True))
    stored = store.new(now, "hash of a token")
    await store.create(stored, recorded)
    for command in (
        c.Say(at=NEW_YEAR, text="a", client_id="a", slug="cost"),
        ANSWER,
        c.Say(at=NEW_YEAR, text="b", client_id="b"),
        replace(ANSWER, to=4, outcome=Outcome.UNANSWERED),
        c.AskForPerson(at=NEW_YEAR, staffed=True),
        c.TakeOver(at=NEW_YEAR + 9, staff="amina", name="Amina"),
    ):
        stored = await written(store, stored, command)
    assert (await service.report(By.DAY)).empty
    for table in (LOOSE, QUESTIONS, WAITS, PICKS):
        assert (await schema_database.fetch(table))[0]["n"] == 0


async def test_what_an_older_version_left_is_counted_once_and_what_was_erased_is_said(
    schema_database: Database, service: FigureService
) -> None:
    vault = Vault(secrets.token_bytes(32))
    store = Conversations(schema_database, vault)
    chats = {}
    for name in (
        "ended 0",
        "ended 1",
        "ended 2",
        "ended 3",
        "ended 4",
        "erased",
        "made up",
        "open",
    ):
        stored = await written(store, await started(store, name), said())
        chats[name] = await written(store, stored, ANSWER)
    label = c.Label(at=NEW_YEAR, staff="amina", labels=("demo",))
    chats["made up"] = await written(store, chats["made up"], label)
    end = c.Close(at=NEW_YEAR + DAY, by=c.By.VISITOR)
    ended = {
        name: await written(store, chat, end) for name, chat in chats.items() if name != "open"
    }
    await written(store, ended["erased"], c.Erase(at=NEW_YEAR + 2 * DAY))
    await schema_database.write([FORGET_FIGURES(), *_as_before(chats["open"])])
    for _ in range(2):
        await count_alone(schema_database, vault)
    report = await service.report(By.DAY)
    assert report.columns[Measure.ALONE].cells[1] == 5
    assert report.since == {Measure.ALONE: date(2026, 1, 2)}
    assert (await service.report(By.MONTH, date(2027, 1, 1))).since == {}
    reopened = await store.load("open")
    assert reopened
    await written(store, reopened, c.Close(at=NEW_YEAR + DAY, by=c.By.VISITOR))
    assert (await service.report(By.DAY)).columns[Measure.ALONE].cells[1] == 6


async def test_a_new_database_misses_nothing(
    schema_database: Database, service: FigureService
) -> None:
    await count_alone(schema_database, Vault(secrets.token_bytes(32)))
    assert (await service.report(By.DAY, date(2020, 1, 1))).since == {}


def _as_before(stored: Stored) -> list[Statement]:
    """Return what makes a chat one that an older version remembers."""
    assert stored.seal
    now = stored.conversation
    old = {name: value for name, value in msgspec.to_builtins(now).items() if name != "helped"}
    memory = stored.seal.close(msgspec.json.encode(old), f"{now.id}:{now.position}")
    return [REMEMBER(id=now.id, position=now.position, memory=memory)]
