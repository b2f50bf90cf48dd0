"""What the model was taught is checked, fits the published model only, and changes it."""

import hashlib
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from chatbot.answers import tuning
from chatbot.answers.encoder import Encoder, ModelMissing, load_encoder, published
from chatbot.answers.tuning import Layer, Tuning, TuningUnusable, read, write
from chatbot.content.learnt import TUNING


@pytest.fixture
def layer() -> Layer:
    chance = np.random.default_rng(5)
    down = chance.normal(size=(2, 3)).astype(np.float32)
    return Layer("a.weight", 8, down, chance.normal(size=(4, 2)).astype(np.float32))


def test_what_was_written_is_read_back(
    tmp_path: Path, layer: Layer, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "tuning.npz"
    monkeypatch.setattr(tuning, "SUM", write(path, Tuning("a sum", [layer])))
    again = read(path, "a sum")
    assert again.base == "a sum"
    (one,) = again.layers
    assert (one.name, one.offset) == ("a.weight", 8)
    assert one.down == pytest.approx(layer.down, abs=2e-3)
    assert one.up == pytest.approx(layer.up, abs=2e-3)


def test_a_change_is_added_to_the_weight_at_its_place(tmp_path: Path, layer: Layer) -> None:
    weight = np.arange(12, dtype=np.float32).reshape(3, 4)
    data = tmp_path / "data"
    data.write_bytes(bytes(8) + weight.tobytes() + bytes(100))
    assert layer.changed(data) == pytest.approx(weight + layer.down.T @ layer.up.T)


def test_the_shipped_file_is_the_expected_one() -> None:
    data, _ = published()
    found = read(TUNING, hashlib.sha256(data.read_bytes()).hexdigest())
    assert len(found.layers) == 36
    assert TUNING.stat().st_size < 2_000_000


@pytest.mark.parametrize("data", [b"", b"something else"])
def test_a_damaged_file_is_named(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "tuning.npz"
    path.write_bytes(data)
    with pytest.raises(TuningUnusable, match="is not the expected file: its sha256 is"):
        read(path, "")
    with pytest.raises(ModelMissing, match="is not the expected file: its sha256 is"):
        load_encoder(None, path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(TuningUnusable, match=r"no\.npz cannot be read: No such file"):
        read(tmp_path / "no.npz", "")


def test_a_file_for_another_model_is_refused(
    tmp_path: Path, layer: Layer, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "tuning.npz"
    monkeypatch.setattr(tuning, "SUM", write(path, Tuning("another model", [layer])))
    with pytest.raises(ModelMissing, match="belongs to another model"):
        load_encoder(None, path)


def test_the_model_knows_more_than_was_published(encoder: Encoder) -> None:
    plain = load_encoder(None)
    assert plain.identity != encoder.identity
    texts = ["skint till friday, is there a deposit", "do i have to pay", "where do i park"]

    def lead(one: Encoder) -> float:
        asked, same, other = one.encode(texts)
        return float(asked @ same - asked @ other)

    assert lead(encoder) > lead(plain)


def test_a_session_has_its_own_copy_of_the_changed_weights(
    encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So they need not be held: two fifths of what the model takes."""
    lent: list[NDArray[np.float32]] = []
    change = Layer.changed

    def noted(self: Layer, data: Path) -> NDArray[np.float32]:
        lent.append(change(self, data))
        return lent[-1]

    monkeypatch.setattr(Layer, "changed", noted)
    again = load_encoder(None, TUNING)
    assert len(lent) == 36
    for weight in lent:
        weight[:] = np.nan
    texts = ["do i have to pay", "where do i park and " * 20]
    assert (again.encode(texts) == encoder.encode(texts)).all()


def test_what_teaching_needs_is_the_published_model() -> None:
    data, tokens = published()
    assert data.stat().st_size == 90_261_504
    assert tokens.ids("hello")[0] != tokens.ids("hello")[1]


def test_one_text_in_five_is_kept_from_the_model() -> None:
    shown = [tuning.shown(f"text {number}") for number in range(2_000)]
    assert 0.75 < sum(shown) / len(shown) < 0.85
    assert tuning.shown("text 1") == tuning.shown("text 1")
