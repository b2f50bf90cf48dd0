"""Every language says the same as English, and everybody gets one that they can read."""

import re
from collections import Counter
from collections.abc import Iterable
from random import Random
from typing import Final

import msgspec
import pytest
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st

from chatbot.content import loading, pseudo
from chatbot.domain.commands import Open
from chatbot.domain.conversation import Conversation, decide, evolve
from chatbot.domain.events import Opened
from chatbot.services.rendering import render
from chatbot.services.voice import Voice
from chatbot.settings import Settings
from chatbot.web.languages import best
from tests.architecture.project import ROOT, ours

ENGLISH: Final = loading.texts().area("")
OTHERS: Final = [code for code in loading.languages() if code != "en"]
WRITTEN: Final = [code for code in OTHERS if code != pseudo.CODE]
SAME: Final = {"page.title", "page.language", "widget.author.system"} | loading.catalogue(
    loading.STAFF, "en"
).keys()
"""Sentences that may be the same in every language."""
VALUES: Final = Settings().placeholders
CODES: Final = ("en", "pl", "ar-XB")
CATALOGUES: Final = [path for path in ours("*.po") if path.startswith("chatbot/")]


def sentences(keys: Iterable[str]) -> set[str]:
    """Return the keys as they stand in a catalogue, which has a sentence that counts once."""
    return {re.sub(r"\.(zero|one|two|few|many|other)$", "", key) for key in keys}


def placeholders(text: str) -> Counter[str]:
    return Counter(re.findall(r"\{\w+\}", text))


def links(markdown: str) -> list[str]:
    return re.findall(r"\]\(([^)]*)\)", markdown)


def shape(markdown: str) -> list[str]:
    """Return what each paragraph of a page is: a heading, a list of so many items, words."""
    kinds = []
    for part in markdown.split("\n\n"):
        mark = part.split(" ")[0] if part[0] in "#-" else ""
        kinds.append(f"{mark}{part.count(chr(10))}")
    return kinds


@pytest.mark.parametrize("code", OTHERS)
def test_a_language_has_the_sentences_of_english_and_no_other(code: str) -> None:
    assert sentences(loading.texts(code).area("")) == sentences(ENGLISH)


@pytest.mark.parametrize("code", OTHERS)
def test_a_sentence_has_the_placeholders_of_the_english_one(code: str) -> None:
    texts = loading.texts(code).area("")
    told = {key: ENGLISH.get(key) or ENGLISH[key.rpartition(".")[0] + ".other"] for key in texts}
    wrong = [key for key in texts if placeholders(texts[key]) != placeholders(told[key])]
    assert wrong == []


@pytest.mark.parametrize("code", WRITTEN)
def test_every_sentence_is_translated_and_none_shouts(code: str) -> None:
    texts = loading.texts(code).area("")
    assert [key for key in ENGLISH if key not in SAME and texts[key] == ENGLISH[key]] == []
    assert [key for key, text in texts.items() if not text.strip() or "!" in text] == []


@pytest.mark.parametrize("path", CATALOGUES)
def test_a_catalogue_has_each_sentence_once_and_nothing_left_open(path: str) -> None:
    keys = re.findall(r'(?m)^msgid "(.+)"$', (ROOT / path).read_text("utf-8"))
    assert [key for key, times in Counter(keys).items() if times > 1] == []
    with (ROOT / path).open("rb") as file:
        messages = [message for message in read_po(file) if message.id]
    assert [one.id for one in messages if one.fuzzy or not all(one.string or [""])] == []
    assert len(messages) == len(keys)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("en", "1 character left|2 characters left|5 characters left|22 characters left"),
        ("pl", "Pozostał 1 znak|Pozostały 2 znaki|Pozostało 5 znaków|Pozostały 22 znaki"),
    ],
)
def test_a_number_has_the_form_of_its_language(code: str, said: str) -> None:
    texts = loading.texts(code)
    counted = [texts.counted("widget.left", n, count=n) for n in (1, 2, 5, 22)]
    assert "|".join(counted) == said


@pytest.mark.parametrize("code", WRITTEN)
def test_who_may_not_be_understood_is_told_where_to_get_help(code: str) -> None:
    for key in ("assistant.unanswered", "assistant.unanswered_again"):
        assert "999" in loading.texts(code)(key, phone="")


