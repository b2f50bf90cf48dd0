"""What is asked of whom: public question sets, drawn anew by seed.

A draw gives every engine the same few example phrasings of each intent, and the same questions.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np

from chatbot.answers.evaluate import OUT_OF_SCOPE, Question
from chatbot.domain.faq import Entry

SETS: Final[Mapping[str, str]] = {"clinc": "CLINC150", "banking77": "BANKING77"}
"""The files, without their ending, and what the sets are called."""
COUNTS: Final = (1, 5, 10)
"""Example phrasings of each intent."""

Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Size:
    """How much is asked; the quick size is for a first look."""

    seeds: tuple[int, ...] = (0, 1, 2)
    questions: int = 1_500
    strange: int = 500


QUICK: Final = Size((0,), 300, 100)


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """A public set: pairs of a text and its intent, and texts that belong to no intent."""

    name: str
    train: Pairs
    test: Pairs
    strange: Sequence[str]

    @property
    def intents(self) -> list[str]:
        """Every intent once, in the order in which a draw numbers them."""
        return sorted({intent for _, intent in self.train})


@dataclass(frozen=True, slots=True)
class Draw:
    """A FAQ of a set's intents, and the questions that it is asked."""

    entries: tuple[Entry, ...]
    questions: tuple[Question, ...]

    @property
    def examples(self) -> list[tuple[str, str]]:
        """Every phrasing with the slug of its entry."""
        return [(text, one.slug) for one in self.entries for text in (one.question, *one.phrasings)]

    def named(self, names: Mapping[str, str]) -> "Draw":
        """Return the same with other slugs."""
        return Draw(
            tuple(replace(one, slug=names[one.slug]) for one in self.entries),
            tuple(replace(one, label=names.get(one.label, one.label)) for one in self.questions),
        )


def read_sets(folder: Path) -> list[QuestionSet]:
    """Read the sets from their JSON files."""
    found = []
    for file, name in SETS.items():
        data = json.loads((folder / f"{file}.json").read_text("utf-8"))
        found.append(QuestionSet(name, data["train"], data["test"], data.get("oos_test", [])))
    return found


def draw(questions: QuestionSet, count: int, seed: int, size: Size) -> Draw:
    """Draw `count` phrasings of each intent and the questions; fewer phrasings are among more.

    The slugs say nothing: `telling_slugs` has some that do.
    """
    chance = np.random.default_rng(seed)
    by_intent: dict[str, list[str]] = {intent: [] for intent in questions.intents}
    for text, intent in questions.train:
        by_intent[intent].append(text)
    entries = []
    for number, texts in enumerate(by_intent.values()):
        first, *rest = (texts[at] for at in chance.permutation(len(texts))[:count])
        entries.append(Entry(f"e{number}", first, "Please ask the team.", tuple(rest)))
    slugs = dict(zip(by_intent, (one.slug for one in entries), strict=True))
    asked = [questions.test[at] for at in _some(chance, len(questions.test), size.questions)]
    strange = [questions.strange[at] for at in _some(chance, len(questions.strange), size.strange)]
    return Draw(
        tuple(entries),
        (
            *(Question(text, slugs[intent]) for text, intent in asked),
            *(Question(text, OUT_OF_SCOPE) for text in strange),
        ),
    )


def telling_slugs(questions: QuestionSet) -> dict[str, str]:
    """Return, by a draw's slugs, those that an editor would choose: the intents' names."""
    return {
        f"e{number}": re.sub(r"[^a-z0-9]+", "-", intent.lower()).strip("-")
        for number, intent in enumerate(questions.intents)
    }


def _some(chance: np.random.Generator, of: int, count: int) -> list[int]:
    found: list[int] = chance.permutation(of)[:count].tolist()
    return found
