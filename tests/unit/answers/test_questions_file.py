"""A file of labelled questions: read whole, and a mistake names its line."""

import json

import pytest

from chatbot.answers.evaluate import Question, QuestionFileError, read_questions
from chatbot.domain.outcome import Urgent

GOOD = '{"text": "where is it", "label": "where"}'


def test_a_question_is_read() -> None:
    raw = {"text": "help", "label": "victim-help", "also": ["safe"], "urgent": "victim", "id": 7}
    assert read_questions(json.dumps(raw)) == [
        Question("help", "victim-help", ("safe",), Urgent.VICTIM)
    ]


def test_what_is_not_there_is_nothing() -> None:
    assert read_questions(GOOD) == [Question("where is it", "where")]
    assert read_questions(GOOD[:-1] + ', "also": null, "urgent": null}') == read_questions(GOOD)


def test_empty_lines_and_a_mark_of_order_are_passed_over() -> None:
    assert len(read_questions(f"\ufeff{GOOD}\n\n  \r\n{GOOD}\n")) == 2


def test_out_of_scope_is_no_entry() -> None:
    assert Question("hi", "oos", ("greeting",)).accepted == {"greeting"}
    assert Question("hi", "greeting", ("oos", "unclear")).accepted == {"greeting", "unclear"}


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("where is it", "this is no JSON"),
        ("[" * 100_000, "this is no JSON"),
        ("[]", "this is"),
        ("{}", "text is missing"),
        ('{"text": " ", "label": "where"}', "text is missing"),
        ('{"text": "where"}', "label is missing"),
        ('{"text": "where", "label": 7}', "label is missing"),
        ('{"text": "where", "label": "where", "also": "cost"}', "also is a list of slugs"),
        ('{"text": "where", "label": "where", "also": [1]}', "also is a list of slugs"),
        (
            '{"text": "where", "label": "where", "urgent": "fire"}',
            "urgent is null or one of danger, self_harm, harm_others, child, victim",
        ),
    ],
)
def test_a_mistake_names_its_line(line: str, told: str) -> None:
    with pytest.raises(QuestionFileError, match=f"^line 3: {told}"):
        read_questions(f"{GOOD}\n\n{line}\n")


@pytest.mark.parametrize("text", ["", "\n \n", "\ufeff"])
def test_a_file_without_questions_is_refused(text: str) -> None:
    with pytest.raises(QuestionFileError, match="there are no questions in this file"):
        read_questions(text)
