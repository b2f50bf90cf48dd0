"""How well an engine does on labelled questions, in the figures of the wire contract.

A question that speaks of harm counts under `urgent` only. An urgent signpost on one that does not
is a wrong answer.
"""

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from chatbot.answers.engine import Engine, Explained
from chatbot.answers.keyboard import misspell
from chatbot.domain.outcome import SIGNPOSTS, Outcome, Urgent

OUT_OF_SCOPE: Final = "oos"
_GIVEN: Final = frozenset({Outcome.ANSWERED, Outcome.SMALLTALK, Outcome.SIGNPOSTED})
_NOT_UNDERSTOOD: Final = "unclear"
"""The small-talk entry that says so: giving it is no answer."""
_OFFERED: Final = 3


class QuestionFileError(Exception):
    """A line cannot be used; the message names it."""


@dataclass(frozen=True, slots=True)
class Question:
    """A message with the entry that should answer it, others that may, and its kind of harm."""

    text: str
    label: str
    also: tuple[str, ...] = ()
    urgent: Urgent | None = None

    @property
    def accepted(self) -> frozenset[str]:
        """The entries that answer it."""
        return frozenset({self.label, *self.also}) - {OUT_OF_SCOPE}


@dataclass(frozen=True, slots=True)
class _Asked:
    question: Question
    found: Explained
    milliseconds: float

    @property
    def first(self) -> str:
        return next((one.slug for one in self.found.candidates), "")

    @property
    def given(self) -> bool:
        """Whether the visitor got an answer, right or wrong."""
        reply = self.found.reply
        return reply.outcome in _GIVEN and reply.slug != _NOT_UNDERSTOOD


@dataclass(frozen=True, slots=True)
class Report:
    """The figures; every one but `n`, `auroc` and `latency_ms` is a share from 0 to 1."""

    n: int
    in_scope: Mapping[str, float]
    oos: Mapping[str, float]
    urgent: Mapping[str, object]
    typo: Mapping[str, float]
    latency_ms: Mapping[str, float]

    def to_dict(self) -> dict[str, object]:
        """Return the report as the JSON of `evaluate --json`."""
        return {
            name: dict(value) if isinstance(value := getattr(self, name), Mapping) else value
            for name in self.__slots__
        }


def read_questions(text: str) -> list[Question]:
    """Return the questions of a file, one JSON object a line; unknown names are passed over.

    Raises:
        QuestionFileError: a line is no question, or there is none.
    """
    lines = enumerate(text.removeprefix("\ufeff").splitlines(), 1)
    found = [_question(line, number) for number, line in lines if line.strip()]
    if not found:
        raise QuestionFileError("there are no questions in this file")
    return found


def evaluate(engine: Engine, questions: Sequence[Question], clock: Callable[[], float]) -> Report:
    """Ask everything once, and what is in scope a second time with typing slips.

    `clock` returns seconds.
    """
    asked = [_ask(engine, question, clock) for question in questions]
    calm = [one for one in asked if one.question.urgent is None]
    ours = [one for one in calm if one.question.label != OUT_OF_SCOPE]
    others = [one for one in calm if one.question.label == OUT_OF_SCOPE]
    harm = [one for one in asked if one.question.urgent is not None]
    slipped = [_ask(engine, _slipped(one.question, seed), clock) for seed, one in enumerate(ours)]
    times = [one.milliseconds for one in asked] or [0.0]
    return Report(
        n=len(asked),
        in_scope=_in_scope(ours),
        oos=_out_of_scope(others, ours),
        urgent=_urgent(harm, calm),
        typo={"top1": _share(one.first in one.question.accepted for one in slipped)},
        latency_ms={f"p{at}": float(np.percentile(times, at)) for at in (50, 99)},
    )


def _ask(engine: Engine, question: Question, clock: Callable[[], float]) -> _Asked:
    start = clock()
    found = engine.reply(question.text)
    return _Asked(question, found, 1000 * (clock() - start))


def _slipped(question: Question, seed: int) -> Question:
    return Question(misspell(question.text, seed), question.label, question.also)


