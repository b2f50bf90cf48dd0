"""A message is read as typed, as corrected and clause by clause."""

import numpy as np
import pytest

from chatbot.answers.encoder import Encoder
from chatbot.answers.reader import Reader
from chatbot.answers.spelling import Speller, counted

TEXTS = ["where are the workshops held", "how much does it cost"]


@pytest.fixture
def reader() -> Reader:
    return Reader(Speller(counted(TEXTS)), None)


def test_a_plain_message_has_one_view(reader: Reader) -> None:
    read = reader.read("Where are the WORKSHOPS held")
    assert (read.typed, read.text) == ("Where are the WORKSHOPS held", TEXTS[0])
    assert (read.views, read.forms) == ((TEXTS[0],), 1)


def test_what_was_typed_stands_beside_its_correction(reader: Reader) -> None:
    read = reader.read("where are the worksops held")
    assert read.corrected == TEXTS[0]
    assert (read.views, read.forms) == (("where are the worksops held", TEXTS[0]), 2)


def test_clauses_come_after_the_forms(reader: Reader) -> None:
    read = reader.read("i have got a letter. where are the worksops held?")
    assert read.forms == 2
    assert read.views[2:] == ("i have got a letter.", "where are the workshops held?")
    assert read.whole == read.views[:2]


def test_nothing_is_read_as_nothing(reader: Reader) -> None:
    read = reader.read(" \U0001f600 ")
    assert (read.text, read.views, read.forms) == ("", ("",), 1)


def test_with_a_model_every_view_is_a_vector(encoder: Encoder) -> None:
    vectors = encoder.encode(TEXTS)
    read = Reader(Speller(counted(TEXTS)), encoder).read(TEXTS[1])
    assert read.vectors is not None
    assert read.vectors[0] @ vectors[1] == pytest.approx(np.float32(1), abs=1e-4)
