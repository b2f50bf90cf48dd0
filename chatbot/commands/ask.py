"""`chatbot ask` and `chatbot evaluate`: what the assistant would reply, and how well it does."""

import argparse
import json
import time
from pathlib import Path

from chatbot.answers.engine import Explained
from chatbot.answers.evaluate import QuestionFileError, read_questions
from chatbot.answers.evaluate import evaluate as score
from chatbot.commands.shared import CommandError, engine, entries, run
from chatbot.content import faq_file
from chatbot.settings import Settings

SHOWN = 5


def ask(settings: Settings, arguments: argparse.Namespace) -> int:
    """Show the reply to one question, and why."""
    explained = engine(settings, run(settings, entries(settings))).reply(arguments.question)
    if arguments.json:
        print(json.dumps(explained.to_dict(), ensure_ascii=False, indent=2))
    else:
        print(_told(explained))
    return 0


def _told(explained: Explained) -> str:
    reply = explained.reply
    lines = [f"Outcome     {reply.outcome}" + (f" ({reply.urgent})" if reply.urgent else "")]
    if reply.slug:
        lines.append(f"Entry       {reply.slug}")
    lines += [f"Option      {option.slug}: {option.question}" for option in reply.options]
    lines += [f"Read as     {explained.corrected}", "", "Candidates"]
    for candidate in explained.candidates[:SHOWN]:
        parts = "  ".join(f"{name} {value:.2f}" for name, value in candidate.parts.items())
        lines.append(f"  {candidate.score:5.2f}  {candidate.slug:<28} {parts}")
    limits = "  ".join(f"{name} {value:.2f}" for name, value in explained.thresholds.items())
    return "\n".join([*lines, "", f"Limits      {limits}"])


def evaluate(settings: Settings, arguments: argparse.Namespace) -> int:
    """Score the assistant on a file of labelled questions."""
    path: Path = arguments.questions
    try:
        questions = read_questions(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, QuestionFileError) as error:
        raise CommandError(f"cannot use {path}: {error}") from error
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
