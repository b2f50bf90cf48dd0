"""The FAQ's list on both engines: every entry once, page by page, and never more than a page."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import pytest

from chatbot.domain.audit import Deed
from chatbot.domain.faq import Entry, Status
from chatbot.services.listing import ListingService
from chatbot.store.database import Database, Row
from chatbot.store.drafts import Draft, Drafts, Planned
from chatbot.store.faq import FaqEntries, Saver
from chatbot.store.listing import MOST, STATES, Listing, Wanted
from chatbot.store.picked import DAY
from chatbot.store.query import Query, Statement
from chatbot.store.usage import Usage, UsageCounts
from tests.store.team import Clock

MANY: Final = 5_000
TODAY: Final = "2026-11-26"
SAVER: Final = Saver("amina", Deed.FAQ_IMPORTED)
TOPICS: Final = ("attending", "contact", "")


class Counting:
    """A database that counts what is read of it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.engine = database.engine
        self.queries = 0
        self.rows = 0

    @property
    def flushes(self) -> int:
        return self._database.flushes

    async def fetch(self, query: Query, **params: object) -> Sequence[Row]:
        rows = await self._database.fetch(query, **params)
        self.queries += 1
        self.rows += len(rows)
        return rows

    async def write(self, batch: Sequence[Statement], *, key: str = "") -> None:
        await self._database.write(batch, key=key)

    async def close(self) -> None:
        await self._database.close()


def entry(number: int) -> Entry:
    """Return an entry; each third is a draft, each seventh due, each ninth to be confirmed."""
    return Entry(
        f"entry-{number}",
        f"What is number {number}?",
        "It is **so**.",
        (f"tell me of {number}",),
        topic=TOPICS[number % len(TOPICS)],
        status=Status.PUBLISHED if number % 3 else Status.DRAFT,
        review_by="" if number % 7 else "2026-11-25",
        confirm=() if number % 9 else ("whether it is so",),
    )


def listing(database: Database) -> ListingService:
    return ListingService(Listing(database), Clock())


@pytest.mark.slow
async def test_of_5000_entries_each_is_on_one_page_and_a_page_reads_little(
    schema_database: Database,
) -> None:
    await FaqEntries(schema_database).save([entry(n) for n in range(MANY)], [], 1, SAVER)
    counting = Counting(schema_database)
    service, seen, counts = listing(counting), [], []
    for number in range(1, MANY // MOST + 1):
        counting.queries = counting.rows = 0
        page = await service.page(Wanted(TODAY), number)
        assert (page.number, page.last, page.found) == (number, MANY // MOST, MANY)
        assert len(page.rows) == MOST
        assert counting.queries <= 10
        assert counting.rows <= 2 * MOST
        seen += [one.entry.slug for one in page.rows]
        counts.append(page.counts["total"])
    assert seen == [f"entry-{n}" for n in range(MANY)]
    assert set(counts) == {MANY}
    due = [await service.page(Wanted(TODAY, state="due"), number) for number in (1, 2)]
    slugs = [one.entry.slug for page in due for one in page.rows]
    assert slugs == [f"entry-{n}" for n in range(0, MANY, 7)][: 2 * MOST]


async def test_what_is_only_begun_comes_first_and_is_paged_too(schema_database: Database) -> None:
    await FaqEntries(schema_database).save([entry(n) for n in range(MOST)], [], 1, SAVER)
    drafts, service = Drafts(schema_database), listing(schema_database)
    for number in range(MOST + 1):
        new = Entry(f"new-{number}", "New?", "", status=Status.DRAFT)
        await drafts.keep(Draft(new, "bea", 0, 1, 1_000 - number))
    await drafts.plan(Planned(Entry("later", "Later?", "Soon."), "amina", 9_000), 1)
    pages = [await service.page(Wanted(TODAY), number) for number in (1, 2, 3)]
    slugs = [one.entry.slug for page in pages for one in page.rows]
    begun = [*(f"new-{n}" for n in range(MOST + 1)), "later"]
    assert slugs == [*begun, *(f"entry-{n}" for n in range(MOST))]
    assert {(page.last, page.found) for page in pages} == {(3, 2 * MOST + 2)}
    assert not any(one.saved for one in pages[0].rows)
    assert pages[1].rows[1].publish_at == 9_000
    assert pages[0].counts["planned"] == 1
    assert (await service.page(Wanted(TODAY), 99)).number == 3


@pytest.mark.parametrize(
    ("wanted", "slugs"),
    [
        ({}, ["a", "b", "c", "d"]),
        ({"words": "NUMBER one"}, ["a"]),
        ({"words": "fee"}, ["b"]),
        ({"words": "100%"}, ["c"]),
        ({"words": "_"}, []),
        ({"words": "!"}, []),
        ({"words": "Café"}, ["d"]),
        ({"words": "one nothing"}, []),
        ({"words": " ".join(["n"] * 20)}, ["a", "b", "c", "d"]),
        ({"topic": "costs"}, ["b", "c"]),
        ({"topic": "costs", "words": "two"}, ["b"]),
        ({"state": "published"}, ["a", "b"]),
        ({"state": "draft"}, ["a", "c"]),
        ({"state": "planned"}, ["b"]),
        ({"state": "archived"}, ["d"]),
        ({"state": "due"}, ["b"]),
        ({"state": "confirm"}, ["a"]),
        ({"state": "confirm", "topic": "costs"}, []),
    ],
)
async def test_the_list_is_narrowed_where_the_entries_are(
    schema_database: Database, wanted: dict[str, str], slugs: list[str]
) -> None:
    first = Entry("a", "Number one?", "So.", confirm=("it",), review_by=TODAY)
    second = Entry("b", "Number two?", "So.", ("is there a Fee",), "costs", review_by="2026-01-01")
    third = Entry("c", "Number three?", "At 100%.", (), "costs", Status.DRAFT)
    fourth = Entry("d", "In the CAFÉ number four?", "So.", status=Status.ARCHIVED)
    await FaqEntries(schema_database).save([first, second, third, fourth], [], 1, SAVER)
    drafts = Drafts(schema_database)
    await drafts.keep(Draft(replace(first, answer="Other."), "bea", 1, 1, 5))
    await drafts.plan(Planned(replace(second, answer="Later."), "amina", 9_000), 1)
    page = await listing(schema_database).page(Wanted(TODAY, **wanted), 1)
    assert [one.entry.slug for one in page.rows] == slugs
    assert page.found == len(slugs)
    assert page.topics == ["costs"]
    counts = {"published": 2, "draft": 2, "planned": 1, "archived": 1, "due": 1, "confirm": 1}
    assert page.counts == {"total": 4, **{name: counts[name] for name in STATES}}


async def test_a_page_says_who_works_on_an_entry_and_how_often_it_was_used(
    schema_database: Database,
) -> None:
    clock = Clock()
    store, drafts = FaqEntries(schema_database), Drafts(schema_database)
    await store.save([entry(1), entry(2)], [], 1, SAVER)
    for at, person in enumerate(("bea", "amina")):
        await drafts.keep(Draft(entry(1), person, 1, 1, at))
    counts = UsageCounts(schema_database)
    await counts.add({"entry-1": 3, "entry-2": 1}, clock())
    await counts.add({"entry-1": 2}, clock() - 29 * DAY)
    await counts.add({"entry-1": 9}, clock() - 31 * DAY)
    page = await ListingService(Listing(schema_database), clock).page(Wanted(TODAY), 1)
    assert [one.drafts for one in page.rows] == [("amina", "bea"), ()]
    assert [one.usage for one in page.rows] == [Usage(5, 0), Usage(1, 0)]
