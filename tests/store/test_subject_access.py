"""All that is kept about one chat or request, on both engines: theirs, and what is for staff."""

import json
from dataclasses import asdict
from datetime import date

import pytest

from chatbot.domain import commands as c
from chatbot.domain.audit import COMMAND_LINE, Deed
from chatbot.domain.callbacks import Claim, Note, Outcome, Try
from chatbot.domain.reference import reference_of
from chatbot.domain.slots import Lane
from chatbot.live.bus import LocalBus
from chatbot.live.hub import Hub
from chatbot.services.conversations import ConversationService
from chatbot.services.identity import new_id
from chatbot.services.subject_access import Kept, NotOneError, Shelves, SubjectAccessService
from chatbot.store.audit import newest
from chatbot.store.callbacks import Callbacks
from chatbot.store.conversations import Conversations
from chatbot.store.database import Database
from chatbot.store.desk import Concern, Desk
from chatbot.store.errors import ReadOnly
from chatbot.store.opening import open_database
from chatbot.store.query import sql
from chatbot.store.retention import Retention
from chatbot.store.subject_access import Beside
from tests.store.callers import FROM_PAGE, Office, a_form, an_office
from tests.store.test_inbox import AMINA, VAULT, alarm, chat, say, take, wait

MARK = sql("insert into question values (:id, 2, 'unanswered', '', 3, 0)")
OF_STAFF = ("a note", "keep out", "risk", "There are children.", "not sent", "Raised", "Flagged")
THEIRS = ("what now", "ring 999", "I am here", "Goodbye.", "kind", "unanswered", "chat_watched")
HAPPENED: list[c.Command] = [
    say(2, "what now"),
    alarm(3),
    wait(4),
    take(5),
    c.AddNote(at=6, staff=AMINA, text="a note"),
    c.Label(at=7, staff=AMINA, labels=("risk",)),
    c.Raise(at=8, staff=AMINA),
    c.ReplyAsStaff(at=9, staff=AMINA, name="Amina", text="I am here", client_id="r", seen=99),
    c.Rate(at=10, helpful=True, answer_seq=None, comment="kind"),
    c.Block(at=11, staff=AMINA, reason="keep out", until=99, text="Goodbye."),
]


def access_to(database: Database) -> SubjectAccessService:
    desk, beside = Desk(database, VAULT), Beside(database)
    shelves = Shelves(database, Retention(database), Callbacks(database, VAULT), desk, beside)
    conversations = ConversationService(
        Conversations(database, VAULT), Hub(), LocalBus(), lambda: 100
    )
    return SubjectAccessService(shelves, conversations, lambda: 100)


@pytest.fixture(name="access")
def _access(schema_database: Database) -> SubjectAccessService:
    return access_to(schema_database)


@pytest.fixture(name="one")
async def _one(schema_database: Database) -> str:
    """A chat in which all kinds of things happened, and another one."""
    one, other = new_id(1), new_id(10**9)
    store, desk = Conversations(schema_database, VAULT), Desk(schema_database, VAULT)
    stored = await chat(store, one, *HAPPENED)
    await chat(store, other, say(2, "somebody else"))
    await desk.add_concern(one, Concern("worry", AMINA, 9, "There are children."))
    await desk.keep_draft(AMINA, stored, "not sent", 9)
    await desk.audit(10, AMINA, Deed.CHAT_WATCHED, one)
    await schema_database.write([MARK(id=one)])
    return one


def written(kept: Kept) -> str:
    return json.dumps(asdict(kept), default=str)


async def test_who_asks_is_given_what_they_wrote_did_and_were_shown(
    access: SubjectAccessService, one: str
) -> None:
    kept = await access.gather(reference_of(one), COMMAND_LINE, with_records=False)
    text = written(kept)
    assert [words for words in THEIRS if words not in text] == []
    assert "somebody else" not in text
    assert (kept.records, kept.facts["state"], kept.facts["closed_at"]) == (None, "closed", 11)
    assert [event["seq"] for event in kept.events if "seq" in event] == list(
        range(1, len(kept.events))
    ), "all that they saw, and the rating beside it"


