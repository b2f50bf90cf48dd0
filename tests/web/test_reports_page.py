"""Reports in the console: figures that happened, hidden where they are small, and as CSV."""

import csv
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from html import unescape
from io import StringIO

import aiohttp
import pytest
import pytest_asyncio

from chatbot.domain.figures import By, Measure
from chatbot.domain.people import Role
from chatbot.settings import Settings
from chatbot.store import figures
from chatbot.store.query import sql
from chatbot.web import keys
from tests.web.conftest import Service, Visitor, serving
from tests.web.staff import Browser, a_person

pytestmark = pytest.mark.asyncio(loop_scope="session")

PAGE = "/console/reports"
LATER = sql("update figure_since set at = :at where what = :what")
MAY = 1_778_500_000_000  # Monday 11 May 2026, 12:46 in London


@pytest_asyncio.fixture(scope="session", loop_scope="session", name="own")
async def _own(
    settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Service]:
    """A service with a few figures of May 2026."""
    folder = tmp_path_factory.mktemp("figures")
    own = replace(settings, database=f"sqlite:///{folder}/chat.db", model="/nowhere")
    async with serving(own) as service:
        database = service.app[keys.AUDIT].database
        for day, conversations in enumerate((1200, 3, 7)):
            at = MAY + day * 86_400_000
            counts = {Measure.CONVERSATIONS: conversations, Measure.WAITS: 5}
            await database.write(figures.count(at, {**counts, Measure.WAIT_MS: 5 * 65_000}))
        await service.app[keys.FIGURES].move()
        yield service


@pytest_asyncio.fixture(loop_scope="session", name="lead")
async def _lead(own: Service, http: aiohttp.ClientSession) -> Browser:
    browser = Browser(http, own.base)
    await browser.sign_in(await a_person(own, Role.SUPERVISOR))
    return browser


def column(html: str, place: int) -> dict[str, str]:
    """Return one column of the table by the heads of its lines."""
    rows = re.findall(r'<tr><th scope="row">(.*?)</th>(.*?)</tr>', html, re.DOTALL)
    return {
        unescape(head): unescape(re.findall(r"<td[^>]*>(.*?)</td>", cells)[place])
        for head, cells in rows
    }


async def test_days_weeks_and_months_say_the_same(lead: Browser) -> None:
    days = column((await lead.get(f"{PAGE}?by=day&at=2026-05-30")).text, 0)
    assert (days["Monday 11"], days["Tuesday 12"], days["Wednesday 13"]) == ("1,200", "few", "few")
    assert (days["Thursday 14"], days["Together"], len(days)) == ("0", "1,210", 32)
    weeks = column((await lead.get(f"{PAGE}?by=week&at=2026-01-01")).text, 0)
    assert weeks["Week from 11 May"] == "1,210"
    months = column((await lead.get(f"{PAGE}?at=2026-12-31")).text, 0)
    assert (months["May 2026"], months["June 2026"], len(months)) == ("1,210", "0", 13)


async def test_a_wait_is_a_mean_in_minutes_and_seconds(lead: Browser) -> None:
    page = (await lead.get(f"{PAGE}?by=day&at=2026-05-01")).text
    heads = re.findall(r'<th scope="col">(.*?)</th>', page)
    waits = column(page, heads.index("Wait for a person") - 1)
    assert (waits["Monday 11"], waits["Thursday 14"], waits["Together"]) == ("1:05", "none", "1:05")


async def test_hours_of_the_week_are_on_londons_clock(lead: Browser) -> None:
    page = (await lead.get(f"{PAGE}?by=hour&at=2026-01-01")).text
    monday, tuesday = column(page, 0), column(page, 1)
    assert (monday["12:00"], tuesday["12:00"], monday["11:00"]) == ("1,200", "few", "0")
    assert "shade-5" in page


async def test_a_chart_says_what_it_shows_and_has_the_table_below(lead: Browser) -> None:
    page = (await lead.get(f"{PAGE}?by=month&at=2026-01-01")).text
    assert page.count('role="img" aria-labelledby="chart-') == 6
    assert page.count("<rect") == 2  # conversations and waits of May
    assert page.index("<svg viewBox") < page.index("<table>")


async def test_the_file_hides_what_the_page_hides(lead: Browser) -> None:
    answer = await lead.get(f"{PAGE}.csv?by=day&at=2026-05-01")
    rows = list(csv.DictReader(StringIO(answer.text.removeprefix("\ufeff"))))
    assert [row["conversations"] for row in rows[10:14]] == ["1200", "few", "few", "0"]
    assert (rows[10]["first_day"], rows[10]["waits_mean_ms"]) == ("2026-05-11", "65000")
    hours = await lead.get(f"{PAGE}.csv?by=hour&at=2026-05-01")
    rows = list(csv.DictReader(StringIO(hours.text.removeprefix("\ufeff"))))
    assert (len(rows), rows[12]["conversations"], rows[36]["conversations"]) == (168, "1200", "few")


async def test_what_visitors_do_is_counted(
    own: Service, lead: Browser, http: aiohttp.ClientSession
) -> None:
    empty = (await lead.get(f"{PAGE}?at=2025-01-01")).text
    assert "Nothing was counted in this time." in empty
    for _ in range(5):
        visitor = Visitor(http, own.api)
        await visitor.start()
        await visitor.call("POST", "/person", json={})
    report = await own.app[keys.FIGURES].report(By.DAY)
    assert report.columns[Measure.CONVERSATIONS].total == 5
    assert report.columns[Measure.ASKED].total == 5


async def test_what_is_not_counted_from_the_beginning_says_since_when(
    own: Service, lead: Browser
) -> None:
    database = own.app[keys.AUDIT].database
    await database.write([LATER(what=Measure.ALONE.value, at=MAY)])
    said = "“Ended with the assistant alone” is complete from 11 May 2026 on."
    assert said in unescape((await lead.get(f"{PAGE}?by=day&at=2026-05-01")).text)
    assert said not in unescape((await lead.get(f"{PAGE}?by=day&at=2026-06-01")).text)


@pytest.mark.parametrize("query", ["by=decade", "at=soon", "at=1999-01-01", "by=day&at=9999-12-01"])
async def test_there_is_no_report_of_that(lead: Browser, query: str) -> None:
    for path in (PAGE, f"{PAGE}.csv"):
        assert (await lead.get(f"{path}?{query}")).status == 422


async def test_earlier_and_later_lead_on(lead: Browser) -> None:
    page = (await lead.get(f"{PAGE}?by=day&at=2026-01-31")).text
    for name, at in (("Earlier", "2025-12-01"), ("Later", "2026-02-01")):
        (link,) = re.findall(rf'href="([^"]+)">{name}</a>', page)
        assert unescape(link) == f"{PAGE}?by=day&at={at}"
        assert (await lead.get(unescape(link))).status == 200
