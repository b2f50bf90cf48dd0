"""FAQ files: what is written is read back the same, and a mistake names the entry it is in."""

import csv
import json
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from chatbot.content import faq_file, loading
from chatbot.content.faq_file import LISTS, FaqFileError
from chatbot.domain.faq import Entry, Status

ANYTHING = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=60)
WORDS = ANYTHING.map(str.strip).filter(bool)
ITEMS = st.lists(WORDS, max_size=4).map(tuple)
SLUGS = st.from_regex(r"[a-z0-9]{1,9}(-[a-z0-9]{1,9}){0,3}", fullmatch=True)
ENTRIES = st.builds(
    Entry,
    slug=SLUGS,
    question=WORDS,
    answer=st.lists(WORDS, min_size=1, max_size=4).map("\n\n".join),
    phrasings=ITEMS,
    topic=ANYTHING,
    status=st.sampled_from(Status),
    source=ANYTHING,
    review_by=st.dates().map(str) | st.just(""),
    keywords=ITEMS,
    confirm=ITEMS,
)
FAQS = st.lists(ENTRIES, max_size=4, unique_by=lambda entry: entry.slug)
ONE_LINE = ("question", "answer", "topic", "source", "review_by")
GOOD = {"slug": "cost", "question": "What does it cost?", "answer": "Nothing."}


def one(**changes: Any) -> Entry:
    """Return the entry that a file has when it differs from a good one in `changes`."""
    (entry,) = faq_file.entries({"entries": [{**GOOD, **changes}]})
    return entry


def refusal(text: str, suffix: str) -> str:
    with pytest.raises(FaqFileError) as refused:
        faq_file.parse(text, suffix)
    return str(refused.value)


def as_csv(entries: list[Entry], names: tuple[str, ...] = Entry.__slots__[:-1]) -> str:
    """Write a table as a spreadsheet does: a list is one cell with a line for each item."""
    out = StringIO()
    table = csv.writer(out)
    table.writerow(names)
    for entry in entries:
        cells = [getattr(entry, name) for name in names]
        table.writerow(["\n".join(c) if isinstance(c, tuple) else c for c in cells])
    return out.getvalue()


@pytest.mark.parametrize("suffix", [".yaml", ".yml", ".json"])
@given(faq=FAQS)
def test_what_is_written_is_read_back_the_same(suffix: str, faq: list[Entry]) -> None:
    assert faq_file.parse(faq_file.dump(faq, suffix), suffix) == faq


@given(faq=FAQS)
def test_a_second_writing_changes_nothing(faq: list[Entry]) -> None:
    written = faq_file.dump(faq, ".yaml")
    assert faq_file.dump(faq_file.parse(written, ".yaml"), ".yaml") == written


@pytest.mark.parametrize("suffix", [".yaml", ".json"])
def test_the_shipped_faq_survives_a_file(tmp_path: Path, suffix: str) -> None:
    shipped = loading.entries()
    path = tmp_path / f"faq{suffix}"
    path.write_text(faq_file.dump(shipped, suffix), "utf-8")
    assert faq_file.read(path) == shipped


@given(faq=FAQS)
def test_a_revision_is_never_written(faq: list[Entry]) -> None:
    later = [replace(entry, revision=7) for entry in faq]
    assert faq_file.dump(later, ".json") == faq_file.dump(faq, ".json")


def test_an_answer_of_several_lines_is_a_block_that_can_be_edited() -> None:
    written = faq_file.dump([one(answer="First.\n\n- one\n- two")], ".yaml")
    assert "  answer: |-\n    First.\n\n    - one\n    - two\n" in written


def test_spaces_around_a_question_and_an_answer_are_taken_off() -> None:
    entry = one(question="  Why?\n", answer="\n\nBecause.\n")
    assert (entry.question, entry.answer) == ("Why?", "Because.")


