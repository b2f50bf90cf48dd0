"""What an editor may want to look at again is found, and nothing else."""

from collections.abc import Sequence

import pytest

from chatbot.answers import lint
from chatbot.answers.encoder import Encoder
from chatbot.answers.lint import Astray, BrokenLink, Fault, Hard, Phrasings, Twice
from chatbot.domain.faq import Entry

COST = ("how much is it", "do i have to pay", "what does it cost", "is it free", "what is the fee")
PAGES = {"/", "/privacy", "/faq", "/faq/cost"}


def entry(slug: str, *phrasings: str, answer: str = "Yes.", question: str = "") -> Entry:
    return Entry(slug, question or f"{slug}?", answer, phrasings)


TIMES = entry(
    "time",
    "when does it start",
    "what time is it",
    "is it in the morning",
    "how late can i come",
    "at what time does it start on saturdays",
)


def linked(answer: str) -> list[BrokenLink]:
    return list(lint.broken_links([entry("a", answer=answer)], PAGES))


def test_the_same_words_in_two_entries_are_found_however_they_are_typed() -> None:
    entries = [
        entry("cost", "Wot does it cost??", "is it free"),
        entry("fee", "what does it cost", "Is it FREE or not"),
    ]
    assert lint.twice(entries) == [Twice("Wot does it cost??", ("cost", "fee"))]


def test_a_question_may_be_the_phrasing_of_another_entry() -> None:
    entries = [entry("cost", question="Is it free?"), entry("fee", "is it free")]
    assert lint.twice(entries) == [Twice("Is it free?", ("cost", "fee"))]


def test_what_one_entry_says_twice_is_its_own_affair() -> None:
    assert lint.twice([entry("cost", "is it free", "is it free?", "Is it free")]) == []


def test_marks_alone_are_not_all_the_same() -> None:
    assert lint.twice([entry("money", "£"), entry("unclear", "?")]) == []


def test_an_entry_that_only_repeats_its_question_is_known_by_it_alone() -> None:
    entries = [entry("a"), entry("b", "B?"), entry("c", "is it c")]
    assert lint.unphrased(entries) == ["a", "b"]


@pytest.fixture(name="three", scope="module")
def _three(encoder: Encoder) -> Phrasings:
    """Two entries of their own, and one that says what the first says."""
    entries = [
        entry("cost", *COST, "what time does the workshop start on saturday"),
        TIMES,
        entry("price", *(f"{text} then" for text in COST)),
    ]
    return Phrasings.of(entries, encoder, {})


def test_entries_that_say_the_same_in_other_words_are_near(three: Phrasings) -> None:
    found = three.near(0.8)
    assert [(pair.one, pair.two) for pair in found] == [("cost", "price")]
    assert 0.8 <= found[0].cosine <= 1
    assert three.near(1.01) == []


def test_a_phrasing_in_the_wrong_entry_goes_astray(three: Phrasings) -> None:
    worst = three.astray()[0]
    assert worst.text == "what time does the workshop start on saturday"
    assert (worst.slug, worst.other) == ("cost", "time")
    assert worst.share - worst.own >= lint.CLEAR


def test_the_worst_come_first_and_a_clearer_lead_finds_fewer(three: Phrasings) -> None:
    every = three.astray(0)
    leads = [one.share - one.own for one in every]
    assert leads == sorted(leads, reverse=True)
    assert three.astray(0.5) == [one for one in every if one.share - one.own >= 0.5]


def test_without_a_model_words_show_what_goes_astray() -> None:
    phrasings = Phrasings.of([entry("cost", *COST, "what time is it then"), TIMES], None, {})
    assert phrasings.near(0) == []
    worst = phrasings.astray(0)[0]
    assert (worst.slug, worst.text, worst.other) == ("cost", "what time is it then", "time")


@pytest.mark.parametrize(
    "entries",
    [
        [],
        [entry("cost", *COST)],
        [entry("a", question="a"), entry("b", question="b")],
        [entry("marks", question="\U0001f600"), entry("cost", *COST)],
    ],
    ids=["none", "one", "only questions", "one without words"],
)
def test_a_faq_may_be_too_small_to_go_astray_in(entries: Sequence[Entry]) -> None:
    found: list[Astray] = Phrasings.of(entries, None, {}).astray(0)
    assert found == []


