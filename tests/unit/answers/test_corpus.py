"""Texts counted once, cut and scored by whoever owns them."""

import numpy as np
import pytest

from chatbot.answers.corpus import Batch, Columns, Corpus
from chatbot.answers.index import WEIGHTS, Index, fused

TEXTS = ["where is it held", "how do i get there", "what does it cost", "is it free"]
GROUPS = [TEXTS[:2], TEXTS[2:]]


VECTORS = np.eye(4, dtype=np.float32)


@pytest.fixture
def columns() -> Columns:
    return Columns()


@pytest.fixture
def known(columns: Columns) -> Batch:
    return columns.learn(TEXTS, VECTORS)


def test_rows_follow_the_groups() -> None:
    corpus = Corpus.of(GROUPS, VECTORS)
    assert corpus.owners.tolist() == [0, 0, 1, 1]
    assert corpus.texts.vectors is VECTORS


def test_a_cut_keeps_everything_of_a_row(known: Batch) -> None:
    cut = known.cut(np.asarray([2]))
    assert len(cut) == 1
    assert cut.sizes.tolist() == [4]
    assert cut.vectors is not None
    assert cut.vectors.tolist() == [[0, 0, 1, 0]]
    assert cut.words.toarray().tolist() == known.words[[2]].toarray().tolist()


@pytest.mark.usefixtures("known")
def test_new_words_count_in_size_only(columns: Columns) -> None:
    read = columns.read(["zebra cost"], None)
    assert read.sizes.tolist() == [2]
    assert read.stems.toarray().sum() == 1
    assert read.vectors is None
    assert read.cut(np.asarray([0])).vectors is None


@pytest.mark.parametrize("model", [True, False])
def test_a_phrasing_scores_highest_where_it_belongs(model: bool) -> None:  # noqa: FBT001  # both ways of building are the cases
    corpus = Corpus.of(GROUPS, VECTORS if model else None)
    index = Index(corpus)
    parts = index.parts(corpus.texts)
    assert set(parts) == (set(WEIGHTS) if model else {"words", "letters", "coverage"})
    assert (index.head is not None) is model
    assert fused(parts).argmax(axis=1).tolist() == [0, 0, 1, 1]


def test_a_keyword_speaks_for_a_group_that_does_not_say_it() -> None:
    corpus = Corpus.of([*GROUPS, ["parking"]], None, [{"park": 1.0}])
    asked = corpus.columns.read(["parking"], None)
    coverage = Index(corpus, np.arange(4)).parts(asked)["coverage"]
    assert coverage[0] == pytest.approx([1, 0])


def test_a_group_without_rows_has_no_column() -> None:
    corpus = Corpus.of(GROUPS, VECTORS)
    index = Index(corpus, np.asarray([2, 3]))
    assert index.groups.tolist() == [1]
    assert fused(index.parts(corpus.texts)).shape == (4, 1)


def test_a_classifier_goes_on_from_another() -> None:
    corpus = Corpus.of(GROUPS, VECTORS)
    whole = Index(corpus)
    rows = np.asarray([0, 2, 3])
    part = Index(corpus, rows, whole.head)
    assert fused(part.parts(corpus.texts.cut(rows))).argmax(axis=1).tolist() == [0, 1, 1]
