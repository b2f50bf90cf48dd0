"""Which promises are in force when, and what the shipped ones say."""

from dataclasses import replace

import pytest

from chatbot.answers.lint import AIM, reading_age
from chatbot.content import loading
from chatbot.domain import promises as rules
from chatbot.domain.errors import Invalid
from chatbot.domain.promises import Kind, Promise
from chatbot.services.rendering import plain
from chatbot.settings import Settings


def promise(
    kind: Kind = Kind.POLICE, number: int = 1, *, begins: int = 0, text: str = "Words."
) -> Promise:
    return Promise(kind, number, text, begins, "amina", 0)


FIRST = [promise(kind) for kind in Kind]


@pytest.mark.parametrize(("at", "number"), [(0, 1), (9, 1), (10, 3), (19, 3), (20, 2), (99, 2)])
def test_a_correction_made_now_does_not_undo_what_was_announced(at: int, number: int) -> None:
    announced, correction = promise(number=2, begins=20), promise(number=3, begins=10)
    found = rules.in_force([*FIRST, announced, correction], at)
    assert found[Kind.POLICE].number == number


def test_of_two_that_begin_together_the_later_counts() -> None:
    both = [promise(number=3, begins=5), promise(number=2, begins=5)]
    assert rules.in_force([*FIRST, *both], 5)[Kind.POLICE].number == 3


def test_a_notice_names_the_version_of_each_kind() -> None:
    versions = {
        Kind.CONFIDENTIALITY: promise(Kind.CONFIDENTIALITY, 3),
        Kind.POLICE: promise(number=12),
        Kind.PRIVACY: promise(Kind.PRIVACY, 1),
    }
    assert rules.notice(versions) == "c3.p12.v1"
    assert rules.numbers("c3.p12.v1") == {kind: one.number for kind, one in versions.items()}


@pytest.mark.parametrize(
    "name", ["", "1", "unknown", "c0.p1.v1", "c1.p1", "c1.p1.v1 ", "c\u0661.p1.v1"]
)
def test_what_names_no_notice_has_no_numbers(name: str) -> None:
    assert rules.numbers(name) is None


def test_only_versions_that_were_in_force_together_make_a_notice() -> None:
    later = [promise(number=2, begins=10), promise(Kind.PRIVACY, 2, begins=20)]
    found = rules.notices([*FIRST, *later])
    assert found == {"c1.p1.v1": 0, "c1.p2.v1": 10, "c1.p2.v2": 20}


def test_before_every_kind_has_a_text_there_is_no_notice() -> None:
    assert rules.notices(FIRST[:2]) == {}


@pytest.mark.parametrize(
    ("text", "short", "more"),
    [
        ("One.", "One.", ""),
        ("One\ntwo.\n\nThree.\n\nFour.", "One\ntwo.", "Three.\n\nFour."),
        ("One.\n  \n- two", "One.", "- two"),
    ],
)
def test_the_first_paragraph_is_the_short_form(text: str, short: str, more: str) -> None:
    assert rules.short_and_more(text) == (short, more)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "empty"),
        (" \u200b\n", "empty"),
        ("# Police\n\nWe may.", "no_short"),
        ("- one\n- two", "no_short"),
        ("We tell:\n1. the police", "no_short"),
        ("a" * 301, "short_too_long"),
        ("Short.\n\n" + "a" * 10_000, "too_long"),
    ],
)
def test_a_text_that_cannot_stand_before_the_first_message_is_refused(text: str, why: str) -> None:
    with pytest.raises(Invalid) as refused:
        rules.checked(promise(text=text))
    assert refused.value.fields == {"text": why}


def test_nobody_can_say_that_a_version_was_shown_before_it_was_written() -> None:
    with pytest.raises(Invalid) as refused:
        rules.checked(replace(promise(), created_at=1))
    assert refused.value.fields == {"effective_from": "past"}


def test_numbers_of_a_kind_follow_each_other() -> None:
    assert rules.next_number([], Kind.POLICE) == 1
    assert rules.next_number([*FIRST, promise(number=2)], Kind.POLICE) == 3
    assert rules.next_number([*FIRST, promise(number=2)], Kind.PRIVACY) == 2


@pytest.mark.parametrize("kind", Kind)
def test_a_shipped_promise_can_be_read_by_a_child_of_nine(kind: Kind) -> None:
    text = loading.promises()[kind]
    assert rules.checked(promise(kind, text=text)).text == text.strip()
    assert reading_age(plain(text, Settings().placeholders)) <= AIM


@pytest.mark.parametrize("kind", Kind)
def test_what_the_charity_has_not_confirmed_is_left_to_the_team_to_say(kind: Kind) -> None:
    text = loading.promises()[kind]
    assert "sk the team on {phone}" in text
    assert "attend" not in text  # what the police learn of the workshops is not ours to say