@pytest.mark.parametrize(
    "answer",
    [
        "See [our\n page](https://projectcara.org.uk/about?x=1#y) and [more](HTTPS://a.org).",
        "[Ring](tel:+442380001061), [write](mailto:a.b@example.org) or [look](/privacy#data).",
        "[Home](/), [questions](/faq), [the cost](/faq/cost?x)",
        "[Brackets](https://a.org/x_(y)) [1] (see below), \\[not\\](a link)",
        "There is no link [in this] answer (nor this).",
    ],
)
def test_a_link_that_leads_somewhere_is_left_alone(answer: str) -> None:
    assert linked(answer) == []


@pytest.mark.parametrize(
    ("answer", "link", "fault"),
    [
        ("[a](http://a.org)", "http://a.org", Fault.ADDRESS),
        ("[a](www.a.org)", "www.a.org", Fault.ADDRESS),
        ("[a](https://)", "https://", Fault.ADDRESS),
        ("[a](https://nowhere)", "https://nowhere", Fault.ADDRESS),
        ("[a](//a.org)", "//a.org", Fault.ADDRESS),
        ("[a](javascript:x)", "javascript:x", Fault.ADDRESS),
        ("[a](tel:me)", "tel:me", Fault.ADDRESS),
        ("[a](mailto:me)", "mailto:me", Fault.ADDRESS),
        ("[a](privacy)", "privacy", Fault.ADDRESS),
        ("[a](/nowhere)", "/nowhere", Fault.PAGE),
        ("[a](/privacy/)", "/privacy/", Fault.PAGE),
        ("[a](/faq/draft)", "/faq/draft", Fault.ENTRY),
        ("So [a] (https://a.org).", "[a] (https://a.org)", Fault.MALFORMED),
        ("So (a)[https://a.org].", "(a)[https://a.org]", Fault.MALFORMED),
        ("[a](https://a.org and more", "[a](https://a.org and more", Fault.MALFORMED),
        ("[a](https://a.org b)", "[a](https://a.org b)", Fault.MALFORMED),
        ("[](https://a.org)", "[](https://a.org)", Fault.MALFORMED),
        ("[a]()", "[a]()", Fault.MALFORMED),
    ],
)
def test_a_link_that_leads_nowhere_is_named(answer: str, link: str, fault: Fault) -> None:
    assert linked(answer) == [BrokenLink("a", link, fault)]


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (1, "safe missed times called the you're friend eyes hours"),
        (2, "safely wanted places table people handled language quiet doing couldn't someone"),
        (3, "violence area behaviour suicide settlement previous employer domestic"),
        (4, "reliable information experience conditional"),
    ],
)
def test_syllables_are_counted_as_words_are_said(count: int, said: str) -> None:
    found = {word: lint.syllables(word) for word in said.split()}
    assert found == dict.fromkeys(found, count)


def test_the_reading_age_is_the_grade_of_1975_and_five_years() -> None:
    # 11 words, 2 sentences, 16 syllables: 0.39 * 11 / 2 + 11.8 * 16 / 11 - 15.59 + 5.
    text = "The police gave you a caution. Please ring us before Saturday."
    assert lint.reading_age(text) == pytest.approx(8.72, abs=0.01)


@pytest.mark.parametrize("text", ["", "\n\n", "023 8000 1061", "https://a.org"])
def test_what_has_no_words_takes_no_age(text: str) -> None:
    assert lint.reading_age(text) == 0


def test_addresses_are_clicked_not_read() -> None:
    plain = "Read our page. Then ring us."
    linked = "Read our page (https://projectcara.org.uk/information). Then ring us."
    assert lint.reading_age(linked) == lint.reading_age(plain)


def test_items_of_a_list_are_sentences_of_their_own() -> None:
    assert lint.reading_age("Bring:\n- a pen\n- a book") < lint.reading_age("Bring a pen, a book")


def test_a_hard_answer_is_named_with_its_longest_sentence() -> None:
    long = "Participation in the rehabilitative programme constitutes a conditional obligation."
    answers = {"easy": "You can ring us. We are here.", "hard": f"No. {long} Ring us."}
    (found,) = lint.hard_to_read(answers)
    assert found == Hard("hard", found.age, long)
    assert found.age > lint.OLDEST > lint.AIM
    assert lint.hard_to_read(answers, found.age) == []
