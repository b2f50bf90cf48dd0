"""Files of others: what is good is read, what is not says where, and nothing is lost."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.content import faq_exchange, faq_file, loading
from chatbot.content.faq_exchange import Partial, faq_page, merged
from chatbot.content.faq_file import FaqFileError
from chatbot.content.html_markdown import markdown
from chatbot.domain.faq import Entry, Status
from chatbot.services.exchange import planned
from chatbot.services.rendering import render

SUFFIXES = st.sampled_from([".yaml", ".yml", ".json", ".jsonld", ".csv", ".txt", ""])
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12)
WORDS = "@type @graph mainEntity name acceptedAnswer text payload title content category status"
NAMES = st.sampled_from([*WORDS.split(), "entries", "slug", "question", "answer", "phrasings"])
TYPES = st.sampled_from(["FAQPage", "Question", "Answer", "published", "cost"])
ANYTHING = st.recursive(
    LEAVES | TYPES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=5),
    max_leaves=20,
)
KNOWN = Entry("cost", "What does it cost?", "Nothing.", ("how much",), status=Status.PUBLISHED)


def question(name: object, text: object) -> dict[str, Any]:
    return {"@type": "Question", "name": name, "acceptedAnswer": {"@type": "Answer", "text": text}}


def page(*questions: object) -> str:
    return json.dumps({"@type": "FAQPage", "mainEntity": questions})


def read(text: str, suffix: str) -> list[Entry] | str:
    """Return what a file brings, or why it cannot be used; any other error is a fault."""
    try:
        return [one.entry for one in faq_exchange.parse(text, suffix)]
    except FaqFileError as refusal:
        return str(refusal)


@given(text=st.text(max_size=200), suffix=SUFFIXES)
def test_any_text_is_read_or_refused_with_a_reason(text: str, suffix: str) -> None:
    assert read(text, suffix) != ""


@given(data=ANYTHING, suffix=st.sampled_from([".json", ".jsonld"]))
def test_any_json_is_read_or_refused_with_a_reason(data: object, suffix: str) -> None:
    found = read(json.dumps(data), suffix)
    assert found != ""
    entries = [] if isinstance(found, str) else found
    assert all(one.question.strip() and one.answer.strip() for one in entries)
    assert len({one.slug for one in entries}) == len(entries)


@given(html=st.text(st.sampled_from("<>/abulioph123 &;=\"'[]()*_{}\\\n"), max_size=120))
def test_any_html_becomes_markdown_that_can_be_shown(html: str) -> None:
    render(markdown(html), {})


def test_what_we_publish_comes_back_as_it_was() -> None:
    values = dict.fromkeys(("phone", "national_helpline", "samaritans"), "023 8000 1061")
    shipped = [one for one in loading.entries() if "{" not in one.answer][:20]
    rendered = [(one.question, render(one.answer, values)) for one in shipped]
    found = faq_exchange.parse(json.dumps(faq_page(rendered)), ".jsonld")
    assert [one.entry.question for one in found] == [one.question for one in shipped]
    again = [render(one.entry.answer, values).split() for one in found]
    assert again == [html.split() for _, html in rendered]


@pytest.mark.parametrize(
    ("html", "written"),
    [
        ("plain &amp; simple", "plain & simple"),
        ("<h1>Big</h1><p>one<br>two</p>", "## Big\n\none\ntwo"),
        ('<a href="https://x.org">a <b>b</b></a>', "[a **b**](https://x.org)"),
        ("<a>no address</a>", "no address"),
        ("<ol><li>one<li>two</ol>after", "1. one\n2. two\n\nafter"),
        ("<ul><li>a<ul><li>b</li></ul></li></ul>", "- a\n  - b"),
        ("1 * 2 {x} <script>alert(1)</script>", r"1 \* 2 \{x\}"),
    ],
)
def test_html_of_others_is_written_as_markdown(html: str, written: str) -> None:
    assert markdown(html) == written


def test_articles_of_a_help_centre_are_read() -> None:
    article = {"title": "Where are you?", "content": "In **Hampshire**.", "status": "archived"}
    other = {"title": "When?", "content": "Soon.", "category": {"id": 1, "name": "Opening times"}}
    found = faq_exchange.parse(json.dumps({"payload": [article, other], "meta": {}}), ".json")
    assert [one.entry for one in found] == [
        Entry("where-are-you", "Where are you?", "In **Hampshire**.", status=Status.ARCHIVED),
        Entry("when", "When?", "Soon.", topic="opening-times", status=Status.DRAFT),
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{", "this is no valid JSON: "),
        ("[" * 10_000, "this is no valid JSON: "),
        ("{}", "this is no FAQ: it has neither"),
        ("[1, null]", "this is no FAQ: it has neither"),
        (page(7), "question 1: this is no question but int"),
        (page(question("a", "b"), question(" ", "b")), "question 2: its name is missing"),
        (page(question("a", 5)), "question 1: the text of its acceptedAnswer is missing"),
        (page({"name": "a"}), "question 1: the text of its acceptedAnswer is missing"),
        (page(question("a", "b\0")), "acceptedAnswer has a character that cannot be stored"),
        (page(question("a", "<p></p>")), "question 1: its answer is empty"),
        (page(question("x" * 301, "b")), "question 1: its question is too long"),
        ('[{"title": "a", "content": "b"}, 3]', "article 2: it has no title and content"),
        ('[{"title": "", "content": "b"}]', "article 1: its title is missing"),
        ('{"entries": [{"slug": "a"}]}', "entry 1 (a): question, answer is missing"),
    ],
)
def test_a_mistake_names_its_place(text: str, told: str) -> None:
    with pytest.raises(FaqFileError) as refused:
        faq_exchange.parse(text, ".json")
    assert told in str(refused.value)


def test_a_file_that_knows_less_leaves_the_rest_as_it_is() -> None:
    brought = faq_exchange.parse(page(question("what does it  COST?", "Nothing at all.")), ".json")
    assert merged(brought[0], {"cost": KNOWN}) == replace(
        KNOWN, question="what does it COST?", answer="Nothing at all."
    )


def test_a_new_question_never_takes_an_entrys_name() -> None:
    brought = [Partial(Entry("cost", "Cost", "Much."), frozenset({"answer"}), named=False)]
    plan = planned(brought, [KNOWN])
    assert [(step.before, step.after.slug) for step in plan.steps] == [(None, "cost-2")]


def test_what_is_there_already_is_no_step() -> None:
    text = faq_file.dump([KNOWN, replace(KNOWN, slug="price", answer="Free.")], ".yaml")
    plan = planned(faq_exchange.parse(text, ".yaml"), [KNOWN])
    assert (plan.new, plan.changed, plan.same) == (1, 0, 1)
    assert [step.after.slug for step in plan.steps] == ["price"]


def test_a_spreadsheet_goes_out_and_in_again() -> None:
    shipped = loading.entries()
    assert faq_file.parse(faq_file.dump(shipped, ".csv"), ".csv") == shipped
