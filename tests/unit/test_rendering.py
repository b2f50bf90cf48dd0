"""What an admin's Markdown becomes, and what it can never become."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.services.rendering import UnknownPlaceholder, phone_link, plain, render

VALUES = {
    "phone": "023 8000 1061",
    "samaritans": "116 123",
    "childline": "0800 1111",
    "shout": "85258",
    "charity_number": "1055209",
    "exit_site": "<i>Weather</i> & *more*",
}


@pytest.mark.parametrize(
    ("number", "link"),
    [
        ("023 8000 1061", "tel:02380001061"),
        ("0808 2000 247", "tel:08082000247"),
        ("0800 1111", "tel:08001111"),
        ("116 123", "tel:116123"),
        ("+44 (0)23 8000 1061", "tel:+4402380001061"),
        ("85258", None),
        ("1055209", None),
        ("BBC Weather", None),
    ],
)
def test_a_telephone_number_can_be_rung_and_nothing_else(number: str, link: str | None) -> None:
    assert phone_link(number) == link


def test_a_number_given_as_a_placeholder_becomes_a_link() -> None:
    html = render("Ring **{phone}**, or text {shout}.", VALUES)
    ringing = '<a href="tel:02380001061">023 8000 1061</a>'
    assert html == f"<p>Ring <strong>{ringing}</strong>, or text 85258.</p>"


def test_a_number_inside_a_link_does_not_become_a_second_link() -> None:
    html = render("[Ring {phone}](https://example.org)", VALUES)
    assert html.count("<a ") == 1


@pytest.mark.parametrize("text", ["Call 999.", "(101)", "**999** now", "ring 111, or 999"])
def test_a_short_number_can_be_rung_wherever_it_is_written(text: str) -> None:
    html = render(text, VALUES)
    assert re.findall(r"tel:(\d+)", html) == re.findall(r"999|111|101", text)


@pytest.mark.parametrize(
    "text",
    ["£999", "1999", "999%", "999,000", "0.999", "A101", "1111", "[999](https://example.org)"],
)
def test_a_number_that_is_no_telephone_number_stays_as_it_is(text: str) -> None:
    assert "tel:" not in render(text, VALUES)


def test_a_setting_is_text_never_markup() -> None:
    html = render("Go to {exit_site}.", VALUES)
    assert html == "<p>Go to &lt;i&gt;Weather&lt;/i&gt; &amp; *more*.</p>"


def test_a_link_to_another_site_tells_it_nothing() -> None:
    html = render("[Unlock](https://unlock.org.uk) and [here](/faq)", VALUES)
    assert '<a href="https://unlock.org.uk" rel="noopener noreferrer">Unlock</a>' in html
    assert '<a href="/faq">here</a>' in html


@pytest.mark.parametrize(
    "markdown",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](data:text/html,hello)",
        "[x](http://example.org)",
        "![x](https://example.org/x.png)",
        "[x](vbscript:x)",
    ],
)
def test_nothing_that_runs_or_loads_gets_through(markdown: str) -> None:
    html = render(markdown, VALUES)
    assert not re.search(r"<(script|img)|href=.(javascript|data|http:|vbscript)", html)


@given(st.text(max_size=200))
def test_only_known_elements_ever_come_out(markdown: str) -> None:
    try:
        html = render(markdown, VALUES)
    except UnknownPlaceholder:
        return
    assert set(re.findall(r"</?([a-z0-9]+)", html)) <= {
        *("a", "br", "em", "h2", "h3", "h4", "li", "ol", "p", "strong", "ul"),
    }


def test_an_unknown_placeholder_is_an_error_that_names_it() -> None:
    with pytest.raises(UnknownPlaceholder, match=r"\{fax\}"):
        render("Send a fax to {fax}.", VALUES)


def test_a_placeholder_in_an_address_is_an_error_too() -> None:
    with pytest.raises(UnknownPlaceholder, match=r"\{phone\}"):
        render("[Ring](https://example.org/{phone})", VALUES)


def test_a_brace_can_be_written_with_a_backslash() -> None:
    assert render(r"\{phone}", VALUES) == "<p>{phone}</p>"


def test_the_page_keeps_the_only_heading_of_the_first_level() -> None:
    assert render("# One\n\n### Three", VALUES) == "<h2>One</h2>\n<h3>Three</h3>"


def test_plain_text_keeps_paragraphs_lists_numbers_and_addresses() -> None:
    text = plain(
        "Ring **{phone}**.\n\n- one\n- [two](https://example.org)\n  1. a\n  2. b\n\nThe *end*.",
        VALUES,
    )
    assert text == (
        "Ring 023 8000 1061.\n\n- one\n- two (https://example.org)\n  1. a\n  2. b\n\nThe end."
    )
