"""Callback requests on both engines: booked once, never oversold, changed, ended and erased."""

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import date
from typing import Final
from uuid import uuid4

import pytest

from chatbot.domain.audit import COMMAND_LINE
from chatbot.domain.callback_form import Caller
from chatbot.domain.callbacks import Asked, CallbackOver, Claim, Note, Outcome, Status, Try
from chatbot.domain.errors import Invalid
from chatbot.domain.events import CallbackAsked
from chatbot.domain.hours import Period, parse_week
from chatbot.domain.slots import MINUTE, Lane, Slot
from chatbot.services.callbacks import Origin, Receipt
from chatbot.services.errors import CallbackSent, NoCallback, SlotTaken
from chatbot.store.callbacks import PAGE, Place
from chatbot.store.database import Database
from chatbot.store.query import sql
from tests.store.callers import FROM_PAGE, TERMS, Office, a_form, an_office

MONDAY: Final = date(2026, 11, 30)
BOOKINGS: Final = 200
PLAIN: Final = ("id", "reference", "client_id", "secret_hash", "status", "ending", "assignee")


@pytest.fixture(name="office")
def _office(schema_database: Database) -> Office:
    return an_office(schema_database, MONDAY)


async def ask(office: Office, *slots: int, client_id: str = "", **other: object) -> Receipt:
    form = a_form(*slots, **other)
    return await office.service.ask(form, client_id or str(uuid4()), FROM_PAGE)


async def test_of_200_who_book_at_once_exactly_those_get_a_slot_for_whom_there_is_room(
    office: Office,
) -> None:
    starts = [slot.start for slot in (await office.service.slots(Lane.OWN))[:20]]

    async def book(number: int) -> Receipt | None:
        wanted = starts[number % 20], starts[(number * 7 + 3) % 20]
        caller = Caller.PARTNER if number % 5 else Caller.PROFESSIONAL
        try:
            return await ask(office, *dict.fromkeys(wanted), caller=caller)
        except SlotTaken:
            return None

    booked = [made for made in await asyncio.gather(*map(book, range(BOOKINGS))) if made]
    held = Counter((made.callback.slot.start, made.callback.form.lane) for made in booked)
    room = TERMS.rules.room
    assert all(count <= room[lane] for (_, lane), count in held.items())
    assert held == await office.store.taken(0)
    kept = await office.store.open()
    assert {one.id for one in kept} == {made.callback.id for made in booked}
    # Whoever got nothing wanted slots that are full.
    assert sum(held.values()) >= 20 * room[Lane.OWN] * 0.9


async def test_a_form_that_is_sent_twice_at_once_makes_one_request(office: Office) -> None:
    (slot, *_) = await office.service.slots(Lane.OWN)
    sent = [ask(office, slot.start, client_id="one") for _ in range(20)]
    receipts = await asyncio.gather(*sent)
    assert len({(made.reference, made.secret) for made in receipts}) == 1
    assert await office.store.taken(0) == {(slot.start, Lane.OWN): 1}


async def test_another_form_under_the_same_id_is_not_taken_for_the_first(office: Office) -> None:
    slot, other, *_ = await office.service.slots(Lane.OWN)
    made = await ask(office, slot.start, client_id="one")
    with pytest.raises(CallbackSent) as refused:
        await ask(office, other.start, client_id="one")
    assert refused.value.data == {"reference": made.reference}


async def test_the_first_wanted_slot_that_is_free_is_booked(office: Office) -> None:
    slot, other, *_ = await office.service.slots(Lane.THIRD)
    await ask(office, slot.start, caller=Caller.OTHER)
    made = await ask(office, slot.start, other.start, caller=Caller.OTHER)
    assert made.callback.slot == other
    with pytest.raises(SlotTaken) as refused:
        await ask(office, slot.start, other.start, caller=Caller.OTHER)
    nearest = refused.value.nearest
    assert nearest[0].start == other.end
    assert len(nearest) == 5
    assert (await ask(office, slot.start)).callback.slot == slot, "each lane has its own room"


