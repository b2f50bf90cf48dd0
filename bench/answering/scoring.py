"""Every engine on every draw, as rows of one table."""

import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean
from typing import Final, cast

from bench.answering.protocol import COUNTS, Draw, QuestionSet, Size, draw, telling_slugs
from bench.answering.references import NlpJs, Reference, Sentences, word_classifier, word_search
from chatbot.answers.encoder import Encoder
from chatbot.answers.engine import Engine
from chatbot.answers.evaluate import Question, Report, evaluate
from chatbot.answers.knowledge import Knowledge
from chatbot.answers.vectors import Cache
from chatbot.domain.faq import Entry

OURS: Final = "this engine"
_NAMED: Final = "this engine, with named entries"
_BARE: Final = "this engine, without the model"

Cell = tuple[str, int]
"""A question set and a number of example phrasings."""


@dataclass(frozen=True, slots=True)
class Tools:
    """What engines are made with, loaded once; vectors are kept from one draw to the next."""

    knowledge: Knowledge
    encoder: Encoder
    sentences: Sentences
    vectors: Cache = field(default_factory=dict)

    def ours(self, entries: Sequence[Entry]) -> Engine:
        """Build this engine."""
        return Engine.build(entries, self.knowledge, self.encoder, vectors=self.vectors)

    def bare(self, entries: Sequence[Entry]) -> Engine:
        """Build this engine as it is where the model is missing."""
        return Engine.build(entries, self.knowledge, None, vectors=None)


@dataclass(frozen=True, slots=True)
class Score:
    """`strange` is the out-of-scope AUROC, None where nothing out of scope was asked."""

    clean: float
    slipped: float
    strange: float | None
    ms: float


Row = Mapping[Cell, Sequence[Score]]
"""A score for each seed."""


def measure(engine: Engine | Reference, questions: Sequence[Question]) -> Report:
    """Ask one engine everything, ours or another's, by the code of `chatbot evaluate`."""
    # A reference has the one method of an engine that is used there.
    return evaluate(cast("Engine", engine), questions, time.perf_counter)


def compare(
    sets: Sequence[QuestionSet], size: Size, tools: Tools, node: NlpJs | None
) -> dict[str, Row]:
    """Return a row for each engine."""
    makers = _makers(tools, node)
    rows: dict[str, dict[Cell, list[Score]]] = {name: defaultdict(list) for name in makers}
    for questions, count, seed in _runs(sets, size):
        drawn = draw(questions, count, seed, size)
        named = drawn.named(telling_slugs(questions))
        for name, make in makers.items():
            asked = named if name == _NAMED else drawn
            found = _score(measure(make(asked), asked.questions))
            rows[name][questions.name, count].append(found)
            print(f"{questions.name} K={count} seed {seed} {name}: {found}", file=sys.stderr)
    return dict(rows)


def table(rows: Mapping[str, Row], sets: Sequence[QuestionSet]) -> str:
    """Return the rows as Markdown."""
    heads = ["engine"]
    for one in sets:
        heads += [one.name, "with typos", *(["out-of-scope AUROC"] if one.strange else [])]
    lines = [[*heads, "ms a question"], ["---"] * (len(heads) + 1)]
    for name, row in rows.items():
        cells = [name]
        for one in sets:
            cells += _cells([row[one.name, count] for count in COUNTS])
        ms = fmean(score.ms for scores in row.values() for score in scores)
        lines.append([*cells, f"{ms:.1f}" if ms >= 1 else f"{ms:.2f}"])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def share(value: float) -> str:
    """Return a share as it stands in a table: .95."""
    return f"{value:.3f}".removeprefix("0")


def _makers(tools: Tools, node: NlpJs | None) -> dict[str, Callable[[Draw], Engine | Reference]]:
    makers: dict[str, Callable[[Draw], Engine | Reference]] = {
        "BM25 (bm25s, stems)": lambda drawn: Reference(word_search(drawn.examples)),
        "TF-IDF of words and letters, linear SVM": lambda drawn: Reference(
            word_classifier(drawn.examples)
        ),
        "MiniLM, nearest phrasing": lambda drawn: Reference(
            tools.sentences.nearest(drawn.examples)
        ),
        _BARE: lambda drawn: tools.bare(drawn.entries),
        OURS: lambda drawn: tools.ours(drawn.entries),
        _NAMED: lambda drawn: tools.ours(drawn.entries),
    }
    if node is None:
        return makers
    return {"NLP.js 4": lambda drawn: Reference(node.learn(drawn.examples)), **makers}


def _runs(sets: Sequence[QuestionSet], size: Size) -> Iterator[tuple[QuestionSet, int, int]]:
    return ((one, count, seed) for one in sets for count in COUNTS for seed in size.seeds)


def _score(report: Report) -> Score:
    return Score(
        report.in_scope["top1"],
        report.typo["top1"],
        report.oos["auroc"] if report.oos["n"] else None,
        report.latency_ms["p50"],
    )


def _cells(by_count: Sequence[Sequence[Score]]) -> list[str]:
    """Return the means over the seeds: clean, with typos, and out of scope where that was asked."""
    means = [
        [fmean(one.clean for one in scores) for scores in by_count],
        [fmean(one.slipped for one in scores) for scores in by_count],
    ]
    strange = [[one.strange for one in scores if one.strange is not None] for scores in by_count]
    if all(strange):
        means.append([fmean(some) for some in strange])
    return [" / ".join(map(share, some)) for some in means]
