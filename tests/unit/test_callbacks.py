"""The rules of a callback request: what the form takes, and what may become of it."""

from contextlib import suppress
from dataclasses import replace
from datetime import date
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.domain.callback_form import Caller, Form, Shared, checked, days_gone, initials
from chatbot.domain.callbacks import (
    Assigned,
    Callback,
    CallbackChanged,
    CallbackOver,
    CallbackTaken,
    Cancel,
    Claim,
    Command,
    Correct,
    Due,
    Ended,
    Event,
    Give,
    Move,
    Moved,
    Note,
    Outcome,
    Status,
    Try,
    decide,
    due,
    evolve,
)
from chatbot.domain.errors import Invalid, Refused
from chatbot.domain.hours import instant
from chatbot.domain.phones import find, why_not
from chatbot.domain.slots import Lane, Slot
from chatbot.services.phones import callable_number

TODAY: Final = date(2026, 11, 26)
TRIES: Final = 3
FORM: Final = Form(
    caller=Caller.CAUTIONED,
    name=" Amina\n Khan ",
    phone=" 07911  123456 ",
    slots=(1, 2),
    shared_phone=Shared.UNSURE,
    safe_to_call=True,
)
OPEN: Final = Callback("1", FORM, "+447911123456", Slot(10, 20))
NEXT: Final = Slot(30, 40)


def refused(form: Form) -> dict[str, str]:
    with pytest.raises(Invalid) as error:
        checked(form, TODAY)
    return error.value.fields


def do(now: Callback, *commands: Command) -> tuple[Callback, list[Event]]:
    events: list[Event] = []
    for command in commands:
        for event in decide(now, command, TRIES):
            now = evolve(now, event)
            events.append(event)
    return now, events


def tried(outcome: Outcome, slot: Slot | None = NEXT, seen: int = 0) -> Try:
    return Try(at=5, staff="amina", outcome=outcome, next=slot, seen=seen)


def test_what_is_not_answered_counts_as_the_safe_answer() -> None:
    kept = checked(FORM, TODAY)
    assert (kept.voicemail_ok, kept.text_ok, kept.say_who) == (False, False, False)
    assert (kept.name, kept.phone) == ("Amina Khan", "07911 123456")


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"name": "\u200b "}, {"name": "empty"}),
        ({"note": "x" * 1001}, {"note": "too_long"}),
        ({"slots": ()}, {"slots": "slot_missing"}),
        ({"slots": (1, 1)}, {"slots": "twice"}),
        ({"slots": (1, 2, 3, 4)}, {"slots": "too_many_slots"}),
        ({"safe_to_call": False}, {"safe_to_call": "not_safe"}),
        ({"email": "amina"}, {"email": "not_an_email"}),
        ({"arrested_on": "26/11/2026"}, {"arrested_on": "not_a_day"}),
        ({"arrested_on": "2026-02-30"}, {"arrested_on": "not_a_day"}),
        ({"arrested_on": "2026-11-27"}, {"arrested_on": "in_the_future"}),
        ({"arrested_on": "2019-11-27"}, {"arrested_on": "too_early"}),
        ({"phone": ""}, {"phone": "empty"}),
    ],
)
def test_a_field_that_cannot_be_used_is_named(wrong: dict[str, Any], why: dict[str, str]) -> None:
    assert refused(replace(FORM, **wrong)) == why


def test_only_cautioned_people_are_asked_about_the_arrest() -> None:
    form = replace(FORM, arrested_on="2026-11-12", police_area="Hampshire")
    assert days_gone(checked(form, TODAY), TODAY) == 14
    partner = checked(replace(form, caller=Caller.PARTNER), TODAY)
    assert (partner.arrested_on, partner.police_area) == ("", "")
    assert days_gone(partner, TODAY) is None


def test_who_calls_for_others_takes_nobodys_place() -> None:
    lanes = {caller: caller.lane for caller in Caller}
    assert lanes == {
        Caller.CAUTIONED: Lane.OWN,
        Caller.PARTNER: Lane.OWN,
        Caller.PROFESSIONAL: Lane.THIRD,
        Caller.OTHER: Lane.THIRD,
    }


@given(st.text())
def test_initials_hold_no_more_than_two_letters(name: str) -> None:
    assert sum(sign != "." for sign in initials(name)) <= 6  # a letter may have two as a capital


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("023 8000 1061", "+442380001061"),
        ("(02380) 00-10-61", "+442380001061"),
        ("+44 (0)23 8000 1061", "+442380001061"),
        ("0044 7911 123456", "+447911123456"),
        ("7911123456", "+447911123456"),
        ("0808 2000 247", "+448082000247"),
        ("07624 312345", "+447624312345"),
    ],
)
def test_a_number_is_read_however_it_is_typed(typed: str, number: str) -> None:
    assert callable_number(typed) == number


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("07700 900123", "phone_drama"),
        ("+44 1632 960001", "phone_drama"),
        ("116 123", "phone_short"),
        ("999", "phone_short"),
        ("0909 123 4567", "phone_premium"),
        ("070 1234 5678", "phone_premium"),
        ("0871 200 3000", "phone_premium"),
        ("+33 1 23 45 67 89", "phone_abroad"),
        ("00 1 202 555 0123", "phone_abroad"),
        ("07911 12345", "not_a_phone"),
        ("ring me", "not_a_phone"),
        ("0" * 41, "not_a_phone"),
        ("", "empty"),
    ],
)
def test_a_number_that_nobody_can_ring_back_is_explained(typed: str, why: str) -> None:
    with pytest.raises(Invalid) as error:
        callable_number(typed)
    assert error.value.fields == {"phone": why}