def test_an_entry_without_a_status_gets_the_one_that_the_caller_names() -> None:
    data = {"entries": [GOOD, {**GOOD, "slug": "when", "status": "archived"}]}
    statuses = [entry.status for entry in faq_file.entries(data, Status.DRAFT)]
    assert statuses == [Status.DRAFT, Status.ARCHIVED]


def test_a_date_may_stand_without_quotes() -> None:
    text = "entries:\n- {slug: a, question: b, answer: c, review_by: 2027-02-28}\n"
    assert faq_file.parse(text, ".yaml")[0].review_by == "2027-02-28"


def test_an_empty_field_is_as_good_as_none() -> None:
    assert one(phrasings=None, topic=None) == one()


@given(faq=st.lists(ENTRIES, min_size=1, max_size=4, unique_by=lambda entry: entry.slug))
def test_a_spreadsheet_brings_every_field(faq: list[Entry]) -> None:
    def tidy(entry: Entry) -> Entry:
        texts = {n: " ".join(getattr(entry, n).split()) for n in ONE_LINE}
        lists = {n: [" ".join(item.split()) for item in getattr(entry, n)] for n in LISTS}
        return one(**texts, **lists, slug=entry.slug, status=entry.status.value)

    faq = [tidy(entry) for entry in faq]
    assert faq_file.parse(as_csv(faq), ".csv") == faq


def test_a_spreadsheet_may_have_a_few_columns_only_and_spaces_in_its_head() -> None:
    text = 'slug, question ,answer,phrasings\ncost,How much?,Nothing.,"how much\n\n price "\n'
    (entry,) = faq_file.parse(text, ".csv")
    assert (entry.question, entry.phrasings) == ("How much?", ("how much", "price"))


def test_a_spreadsheet_program_may_put_a_mark_in_front(tmp_path: Path) -> None:
    path = tmp_path / "FAQ.CSV"
    path.write_bytes(b"\xef\xbb\xbfslug,question,answer\r\na,b,c\r\n")
    assert faq_file.read(path)[0].slug == "a"


def test_a_comma_without_quotes_cuts_no_answer_short() -> None:
    told = refusal("slug,question,answer\na,b,c\nd,e,No, never.\n", ".csv")
    assert told.startswith("entry 2: it has more cells than the first line")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"slug": "Cost"}, "entry 2 (Cost): a slug is small letters, digits and single hyphens"),
        ({"slug": "a--b"}, "entry 2 (a--b): a slug is"),
        ({"slug": "x" * 81}, "): a slug is"),
        ({"slug": "first"}, "entry 2: there is another 'first' in this file"),
        ({"slug": None}, "entry 2: slug is missing"),
        ({"slug": 2024}, "entry 2: Expected `str`"),
        ({"question": " "}, "entry 2 (cost): question is missing"),
        ({"question": "", "answer": None}, "entry 2 (cost): question, answer is missing"),
        ({"question": 5}, "entry 2 (cost): Expected `str`, got `int` - at `$.question`"),
        ({"phrasings": "how much"}, "entry 2 (cost): Expected `array`"),
        ({"phrasings": ["a", None]}, "entry 2 (cost): Expected `str`, got `null`"),
        ({"phrasings": ["a", " "]}, "entry 2 (cost): phrasings has an empty item"),
        ({"confirm": [""]}, "entry 2 (cost): confirm has an empty item"),
        ({"status": "live"}, "entry 2 (cost): Invalid enum value 'live'"),
        ({"review_by": "soon"}, "entry 2 (cost): review_by is a date such as 2027-02-28"),
        ({"review_by": "20270228"}, "entry 2 (cost): review_by is a date"),
        ({"review_by": "2027-02-30"}, "entry 2 (cost): review_by is a date"),
        ({"anwser": "x", "notes": "y"}, "entry 2 (cost): unknown anwser, notes"),
        ({"revision": 3}, "entry 2 (cost): unknown revision"),
        ({7: "x"}, "entry 2 (cost): unknown 7"),
        ({"answer": "a\0b"}, "entry 2 (cost): answer has a character that cannot be stored"),
        ({"keywords": ["\ud800"]}, "entry 2 (cost): keywords has a character that cannot"),
    ],
)
def test_a_mistake_names_the_entry_and_what_is_wrong(changes: dict[Any, Any], told: str) -> None:
    data = {"entries": [{**GOOD, "slug": "first"}, {**GOOD, **changes}]}
    with pytest.raises(FaqFileError) as refused:
        faq_file.entries(data)
    assert told in str(refused.value)


