"""Messages that lean on the answer before, and how far they may lean."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.answers.engine import Engine
from chatbot.answers.followup import leans, together
from chatbot.answers.normalise import normalise
from chatbot.domain.outcome import Outcome


@pytest.mark.parametrize(
    "text",
    [
        "how long is that?",
        "and if im ill?",
        "where",
        "so when",
        "what about sundays",
        "even if its my first time?",
        "why",
        "but i work on saturdays",
    ],
)
def test_a_short_message_that_goes_on_leans(text: str) -> None:
    assert leans(normalise(text))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "...",
        "will a conditional caution show on my dbs check",
        "which trainer runs the saturday workshop",
        "and then there is my mother who lives in gosport and wants to come along on the day",
    ],
)
def test_a_whole_question_stands_alone(text: str) -> None:
    assert not leans(normalise(text))


def test_both_questions_are_read_as_one() -> None:
    assert together("Where is it?", "and when?") == "Where is it, and when?"


@pytest.mark.parametrize(
    ("previous", "text", "slug"),
    [
        ("what-is-cara", "how long is that?", "how-many-how-long"),
        ("what-is-cara", "where", "where"),
        ("how-many-how-long", "and if i miss one?", "miss-or-break-condition"),
        ("criminal-record", "do i have to tell my boss?", "tell-employer"),
    ],
)
def test_a_follow_up_finds_its_entry(engine: Engine, previous: str, text: str, slug: str) -> None:
    found = engine.reply(text, previous=previous)
    options = [option.slug for option in found.reply.options]
    assert slug in {found.reply.slug, *options}


@given(st.sampled_from(["and then?", "ok but", "the other thing", "yes that", "hmm so", "and"]))
def test_context_alone_is_never_answered_from(engine: Engine, text: str) -> None:
    found = engine.reply(text, previous="criminal-record")
    assert found.reply.slug != "criminal-record"
    assert found.reply.outcome is not Outcome.ANSWERED


@pytest.mark.parametrize("previous", ["cost", "request-callback", "what-is-cara"])
@pytest.mark.parametrize(
    "text", ["whats the weather on mars", "flu jab", "play music", "football scores", "asdf qwer"]
)
def test_what_is_not_about_cara_is_not_made_so_by_the_answer_before(
    engine: Engine, previous: str, text: str
) -> None:
    assert engine.reply(text, previous=previous).reply.outcome is Outcome.UNANSWERED


def test_a_new_question_is_not_bent_by_the_one_before(engine: Engine) -> None:
    alone = engine.reply("how do i complain").reply
    assert engine.reply("how do i complain", previous="dbs").reply == alone


@pytest.mark.parametrize(
    ("previous", "text"),
    [("what-to-bring", "and my tablets?"), ("why-me", "what if i wont")],
)
def test_what_only_sounds_like_harm_alone_is_read_with_the_answer_before(
    engine: Engine, previous: str, text: str
) -> None:
    assert engine.reply(text, previous=previous).alarm is None


@pytest.mark.parametrize("text", ["and i want to kill myself", "I have a plan and a date"])
def test_harm_is_heard_whatever_was_answered_before(engine: Engine, text: str) -> None:
    assert engine.reply(text, previous="what-to-bring").alarm is not None
