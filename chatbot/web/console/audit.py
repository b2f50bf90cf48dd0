"""Who saw or changed what, for admins: searched, paged by the number of the line, and as CSV."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlencode

from aiohttp import web

from chatbot.domain.audit import COMMAND_LINE, NOBODY, Deed, Line
from chatbot.domain.people import Person
from chatbot.domain.texts import Texts
from chatbot.services.audit import AuditService
from chatbot.store.audit import AFTER_ALL, Sought
from chatbot.web import keys, parse
from chatbot.web.console.page import page
from chatbot.web.console.spreadsheet import Cell, download
from chatbot.web.languages import CHOSEN, ENGLISH

PAGE: Final = "/console/audit"
SEEK: Final = ("who", "action", "subject", "from", "to")
HEADER: Final = ("number", "at", "who", "who_id", "action", "subject", "fingerprint")


@dataclass(frozen=True, slots=True)
class Reader:
    """Says what a line means: who is who, and what a deed is called."""

    texts: Texts
    names: Mapping[str, str]

    def who(self, line: Line) -> str:
        """Return the name of whoever acted."""
        if line.who in {NOBODY, COMMAND_LINE}:
            return self.texts(f"audit.who.{line.who or 'nobody'}")
        return self.names.get(line.who, line.who)

    def deed(self, action: str) -> str:
        """Return what was done, in words."""
        key = f"audit.deed.{action}"
        return self.texts(key) if key in self.texts else action.replace("_", " ").capitalize()

    def subject(self, line: Line) -> str:
        """Return to whom or what it was done; nothing where it is who did it."""
        return "" if line.subject == line.who else self.names.get(line.subject, line.subject)


async def show_audit(request: web.Request) -> web.Response:
    """GET /console/audit."""
    sought, query = _sought(request)
    before = parse.whole(request.query.get("before", "") or "0")
    found = await _audit(request).find(sought, before)
    reader, people = await _reader(request)
    deeds = {deed.value: reader.deed(deed) for deed in Deed}
    return page(
        request,
        "audit.html",
        lines=found.lines,
        reader=reader,
        people=people,
        told=request.app[keys.TELLING][ENGLISH].moment,
        deeds=sorted(deeds.items(), key=lambda item: item[1]),
        query={**dict.fromkeys(SEEK, ""), **query},
        filtered=bool(query),
        older=urlencode({**query, "before": found.before}) if found.before else "",
        newest=urlencode(query) if before else None,
        export=urlencode(query),
    )


async def export_audit(request: web.Request) -> web.StreamResponse:
    """GET /console/audit.csv: every line that is sought."""
    sought, _ = _sought(request)
    reader, _ = await _reader(request)
    parts = _parts(_audit(request).export(sought, request[keys.PERSON].id), reader)
    return await download(request, "audit.csv", HEADER, parts)


async def _parts(
    parts: AsyncIterator[list[Line]], reader: Reader
) -> AsyncIterator[list[Sequence[Cell]]]:
    async for lines in parts:
        yield [
            (
                line.id,
                datetime.fromtimestamp(line.at / 1000, UTC).isoformat(timespec="milliseconds"),
                reader.who(line),
                line.who,
                line.action,
                line.subject,
                line.hash,
            )
            for line in lines
        ]


def _audit(request: web.Request) -> AuditService:
    return request.app[keys.AUDIT]


async def _reader(request: web.Request) -> tuple[Reader, Sequence[Person]]:
    people = await request.app[keys.PEOPLE].everyone()
    names = {person.id: person.name for person in people}
    return Reader(request[CHOSEN].language.texts, names), people


def _sought(request: web.Request) -> tuple[Sought, dict[str, str]]:
    """Return what the address asks for, and the part of the address that asks.

    Raises:
        Invalid: a day is none.
    """
    query = {name: request.query[name] for name in SEEK if request.query.get(name)}
    since, until = query.get("from", ""), query.get("to", "")
    return (
        Sought(
            who=query.get("who", ""),
            action=query.get("action", ""),
            subject=query.get("subject", ""),
            since=parse.day(since, "from")[0] if since else 0,
            until=parse.day(until, "to")[1] if until else AFTER_ALL,
        ),
        query,
    )
