"""Every entry weighed: forms, clauses and the topic before."""

from collections.abc import Sequence

import pytest

from chatbot.answers.corpus import Corpus
from chatbot.answers.index import Index
from chatbot.answers.judgement import UNTAUGHT
from chatbot.answers.ranking import Ranked, Ranker
from chatbot.answers.reader import Reader
from chatbot.answers.spelling import Speller, counted

GROUPS = [
    ["where is it held", "what is the address"],
    ["what does it cost", "do i have to pay"],
    ["how long is the caution"],
    ["how long is the workshop"],
    ["will it rain tomorrow", "who won the football"],
]
TOPICS = ["attending", "attending", "the-caution", "attending"]
WHERE, COST, RECORD, LENGTH = range(4)


def _rank(typed: str, topic: str | None = None, topics: Sequence[str] = TOPICS) -> Ranked:
    groups = [*GROUPS[: len(topics)], GROUPS[-1]]
    known = [text for group in groups for text in group]
    corpus = Corpus.of(groups, None)
    ranker = Ranker(corpus.columns, Index(corpus), UNTAUGHT[False], topics)
    return ranker.rank(Reader(Speller(counted(known)), None).read(typed), topic)


def test_the_best_entry_comes_first() -> None:
    ranked = _rank("do i have to pay")
    assert ranked.order[0] == COST
    assert sorted(ranked.order.tolist()) == list(range(len(TOPICS)))
    assert ranked.fits(COST)
    assert not ranked.fits(RECORD)


def test_what_is_not_ours_takes_share_and_is_never_ranked() -> None:
    ranked = _rank("will it rain tomorrow")
    assert ranked.shares.sum() == pytest.approx(1, abs=1e-5)
    assert ranked.shares.argmax() == len(TOPICS)
    assert len(TOPICS) not in ranked.order.tolist()
    assert ranked.chance < _rank("do i have to pay").chance


def test_the_topic_before_has_a_small_lead() -> None:
    assert _rank("how long is it", "the-caution").order[0] == RECORD
    assert _rank("how long is it", "attending").order[0] == LENGTH
    assert _rank("do i have to pay", "the-caution").order[0] == COST


def test_a_correction_counts_beside_what_was_typed() -> None:
    assert _rank("wat does it csot").order[0] == COST


def test_a_clause_may_lead_where_the_whole_does_not() -> None:
    text = "i had a letter from some officer and signed papers at the station. do i have to pay"
    ranked = _rank(text)
    assert ranked.order[0] == COST
    assert [number for number, _ in ranked.leads][-1] == COST
    assert ranked.leads[-1][1] > ranked.leads[0][1]


def test_a_simple_question_has_no_clauses() -> None:
    assert _rank("do i have to pay").leads == ()


@pytest.mark.parametrize("typed", ["do i have to pay", "i got a letter. do i have to pay"])
def test_without_entries_nothing_is_likely(typed: str) -> None:
    ranked = _rank(typed, topics=[])
    assert (ranked.order.tolist(), ranked.leads) == ([], ())
    assert (ranked.chance, ranked.three) == (0, 0)
