"""Reports for supervisors and admins: tables, bars above them, and the same as CSV."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from aiohttp import web

from chatbot.domain.disclosure import Shown
from chatbot.domain.figures import DAY_HOURS, By, Measure, Span
from chatbot.domain.texts import Texts
from chatbot.services.figures import MEANS, Report
from chatbot.web.console.charts import Bar, bars, shades
from chatbot.web.console.page import page
from chatbot.web.console.spreadsheet import Cell, download
from chatbot.web.figures import asked_for
from chatbot.web.languages import CHOSEN

PAGE: Final = "/console/reports"
DRAWN: Final = (
    Measure.CONVERSATIONS,
    Measure.ALONE,
    Measure.ANSWERED,
    Measure.TAKEN,
    Measure.WAITS,
    Measure.URGENT,
)
SECOND: Final = 1000
MINUTE: Final = 60


@dataclass(frozen=True, slots=True)
class Chart:
    """One measure as bars, with its sum and its highest bar in words, or none where all are few."""

    measure: Measure
    bars: Sequence[Bar]
    total: str
    highest: str


@dataclass(frozen=True, slots=True)
class Reader:
    """Says figures and times in words."""

    texts: Texts

    def line(self, by: By, span: Span) -> str:
        """Return what a line is called."""
        first, month = span.first, self.texts(f"hours.month.{span.first.month}")
        values = {"day": first.day, "month": month, "year": first.year}
        weekday = self.texts(f"hours.day.{first.weekday()}")
        return self.texts(f"reports.line.{by}", **values, weekday=weekday)

    def day(self, day: date) -> str:
        """Return a day in words."""
        return f"{day.day} {self.texts(f'hours.month.{day.month}')} {day.year}"

    def cell(self, measure: Measure, value: int | None) -> str:
        """Return a count, or a mean as minutes and seconds; a hidden one is said to be so."""
        if value is None:
            return self.texts("reports.hidden")
        if measure not in MEANS:
            return f"{value:,}"
        minutes, seconds = divmod(round(value / SECOND), MINUTE)
        return f"{minutes}:{seconds:02}" if value else self.texts("reports.no_mean")

    def clock(self, hour: int) -> str:
        """Return an hour of the day, as the head of a line."""
        return f"{hour:02}:00"


async def show_reports(request: web.Request) -> web.Response:
    """GET /console/reports."""
    report = await asked_for(request)
    reader = Reader(request[CHOSEN].language.texts)
    hours = report.hours.cells if report.hours else ()
    return page(
        request,
        "reports.html",
        report=report,
        reader=reader,
        kinds=list(By),
        charts=[_chart(reader, one, report.columns[one]) for one in DRAWN],
        title=_title(reader, report),
        hours=_grid(hours),
        query=f"by={report.by}&at={report.at}",
        earlier=_step(report, -1),
        later=_step(report, 1),
    )


async def export_reports(request: web.Request) -> web.StreamResponse:
    """GET /console/reports.csv: the same, with the same cells hidden."""
    report = await asked_for(request)
    reader = Reader(request[CHOSEN].language.texts)
    names = (f"{one}_mean_ms" if one in MEANS else one.value for one in report.columns)
    header = ("first_day", "last_day", *names)
    if report.hours:
        header = ("hour_of_week", "conversations")
    name = f"reports-{report.by}-{report.at}.csv"
    return await download(request, name, header, _rows(reader, report))


async def _rows(reader: Reader, report: Report) -> AsyncIterator[list[Sequence[Cell]]]:
    hidden = reader.texts("reports.hidden")
    if report.hours:
        yield [(hour, hidden if n is None else n) for hour, n in enumerate(report.hours.cells)]
        return
    columns = [shown.cells for shown in report.columns.values()]
    for place, span in enumerate(report.spans):
        cells = [column[place] for column in columns]
        row = [hidden if cell is None else cell for cell in cells]
        yield [(span.first.isoformat(), span.last.isoformat(), *row)]


def _chart(reader: Reader, measure: Measure, shown: Shown) -> Chart:
    drawn, highest = bars(shown.cells)
    most = reader.cell(measure, highest) if highest else ""
    return Chart(measure, drawn, reader.cell(measure, shown.total), most)


def _grid(hours: Sequence[int | None]) -> Sequence[Sequence[tuple[int | None, int]]]:
    """Return for each hour of the day its seven counts, each with its shade."""
    cells = list(zip(hours, shades(hours), strict=True))
    return [cells[hour::DAY_HOURS] for hour in range(DAY_HOURS)] if cells else []


def _title(reader: Reader, report: Report) -> str:
    whole = By.MONTH if report.by is By.DAY else By.HOUR
    return reader.line(whole, Span(report.at, report.at))


def _step(report: Report, steps: int) -> Mapping[str, str]:
    """Return the query of the month, or the year, before or after; nothing beyond all time."""
    at = report.at.replace(day=1)
    if report.by is not By.DAY:
        new = at.replace(year=at.year + steps)
    else:
        months = at.year * 12 + at.month - 1 + steps
        new = date(months // 12, months % 12 + 1, 1)
    return {"by": report.by, "at": new.isoformat()}
