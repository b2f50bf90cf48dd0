"""The audit in the console: searched, paged, and as a file that a spreadsheet cannot run."""

import csv
import re
from html import unescape
from io import StringIO

import aiohttp
import pytest
import pytest_asyncio

from chatbot.domain.audit import Deed
from chatbot.domain.people import Person, Role
from chatbot.services.audit import PAGE
from chatbot.store import audit
from chatbot.store.database import Database
from chatbot.web import keys
from chatbot.web.console.spreadsheet import written
from tests.web.conftest import Service
from tests.web.staff import Browser, a_person

pytestmark = pytest.mark.asyncio(loop_scope="session")

AUDIT = "/console/audit"


@pytest_asyncio.fixture(loop_scope="session", name="amina")
async def _amina(service: Service) -> Person:
    return await a_person(service, Role.ADMIN)


@pytest_asyncio.fixture(loop_scope="session", name="admin")
async def _admin(service: Service, http: aiohttp.ClientSession, amina: Person) -> Browser:
    browser = Browser(http, service.base)
    await browser.sign_in(amina)
    return browser


def cells(html: str) -> list[list[str]]:
    """Return the rows of the table, as text."""
    rows = re.findall(r"<tr>\s*(<td.*?)</tr>", html, re.DOTALL)
    return [
        [unescape(re.sub(r"<[^>]+>", "", cell)).strip() for cell in row.split("</td>")[:-1]]
        for row in rows
    ]


async def test_a_line_says_who_did_what_and_when(admin: Browser, amina: Person) -> None:
    await admin.post("/console/account/name", name="Amina & Co")
    newest = cells((await admin.get(f"{AUDIT}?who={amina.id}")).text)[0]
    assert newest[2:] == ["Amina & Co", "Changed a name", ""]
    assert re.fullmatch(r"\w+day \d+ \w+ \d{4}, .+", newest[1])


async def test_lines_are_found_by_who_what_whom_and_day(
    service: Service, admin: Browser, amina: Person
) -> None:
    bilal = await a_person(service, Role.STAFF, "Bilal")
    await admin.post(f"/console/people/{bilal.id}/disable")
    for query, deeds in (
        (f"subject={bilal.id}", {"Joined", "Sent somebody away"}),
        (f"subject={bilal.id}&who={amina.id}", {"Sent somebody away"}),
        (f"who={amina.id}&action={Deed.DISABLED}", {"Sent somebody away"}),
        (f"who={amina.id}&to=2001-01-01", set()),
        (f"subject={bilal.id}&from=2001-01-01&who=command-line", {"Joined"}),
    ):
        page = (await admin.get(f"{AUDIT}?{query}")).text
        assert {row[3] for row in cells(page)} == deeds
        assert ("Nothing was found." in page) is (not deeds)
    await admin.post(f"/console/people/{bilal.id}/enable")


async def test_a_day_that_is_none_is_refused(admin: Browser) -> None:
    for query in ("from=yesterday", "to=9999-12-31", "before=x"):
        assert (await admin.get(f"{AUDIT}?{query}")).status == 422


async def test_older_lines_follow_without_gap_or_repeat(
    service: Service, admin: Browser, amina: Person
) -> None:
    database = admin_database(service)
    for _ in range(PAGE + 3):
        await database.write(audit.line(1, amina.id, Deed.ENABLED, "somebody"))
    address, numbers = f"{AUDIT}?who={amina.id}&action={Deed.ENABLED}", []
    while address:
        page = (await admin.get(address)).text
        numbers += [int(row[0]) for row in cells(page)]
        older = re.search(r'href="([^"]+)">Older', page)
        address = unescape(older[1]) if older else ""
    assert len(numbers) == PAGE + 3
    assert numbers == sorted(set(numbers), reverse=True)


async def test_the_file_has_every_line_and_its_download_is_one(
    service: Service, admin: Browser, amina: Person
) -> None:
    await admin_database(service).write(audit.line(5, amina.id, Deed.JOINED, "=1+1"))
    answer = await admin.get(f"{AUDIT}.csv?who={amina.id}")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="audit.csv"'
    rows = list(csv.DictReader(StringIO(answer.text.removeprefix("\ufeff"))))
    assert [row["action"] for row in rows[:2]] == [Deed.AUDIT_EXPORTED, Deed.JOINED]
    assert rows[1]["subject"] == "'=1+1"
    assert rows[1]["at"] == "1970-01-01T00:00:00.005+00:00"
    assert all(row["who_id"] == amina.id and len(row["fingerprint"]) == 64 for row in rows)


@pytest.mark.parametrize("cell", ["=1", "+1", "-1", "@a", "\t=1", "\r=1", "\n=1"])
async def test_no_cell_is_a_formula(cell: str) -> None:
    (row,) = csv.reader(StringIO(written([(cell, 1)]), newline=""))
    assert row == [f"'{cell}", "1"]


def admin_database(service: Service) -> Database:
    """Return the store behind the page."""
    return service.app[keys.AUDIT].database