@pytest.mark.parametrize("raw", [None, "cost", 7, ["cost"]])
def test_what_is_no_entry_is_named(raw: object) -> None:
    with pytest.raises(FaqFileError, match=r"^entry 1: this is no entry but "):
        faq_file.entries({"entries": [raw]})


@pytest.mark.parametrize("data", [None, [], {}, {"entries": None}, {"entries": {"a": GOOD}}, "x"])
def test_a_file_without_a_list_of_entries_is_refused(data: object) -> None:
    with pytest.raises(FaqFileError, match='a FAQ file has a list "entries" at its top'):
        faq_file.entries(data)


@pytest.mark.parametrize(
    ("text", "suffix", "told"),
    [
        ("entries: [", ".yaml", "this is no valid YAML: "),
        ("entries: *nowhere", ".yaml", "this is no valid YAML: "),
        ("!!python/object:os.system {}", ".yaml", "this is no valid YAML: "),
        ("{[1]: 2}", ".yaml", "this is no valid YAML: "),
        ("\0", ".yaml", "this is no valid YAML: "),
        ("", ".json", "this is no valid JSON: "),
        ("{'entries': []}", ".json", "this is no valid JSON: "),
        ("[" * 100_000, ".json", "this is no valid JSON: "),
        ('slug,question,answer\na,"b"c,d\n', ".csv", "this is no valid CSV: "),
        (f"slug,question,answer\na,b,{'x' * 200_000}\n", ".csv", "this is no valid CSV: "),
        ("", ".xlsx", "a FAQ file ends in .yaml, .json or .csv, not '.xlsx'"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(text: str, suffix: str, told: str) -> None:
    assert refusal(text, suffix).startswith(told)


@pytest.mark.parametrize("text", ["[" * 100_000, "- " * 100_000, '{"a":' * 100_000])
def test_yaml_that_nests_too_deep_does_not_end_the_process(text: str) -> None:
    assert refusal(text, ".yaml") == "this is no FAQ file: it nests more than 50 deep"


def test_aliases_of_aliases_are_refused_before_they_are_written_out() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    text = "\n".join(lines) + "\nentries: [{slug: a, question: b, answer: c, phrasings: *a11}]"
    assert refusal(text, ".yaml").startswith("entry 1 (a): Expected `str`, got `array`")


def test_a_file_in_another_encoding_is_named(tmp_path: Path) -> None:
    path = tmp_path / "faq.csv"
    path.write_bytes("slug,question,answer\na,Où?,là\n".encode("cp1252"))
    with pytest.raises(FaqFileError, match=f"^cannot read {path}: "):
        faq_file.read(path)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(FaqFileError, match=r"^cannot read .*/no.yaml: "):
        faq_file.read(tmp_path / "no.yaml")


@pytest.mark.parametrize("suffix", [".xls", ".txt", ""])
def test_an_export_to_anything_else_is_refused(suffix: str) -> None:
    with pytest.raises(FaqFileError, match=r"\.yaml, \.json or \.csv"):
        faq_file.dump([], suffix)


def test_other_programs_can_read_what_is_written() -> None:
    faq = [one(phrasings=["wie teuer", "☎?"], review_by="2027-02-28")]
    plain = {**GOOD, "phrasings": ["wie teuer", "☎?"], "review_by": "2027-02-28"}
    plain["status"] = "published"
    assert json.loads(faq_file.dump(faq, ".json")) == {"entries": [plain]}
    assert yaml.safe_load(faq_file.dump(faq, ".yaml")) == {"entries": [plain]}
