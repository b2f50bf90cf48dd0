"""What a visitor is told, on cases that leave no doubt."""

import gc
import json
import weakref
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from chatbot.answers import building
from chatbot.answers.encoder import Encoder
from chatbot.answers.engine import OFFERED, SHOWN, Engine
from chatbot.answers.knowledge import Knowledge
from chatbot.domain.faq import Entry
from chatbot.domain.outcome import SIGNPOSTS, SMALL_TALK, Outcome, Reply, Urgent

ASKED = [
    ("Where are the workshops held?", "where"),
    ("do i have to pay", "cost"),
    ("can i do it online", "online"),
    ("will the caution show on a dbs check", "dbs"),
    ("how do i complain", "complaint"),
    ("do i have to tell my employer", "tell-employer"),
    ("how do i hide this page", "hide-this-page"),
]
PLAIN = [
    ("Where are the workshops held?", "where"),
    ("can i do it online", "online"),
    ("will the caution show on a dbs check", "dbs"),
    ("how do i complain", "complaint"),
]
UNKNOWN = [
    "what is the capital of peru",
    "how do i bake a sourdough loaf",
    "asdfgh qwerty",
    "",
    "?!",
    "\U0001f44d",
    "\u4f60\u597d",
]
STORY = (
    "Hi, I got arrested in March after a row at home, and the officer was fine, and I signed a "
    "paper that I did not really read, my boss is asking questions, so will the caution show on "
    "a dbs check"
)


def _offered(reply: Reply) -> list[str]:
    return [option.slug for option in reply.options]


@pytest.mark.parametrize(("text", "slug"), ASKED)
def test_a_plain_question_is_answered(engine: Engine, text: str, slug: str) -> None:
    assert engine.reply(text).reply == Reply(Outcome.ANSWERED, slug)


@pytest.mark.parametrize(("text", "slug"), PLAIN)
def test_words_will_do_where_there_is_no_model(wordy: Engine, text: str, slug: str) -> None:
    found = wordy.reply(text)
    assert found.reply.slug == slug or slug in _offered(found.reply)
    assert found.candidates[0].slug == slug


def test_without_a_model_the_editors_words_are_answered(
    wordy: Engine, entries: Sequence[Entry]
) -> None:
    found = [wordy.reply(entry.question) for entry in entries]
    first = [
        one.candidates[0].slug == entry.slug for one, entry in zip(found, entries, strict=True)
    ]
    assert sum(first) > 0.9 * len(first)
    assert sum(one.reply.outcome is not Outcome.UNANSWERED for one in found) > 0.9 * len(found)


@pytest.mark.parametrize("text", UNKNOWN)
def test_what_is_not_known_is_not_answered(engine: Engine, text: str) -> None:
    reply = engine.reply(text).reply
    # "Sorry, I do not understand" is a small-talk entry of the admin's own words.
    assert reply.outcome is Outcome.UNANSWERED or reply.slug == "unclear"


@pytest.mark.parametrize("text", UNKNOWN)
def test_without_a_model_what_is_not_known_is_not_answered(wordy: Engine, text: str) -> None:
    assert wordy.reply(text).reply.slug is None


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("hello", "greeting"),
        ("thanks bye", "thanks-bye"),
        ("are you a bot", "are-you-a-bot"),
        ("this is useless", "rude-or-frustrated"),
    ],
)
def test_small_talk_is_small_talk(engine: Engine, text: str, slug: str) -> None:
    assert engine.reply(text).reply == Reply(Outcome.SMALLTALK, slug)


def test_small_talk_is_never_offered(engine: Engine, entries: Sequence[Entry]) -> None:
    small = {entry.slug for entry in entries if entry.topic == SMALL_TALK}
    offered = {
        slug
        for text in ("workshop", "course hello", "thanks for the letter", "a bot course thing")
        for slug in _offered(engine.reply(text).reply)
    }
    assert not offered & small


def test_an_unclear_question_has_options(engine: Engine) -> None:
    found = engine.reply("workshop")
    assert (found.reply.outcome, found.reply.slug) == (Outcome.CLARIFY, None)
    assert 2 <= len(found.reply.options) <= OFFERED
    assert found.step == "options"
    assert found.confidence < found.thresholds["answer"]


def test_an_option_shows_the_question_of_its_entry(
    engine: Engine, entries: Sequence[Entry]
) -> None:
    questions = {entry.slug: entry.question for entry in entries}
    options = engine.reply("workshop").reply.options
    assert all(questions[option.slug] == option.question for option in options)