async def test_nothing_personal_is_readable_in_the_database(
    office: Office, schema_database: Database
) -> None:
    (slot, *_) = await office.service.slots(Lane.OWN)
    await ask(office, slot.start, note="nothing since my arrest", email="amina@example.org")
    rows = await schema_database.fetch(sql("select * from callback"))
    events = await schema_database.fetch(sql("select * from callback_event"))
    sealed = [row["memory"] for row in rows] + [row["payload"] for row in events]
    written = b"".join(map(bytes, sealed))
    plain = b"".join(str(row[name]).encode() for row in rows for name in PLAIN)
    for words in (b"Amina", b"07911", b"447911", b"arrest", b"example.org"):
        assert words not in written
        assert words not in plain


async def test_only_the_secret_opens_a_request(office: Office) -> None:
    (slot, *_) = await office.service.slots(Lane.OWN)
    made = await ask(office, slot.start)
    typed = made.secret.lower().replace("0", "o")
    assert (await office.service.find(made.reference.lower(), typed)).id == made.callback.id
    for reference, secret in ((made.reference, "wrong"), ("0000000", made.secret)):
        with pytest.raises(NoCallback):
            await office.service.find(reference, secret)


async def test_a_moved_request_gives_its_place_back(office: Office) -> None:
    slot, other, *_ = await office.service.slots(Lane.THIRD)
    made = await ask(office, slot.start, caller=Caller.OTHER)
    moved = await office.service.move(made.reference, made.secret, (other.start,))
    assert moved.slot == other
    assert await office.store.taken(0) == {(other.start, Lane.THIRD): 1}
    second = await ask(office, slot.start, caller=Caller.OTHER)
    with pytest.raises(SlotTaken):
        await office.service.move(second.reference, second.secret, (other.start,))
    found = await office.service.find(second.reference, second.secret)
    assert found.slot == slot, "who cannot move keeps what they have"


async def test_a_cancelled_request_frees_its_place_and_stays_so(office: Office) -> None:
    (slot, *_) = await office.service.slots(Lane.OWN)
    made = await ask(office, slot.start)
    for _ in range(2):
        gone = await office.service.cancel(made.reference, made.secret)
        assert gone.status is Status.CANCELLED
    assert await office.store.taken(0) == {}
    with pytest.raises(CallbackOver):
        await office.service.move(made.reference, made.secret, (slot.start,))


async def test_hours_that_change_while_somebody_chooses_are_noticed(office: Office) -> None:
    slot, *_, last = await office.service.slots(Lane.OWN)
    await office.hours.save_week(parse_week("mon-fri 13:00-17:00"), 0, COMMAND_LINE)
    with pytest.raises(SlotTaken) as refused:
        await ask(office, slot.start)
    assert all(near.start > slot.start for near in refused.value.nearest)
    made = await ask(office, slot.start, last.start)
    assert made.callback.slot.start == last.start
    closed = Period(last.start, last.end)
    await office.hours.add_closure(closed, "", COMMAND_LINE)
    with pytest.raises(SlotTaken):
        await ask(office, last.start)


async def test_room_that_shrinks_while_somebody_chooses_oversells_nothing(office: Office) -> None:
    (slot, *_) = await office.service.slots(Lane.OWN)
    for _ in range(2):
        await ask(office, slot.start)
    rules = replace(TERMS.rules, room={Lane.OWN: 1, Lane.THIRD: 1})
    office.service.terms = replace(TERMS, rules=rules)
    with pytest.raises(SlotTaken):
        await ask(office, slot.start)


async def test_every_wrong_field_is_named(office: Office) -> None:
    with pytest.raises(Invalid) as refused:
        await ask(
            office,
            name=" ",
            phone="0909 8790000",
            email="no",
            safe_to_call=False,
            arrested_on="2026-12-24",
        )
    assert set(refused.value.fields) == {
        "name",
        "phone",
        "slots",
        "email",
        "safe_to_call",
        "arrested_on",
    }


