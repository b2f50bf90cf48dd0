"""What staff are told of, and when they are left in peace."""

from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.domain import commands as c
from chatbot.domain.conversation import Conversation, decide, record
from chatbot.domain.errors import Invalid
from chatbot.domain.hours import local
from chatbot.domain.notices import Kind, Notice, Preferences, notices

AMINA, BEN = "amina", "ben"
MINUTES: Final = st.integers(0, 1439)
INSTANTS: Final = st.integers(1_700_000_000_000, 1_900_000_000_000)


def told(*commands: c.Command) -> list[tuple[Kind, str]]:
    """Return what these commands have told, and whom."""
    return [(one.kind, one.person) for one in played(*commands)]


def played(*commands: c.Command) -> list[Notice]:
    found: list[Notice] = []
    now = Conversation(id="chat")
    for command in (c.Open(at=1, notice="1"), *commands):
        new, now = record(now, decide(now, command))
        found += notices("chat", new)
    return found


WAIT: Final = c.AskForPerson(at=5, staffed=True)
TAKE: Final = c.TakeOver(at=6, staff=AMINA, name="Amina")


def test_everybody_is_told_of_who_waits() -> None:
    assert told(WAIT) == [(Kind.WAITING, "")]
    assert told(c.LeaveMessage(at=5, text="left", html="left")) == [(Kind.MESSAGE_LEFT, "")]
    assert told(TAKE, c.Release(at=7, staff=AMINA)) == [(Kind.WAITING, "")]


def test_who_is_given_a_chat_is_told_and_who_takes_one_is_not() -> None:
    give = c.Transfer(at=7, staff=AMINA, to=BEN, name="Ben")
    assert told(TAKE) == []
    assert told(TAKE, give) == [(Kind.ASSIGNED, BEN)]


def test_who_is_called_in_a_note_is_told_but_not_its_writer() -> None:
    note = c.AddNote(at=7, staff=AMINA, text="@Ben @Amina", mentions=(BEN, AMINA))
    assert told(note) == [(Kind.MENTIONED, BEN)]


def test_every_notice_has_an_id_of_its_own() -> None:
    note = c.AddNote(at=7, staff=AMINA, text="both", mentions=(BEN, "cleo"))
    found = [one.id for one in played(WAIT, TAKE, c.Release(at=8, staff=AMINA), note)]
    assert len(set(found)) == len(found) == 4


@given(MINUTES, MINUTES, INSTANTS)
def test_quiet_hours_end_when_they_say(since: int, until: int, at: int) -> None:
    wishes = Preferences(quiet_from=since, quiet_to=until)
    ends = wishes.quiet_until(at)
    then = local(at)
    assert (ends is None) is not wishes.quiet(then.hour * 60 + then.minute)
    if ends is not None:
        after = local(ends)
        assert ends > at
        assert after.hour * 60 + after.minute in {until, until + 60}, "a clock may go forward there"
        assert ends - at <= 25 * 3_600_000


@given(MINUTES)
def test_the_same_minute_twice_is_no_quiet(minute: int) -> None:
    assert not any(Preferences(quiet_from=minute, quiet_to=minute).quiet(m) for m in range(1440))


@pytest.mark.parametrize("wrong", [{"volume": 101}, {"quiet_from": 1440}, {"quiet_to": -1}])
def test_what_makes_no_sense_is_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(Invalid):
        Preferences(**wrong)  # type: ignore[arg-type]  # whole numbers only
