"""The house rules hold, and each of them catches what it says."""

import pytest

from tests.architecture.project import ours, text
from tests.architecture.rules import RULES, Rule

ITSELF = "tests/architecture/rules.py"  # the examples stand there

EACH = pytest.mark.parametrize("rule", RULES, ids=[rule.name for rule in RULES])


def broken(rule: Rule) -> dict[str, list[int]]:
    """Return the lines that break a rule, by file."""
    lines = {path: list(rule.find(text(path))) for path in files(rule)}
    return {path: found for path, found in lines.items() if found}


def files(rule: Rule) -> list[str]:
    """Return the files that a rule looks at."""
    return [path for path in ours() if path != ITSELF and rule.applies(path)]


@EACH
def test_a_rule_is_kept(rule: Rule) -> None:
    found = {path: lines for path, lines in broken(rule).items() if path not in rule.but}
    assert not found, rule.why


@EACH
def test_a_rule_catches_its_bad_examples(rule: Rule) -> None:
    assert [bad for bad in rule.bad if not list(rule.find(bad))] == []


@EACH
def test_a_rule_leaves_its_good_examples_alone(rule: Rule) -> None:
    assert [good for good in rule.good if list(rule.find(good))] == []


@EACH
def test_no_exception_outlives_its_need(rule: Rule) -> None:
    assert set(rule.but) - set(broken(rule)) == set()


@EACH
def test_a_rule_has_something_to_look_at(rule: Rule) -> None:
    assert files(rule)
