"""The rules hold what they promise, and a mistake in their files is named."""

from copy import deepcopy
from typing import Any, Final

import pytest

from chatbot.answers.knowledge import Knowledge, KnowledgeError, Rule
from chatbot.answers.normalise import normalise
from chatbot.content import loading
from chatbot.domain.outcome import Urgent

RULES: Final = Knowledge.from_data(loading.urgent(), loading.everyday()).rules


def _caught(rule: Rule, text: str) -> bool:
    return rule.pattern.search(normalise(text)) is not None


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_catches_what_it_must(rule: Rule) -> None:
    assert [text for text in rule.catches if not _caught(rule, text)] == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_ignores_what_it_must(rule: Rule) -> None:
    assert [text for text in rule.ignores if _caught(rule, text)] == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_leaves_calm_messages_alone(rule: Rule, knowledge: Knowledge) -> None:
    calm = (*knowledge.sounds_harmless(), *knowledge.everyday)
    assert [text for text in calm if _caught(rule, text)] == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_says_why_it_is_there(rule: Rule) -> None:
    assert rule.why.endswith(".")


def test_what_a_rule_knows_counts_as_examples(knowledge: Knowledge) -> None:
    rule = knowledge.rules[0]
    assert set(rule.catches) <= set(knowledge.sounds_like(rule.kind))
    assert set(rule.ignores) <= set(knowledge.sounds_harmless())
    assert set(knowledge.harmless) <= set(knowledge.sounds_harmless())
    assert not set(rule.catches) & set(knowledge.sounds_like(Urgent.VICTIM))


RULE: Final = {
    "id": "one",
    "why": "Because.",
    "pattern": r"\bhelp\b",
    "catches": ["help me"],
    "ignores": ["helpful"],
}
URGENT: Final = {
    "kinds": {str(kind): {"examples": [f"this is {kind}"]} for kind in Urgent},
    "harmless": ["i am fine"],
}
EVERYDAY: Final = {"questions": ["will it rain"]}


def _urgent(**danger: object) -> dict[str, Any]:
    data: dict[str, Any] = deepcopy(URGENT)
    data["kinds"]["danger"] |= danger
    return data


def test_a_rule_is_read() -> None:
    found = Knowledge.from_data(_urgent(rules=[RULE]), EVERYDAY)
    (rule,) = found.rules
    assert (rule.id, rule.kind, rule.why) == ("one", Urgent.DANGER, "Because.")
    assert (rule.catches, rule.ignores) == (("help me",), ("helpful",))
    assert found.everyday == ("will it rain",)


def test_everyday_questions_may_be_sorted() -> None:
    sorted_ = {"questions": {"weather": ["will it rain"], "food": ["what is for lunch"]}}
    assert Knowledge.from_data(URGENT, sorted_).everyday == ("will it rain", "what is for lunch")


def test_a_rule_without_a_pattern_catches_nothing() -> None:
    raw = {name: value for name, value in RULE.items() if name != "pattern"}
    (rule,) = Knowledge.from_data(_urgent(rules=[raw]), EVERYDAY).rules
    assert not _caught(rule, "help me")


@pytest.mark.parametrize(
    ("urgent", "told"),
    [
        (None, "urgent: this is NoneType, not a table"),
        ([], "urgent: this is list, not a table"),
        ({**URGENT, "rules": []}, "urgent: unknown rules"),
        ({"harmless": ["fine"]}, "urgent: kinds: this is NoneType, not a table"),
        ({**URGENT, "kinds": {}}, "urgent: kinds: .*self_harm.* is missing"),
        (
            {**URGENT, "kinds": URGENT["kinds"] | {"fire": {}}},  # type: ignore[operator]  # wrong data on purpose
            "urgent: kinds: unknown fire",
        ),
        ({"kinds": URGENT["kinds"]}, "urgent: harmless: this is NoneType, not a list"),
        ({**URGENT, "harmless": []}, "urgent: harmless: there are none"),
        ({**URGENT, "harmless": [7]}, "urgent: harmless: 7 is not a sentence"),
        ({**URGENT, "harmless": [" \U0001f600 "]}, "urgent: harmless: .* is not a sentence"),
        (_urgent(examples="help"), "urgent: danger: examples: this is str, not a list"),
        (_urgent(example=[]), "urgent: danger: unknown example"),
        (_urgent(rules={}), "urgent: danger: this is dict, not a list"),
        (_urgent(rules=["help"]), "urgent: danger: a rule: this is str, not a table"),
        (_urgent(rules=[{"why": "?"}]), "urgent: danger: a rule has no id"),
        (_urgent(rules=[RULE, RULE]), "urgent: rules: one is there twice"),
        (_urgent(rules=[RULE | {"because": 1}]), "urgent: danger: rule one: unknown because"),
        (
            _urgent(rules=[RULE | {"pattern": "(help"}]),
            r"urgent: danger: rule one: the pattern cannot be read: .*position 0",
        ),
        (
            _urgent(rules=[RULE | {"catches": []}]),
            "urgent: danger: rule one: catches: there are none",
        ),
        (
            _urgent(rules=[RULE | {"ignores": [""]}]),
            "urgent: danger: rule one: ignores: '' is not a sentence",
        ),
    ],
)
def test_a_mistake_in_the_urgent_words_is_named(urgent: object, told: str) -> None:
    with pytest.raises(KnowledgeError, match=f"^{told}"):
        Knowledge.from_data(urgent, EVERYDAY)


@pytest.mark.parametrize(
    ("everyday", "told"),
    [
        (None, "everyday: this is NoneType, not a table"),
        ({"question": []}, "everyday: unknown question"),
        ({}, "everyday: questions: this is NoneType, not a list"),
        ({"questions": {"weather": "rain"}}, "everyday: this is str, not a list"),
        ({"questions": {}}, "everyday: questions: there are none"),
        ({"questions": [None]}, "everyday: questions: None is not a sentence"),
    ],
)
def test_a_mistake_in_the_everyday_words_is_named(everyday: object, told: str) -> None:
    with pytest.raises(KnowledgeError, match=f"^{told}"):
        Knowledge.from_data(URGENT, everyday)
