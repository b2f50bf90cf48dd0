"""Counters on both engines: written with the event, summed once, and read at any moment."""

import asyncio
import secrets
from datetime import date

import pytest

from chatbot.domain import commands as c
from chatbot.domain.figures import By, Measure
from chatbot.services.figures import FigureService, Report
from chatbot.store import figures
from chatbot.store.conversations import Conversations
from chatbot.store.database import Database
from chatbot.store.errors import Stale
from chatbot.store.figures import Figures
from chatbot.store.query import sql
from chatbot.store.vault import Vault
from tests.store.test_conversations import started, written

NEW_YEAR = 1_767_225_600_000  # 2026-01-01, a Thursday
DAY = 86_400_000
LOOSE = sql("select count(*) as n from counted")


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
