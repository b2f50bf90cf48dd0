"""The shipped FAQ on labelled questions: this engine, and the bare model's nearest phrasing."""

import math
from collections.abc import Mapping, Sequence
from typing import Final

from bench.answering.references import Find, Reference
from bench.answering.scoring import OURS, Tools, measure, share
from chatbot.answers.evaluate import OUT_OF_SCOPE, Question, Report
from chatbot.content import loading
from chatbot.domain.faq import Status

_UNCLEAR: Final = "unclear"
"""The entry that says that a question was not understood: giving it turns away already."""
_HEADS: Final = (
    "engine",
    "top-1",
    "among three",
    "answered right",
    "answered wrong",
    "turned away",
    "harm found",
    "its kind too",
    "false alarms",
)


def compare(questions: Sequence[Question], tools: Tools) -> dict[str, Report]:
    """Return a report for each engine.

    The bare model has no idea of when to be silent, so it is lent ours: a second row answers from
    the cosine on at which it turns away as many questions that are not ours.
    """
    entries = [one for one in loading.entries() if one.status is Status.PUBLISHED]
    examples = [(text, one.slug) for one in entries for text in (one.question, *one.phrasings)]
    nearest = tools.sentences.nearest(examples)
    ours = measure(tools.ours(entries), questions)
    least = _least(nearest, questions, ours.oos["rejected"])
    return {
        "MiniLM, nearest phrasing": measure(Reference(nearest), questions),
        f"the same, from a cosine of {share(least)} on": measure(
            Reference(nearest, least), questions
        ),
        OURS: ours,
    }


def table(reports: Mapping[str, Report]) -> str:
    """Return the reports as Markdown."""
    lines = [list(_HEADS), ["---"] * len(_HEADS)]
    lines += [[name, *map(share, _figures(report))] for name, report in reports.items()]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _figures(report: Report) -> list[float]:
    shares = [
        *(report.in_scope[n] for n in ("top1", "recall3", "answered_right", "answered_wrong")),
        report.oos["rejected"],
    ]
    harm = (report.urgent[name] for name in ("recall", "kind_recall", "false_alarm_rate"))
    return shares + [one for one in harm if isinstance(one, float)]


def _least(nearest: Find, questions: Sequence[Question], rejected: float) -> float:
    """Return the lowest score that turns away at least this share of what is not ours."""
    strange = [one for one in questions if one.label == OUT_OF_SCOPE and one.urgent is None]
    best = [nearest(one.text)[0] for one in strange]
    scores = sorted(-1.0 if slug == _UNCLEAR else score for slug, score in best)
    away = math.ceil(rejected * len(scores) - 1e-9)
    return math.nextafter(scores[away - 1], math.inf) if away else -1.0