def _in_scope(asked: Sequence[_Asked]) -> dict[str, float]:
    ends = [_end(one) for one in asked]
    return {
        "n": len(asked),
        "top1": _share(one.first in one.question.accepted for one in asked),
        "recall3": _share(
            any(c.slug in one.question.accepted for c in one.found.candidates[:_OFFERED])
            for one in asked
        ),
        **{
            name: _share(end == name for end in ends)
            for name in (
                "answered_right",
                "answered_wrong",
                "clarified_right",
                "clarified_wrong",
                "unanswered",
            )
        },
    }


def _end(one: _Asked) -> str:
    """What the visitor saw, in the words of the report."""
    reply, accepted = one.found.reply, one.question.accepted
    if reply.outcome is Outcome.CLARIFY:
        return "clarified_" + _verdict(any(option.slug in accepted for option in reply.options))
    if reply.outcome is Outcome.UNANSWERED:
        return "unanswered"
    return "answered_" + _verdict(reply.urgent is None and reply.slug in accepted)


def _verdict(right: bool) -> str:  # noqa: FBT001  # it is the whole question
    return "right" if right else "wrong"


def _out_of_scope(asked: Sequence[_Asked], ours: Sequence[_Asked]) -> dict[str, float]:
    wrong = [one.given and one.found.reply.slug not in one.question.accepted for one in asked]
    return {
        "n": len(asked),
        "auroc": _auroc(
            [one.found.confidence for one in ours], [one.found.confidence for one in asked]
        ),
        "rejected": _share(not one for one in wrong),
        "answered_wrong": _share(wrong),
    }


def _urgent(harm: Sequence[_Asked], calm: Sequence[_Asked]) -> dict[str, object]:
    def recall(some: Collection[_Asked]) -> float:
        return _share(one.found.reply.urgent is not None for one in some)

    kinds = {kind: [one for one in harm if one.question.urgent is kind] for kind in Urgent}
    return {
        "n": len(harm),
        "recall": recall(harm),
        "kind_recall": _share(_right_kind(one) for one in harm),
        "false_alarm_rate": recall(calm),
        "by_kind": {
            str(kind): {"n": len(some), "recall": recall(some)} for kind, some in kinds.items()
        },
    }


def _right_kind(one: _Asked) -> bool:
    """A second kind that the labels accept will do."""
    kind = one.found.reply.urgent
    return kind is not None and (
        kind is one.question.urgent or SIGNPOSTS[kind] in one.question.accepted
    )


def _share(hits: Iterable[bool]) -> float:
    found = list(hits)
    return sum(found) / len(found) if found else 0.0


def _auroc(higher: Sequence[float], lower: Sequence[float]) -> float:
    """The chance that one of `higher` is above one of `lower`; a tie counts half."""
    if not higher or not lower:
        return 0.0
    ours, others = np.asarray(higher)[:, None], np.asarray(lower)[None, :]
    return float(((ours > others) + 0.5 * (ours == others)).mean())


def _question(line: str, number: int) -> Question:
    try:
        raw = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise QuestionFileError(f"line {number}: this is no JSON: {error}") from error
    if not isinstance(raw, Mapping):
        raise QuestionFileError(f"line {number}: this is no object")
    also = raw.get("also") or []
    if not isinstance(also, list) or not all(isinstance(one, str) for one in also):
        raise QuestionFileError(f"line {number}: also is a list of slugs")
    kind = raw.get("urgent")
    if kind is not None and kind not in list(Urgent):
        raise QuestionFileError(f"line {number}: urgent is null or one of {', '.join(Urgent)}")
    return Question(
        text=_text(raw, "text", number),
        label=_text(raw, "label", number),
        also=tuple(also),
        urgent=None if kind is None else Urgent(kind),
    )


def _text(raw: Mapping[str, object], name: str, number: int) -> str:
    value = raw.get(name)
    if not isinstance(value, str) or not value.strip():
        raise QuestionFileError(f"line {number}: {name} is missing")
    return value