@pytest.mark.parametrize("code", OTHERS)
def test_a_language_has_the_pages_of_english_with_the_same_numbers_links_and_parts(
    code: str,
) -> None:
    pages, english = loading.pages(code), loading.pages()
    assert pages.keys() == english.keys()
    for name, page in pages.items():
        other = english[name].markdown
        assert set(placeholders(page.markdown)) == set(placeholders(other)), name
        assert links(page.markdown) == links(other), name
        assert shape(page.markdown) == shape(other), name
        assert render(page.markdown, VALUES)
        assert "!" not in page.title + page.summary + page.markdown


def test_what_nobody_has_read_yet_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    assert loading.unread("pl")
    assert not loading.unread("en")
    assert not loading.unread(pseudo.CODE)
    monkeypatch.setattr(loading, "_READ", re.compile("X-Read-By"))
    assert not loading.unread("pl")


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "en"),
        ("pl", "pl"),
        ("pl-PL,pl;q=0.9,en;q=0.8", "pl"),
        ("en-GB,en;q=0.9,pl;q=0.8", "en"),
        ("en;q=0.5, PL;q=0.7", "pl"),
        ("fr-FR,fr;q=0.9", "en"),
        ("fr;q=0.9,pl;q=0.1", "pl"),
        ("pl;q=0,en;q=0.1", "en"),
        ("*", "en"),
        ("pll", "en"),
        ("ar-XB", "ar-XB"),
        ("pl;q=abc", "en"),
        ("x" * 100_000 + ",pl", "en"),
    ],
)
def test_the_language_that_a_browser_asks_for(accepted: str, language: str) -> None:
    assert best(accepted, CODES) == language


@given(st.text())
def test_whatever_a_browser_asks_for_it_gets_a_language(accepted: str) -> None:
    assert best(accepted, CODES) in CODES


WEIGHTS = st.dictionaries(st.sampled_from(["en", "pl", "fr", "de"]), st.integers(1, 999))


@given(WEIGHTS, st.randoms(use_true_random=False))
def test_the_heaviest_language_that_there_is_wins_wherever_it_stands(
    weights: dict[str, int], chance: Random
) -> None:
    asked = [f"{code};q=0.{weight:03}" for code, weight in weights.items()]
    chance.shuffle(asked)
    found = best(", ".join(asked), ("en", "pl"))
    known = {code: weights.get(code, 0) for code in ("en", "pl")}
    assert known[found] == max(known.values())


@pytest.mark.parametrize("key", ENGLISH)
def test_the_language_of_the_tests_leaves_what_is_no_word_alone(key: str) -> None:
    made = pseudo.sentence(ENGLISH[key])
    assert re.sub("[\u202e\u202c«»]", "", made) == ENGLISH[key]
    assert placeholders(made) == placeholders(ENGLISH[key])
    words = re.sub(r"\{\w+\}|\]\([^)]*\)", "", made)
    assert (
        re.sub("\u202e[^\u202e\u202c]+\u202c", "", words).upper()
        == re.sub("\u202e[^\u202e\u202c]+\u202c", "", words).lower()
    )


def test_a_number_keeps_its_order_from_right_to_left() -> None:
    voice = Voice({"ar-XB": loading.texts("ar-XB")}, VALUES)
    assert f"\u2068{VALUES['phone']}\u2069" in voice.say("assistant.unanswered", "ar-XB").text
    assert [loading.right_to_left(code) for code in ("en", "pl", "ar-XB", "he")] == [
        *(False, False),
        *(True, True),
    ]


def test_a_conversation_keeps_the_language_in_which_it_began() -> None:
    now = Conversation(id="1")
    for event in decide(now, Open(at=1, notice="1", language="pl")):
        now = evolve(now, event)
    assert now.language == "pl"


def test_what_was_stored_before_there_were_languages_is_english() -> None:
    opened = msgspec.json.decode(b'{"at": 1, "notice": "1"}', type=Opened)
    assert opened.language == "en"
    stored = msgspec.json.decode(b'{"id": "1", "position": 1}', type=Conversation)
    assert stored.language == "en"


@pytest.mark.parametrize("code", OTHERS)
def test_a_signpost_can_be_rung_in_every_language(code: str) -> None:
    voice = Voice({code: loading.texts(code)}, VALUES)
    rung = re.findall(r'href="tel:(\d+)"', voice.say("assistant.signpost", code).html)
    assert rung == ["999", "08082000247", "116123"]
