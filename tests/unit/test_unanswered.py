"""Which questions count as asked in vain, told from what happens in a conversation."""

from dataclasses import replace

import pytest

from chatbot.domain import commands as c
from chatbot.domain.conversation import Conversation, decide, evolve
from chatbot.domain.events import Recorded
from chatbot.domain.outcome import Option, Outcome
from chatbot.domain.unanswered import AGAIN_MS, AGAIN_TIMES, Mark, Reason, marks, rests

OPTIONS = (Option("cost", "What does it cost?"), Option("late", "What if I am late?"))


class Talk:
    """A conversation with the assistant, and the marks that it leaves."""

    def __init__(self) -> None:
        self.now = Conversation(id="1")
        self.does(c.Open(at=0, notice="1"))

    def does(self, command: c.Command) -> list[Mark]:
        before, new = self.now, []
        for event in decide(self.now, command):
            self.now = evolve(self.now, event)
            new.append(Recorded(self.now.position, self.now.seq, event))
        return marks(before, new)

    def asks(self, text: str = "why") -> None:
        said = self.does(c.Say(at=1, text=text, client_id=f"{self.now.position}"))
        assert said == []

    def hears(self, outcome: Outcome, slug: str | None = None) -> list[Mark]:
        options = OPTIONS if outcome is Outcome.CLARIFY else ()
        return self.does(
            c.Answer(
                at=2,
                to=self.now.asked,
                text="a",
                html="a",
                outcome=outcome,
                slug=slug,
                options=options,
            )
        )


def test_no_answer_counts_and_an_answer_does_not() -> None:
    talk = Talk()
    talk.asks()
    assert talk.hears(Outcome.UNANSWERED) == [Mark(2, Reason.UNANSWERED, 2)]
    talk.asks()
    assert talk.hears(Outcome.ANSWERED, "cost") == []


def test_a_question_back_counts_until_one_of_those_offered_is_picked() -> None:
    talk = Talk()
    talk.asks()
    assert talk.hears(Outcome.CLARIFY) == [Mark(2, Reason.CLARIFIED, 2)]
    picked = talk.does(c.Say(at=3, text="What does it cost?", client_id="p", slug="cost"))
    assert picked == [Mark(2, Reason.CLARIFIED, 3, set=False)]


def test_a_rating_counts_by_its_answer_and_can_be_taken_back() -> None:
    talk = Talk()
    talk.asks()
    talk.hears(Outcome.ANSWERED, "cost")
    assert talk.does(c.Rate(at=4, helpful=False, answer_seq=3)) == [Mark(3, Reason.UNHELPFUL, 4)]
    back = talk.does(c.Rate(at=5, helpful=True, answer_seq=3))
    assert back == [Mark(3, Reason.UNHELPFUL, 5, set=False)]
    assert talk.does(c.Rate(at=6, helpful=False)) == []


def test_asking_for_a_person_counts_for_what_was_asked_before() -> None:
    silent, talk = Talk(), Talk()
    assert silent.does(c.AskForPerson(at=1, staffed=True)) == []
    talk.asks()
    talk.hears(Outcome.ANSWERED, "cost")
    handed = talk.does(c.AskForPerson(at=6, staffed=True))
    assert handed == [Mark(2, Reason.HANDED_OVER, 6)]
    talk.does(c.TakeOver(at=7, staff="amina", name="Amina"))
    assert talk.does(c.Release(at=8, staff="amina")) == []


def test_of_a_demo_nothing_counts() -> None:
    talk = Talk()
    talk.now = replace(talk.now, demo=True)
    talk.asks()
    assert talk.hears(Outcome.UNANSWERED) == []


@pytest.mark.parametrize(
    ("dismissed_at", "since", "later", "expected"),
    [
        (0, 0, 0, False),
        (9, 0, 0, True),
        (9, 0, 10 * AGAIN_MS, True),
        (9, 1, AGAIN_MS - 1, True),
        (9, 1, AGAIN_MS, False),
        (9, AGAIN_TIMES - 1, 0, True),
        (9, AGAIN_TIMES, 0, False),
    ],
)
def test_what_is_dismissed_stays_away_until_it_is_asked_often_or_much_later(
    dismissed_at: int, since: int, later: int, *, expected: bool
) -> None:
    assert rests(dismissed_at, since, dismissed_at + later) is expected
