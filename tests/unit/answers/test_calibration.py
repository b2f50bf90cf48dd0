"""How sure to be is learnt from the FAQ, and the wanted share of wrong answers is kept."""

from collections.abc import Sequence

import numpy as np
import pytest

from chatbot.answers import vectors
from chatbot.answers.calibration import FOLDS, learn, places
from chatbot.answers.corpus import Corpus
from chatbot.answers.encoder import Encoder
from chatbot.answers.index import Index
from chatbot.answers.judgement import UNTAUGHT
from chatbot.answers.knowledge import Knowledge
from chatbot.answers.normalise import normalise
from chatbot.domain.faq import Entry


def _groups(entries: Sequence[Entry], knowledge: Knowledge) -> list[list[str]]:
    groups = [[entry.question, *entry.phrasings] for entry in entries]
    plain = [list(dict.fromkeys(map(normalise, group))) for group in groups]
    everyday = list(dict.fromkeys(map(normalise, knowledge.everyday)))
    return [*plain, everyday[:150]]


def _corpus(
    groups: Sequence[Sequence[str]], encoder: Encoder | None, cache: dict[str, bytes]
) -> Corpus:
    texts = [text for group in groups for text in group]
    rows = vectors.embed(texts, encoder, cache) if encoder else None
    return Corpus.of(groups, rows)


@pytest.fixture(scope="module", params=[True, False], ids=["model", "words"])
def corpus(
    request: pytest.FixtureRequest,
    entries: Sequence[Entry],
    knowledge: Knowledge,
    encoder: Encoder,
    shipped_vectors: dict[str, bytes],
) -> Corpus:
    groups = _groups(entries[:16], knowledge)
    return _corpus(groups, encoder if request.param else None, shipped_vectors)


def test_the_share_of_wrong_answers_is_kept(corpus: Corpus) -> None:
    index = Index(corpus)
    strict, usual, lax = (learn(corpus, index, share).limits for share in (0.01, 0.05, 0.3))
    assert strict.wrong <= 0.01
    assert usual.wrong <= 0.05
    assert lax.wrong <= 0.3
    assert strict.answer >= usual.answer >= lax.answer >= 0.5
    assert strict.answered <= usual.answered <= lax.answered
    assert 0 < usual.answered + usual.clarified <= 1


def test_more_likeness_never_means_less_trust(corpus: Corpus) -> None:
    judge = learn(corpus, Index(corpus), 0.05)
    assert min(*judge.best.weights, *judge.three.weights) >= 0
    assert max(judge.best.weights) > 0


def test_where_no_limit_is_strict_enough_only_the_surest_is_answered(corpus: Corpus) -> None:
    index = Index(corpus)
    limits = learn(corpus, index, -1).limits
    assert limits.answer >= learn(corpus, index, 0.01).limits.answer
    assert limits.answered < 0.1


def test_the_same_words_teach_the_same(corpus: Corpus) -> None:
    assert learn(corpus, Index(corpus), 0.05) == learn(corpus, Index(corpus), 0.05)


def test_learning_can_be_ended_at_each_fold_and_each_batch_of_questions(corpus: Corpus) -> None:
    steps: list[int] = []

    def second() -> None:
        steps.append(len(steps))
        if len(steps) == 2:
            raise TimeoutError

    with pytest.raises(TimeoutError):
        learn(corpus, Index(corpus), 0.05, checkpoint=second)
    assert len(steps) == 2
    learn(corpus, Index(corpus), 0.05, checkpoint=lambda: steps.append(0))
    assert len(steps) >= 2 + FOLDS * (1 + 3)


@pytest.mark.parametrize("count", [0, 1, 2])
def test_too_few_entries_teach_nothing(
    entries: Sequence[Entry], knowledge: Knowledge, count: int
) -> None:
    corpus = _corpus(_groups(entries[:count], knowledge), None, {})
    assert learn(corpus, Index(corpus), 0.05) == UNTAUGHT[False]


def test_too_few_phrasings_teach_nothing(encoder: Encoder) -> None:
    groups = [[f"question {letter}"] for letter in "abcdefgh"]
    corpus = _corpus([*groups, ["will it rain"]], encoder, {})
    assert learn(corpus, Index(corpus), 0.05) == UNTAUGHT[True]


def test_every_phrasing_but_an_only_one_is_held_back_once() -> None:
    groups = [["a"], ["b", "c"], [f"text {number}" for number in range(FOLDS + 1)]]
    found = places(_corpus(groups, None, {}))
    assert found.tolist() == [-1, 0, 1, *range(FOLDS), 0]
    assert found.dtype == np.intp