@pytest.mark.parametrize(
    ("text", "both"),
    [
        ("where is it held and do i have to pay", ["where", "cost"]),
        ("Do I have to pay? And will the caution show on a DBS check?", ["cost", "dbs"]),
        ("how do i complain and can i do it online?", ["complaint", "online"]),
    ],
)
def test_of_two_questions_both_are_offered(engine: Engine, text: str, both: list[str]) -> None:
    found = engine.reply(text)
    assert (found.step, found.reply.outcome) == ("two questions", Outcome.CLARIFY)
    assert sorted(_offered(found.reply)) == sorted(both)


def test_a_question_at_the_end_of_a_story_is_found(engine: Engine) -> None:
    assert engine.reply(STORY).reply.slug == "dbs"


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("do i hav to pya for the worksohp", "cost"),
        ("will teh cautoin show on a dbs chekc", "dbs"),
        ("wher are the worksops held", "where"),
    ],
)
def test_slips_do_no_harm(engine: Engine, text: str, slug: str) -> None:
    found = engine.reply(text)
    assert found.candidates[0].slug == slug
    assert found.reply.slug == slug or slug in _offered(found.reply)
    assert found.corrected != text


def test_a_signpost_comes_first_and_the_question_is_not_lost(engine: Engine) -> None:
    text = "i want to kill myself. will the caution show on a dbs check?"
    reply = engine.reply(text).reply
    assert (reply.outcome, reply.slug) == (Outcome.SIGNPOSTED, SIGNPOSTS[Urgent.SELF_HARM])
    assert reply.urgent is Urgent.SELF_HARM
    assert "dbs" in _offered(reply)
    assert len(reply.options) <= 2


def test_another_signpost_is_no_option(engine: Engine, knowledge: Knowledge) -> None:
    texts = [text for kind in Urgent for text in knowledge.examples[kind][:15]]
    offered = {slug for text in texts for slug in _offered(engine.reply(text).reply)}
    assert not offered & set(SIGNPOSTS.values())


def test_the_question_of_a_signpost_leads_to_it(engine: Engine, entries: Sequence[Entry]) -> None:
    kinds = {slug: kind for kind, slug in SIGNPOSTS.items()}
    for entry in entries:
        if entry.slug in kinds:
            reply = engine.reply(entry.question).reply
            assert (reply.slug, reply.urgent) == (entry.slug, kinds[entry.slug])


def test_a_signpost_without_an_alarm_is_urgent_all_the_same(engine: Engine) -> None:
    found = engine.reply("what is childline")
    assert (found.alarm, found.step) == (None, "best")
    assert found.reply.urgent is Urgent.CHILD


def test_the_topic_before_is_remembered(engine: Engine) -> None:
    def share(previous: str | None) -> float:
        found = engine.reply("and how long", previous=previous)
        return next(c.share for c in found.candidates if c.slug == "how-many-how-long")

    assert share("cost") > share("dbs")
    assert share("greeting") == share(None) == share("no-such-entry")


def test_what_is_explained_is_plain_data(engine: Engine) -> None:
    for text in ("where is it held", "i want to kill myself", "", STORY):
        found = engine.reply(text)
        told = json.loads(json.dumps(found.to_dict()))
        assert set(told) == {
            "reply",
            "candidates",
            "corrected",
            "thresholds",
            "alarm",
            "confidence",
            "step",
        }
        assert told["reply"]["outcome"] == found.reply.outcome
        assert len(told["candidates"]) == SHOWN
        assert 0 <= told["confidence"] <= 1


def test_the_limits_are_told(engine: Engine) -> None:
    limits = engine.thresholds
    assert set(limits) == {"answer", "clarify", "answered", "wrong", "clarified", "urgent"}
    assert all(0 < value < 1 for value in limits.values())
    assert engine.reply("hello").thresholds == limits


def test_candidates_are_told_best_first_with_their_parts(engine: Engine) -> None:
    found = engine.reply("will the caution show on a dbs check").candidates
    assert [one.share for one in found] == sorted((one.share for one in found), reverse=True)
    assert sum(one.share for one in found) <= 1
    assert set(found[0].parts) == {
        "nearest",
        "centred",
        "classifier",
        "words",
        "letters",
        "coverage",
    }


