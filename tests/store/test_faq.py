"""What the FAQ's editor keeps, on both engines."""

import secrets
from dataclasses import replace

import pytest

from chatbot.domain import commands as c
from chatbot.domain.audit import NOBODY, Deed
from chatbot.domain.faq import Audience, Entry
from chatbot.domain.outcome import Outcome
from chatbot.domain.unanswered import Reason
from chatbot.store import audit
from chatbot.store.conversations import Conversations
from chatbot.store.database import Database
from chatbot.store.drafts import Draft, Drafts, Planned, carried_out, dropped
from chatbot.store.errors import Duplicate, Stale
from chatbot.store.faq import FaqEntries, Saver
from chatbot.store.imports import Imports, Waiting
from chatbot.store.imports import carried_out as imported
from chatbot.store.listing import Listing
from chatbot.store.picked import DAY
from chatbot.store.questions import Place, Questions
from chatbot.store.regressions import Regression, Regressions
from chatbot.store.usage import Usage, UsageCounts
from chatbot.store.vault import Vault
from tests.store.test_conversations import started, written

COST = Entry(
    "cost",
    "What does it cost?",
    "Nothing.",
    ("how much",),
    owner="Amina",
    audience=Audience.PARTNER,
    reviewed="2026-01-31",
)
SAVER = Saver("amina", Deed.FAQ_PUBLISHED, "cost")


async def deeds(database: Database) -> list[tuple[str, str, str]]:
    lines = await audit.newest(database, 100)
    return [(line.who, line.action, line.subject) for line in reversed(lines)]


async def test_a_save_is_kept_with_who_made_it_and_a_line_in_the_audit(
    schema_database: Database,
) -> None:
    store = FaqEntries(schema_database)
    await store.save([COST], [], 1)
    new = replace(COST, answer="Nothing at all.")
    (saved,) = await store.save([new], await store.all(), 2, SAVER)
    assert await store.all() == [saved]
    assert await store.find("cost") == saved
    assert await store.find("price") is None
    history = await store.revisions("cost")
    assert [(one.saved_by, one.saved_at, one.entry) for one in history] == [
        ("amina", 2, saved),
        (NOBODY, 1, COST),
    ]
    assert await deeds(schema_database) == [("amina", Deed.FAQ_PUBLISHED, "cost")]
    with pytest.raises(Stale):
        await store.save([new], [COST], 3, SAVER)
    assert len(await deeds(schema_database)) == 1


async def test_a_draft_belongs_to_one_person_and_guards_itself(schema_database: Database) -> None:
    drafts = Drafts(schema_database)
    hers, his = Draft(COST, "amina", 1, 1, 10), Draft(COST, "ben", 1, 1, 20)
    for draft in (hers, his):
        await drafts.keep(draft)
    with pytest.raises(Duplicate):
        await drafts.keep(hers)
    later = replace(hers, version=2, saved_at=30, entry=replace(COST, answer="x"))
    await drafts.keep(later)
    with pytest.raises(Stale):
        await drafts.keep(replace(later, saved_at=40))
    assert await drafts.of("cost") == await drafts.of() == [later, his]
    await drafts.drop("cost", "amina")
    assert await drafts.of("cost") == [his]
    entries = FaqEntries(schema_database)
    await entries.save([COST], [], 50, SAVER, [dropped("cost", "ben")])
    assert await drafts.of() == []


async def test_of_two_plans_for_an_entry_the_second_counts_and_is_carried_out_once(
    schema_database: Database,
) -> None:
    drafts, entries = Drafts(schema_database), FaqEntries(schema_database)
    first, second = (Planned(replace(COST, answer=f"{at}"), "amina", at) for at in (100, 200))
    for plan in (first, second):
        await drafts.plan(plan, 1)
    assert await drafts.planned(before=150) == []
    assert await drafts.planned() == [second]
    with pytest.raises(Stale):
        await drafts.unplan(first, "amina", 2)
    await entries.save([second.entry], [], 201, SAVER, [carried_out(second)])
    with pytest.raises(Stale):
        await entries.save([second.entry], await entries.all(), 202, SAVER, [carried_out(second)])
    assert await drafts.planned() == []
    assert [one.revision for one in await entries.all()] == [1]


async def test_an_answer_is_counted_by_day(schema_database: Database) -> None:
    counts = UsageCounts(schema_database)
    await counts.add({"cost": 2, "late": 1}, 10 * DAY)
    await counts.add({"cost": 3}, 10 * DAY + 5)
    await counts.add({"cost": 4}, 8 * DAY)
    beside = await Listing(schema_database).beside(["cost", "late"], 9 * DAY)
    assert beside.usage == {"cost": Usage(5, 0), "late": Usage(1, 0)}


async def test_a_regression_question_is_added_and_removed_once(schema_database: Database) -> None:
    store = Regressions(schema_database)
    one = Regression("1", "how much", "cost")
    await store.add(one, "amina", 1)
    assert await store.all() == [one]
    await store.drop("1", "amina", 2)
    with pytest.raises(Stale):
        await store.drop("1", "amina", 3)


async def test_a_file_waits_for_the_one_who_brought_it_and_not_for_ever(
    schema_database: Database,
) -> None:
    store, entries = Imports(schema_database), FaqEntries(schema_database)
    await store.keep(Waiting("1", "amina", 10, [COST], 3), before=0)
    assert await store.get("1", "ben") is None
    assert await store.get("1", "amina") == ([COST], 3)
    await store.keep(Waiting("2", "ben", 90, [], 0), before=50)
    assert await store.get("1", "amina") is None
    await entries.save([COST], [], 91, SAVER, [imported("2")])
    with pytest.raises(Stale):
        await entries.save([COST], await entries.all(), 92, SAVER, [imported("2")])


async def test_what_was_asked_in_vain_is_read_in_its_conversation_until_that_is_erased(
    schema_database: Database,
) -> None:
    vault = Vault(secrets.token_bytes(32))
    conversations, questions = (
        Conversations(schema_database, vault),
        Questions(schema_database, vault),
    )
    stored = await started(conversations)
    stored = await written(conversations, stored, c.Say(at=5, text="llamas?", client_id="1"))
    vain = c.Answer(at=6, to=2, text="a", html="a", outcome=Outcome.UNANSWERED)
    stored = await written(conversations, stored, vain)
    unhelpful = c.Rate(at=7, helpful=False, answer_seq=3)
    stored = await written(conversations, stored, unhelpful)
    chat = stored.conversation.id
    assert await questions.suggest(chat, 2, "ben", 8)
    assert not await questions.suggest(chat, 3, "ben", 8), "the assistant said that"
    found = await questions.missed(10)
    assert [(one.place, one.text, one.at, one.person) for one in found] == [
        (Place(chat, 2, Reason.SUGGESTED), "llamas?", 8, "ben"),
        (Place(chat, 3, Reason.UNHELPFUL), "llamas?", 7, ""),
        (Place(chat, 2, Reason.UNANSWERED), "llamas?", 6, ""),
    ]
    assert await questions.newest() == ["llamas?"]
    await questions.dismiss([found[0].place], "amina", 9)
    assert [(one.place.reason, one.dismissed_at) for one in await questions.missed(10)] == [
        (Reason.UNHELPFUL, 0),
        (Reason.UNANSWERED, 0),
        (Reason.SUGGESTED, 9),
    ]
    await written(conversations, stored, c.Erase(at=10))
    assert await questions.missed(10) == []
    assert await questions.newest() == []
