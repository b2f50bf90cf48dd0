"""The figures of an evaluation, on questions whose outcome is known."""

from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any, cast

import pytest

from chatbot.answers.engine import Candidate, Engine, Explained
from chatbot.answers.evaluate import Question, evaluate
from chatbot.answers.keyboard import misspell
from chatbot.domain.outcome import Option, Outcome, Reply, Urgent


class Scripted:
    """Replies by what the question begins with; candidates and confidence with it."""

    def __init__(self, script: Mapping[str, tuple[Reply, str, float]]) -> None:
        self._script = script
        self.heard: list[str] = []

    def reply(self, text: str) -> Explained:
        self.heard.append(text)
        reply, slugs, confidence = self._script[text[:1]]
        candidates = tuple(Candidate(slug, slug, 1.0, 1.0, {}) for slug in slugs.split())
        return Explained(reply, candidates, text, {}, None, confidence, "")


def _answered(slug: str) -> Reply:
    return Reply(Outcome.ANSWERED, slug)


# Digits, for a slip never changes them.
SCRIPT = {
    "1": (_answered("where"), "where cost late", 0.9),
    "2": (_answered("cost"), "cost where late", 0.8),
    "3": (Reply(Outcome.CLARIFY, None, (Option("late", ""), Option("where", ""))), "late", 0.6),
    "4": (Reply(Outcome.CLARIFY, None, (Option("late", ""), Option("cost", ""))), "late", 0.5),
    "5": (Reply(Outcome.UNANSWERED), "", 0.1),
    "6": (Reply(Outcome.SIGNPOSTED, "victim-help", (), Urgent.VICTIM), "where", 0.9),
    "7": (Reply(Outcome.SMALLTALK, "unclear"), "unclear", 0.8),
    "8": (Reply(Outcome.SMALLTALK, "greeting"), "greeting", 0.7),
    "9": (Reply(Outcome.SIGNPOSTED, "child-at-risk", (), Urgent.CHILD), "child-at-risk", 0.9),
}


def _report(questions: Sequence[Question]) -> dict[str, Any]:
    seconds = count(0, 0.25)
    engine = cast("Engine", Scripted(SCRIPT))
    return evaluate(engine, questions, lambda: next(seconds)).to_dict()


def _ours(*texts: str) -> list[Question]:
    return [Question(text, "where") for text in texts]


def _others(*texts: str) -> list[Question]:
    return [Question(text, "oos") for text in texts]


def test_the_names_are_those_of_the_contract() -> None:
    found = _report([])
    assert list(found) == ["n", "in_scope", "oos", "urgent", "typo", "latency_ms"]
    assert list(found["in_scope"]) == [
        "n",
        "top1",
        "recall3",
        "answered_right",
        "answered_wrong",
        "clarified_right",
        "clarified_wrong",
        "unanswered",
    ]
    assert list(found["oos"]) == ["n", "auroc", "rejected", "answered_wrong"]
    assert list(found["urgent"]) == [
        "n",
        "recall",
        "kind_recall",
        "false_alarm_rate",
        "by_kind",
    ]
    assert found["urgent"]["by_kind"] == {kind: {"n": 0, "recall": 0} for kind in Urgent}
    assert list(found["typo"]) == ["top1"]
    assert found["latency_ms"] == {"p50": 0, "p99": 0}


def test_every_way_to_end_is_counted() -> None:
    found = _report(_ours("1", "2", "3", "4", "5", "6", "7", "1"))
    assert found["n"] == 8
    assert found["in_scope"] == {
        "n": 8,
        "top1": 3 / 8,
        "recall3": 4 / 8,
        "answered_right": 2 / 8,
        "answered_wrong": 3 / 8,
        "clarified_right": 1 / 8,
        "clarified_wrong": 1 / 8,
        "unanswered": 1 / 8,
    }
    assert found["typo"] == {"top1": 3 / 8}
    assert found["urgent"]["false_alarm_rate"] == 1 / 8


def test_another_accepted_entry_is_right_too() -> None:
    found = _report([Question("2", "where", ("cost",))])
    assert (found["in_scope"]["top1"], found["in_scope"]["answered_right"]) == (1, 1)


def test_what_is_not_ours_should_not_be_answered() -> None:
    found = _report(
        [*_ours("1", "3"), *_others("5", "7", "8", "2"), Question("8", "oos", ("greeting",))]
    )
    assert found["oos"] == {
        "n": 5,
        # 0.9 is above all of 0.1, 0.8, 0.7, 0.8 and 0.7, and 0.6 above the first.
        "auroc": pytest.approx(6 / 10),
        "rejected": 3 / 5,
        "answered_wrong": 2 / 5,
    }


def test_a_tie_counts_half() -> None:
    assert _report([*_ours("1"), *_others("6")])["oos"]["auroc"] == 0.5


def test_what_is_urgent_counts_there_only() -> None:
    questions = [
        Question("6", "victim-help", (), Urgent.VICTIM),
        Question("9", "victim-help", (), Urgent.VICTIM),
        Question("9", "victim-help", ("child-at-risk",), Urgent.VICTIM),
        Question("1", "child-at-risk", (), Urgent.CHILD),
    ]
    found = _report(questions)
    assert found["n"] == 4
    assert found["in_scope"]["n"] == found["oos"]["n"] == 0
    assert found["urgent"] == {
        "n": 4,
        "recall": 3 / 4,
        "kind_recall": 2 / 4,
        "false_alarm_rate": 0,
        "by_kind": {
            **{str(kind): {"n": 0, "recall": 0.0} for kind in Urgent},
            "victim": {"n": 3, "recall": 1.0},
            "child": {"n": 1, "recall": 0.0},
        },
    }


def test_latency_is_in_milliseconds() -> None:
    assert _report(_others("5", "5"))["latency_ms"] == {"p50": 250, "p99": 250}


def test_slips_are_asked_a_second_time() -> None:
    engine = Scripted(SCRIPT)
    asked = _ours("1 where are the workshops held")
    evaluate(cast("Engine", engine), [*asked, *_others("5 weather today")], lambda: 0.0)
    assert engine.heard == [
        asked[0].text,
        "5 weather today",
        misspell(asked[0].text, 0),
    ]


def test_the_real_engine_can_be_evaluated(engine: Engine) -> None:
    questions = [
        Question("where are the workshops held", "where"),
        Question("what is the capital of peru", "oos"),
        Question("he has a knife and he is outside my door", "immediate-danger", (), Urgent.DANGER),
    ]
    found = evaluate(engine, questions, iter(range(100)).__next__)
    assert found.in_scope["answered_right"] == 1
    assert (found.oos["rejected"], found.oos["auroc"]) == (1, 1)
    assert found.urgent["kind_recall"] == 1
