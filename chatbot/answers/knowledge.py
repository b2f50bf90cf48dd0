"""What the engine knows beside the FAQ: how harm sounds, what only sounds like it, small change.

It comes as data that a person can review; each rule names what it must and must not catch.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from chatbot.answers.normalise import normalise
from chatbot.domain.outcome import SIGNPOSTS, Urgent


class KnowledgeError(Exception):
    """The data cannot be used; the message says where and why."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A pattern over normalised text; `catches` and `ignores` are what holds it to its purpose."""

    id: str
    kind: Urgent
    why: str
    pattern: re.Pattern[str]
    catches: tuple[str, ...]
    ignores: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Urgent rules and examples, sentences that only sound urgent, questions that are not ours.

    `calm` has the phrasings of each shipped entry that speaks of no harm.
    """

    rules: tuple[Rule, ...]
    examples: Mapping[Urgent, tuple[str, ...]]
    harmless: tuple[str, ...]
    everyday: tuple[str, ...]
    calm: tuple[tuple[str, ...], ...] = ()

    def sounds_like(self, kind: Urgent) -> tuple[str, ...]:
        """Return every message that is known to speak of this harm."""
        caught = (one for rule in self.rules if rule.kind is kind for one in rule.catches)
        return (*self.examples[kind], *caught)

    def sounds_harmless(self) -> tuple[str, ...]:
        """Return every message that is known to sound alarming only."""
        return (*self.harmless, *(one for rule in self.rules for one in rule.ignores))

    def every_sound(self) -> list[tuple[str, ...]]:
        """Return everything that is known to sound like harm, or like it only."""
        return [*(self.sounds_like(kind) for kind in Urgent), self.sounds_harmless()]

    @classmethod
    def from_data(
        cls, urgent: object, everyday: object, faq: Mapping[str, Sequence[str]] | None = None
    ) -> Self:
        """Read what urgent.yaml and everyday.yaml hold; `faq` has the shipped phrasings by slug.

        Raises:
            KnowledgeError: something is missing, unknown or of a wrong type.
        """
        top = _mapping(urgent, "urgent")
        _only(top, {"kinds", "harmless"}, "urgent")
        kinds = _mapping(top.get("kinds"), "urgent: kinds")
        _only(kinds, set(Urgent), "urgent: kinds")
        if missing := sorted(set(Urgent) - kinds.keys()):
            raise KnowledgeError(f"urgent: kinds: {', '.join(missing)} is missing")
        rules: list[Rule] = []
        examples: dict[Urgent, tuple[str, ...]] = {}
        for kind in Urgent:
            where = f"urgent: {kind}"
            one = _mapping(kinds[kind], where)
            _only(one, {"examples", "rules"}, where)
            signpost = tuple((faq or {}).get(SIGNPOSTS[kind], ()))
            examples[kind] = _sentences(one.get("examples"), f"{where}: examples") + signpost
            rules += [_rule(raw, kind, where) for raw in _list(one.get("rules", []), where)]
        _distinct([rule.id for rule in rules], "urgent: rules")
        return cls(
            tuple(rules),
            examples,
            _sentences(top.get("harmless"), "urgent: harmless"),
            _everyday(everyday),
            tuple(
                tuple(phrasings)
                for slug, phrasings in (faq or {}).items()
                if slug not in SIGNPOSTS.values()
            ),
        )


def _everyday(data: object) -> tuple[str, ...]:
    """The file may sort its questions by subject; nothing depends on it."""
    top = _mapping(data, "everyday")
    _only(top, {"questions"}, "everyday")
    questions = top.get("questions")
    if isinstance(questions, Mapping):
        questions = [one for group in questions.values() for one in _list(group, "everyday")]
    return _sentences(questions, "everyday: questions")


def _rule(raw: object, kind: Urgent, where: str) -> Rule:
    rule = _mapping(raw, f"{where}: a rule")
    name = rule.get("id")
    if not isinstance(name, str):
        raise KnowledgeError(f"{where}: a rule has no id")
    where = f"{where}: rule {name}"
    _only(rule, {"id", "why", "pattern", "catches", "ignores"}, where)
    try:
        pattern = re.compile(str(rule.get("pattern") or "(?!)"))
    except re.error as error:
        raise KnowledgeError(f"{where}: the pattern cannot be read: {error}") from error
    return Rule(
        id=name,
        kind=kind,
        why=str(rule.get("why", "")),
        pattern=pattern,
        catches=_sentences(rule.get("catches"), f"{where}: catches"),
        ignores=_sentences(rule.get("ignores"), f"{where}: ignores"),
    )


def _sentences(data: object, where: str) -> tuple[str, ...]:
    found = _list(data, where)
    for one in found:
        if not isinstance(one, str) or not normalise(one):
            raise KnowledgeError(f"{where}: {one!r} is not a sentence")
    if not found:
        raise KnowledgeError(f"{where}: there are none")
    return tuple(str(one) for one in found)


def _mapping(data: object, where: str) -> Mapping[str, object]:
    if not isinstance(data, Mapping):
        raise KnowledgeError(f"{where}: this is {type(data).__name__}, not a table")
    return data


def _list(data: object, where: str) -> Sequence[object]:
    if not isinstance(data, list):
        raise KnowledgeError(f"{where}: this is {type(data).__name__}, not a list")
    return data


def _only(table: Mapping[str, object], known: set[str] | set[Urgent], where: str) -> None:
    if unknown := sorted(str(name) for name in table if name not in known):
        raise KnowledgeError(f"{where}: unknown {', '.join(unknown)}")


def _distinct(ids: Sequence[str], where: str) -> None:
    if twice := sorted({one for one in ids if ids.count(one) > 1}):
        raise KnowledgeError(f"{where}: {', '.join(twice)} is there twice")