async def test_the_chat_in_which_it_was_asked_is_told(office: Office) -> None:
    started = await office.conversations.start("1")
    (slot, *_) = await office.service.slots(Lane.OWN)
    origin = Origin("en", started.id)
    made = await office.service.ask(a_form(slot.start), "one", origin)
    _, events = await office.conversations.thread(started.id, 0, 10)
    assert events[-1].event == CallbackAsked(at=office.clock.now, reference=made.reference)
    assert await office.store.of_conversation(started.id) == [made.callback.id]
    await office.conversations.leave(started.id)
    origin = Origin("en", started.id)
    again = await office.service.ask(a_form(slot.start), "two", origin)
    assert again.callback.conversation == started.id, "a request is kept though the chat has ended"


async def test_two_of_staff_who_act_at_once_end_in_one_order(office: Office) -> None:
    slot, *more = await office.service.slots(Lane.OWN)
    made = await ask(office, slot.start)
    claims = [Claim(at=1, staff=who) for who in ("amina", "bilal")]
    first, second = await asyncio.gather(
        *(office.service.do(made.callback.id, claim) for claim in claims), return_exceptions=True
    )
    assert isinstance(first, Exception) is not isinstance(second, Exception)
    had = (await office.service.load(made.callback.id)).callback
    who = had.assignee or ""
    tried = Try(at=2, staff=who, outcome=Outcome.NO_ANSWER, next=more[0], seen=had.position)
    after = await office.service.do(made.callback.id, tried)
    assert (after.tries, after.slot) == (1, more[0])
    await office.service.do(made.callback.id, Note(at=3, staff="amina", text="rang twice"))
    stored = await office.service.load(made.callback.id)
    kinds = [type(event).__name__ for event in await office.store.events(stored)]
    assert kinds == ["Asked", "Assigned", "Tried", "Moved", "Noted"]


async def test_what_was_erased_is_gone_for_everybody(office: Office) -> None:
    (slot, *_) = await office.service.slots(Lane.OWN)
    made = await ask(office, slot.start)
    stored = await office.service.load(made.callback.id)
    await office.store.erase(stored, 5, "amina")
    with pytest.raises(NoCallback):
        await office.service.load(made.callback.id)
    with pytest.raises(NoCallback):
        await office.service.find(made.reference, made.secret)
    assert (await office.store.open(), await office.store.taken(0)) == ([], {})


COUNTED = sql("select count(*) as n from counted")


async def test_what_is_made_up_is_counted_nowhere_reminds_nobody_and_takes_no_room(
    office: Office,
) -> None:
    (slot, *_) = free = await office.service.slots(Lane.THIRD)
    beside = Slot(slot.start + 5 * MINUTE, slot.end + 5 * MINUTE)
    form = a_form(beside.start, caller=Caller.OTHER, phone="07700 900123")
    made = await office.service.make_up(form, beside)
    await office.service.do(made.id, Claim(at=office.clock.now, staff="amina"))
    assert (made.number, made.demo) == ("+447700900123", True)
    assert await office.service.slots(Lane.THIRD) == free
    assert await office.store.to_remind(beside.end) == []
    real = await office.service.ask(a_form(slot.start), "one", FROM_PAGE)
    assert [one.id for one in await office.store.to_remind(beside.end)] == [real.callback.id]
    [counted] = await office.database.fetch(COUNTED)
    assert counted["n"] == 1, "only the real one"
    assert await office.store.of_demo() == [made.id]
    stored = await office.service.load(made.id)
    await office.store.erase(stored, office.clock.now, COMMAND_LINE)
    assert await office.store.of_demo() == []


async def test_a_sweep_goes_on_until_nothing_is_over(office: Office) -> None:
    many, (slot, *_) = PAGE + 1, await office.service.slots(Lane.OWN)
    first = replace((await ask(office, slot.start)).callback, status=Status.CANCELLED, closed_at=1)
    place, asked = Place(slot, Lane.OWN, many + 1), (Asked(at=1),)
    ids = [f"00000000-0000-7000-8000-{number:012x}" for number in range(many)]
    await asyncio.gather(
        *(office.store.create(replace(first, id=one), one, "", asked, place) for one in ids)
    )
    assert await office.desk.over() == many, "as many as a dry run promises"
    assert await office.desk.sweep() == many
    assert await office.desk.over() == await office.desk.sweep() == 0
    assert len(await office.store.open()) == 1, "what has not ended stays"