@pytest.mark.parametrize(
    ("text", "slug"),
    [("dbs", "dbs"), ("parking", "where"), ("crimnal record", "criminal-record")],
)
def test_search_finds_by_a_word(engine: Engine, wordy: Engine, text: str, slug: str) -> None:
    assert engine.search(text, 5)[0] == slug
    assert wordy.search(text, 5)[0] == slug


def test_search_finds_no_more_than_wanted(engine: Engine) -> None:
    assert len(engine.search("workshop", 2)) == 2
    assert engine.search("workshop", 0) == []


@pytest.mark.parametrize("text", ["", "  ", "\U0001f600"])
def test_a_search_for_nothing_finds_nothing(engine: Engine, text: str) -> None:
    assert engine.search(text, 5) == []


def test_an_old_engine_goes_at_once(entries: Sequence[Entry], knowledge: Knowledge) -> None:
    """A large one left to the garbage collector would be there beside the new one for hours."""
    first = Engine.build(entries[:4], knowledge, None, vectors=None)
    first.reply("where is it held")
    old = weakref.ref(first)
    gc.disable()
    try:
        first = first.learn()
        assert old() is None
    finally:
        gc.enable()
    assert first.learnt


def test_several_threads_may_ask_at_once(engine: Engine) -> None:
    texts = [text for text, _ in ASKED] * 6
    with ThreadPoolExecutor(4) as pool:
        slugs = [found.reply.slug for found in pool.map(engine.reply, texts)]
    assert slugs == [slug for _, slug in ASKED] * 6


def test_without_entries_harm_is_heard_and_nothing_else_is_known(knowledge: Knowledge) -> None:
    empty = Engine.build([], knowledge, None, vectors=None)
    harm = empty.reply("i want to kill myself").reply
    assert harm == Reply(Outcome.SIGNPOSTED, None, (), Urgent.SELF_HARM)
    assert empty.reply("where is it held").reply == Reply(Outcome.UNANSWERED)
    assert empty.search("where", 5) == []


def test_a_second_build_learns_nothing_again(
    entries: Sequence[Entry],
    knowledge: Knowledge,
    encoder: Encoder,
    shipped_vectors: dict[str, bytes],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lessons: dict[str, str] = {}
    cache = dict(shipped_vectors)
    told: list[tuple[int, int]] = []
    fresh = Entry("zebra", "Is there a zebra crossing outside?", "Yes.", ("zebra crossing",))
    few = [*entries[:3], fresh]

    def build() -> Engine:
        return Engine.build(
            few,
            knowledge,
            encoder,
            vectors=cache,
            progress=lambda *step: told.append(step),
            lessons=lessons,
        )

    first = build()
    assert told == [(3, 3)]
    assert len(lessons) == 2

    def late(*_: object) -> None:
        pytest.fail("this was learnt already")

    monkeypatch.setattr(building, "learn", late)
    again = build()
    assert told == [(3, 3)]
    assert again.thresholds == pytest.approx(first.thresholds)
    assert again.reply("zebra crossing").reply.slug == "zebra"


def test_a_damaged_lesson_is_learnt_again(entries: Sequence[Entry], knowledge: Knowledge) -> None:
    lessons: dict[str, str] = {}

    def build() -> Engine:
        return Engine.build(entries[:4], knowledge, None, vectors=None, lessons=lessons)

    first, kept = build(), dict(lessons)
    for name in kept:
        lessons[name] = kept[name][:-5] + "x"
    assert build().thresholds == first.thresholds
    assert lessons == kept


def test_without_entries_a_long_message_is_not_answered(
    knowledge: Knowledge, encoder: Encoder, shipped_vectors: dict[str, bytes]
) -> None:
    none = Engine.build([], knowledge, encoder, vectors=shipped_vectors)
    asked = "i want to know about the course. what time does it start?"
    assert none.reply(asked).reply.outcome is Outcome.UNANSWERED


def test_an_entry_without_words_moves_no_other(
    knowledge: Knowledge, encoder: Encoder, shipped_vectors: dict[str, bytes]
) -> None:
    few = [
        Entry("a-1", "\U0001f600", "Yes."),
        Entry("bus-1", "Which bus goes there?", "Number 7."),
        Entry("cake-2", "Can I bring a cake?", "Please do."),
    ]
    found = Engine.build(few, knowledge, encoder, vectors=shipped_vectors)
    assert found.reply("can i bring a cake?").candidates[0].slug == "cake-2"
