"""The lists of conversations: who waits, whom I have, and all, flagged or closed ones."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from aiohttp import web

from chatbot.domain.errors import Invalid
from chatbot.domain.outcome import Ending
from chatbot.domain.people import Action, Person
from chatbot.services.desk import Page
from chatbot.store.inbox import FIRST, LATEST, Filter, Listed, Place, View
from chatbot.web import keys, parse
from chatbot.web.console.page import page

DAY: Final = timedelta(days=1)
FIELDS: Final = 10


@dataclass(frozen=True, slots=True)
class Lists:
    """What stands beside every conversation: the two lists of now, and what is being looked at."""

    view: View | None
    waiting: tuple[Listed, ...]
    mine: tuple[Listed, ...]
    shown: Page | None
    query: Mapping[str, str]
    names: Mapping[str, str]
    now: int
    more: str

    @property
    def unread(self) -> int:
        """How many need this person's eye: those that wait, and mine with something new."""
        return len(self.waiting) + sum(row.unread for row in self.mine)


async def show_inbox(request: web.Request) -> web.Response:
    """GET /console: the lists, and room for a conversation."""
    return page(request, "inbox.html", **await beside(request))


async def show_lists(request: web.Request) -> web.Response:
    """GET /console/lists: the lists alone, for a page that is open already."""
    return page(request, "lists.html", **await beside(request))


async def search(request: web.Request) -> web.Response:
    """POST /console/search: what was written is in no address, so it comes in a form."""
    given = await parse.form(request, FIELDS)
    return page(request, "inbox.html", **await beside(request, given))


async def beside(request: web.Request, given: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Return what the lists' template needs; `given` instead of what the address asks for.

    Raises:
        Invalid: it asks for something that there is not.
    """
    desk, person = request.app[keys.DESK], request[keys.PERSON]
    query = {name: value for name, value in (given or request.query).items() if value}
    if given is None:
        query.pop("words", None)
    view = _view(query.get("view", ""))
    waiting = await desk.list(View.WAITING, person)
    mine = await desk.list(View.MINE, person)
    shown = await _shown(request, view, person, query)
    names = {one.id: one.name for one in await desk.colleagues()}
    lists = Lists(
        view,
        tuple(waiting.rows),
        tuple(mine.rows),
        shown,
        query,
        names,
        request.app[keys.CLOCK](),
        _more(query, shown),
    )
    wishes = await request.app[keys.NOTICES].preferences(person)
    return {
        "lists": lists,
        "labels": await desk.labels(),
        "endings": list(Ending),
        "chat_id": "",
        "shortcuts": wishes.shortcuts,
    }


async def _shown(
    request: web.Request, view: View | None, person: Person, query: Mapping[str, str]
) -> Page | None:
    if view is None:
        return None
    desk = request.app[keys.DESK]
    after = _place(query)
    words = query.get("words", "").strip()
    wanted = _filter(query)
    if words and person.may(Action.SEARCH_TEXT):
        return await desk.search_text(words, wanted, person, after)
    if wanted != Filter():
        return await desk.search(wanted, person, after)
    return await desk.list(view, person, after)


def _view(name: str) -> View | None:
    if not name:
        return None
    try:
        view = View(name)
    except ValueError as error:
        raise Invalid(view="unknown") from error
    return None if view in {View.WAITING, View.MINE} else view


def _filter(query: Mapping[str, str]) -> Filter:
    return Filter(
        reference=query.get("reference", ""),
        label=query.get("label", ""),
        ending=query.get("ending", ""),
        assignee=query.get("person", ""),
        since=_day(query.get("from", ""), "from", 0),
        until=_day(query.get("to", ""), "to", LATEST, add=DAY),
    )


def _day(text: str, name: str, otherwise: int, add: timedelta = timedelta()) -> int:
    if not text:
        return otherwise
    try:
        start = datetime.combine(date.fromisoformat(text), time(), UTC) + add
    except (ValueError, OverflowError) as error:
        raise Invalid(**{name: "malformed"}) from error
    return int(start.timestamp() * 1000)


def _place(query: Mapping[str, str]) -> Place:
    at, _, chat = query.get("after", "").partition("_")
    return Place(int(at), chat) if at.isdecimal() and len(at) < len(str(LATEST)) else FIRST


def _more(query: Mapping[str, str], shown: Page | None) -> str:
    """Return the query of the next page, empty when this is the last."""
    if shown is None or shown.next is None:
        return ""
    kept = {name: value for name, value in query.items() if name != "after" and value}
    kept["after"] = f"{shown.next.at}_{shown.next.id}"
    return urlencode(kept)
