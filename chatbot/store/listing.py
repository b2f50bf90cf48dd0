"""The FAQ's list, a page at a time: what is read does not grow with the FAQ.

Words are looked for without regard to case; a letter outside of ASCII stands for any one letter,
since the engines do not agree on its other case.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from chatbot.domain.faq import Entry
from chatbot.store.database import Database
from chatbot.store.faq import decode_entry, entry_of
from chatbot.store.picked import DAY
from chatbot.store.query import sql
from chatbot.store.usage import Usage

MOST: Final = 50
"""Entries of a page."""
WORDS: Final = 8
"""Words that are looked for; of more, the first ones."""
_ANYTHING: Final = "%"
STATES: Final = ("published", "draft", "planned", "archived", "due", "confirm")

PAGE: Final = sql("""
    with fit as (
        select e.slug, e.place
        from (
            select slug, place, topic, status, review_by, confirm,
                lower(question || ' ' || slug || ' ' || answer || ' ' || phrasings) as said
            from entry
        ) e
        where (:topic = '' or e.topic = :topic)
            and (
                :state in ('', e.status)
                or (:state in ('draft', 'planned') and e.slug in (
                    select d.slug from entry_draft d where :state = 'draft'
                    union select p.slug from entry_planned p where :state = 'planned'))
                or (:state = 'due' and e.review_by <> '' and e.review_by < :today)
                or (:state = 'confirm' and e.confirm <> '[]')
            )
            and (:w0 = '%' or e.said like :w0 escape '!')
            and (:w1 = '%' or e.said like :w1 escape '!')
            and (:w2 = '%' or e.said like :w2 escape '!')
            and (:w3 = '%' or e.said like :w3 escape '!')
            and (:w4 = '%' or e.said like :w4 escape '!')
            and (:w5 = '%' or e.said like :w5 escape '!')
            and (:w6 = '%' or e.said like :w6 escape '!')
            and (:w7 = '%' or e.said like :w7 escape '!')
    )
    select e.slug, e.question, e.answer, e.topic, e.status, e.source, e.review_by, e.phrasings,
        e.keywords, e.confirm, e.owner, e.audience, e.reviewed, e.revision,
        (select count(*) from fit) as found
    from fit join entry e on e.slug = fit.slug
    order by fit.place, fit.slug limit :limit offset :start
""")
COUNTS: Final = sql("""
    select count(*) as total,
        count(case when e.status = 'published' then 1 end) as published,
        count(case when e.status = 'draft' or exists (
            select 1 from entry_draft d where d.slug = e.slug) then 1 end) as draft,
        count(case when exists (
            select 1 from entry_planned p where p.slug = e.slug) then 1 end) as planned,
        count(case when e.status = 'archived' then 1 end) as archived,
        count(case when e.review_by <> '' and e.review_by < :today then 1 end) as due,
        count(case when e.confirm <> '[]' then 1 end) as confirm
    from entry e
""")
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
BESIDE: Final = sql("""
    with page (slug) as (values
        (:s0), (:s1), (:s2), (:s3), (:s4), (:s5), (:s6), (:s7), (:s8), (:s9),
        (:s10), (:s11), (:s12), (:s13), (:s14), (:s15), (:s16), (:s17), (:s18), (:s19),
        (:s20), (:s21), (:s22), (:s23), (:s24), (:s25), (:s26), (:s27), (:s28), (:s29),
        (:s30), (:s31), (:s32), (:s33), (:s34), (:s35), (:s36), (:s37), (:s38), (:s39),
        (:s40), (:s41), (:s42), (:s43), (:s44), (:s45), (:s46), (:s47), (:s48), (:s49)
    )
    select 'drafted' as what, d.slug, d.person_id as who, d.saved_at as number
    from page join entry_draft d on d.slug = page.slug
    union all
    select 'planned', p.slug, '', p.publish_at from page join entry_planned p on p.slug = page.slug
    union all
    select 'answered', u.slug, '', cast(sum(u.times) as bigint)
    from page join used u on u.slug = page.slug where u.day >= :since group by u.slug
    union all
    select 'picked', c.slug, '', cast(sum(c.times) as bigint)
    from page join picked c on c.slug = page.slug where c.day >= :since group by c.slug
    order by 1, 4 desc, 3
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
    """What belongs to the entries of a page: who works on each, what is planned, how it is used."""

    drafted: Mapping[str, Sequence[str]]
    planned: Mapping[str, int]
    usage: Mapping[str, Usage]


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
        rows = await self._database.fetch(PAGE, limit=1, start=0, **_values(wanted))
        return int(rows[0]["found"]) if rows else 0

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

    async def beside(self, slugs: Sequence[str], since: int) -> Beside:
        """Return what belongs to at most `MOST` entries; they are used since a time."""
        drafted: dict[str, list[str]] = {}
        numbers: dict[str, dict[str, int]] = {"planned": {}, "answered": {}, "picked": {}}
        rows = await self._database.fetch(BESIDE, since=since // DAY, **_slugs(slugs))
        for row in rows:
            if row["what"] == "drafted":
                drafted.setdefault(row["slug"], []).append(row["who"])
            else:
                numbers[row["what"]][row["slug"]] = int(row["number"])
        answered, picked = numbers["answered"], numbers["picked"]
        usage = {one: Usage(answered.get(one, 0), picked.get(one, 0)) for one in slugs}
        return Beside(drafted, numbers["planned"], usage)


def _pattern(word: str) -> str:
    """Return what a text with this word in it is like."""
    letters = (f"!{c}" if c in "!%_" else c if c.isascii() else "_" for c in word)
    return f"%{''.join(letters)}%"


def _values(wanted: Wanted) -> dict[str, str]:
    rest = {"today": wanted.today, "topic": wanted.topic, "state": wanted.state}
    return wanted.patterns | rest


def _slugs(slugs: Sequence[str]) -> dict[str, str]:
    return {f"s{n}": slugs[n] if n < len(slugs) else "" for n in range(MOST)}
