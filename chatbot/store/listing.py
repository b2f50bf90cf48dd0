"""The FAQ's list, a page at a time: what is read does not grow with the FAQ.

Words are looked for without regard to case; a letter outside of ASCII stands for any one letter,
since the engines do not agree on its other case.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from chatbot.domain.faq import Entry
from chatbot.store.database import Database
from chatbot.store.faq import COLUMNS, decode_entry, entry_of
from chatbot.store.picked import DAY
from chatbot.store.query import Query, sql
from chatbot.store.usage import Usage

MOST: Final = 50
"""Entries of a page."""
WORDS: Final = 8
"""Words that are looked for; of more, the first ones."""
_ANYTHING: Final = "%"
_STATE: Final = {
    "published": "e.status = 'published'",
    "draft": "(e.status = 'draft' or exists (select 1 from entry_draft d where d.slug = e.slug))",
    "planned": "exists (select 1 from entry_planned p where p.slug = e.slug)",
    "archived": "e.status = 'archived'",
    "due": "(e.review_by <> '' and e.review_by < :today)",
    "confirm": "e.confirm <> '[]'",
}
STATES: Final = tuple(_STATE)
_SAID: Final = "lower(e.question || ' ' || e.slug || ' ' || e.answer || ' ' || e.phrasings)"
_IN_STATE: Final = " or ".join(f"(:state = '{name}' and {fits})" for name, fits in _STATE.items())
_FITS: Final = " and ".join(
    [
        "(:topic = '' or e.topic = :topic)",
        f"(:state = '' or {_IN_STATE})",
        *(f"(:w{n} = '{_ANYTHING}' or {_SAID} like :w{n} escape '!')" for n in range(WORDS)),
    ]
)
_SLUGS: Final = ", ".join(f":s{n}" for n in range(MOST))


def _sql(text: str) -> Query:
    counted = ", ".join(
        f"cast(coalesce(sum(case when {fits} then 1 else 0 end), 0) as bigint) as {name}"
        for name, fits in _STATE.items()
    )
    parts = {"COLUMNS": COLUMNS, "FITS": _FITS, "SLUGS": _SLUGS, "COUNTED": counted}
    for name, part in parts.items():
        text = text.replace(name, part)
    return sql(text)


PAGE: Final = _sql("""
    select COLUMNS from entry e where FITS order by e.place, e.slug limit :limit offset :start
""")
FOUND: Final = _sql("select count(*) as many from entry e where FITS")
COUNTS: Final = _sql("select count(*) as total, COUNTED from entry e")
TOPICS: Final = sql("""
    select topic from entry where topic <> '' group by topic order by min(place), topic
""")
FRESH_DRAFTS: Final = sql("""
    select d.content from entry_draft d
    where not exists (select 1 from entry e where e.slug = d.slug)
    order by d.saved_at desc, d.person_id
""")
FRESH_PLANS: Final = sql("""
    select p.content from entry_planned p
    where not exists (select 1 from entry e where e.slug = p.slug) order by p.publish_at, p.slug
""")
DRAFTED: Final = _sql("""
    select slug, person_id from entry_draft where slug in (SLUGS)
    order by saved_at desc, person_id
""")
PLANNED: Final = _sql("select slug, publish_at from entry_planned where slug in (SLUGS)")
ANSWERED: Final = _sql("""
    select slug, cast(sum(times) as bigint) as times from used
    where slug in (SLUGS) and day >= :since group by slug
""")
PICKED: Final = _sql("""
    select slug, cast(sum(times) as bigint) as times from picked
    where slug in (SLUGS) and day >= :since group by slug
""")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list is narrowed to; what is empty does not matter. `today` is an ISO date."""

    today: str
    words: str = ""
    topic: str = ""
    state: str = ""

    @property
    def sought(self) -> list[str]:
        """The words, each of which has to stand in an entry."""
        return self.words.lower().split()[:WORDS]

    @property
    def patterns(self) -> dict[str, str]:
        """What each word has to be like, by parameter."""
        found = [_pattern(word) for word in self.sought]
        return {f"w{n}": found[n] if n < len(found) else _ANYTHING for n in range(WORDS)}


@dataclass(frozen=True, slots=True)
class Beside:
    """What belongs to the entries of a page: who works on each, and what is planned."""

    drafted: Mapping[str, Sequence[str]]
    planned: Mapping[str, int]


class Listing:
    """The list of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(self, wanted: Wanted, start: int, limit: int) -> list[Entry]:
        """Return the entries that fit, in their order, from the one with the number `start`."""
        rows = await self._database.fetch(PAGE, limit=limit, start=start, **_values(wanted))
        return [entry_of(row) for row in rows]

    async def found(self, wanted: Wanted) -> int:
        """Return how many fit."""
        return int((await self._database.fetch(FOUND, **_values(wanted)))[0]["many"])

    async def counts(self, today: str) -> dict[str, int]:
        """Return how many there are, as `total`, and in each state."""
        (row,) = await self._database.fetch(COUNTS, today=today)
        return {name: int(row[name]) for name in ("total", *STATES)}

    async def topics(self) -> list[str]:
        """Return the topics in use, in the order of the list."""
        return [row["topic"] for row in await self._database.fetch(TOPICS)]

    async def fresh(self) -> list[Entry]:
        """Return what is only a draft or a plan yet: there are as many as people work on."""
        plans = await self._database.fetch(FRESH_PLANS)
        drafts = await self._database.fetch(FRESH_DRAFTS)
        found: dict[str, Entry] = {}
        for row in (*drafts, *plans):
            entry = decode_entry(row["content"])
            found.setdefault(entry.slug, entry)
        return list(found.values())

    async def beside(self, slugs: Sequence[str]) -> Beside:
        """Return what belongs to entries; at most `MOST` of them."""
        drafted: dict[str, list[str]] = {}
        for row in await self._database.fetch(DRAFTED, **_slugs(slugs)):
            drafted.setdefault(row["slug"], []).append(row["person_id"])
        plans = await self._database.fetch(PLANNED, **_slugs(slugs))
        return Beside(drafted, {row["slug"]: int(row["publish_at"]) for row in plans})

    async def usage(self, slugs: Sequence[str], since: int) -> dict[str, Usage]:
        """Return how often entries were used since a time; at most `MOST` of them."""
        answered, picked = (
            {row["slug"]: int(row["times"]) for row in rows}
            for rows in [
                await self._database.fetch(query, since=since // DAY, **_slugs(slugs))
                for query in (ANSWERED, PICKED)
            ]
        )
        return {one: Usage(answered.get(one, 0), picked.get(one, 0)) for one in slugs}


def _pattern(word: str) -> str:
    """Return what a text with this word in it is like."""
    letters = (f"!{c}" if c in "!%_" else c if c.isascii() else "_" for c in word)
    return f"%{''.join(letters)}%"


def _values(wanted: Wanted) -> dict[str, str]:
    rest = {"today": wanted.today, "topic": wanted.topic, "state": wanted.state}
    return wanted.patterns | rest


def _slugs(slugs: Sequence[str]) -> dict[str, str]:
    return {f"s{n}": slugs[n] if n < len(slugs) else "" for n in range(MOST)}
