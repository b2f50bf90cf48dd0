"""What words taught, kept so that the next start need not learn it again.

Learning how sure to be takes ten times as long as looking it up, and the same words teach the
same. `VERSION` goes up with every change to how words are read, counted or learnt from.
"""

import hashlib
import json
from collections.abc import Iterable, MutableMapping
from dataclasses import asdict
from typing import Final

from chatbot.answers.judgement import Judge, Limits, Logistic

Lessons = MutableMapping[str, str]
VERSION: Final = 3


def fingerprint(groups: Iterable[Iterable[str]], *others: object) -> str:
    """Return the name under which the lesson of these words is kept."""
    words = json.dumps([VERSION, *others, [list(group) for group in groups]])
    return hashlib.sha256(words.encode()).hexdigest()


def written(lesson: Judge | float) -> str:
    """Return as text how sure to be of an answer, or from which chance on to raise an alarm."""
    return json.dumps(asdict(lesson) if isinstance(lesson, Judge) else lesson)


def read_judge(text: str | None) -> Judge | None:
    """Return the judge in `text`; None where there is none, or it cannot be read."""
    try:
        data = json.loads(text or "")
        best, three = (_logistic(data[name]) for name in ("best", "three"))
        return Judge(best, three, Limits(**data["limits"]))
    except (ValueError, KeyError, TypeError):
        return None


def read_limit(text: str | None) -> float | None:
    """Return the limit in `text`; None where there is none, or it cannot be read."""
    try:
        data = json.loads(text or "")
    except ValueError:
        return None
    return data if isinstance(data, float) and 0 < data < 1 else None


def _logistic(data: dict[str, list[float] | float]) -> Logistic:
    weights, bias = data["weights"], data["bias"]
    if not isinstance(weights, list) or isinstance(bias, list):
        raise TypeError
    return Logistic(tuple(float(weight) for weight in weights), float(bias))
