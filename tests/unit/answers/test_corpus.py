"""Texts counted once, cut and scored by whoever owns them."""

import numpy as np
import pytest

from chatbot.answers.corpus import Corpus, Texts
from chatbot.answers.index import WEIGHTS, Index, fused

TEXTS = ["where is it held", "how do i get there", "what does it cost", "is it free"]
GROUPS = [TEXTS[:2], TEXTS[2:]]


@pytest.fixture
def texts() -> Texts:
    return Texts(TEXTS, np.eye(4, dtype=np.float32))


def test_rows_follow_the_groups(texts: Texts) -> None:
    corpus = Corpus.of(texts, [TEXTS[2:], TEXTS[:2]])
    assert corpus.owners.tolist() == [0, 0, 1, 1]
    assert corpus.texts.vectors is not None
    assert corpus.texts.vectors.argmax(axis=1).tolist() == [2, 3, 0, 1]


def test_a_cut_keeps_everything_of_a_row(texts: Texts) -> None:
    cut = texts.known.cut(np.asarray([2]))
    assert len(cut) == 1
    assert cut.sizes.tolist() == [4]
    assert cut.vectors is not None
    assert cut.vectors.tolist() == [[0, 0, 1, 0]]
    assert cut.words.toarray().tolist() == texts.known.words[[2]].toarray().tolist()


def test_new_words_count_in_size_only(texts: Texts) -> None:
    read = texts.read(["zebra cost"], None)
    assert read.sizes.tolist() == [2]
    assert read.stems.toarray().sum() == 1
    assert read.vectors is None
    assert read.cut(np.asarray([0])).vectors is None


@pytest.mark.parametrize("model", [True, False])
def test_a_phrasing_scores_highest_where_it_belongs(model: bool) -> None:  # noqa: FBT001  # both ways of building are the cases
    texts = Texts(TEXTS, np.eye(4, dtype=np.float32) if model else None)
    index = Index(Corpus.of(texts, GROUPS))
    parts = index.parts(texts.known)
    assert set(parts) == (set(WEIGHTS) if model else {"words", "letters", "coverage"})
    assert (index.head is not None) is model
    assert fused(parts).argmax(axis=1).tolist() == [0, 0, 1, 1]


def test_a_keyword_speaks_for_a_group_that_does_not_say_it(texts: Texts) -> None:
    texts = Texts([*TEXTS, "parking"], None)
    corpus = Corpus.of(texts, GROUPS, [{"park": 1.0}])
    coverage = Index(corpus).parts(texts.read(["parking"], None))["coverage"]
    assert coverage[0] == pytest.approx([1, 0])


def test_a_group_without_rows_has_no_column(texts: Texts) -> None:
    corpus = Corpus.of(texts, GROUPS)
    index = Index(corpus, np.asarray([2, 3]))
    assert index.groups.tolist() == [1]
    assert fused(index.parts(texts.known)).shape == (4, 1)


def test_a_classifier_goes_on_from_another(texts: Texts) -> None:
    corpus = Corpus.of(texts, GROUPS)
    whole = Index(corpus)
    rows = np.asarray([0, 2, 3])
    part = Index(corpus, rows, whole.head)
    assert fused(part.parts(texts.known.cut(rows))).argmax(axis=1).tolist() == [0, 1, 1]
