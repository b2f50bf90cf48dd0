"""Why the assistant would reply as it would, for a page."""

from dataclasses import dataclass
from typing import Final

from chatbot.answers.engine import Explained
from chatbot.answers.index import weights_of
from chatbot.domain.outcome import Option, Outcome, Urgent

SHOWN: Final = 5


@dataclass(frozen=True, slots=True)
class Weighed:
    """An entry that was weighed; `points` has those of each signal, in their order."""

    slug: str
    question: str
    share: str
    total: str
    points: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """An `Explained`, its figures written out. `step` names what decided."""

    outcome: Outcome
    slug: str
    options: tuple[Option, ...]
    read: str
    signals: tuple[str, ...]
    weighed: tuple[Weighed, ...]
    chance: str
    answer: str
    clarify: str
    urgent: str
    alarm: tuple[Urgent, str] | None
    step: str


def explanation(explained: Explained) -> Explanation:
    """Write it out."""
    reply, limits, alarm = explained.reply, explained.thresholds, explained.alarm
    candidates = explained.candidates[:SHOWN]
    weights = weights_of(candidates[0].parts) if candidates else {}
    return Explanation(
        reply.outcome,
        reply.slug or "",
        reply.options,
        explained.corrected,
        tuple(weights),
        tuple(
            Weighed(
                one.slug,
                one.question,
                percent(one.share),
                f"{one.score:.1f}",
                tuple(f"{one.parts[name] * weight:.1f}" for name, weight in weights.items()),
            )
            for one in candidates
        ),
        percent(explained.confidence),
        percent(limits["answer"]),
        percent(limits["clarify"]),
        percent(limits["urgent"]),
        (alarm.kind, percent(alarm.chance)) if alarm else None,
        explained.step,
    )


def percent(share: float) -> str:
    """Return a share as it is read.

    >>> percent(0.856)
    '86 %'
    """
    return f"{100 * share:.0f} %"
