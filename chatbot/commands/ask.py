"""`chatbot ask` and `chatbot evaluate`: what the assistant would reply, and how well it does."""

import argparse
import json
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from chatbot.answers.engine import Explained
from chatbot.answers.evaluate import QuestionFileError, read_questions
from chatbot.answers.evaluate import evaluate as score
from chatbot.answers.index import weights_of
from chatbot.answers.normalise import normalise, words
from chatbot.commands.shared import CommandError, changed, engine, entries, run
from chatbot.commands.tables import fact, percent, table
from chatbot.content import faq_file
from chatbot.settings import Settings

SHOWN: Final = 5
HEADS: Final[Mapping[str, str]] = {
    "nearest": "Nearest",
    "centred": "Middle",
    "classifier": "Class",
    "words": "Words",
    "letters": "Letters",
    "coverage": "Covered",
}
"""A short name for each signal: likeness to the nearest phrasing, to the middle of all..."""
STEPS: Final[Mapping[str, str]] = {
    "urgent": "it speaks of harm",
    "fixed": "such a question always goes to this entry",
    "two questions": "it asks two things, each with a sure answer",
    "best": "the best entry is sure enough",
    "options": "no entry is sure enough by itself",
    "follow-up": "it leans on the answer before",
}


def ask(settings: Settings, arguments: argparse.Namespace) -> int:
    """Show the reply to one question, and why."""
    settings = run(settings, changed(settings))
    explained = engine(settings, run(settings, entries(settings))).reply(arguments.question)
    if arguments.json:
        print(json.dumps(explained.to_dict(), ensure_ascii=False, indent=2))
    else:
        print(_told(arguments.question, explained))
    return 0


def _told(question: str, explained: Explained) -> str:
    changed = ", ".join(f"{old} -> {new}" for old, new in _changes(question, explained.corrected))
    read = f"{explained.corrected}  ({changed})" if changed else explained.corrected
    lines = [*_outcome(explained), fact("Read as", read), "", *_weighed(explained), ""]
    return "\n".join([*lines, _chance(explained), _alarm(explained), _step(explained.step)])


def _outcome(explained: Explained) -> Iterator[str]:
    reply = explained.reply
    asked = {one.slug: f"{one.slug}: {one.question}" for one in explained.candidates}
    yield fact("Outcome", f"{reply.outcome} ({reply.urgent})" if reply.urgent else reply.outcome)
    if reply.slug:
        yield fact("Entry", asked.get(reply.slug, reply.slug))
    for option in reply.options:
        yield fact("Option", f"{option.slug}: {option.question}")


def _changes(typed: str, corrected: str) -> Iterator[tuple[str, str]]:
    """Yield each word that was read as another, or as several; one is never read as none."""
    left = words(corrected)
    for word in words(typed.replace("\u2019", "'").lower()):
        several = len(words(normalise(word)))
        read, left = " ".join(left[:several]), left[several:]
        if read != word:
            yield word, read


def _weighed(explained: Explained) -> Iterator[str]:
    candidates = explained.candidates[:SHOWN]
    weights = weights_of(candidates[0].parts)
    signals = [name for name in HEADS if name in weights]
    head = ("Rank", "Entry", "Share", "Total", *(HEADS.get(name, name) for name in signals))
    rows = [
        (
            str(rank),
            one.slug,
            percent(one.share),
            f"{one.score:.2f}",
            *(f"{one.parts[name] * weights[name]:.2f}" for name in signals),
        )
        for rank, one in enumerate(candidates, 1)
    ]
    yield table(head, rows, "Entry")
    yield "Each signal is in points, which add up to the total; 0 is the most that Class gives."


def _chance(explained: Explained) -> str:
    limits = explained.thresholds
    answer, offer = percent(limits["answer"]), percent(limits["clarify"])
    this = percent(explained.confidence)
    return fact(
        "Chance",
        f"sure enough to answer from {answer}, to offer one of three from {offer}; this one {this}",
    )


def _alarm(explained: Explained) -> str:
    alarm, limit = explained.alarm, percent(explained.thresholds["urgent"])
    if alarm is None:
        return fact("Alarm", f"none; raised from {limit}, or by a rule")
    rules = f"rules: {', '.join(alarm.rules)}" if alarm.rules else "by no rule"
    return fact(
        "Alarm", f"{alarm.kind}, chance {percent(alarm.chance)}; raised from {limit}; {rules}"
    )


def _step(step: str) -> str:
    return fact("Decided by", f"{step}: {STEPS[step]}" if step in STEPS else step)


def evaluate(settings: Settings, arguments: argparse.Namespace) -> int:
    """Score the assistant on a file of labelled questions."""
    path: Path = arguments.questions
    try:
        questions = read_questions(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, QuestionFileError) as error:
        raise CommandError(f"cannot use {path}: {error}") from error
    settings = run(settings, changed(settings))
    found = faq_file.read(arguments.faq) if arguments.faq else run(settings, entries(settings))
    report = score(engine(settings, found), questions, time.perf_counter).to_dict()
    if arguments.json:
        print(json.dumps(report, indent=1))
    else:
        print(_table(report))
    return 0


def _table(report: dict[str, object], indent: str = "") -> str:
    lines = []
    for name, value in report.items():
        if isinstance(value, dict):
            lines += [f"{indent}{name}", _table(value, indent + "  ")]
        else:
            lines.append(
                f"{indent}{name:<18} {value:.3f}"
                if isinstance(value, float)
                else f"{indent}{name:<18} {value}"
            )
    return "\n".join(line for line in lines if line)