async def test_records_of_staff_are_given_only_where_that_was_decided(
    access: SubjectAccessService, one: str
) -> None:
    kept = await access.gather(reference_of(one), COMMAND_LINE, with_records=False)
    assert [words for words in OF_STAFF if words in written(kept)] == []
    whole = await access.gather(reference_of(one), COMMAND_LINE, with_records=True)
    assert [words for words in OF_STAFF if words not in written(whole)] == []
    assert whole.events == kept.events


async def test_neither_says_who_on_the_staff_it_was_nor_what_opens_anything(
    access: SubjectAccessService, one: str
) -> None:
    whole = await access.gather(reference_of(one), COMMAND_LINE, with_records=True)
    lines, things = whole.audit, [*whole.events, *(whole.records or ())]
    assert {line.action for line in lines} == {"chat_watched", "person_exported_whole"}
    assert AMINA not in json.dumps([whole.facts, *things])
    assert "hash" not in json.dumps([whole.facts, *things]), "the hash of the chat's token"


async def test_what_was_gathered_is_in_the_audit_by_how_much_it_was(
    access: SubjectAccessService, one: str, schema_database: Database
) -> None:
    await access.gather(reference_of(one), COMMAND_LINE, with_records=False)
    await access.gather(reference_of(one), COMMAND_LINE, with_records=True)
    whole, some, _ = await newest(schema_database, 3)
    assert (some.action, some.who, some.subject) == ("person_exported", COMMAND_LINE, one)
    assert (whole.action, whole.subject) == (Deed.PERSON_EXPORTED_WHOLE, one)


async def test_nothing_is_given_that_could_not_be_written_down(one: str, url: str) -> None:
    reader = await open_database(url, read_only=True)
    try:
        with pytest.raises(ReadOnly):
            await access_to(reader).gather(reference_of(one), COMMAND_LINE, with_records=False)
    finally:
        await reader.close()


async def test_a_reference_that_names_no_one_thing_gives_nothing(
    access: SubjectAccessService, one: str, schema_database: Database
) -> None:
    with pytest.raises(NotOneError) as refused:
        await access.gather("ZZZZZZZ", COMMAND_LINE, with_records=False)
    assert not refused.value.several
    same = sql("update conversation set reference = :reference")
    await schema_database.write([same(reference=reference_of(one))])
    with pytest.raises(NotOneError) as refused:
        await access.gather(reference_of(one), COMMAND_LINE, with_records=False)
    assert refused.value.several, "the other chat may be about somebody else"


async def test_a_request_to_be_rung_is_given_by_its_own_reference(
    schema_database: Database,
) -> None:
    office = an_office(schema_database, date(2026, 11, 30))
    slot, later, *_ = await office.service.slots(Lane.OWN)
    form = a_form(slot.start, note="nothing since my arrest")
    made = await office.service.ask(form, "one", FROM_PAGE)
    for command in (
        Claim(at=2, staff="amina-id"),
        Note(at=3, staff="amina-id", text="a note"),
        Try(at=4, staff="amina-id", outcome=Outcome.NO_ANSWER, seen=3, next=later),
    ):
        await office.service.do(made.callback.id, command)
    access = of(office)
    kept = await access.gather(made.reference, COMMAND_LINE, with_records=False)
    text = written(kept)
    for words in ("Amina Khan", "07911 123456", "+447911123456", "since my arrest", "no_answer"):
        assert words in text
    assert [one["what"] for one in kept.events] == ["Asked", "Assigned", "Tried", "Moved"]
    for hidden in ("a note", "amina-id", made.secret, made.callback.id):
        assert hidden not in json.dumps([kept.facts, *kept.events])
    whole = await access.gather(made.reference, COMMAND_LINE, with_records=True)
    assert whole.records == [{"what": "Noted", "at": 3, "text": "a note"}]


def of(office: Office) -> SubjectAccessService:
    database = office.database
    desk, beside = Desk(database, VAULT), Beside(database)  # nothing is beside a request
    shelves = Shelves(database, Retention(database), office.store, desk, beside)
    return SubjectAccessService(shelves, office.conversations, office.clock)
