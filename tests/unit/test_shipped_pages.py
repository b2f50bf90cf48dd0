"""What the shipped pages must tell, in words that a child of nine can read."""

import pytest

from chatbot.answers.lint import AIM, reading_age
from chatbot.content import loading
from chatbot.services.rendering import plain
from chatbot.settings import Settings


@pytest.mark.parametrize(
    "name", ["accessibility", "cautioned", "contact", "privacy", "staying-safe"]
)
def test_a_page_for_visitors_can_be_read_by_a_child_of_nine(name: str) -> None:
    page = loading.pages()[name]
    assert reading_age(plain(page.markdown, Settings().placeholders)) <= AIM


def test_the_guide_says_what_hiding_does_not_do() -> None:
    text = loading.pages()["staying-safe"].markdown
    does_not = text.split("What it does **not** do:")[1].split("\n## ")[0]
    for trace in ("browsing history", "other devices", "phone bill", "spy apps", "wrote to us"):
        assert trace in does_not


def test_the_accessibility_page_says_what_was_not_tried_how_to_complain_and_when() -> None:
    text = loading.pages()["accessibility"].markdown
    not_tested = text.split("We have **not** tested:")[1]
    for what in ("screen reader", "voice control", "Firefox", "Safari"):
        assert what in not_tested
    assert "equalityadvisoryservice.com" in text
    assert "last reviewed on" in text