@given(st.text(max_size=60))
def test_any_text_is_a_number_or_refused_with_a_reason(typed: str) -> None:
    found = ""
    with suppress(Invalid):
        found = callable_number(typed)
    assert not found or (found.startswith("+44") and why_not(typed) is None)


@pytest.mark.parametrize(
    ("message", "number"),
    [
        ("my number is 07911 123456", "07911 123456"),
        ("ring +44 7911-123-456 please", "+44 7911-123-456"),
        ("(023) 8000 1061", "(023) 8000 1061"),
        ("the 12/11/2026 at 10.30", None),
        ("case 12345678901", None),
        ("i was arrested 14 days ago", None),
    ],
)
def test_a_number_in_a_message_is_recognised(message: str, number: str | None) -> None:
    assert find(message) == number


def test_three_calls_in_vain_end_a_request() -> None:
    second = tried(Outcome.WRONG_PERSON, Slot(50, 60), seen=2)
    now, events = do(OPEN, tried(Outcome.NO_ANSWER), second)
    assert (now.status, now.tries, now.slot) == (Status.OPEN, 2, Slot(50, 60))
    now, events = do(now, tried(Outcome.NO_ANSWER, None, seen=4))
    assert (now.status, now.ending, now.closed_at) == (Status.DONE, "not_reached", 5)
    assert [type(event).__name__ for event in events] == ["Tried", "Ended"]


def test_who_was_reached_and_wants_another_call_has_all_tries_again() -> None:
    reached = tried(Outcome.REACHED, Slot(50, 60), seen=2)
    now, _ = do(OPEN, tried(Outcome.NO_ANSWER), reached)
    assert (now.status, now.tries) == (Status.OPEN, 0)


def test_one_call_that_is_sent_twice_counts_once_and_only_for_who_has_the_request() -> None:
    now, _ = do(OPEN, tried(Outcome.NO_ANSWER))
    with pytest.raises(CallbackChanged):
        do(now, tried(Outcome.NO_ANSWER, Slot(50, 60)))
    now, _ = do(now, Claim(at=6, staff="bilal"))
    with pytest.raises(CallbackTaken):
        do(now, tried(Outcome.NO_ANSWER, Slot(50, 60), seen=3))


@pytest.mark.parametrize("outcome", [Outcome.UNSAFE, Outcome.DECLINED, Outcome.COMPLETED])
def test_some_calls_are_the_last(outcome: Outcome) -> None:
    now, _ = do(OPEN, tried(outcome))
    assert (now.status, now.ending) == (Status.DONE, outcome)
    with pytest.raises(CallbackOver):
        do(now, tried(Outcome.NO_ANSWER))


@pytest.mark.parametrize("outcome", [Outcome.REACHED, Outcome.NO_ANSWER, Outcome.WRONG_PERSON])
def test_a_call_that_ends_nothing_says_when_the_next_one_is(outcome: Outcome) -> None:
    with pytest.raises(Invalid):
        do(OPEN, tried(outcome, None))


def test_what_a_colleague_has_is_given_not_taken() -> None:
    now, events = do(OPEN, Claim(at=1, staff="amina"), Claim(at=2, staff="amina"))
    assert events == [Assigned(at=1, staff="amina", to="amina")]
    with pytest.raises(CallbackTaken):
        do(now, Claim(at=3, staff="bilal"))
    now, _ = do(now, Give(at=4, staff="cleo", to="bilal"))
    assert now.assignee == "bilal"
    assert do(now, Give(at=5, staff="bilal", to=None))[0].assignee is None


def test_what_was_cancelled_stays_so_and_can_still_be_noted_on() -> None:
    now, events = do(OPEN, Move(at=1, slot=NEXT), Cancel(at=2), Cancel(at=3))
    assert events == [Moved(at=1, slot=NEXT), Ended(at=2, ending="cancelled")]
    now, _ = do(now, Note(at=4, staff="amina", text="they rang us"))
    assert now.status is Status.CANCELLED


OUTCOMES: Final = st.sampled_from(Outcome)
SLOTS: Final = st.integers(0, 9).map(lambda n: Slot(n * 10, n * 10 + 10))
COMMANDS: Final = st.one_of(
    st.builds(Move, at=st.just(1), slot=SLOTS),
    st.builds(Claim, at=st.just(1), staff=st.sampled_from(["amina", "bilal"])),
    st.builds(Cancel, at=st.just(1)),
    st.builds(Correct, at=st.just(1), staff=st.just("amina"), form=st.just(FORM)),
    st.builds(Note, at=st.just(1), staff=st.just("amina"), text=st.just("a")),
    st.builds(Try, at=st.just(1), staff=st.just("amina"), outcome=OUTCOMES, next=st.none() | SLOTS),
)


@given(st.lists(COMMANDS, max_size=20))
def test_an_ended_request_has_an_ending_and_nobody_rings_for_ever(commands: list[Command]) -> None:
    now = OPEN
    for command in commands:
        try:
            now, _ = do(now, command)
        except Refused:
            continue
        assert (now.status is Status.OPEN) is (now.ending == "")
        assert now.tries < TRIES or now.status is Status.DONE


def test_the_queue_sorts_by_when_somebody_is_to_be_rung() -> None:
    day = date(2026, 11, 30)
    slot = Slot(instant(day, 600), instant(day, 630))
    moments = {instant(day, minute): minute for minute in (0, 599, 600, 629, 630)}
    found = [due(slot, at) for at in moments]
    assert found == [Due.TODAY, Due.TODAY, Due.NOW, Due.NOW, Due.OVERDUE]
    assert due(slot, instant(date(2026, 11, 29), 1439)) is Due.LATER
