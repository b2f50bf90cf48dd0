"""What a FAQ taught, kept so that the next start need not learn it again.

Learning how sure to be takes ten times as long as looking it up, and the same words teach the
same. `VERSION` goes up with every change to how it is learnt.
"""

import hashlib
import json
from collections.abc import Iterable, MutableMapping
from dataclasses import asdict, dataclass
from typing import Final

from chatbot.answers.judgement import Judge, Limits, Logistic

Lessons = MutableMapping[str, str]
VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class Lesson:
    """How sure to be of an answer, and from which chance on a message speaks of harm."""

    judge: Judge
    alarm: float


def fingerprint(groups: Iterable[Iterable[str]], *others: object) -> str:
    """Return the name under which the lesson of these words is kept."""
    words = json.dumps([VERSION, *others, [list(group) for group in groups]])
    return hashlib.sha256(words.encode()).hexdigest()


def written(lesson: Lesson) -> str:
    """Return a lesson as text."""
    return json.dumps(asdict(lesson))


def read(text: str | None) -> Lesson | None:
    """Return the lesson in `text`; None where there is none, or it cannot be read."""
    try:
        data = json.loads(text or "")
        best, three = (_logistic(data["judge"][name]) for name in ("best", "three"))
        return Lesson(Judge(best, three, Limits(**data["judge"]["limits"])), float(data["alarm"]))
    except (ValueError, KeyError, TypeError):
        return None


def _logistic(data: dict[str, list[float] | float]) -> Logistic:
    weights, bias = data["weights"], data["bias"]
    if not isinstance(weights, list) or isinstance(bias, list):
        raise TypeError
    return Logistic(tuple(float(weight) for weight in weights), float(bias))
