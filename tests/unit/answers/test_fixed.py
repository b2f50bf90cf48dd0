"""Whether somebody attends is never guessed at, and whoever wants a person is understood."""

from collections.abc import Sequence

import pytest

from chatbot.answers.engine import Engine
from chatbot.answers.fixed import (
    IS_SOMEONE_ATTENDING,
    TALK_TO_HUMAN,
    human_asked_for,
    person_asked_for,
)
from chatbot.answers.knowledge import Knowledge
from chatbot.answers.normalise import normalise
from chatbot.domain.faq import Entry
from chatbot.domain.outcome import Outcome

ATTENDING = [
    "is John Smith attending",
    "Has Kevin started yet?",
    "is my ex one of your clients",
    "do you know if jane is on the list",
    "is she on it yet",
    "is steve there",
    "has my ex husband been to the workshop",
    "Is John Smith on the course?",
    "IS JOHN SMITH ON THE COURSE",
    "is dave on the course",
    "is Dave Brown on CARA",
    "can you tell me if Sarah Jones is on your course",
    "has my ex finished the course",
    "is my husband doing CARA",
    "did my partner turn up on saturday",
    "has he turned up to the workshop",
    "is he on the course",
    "is he on your course?",
    "is mr jones on the list",
    "did Michael complete the programme",
    "Has Priya Patel signed up for the workshops?",
    "is there someone called Dave Smith on the course",
    "is a man called Keith on your course",
    "i want to know if my brother is doing the course",
    "is my client attending the workshops",
    "will Karen be at the session on saturday",
    "hi, is gary booked on the course",
    "Can you check if Gary Thompson is booked on",
    "is Wayne Rooney doing cara",
    "did my son finish the course",
    "Was Peter Kay at the workshop last saturday",
    "does my boyfriend attend the group",
    "Is Oluwaseun Adeyemi enrolled with you?",
    "can you confirm that Lee Carter has completed CARA",
]
NOT_ATTENDING = [
    "have i been booked on",
    "has the course started yet",
    "is lunch there",
    "will i be there all day",
    "",
    "is the course on saturday",
    "is parking at the workshop free",
    "is lunch included in the workshop",
    "who is on the course",
    "am i on the list for the workshop",
    "is my wife allowed to come to the course with me",
    "what do i do on the course",
    "will i finish the course",
    "is CARA a course",
    "is Hampton Trust doing the course",
    "is childcare part of the course",
    "are women on the course",
    "is mr on the course",
]
HUMAN = [
    "can i talk to a person",
    "talk to a human",
    "Talk to a person",
    "i want to speak to someone",
    "human please",
    "agent",
    "put me through to a human",
    "let me speak to an adviser",
    "I'd rather talk to a real person",
    "speak to someone",
    "can I speak with a member of staff",
    "please can i talk to somebody",
    "get me a person",
    "real person",
    "connect me to an operator",
    "i need to talk to someone",
    "i want to talk to a human not a robot",
    "transfer me to staff",
]
NOT_HUMAN = [
    "do i need to speak to someone before the course",
    "will i have to talk to someone about it",
    "are you a person",
    "is a human reading this",
    "what person do i bring",
    "",
]


@pytest.mark.parametrize("text", ATTENDING)
def test_who_attends_is_never_told(engine: Engine, text: str) -> None:
    found = engine.reply(text)
    assert (found.reply.outcome, found.reply.slug) == (Outcome.ANSWERED, IS_SOMEONE_ATTENDING)
    assert found.candidates[0].slug == IS_SOMEONE_ATTENDING
    assert (found.step, found.confidence) == ("fixed", 1)


@pytest.mark.parametrize(
    "text",
    [
        "is my husband attending",
        "do you have a man called Keith on your course",
        "my ex says he is on your course is that true",
        "has my ex husband been to the workshop",
    ],
)
def test_who_attends_is_understood_in_other_words(engine: Engine, text: str) -> None:
    assert engine.reply(text).reply.slug == IS_SOMEONE_ATTENDING


@pytest.mark.parametrize("text", NOT_ATTENDING)
def test_other_questions_about_the_course_name_nobody(text: str) -> None:
    assert not person_asked_for(text, normalise(text))


@pytest.mark.parametrize("text", HUMAN)
def test_whoever_asks_for_a_person_is_understood(engine: Engine, text: str) -> None:
    found = engine.reply(text)
    assert (found.reply.outcome, found.reply.slug) == (Outcome.ANSWERED, TALK_TO_HUMAN)
    assert found.step == "fixed"


@pytest.mark.parametrize("text", NOT_HUMAN)
def test_speaking_of_people_asks_for_none(text: str) -> None:
    assert not human_asked_for(text, normalise(text))


def test_harm_goes_before_a_fixed_answer(engine: Engine) -> None:
    found = engine.reply("i want to kill myself, can i talk to a person")
    assert found.reply.outcome is Outcome.SIGNPOSTED


def test_an_entry_that_is_not_published_is_not_given(
    entries: Sequence[Entry], knowledge: Knowledge
) -> None:
    few = [entry for entry in entries if entry.slug not in {IS_SOMEONE_ATTENDING, TALK_TO_HUMAN}]
    built = Engine.build(few[:4], knowledge, None, vectors=None)
    assert built.reply("can i talk to a person").step != "fixed"
