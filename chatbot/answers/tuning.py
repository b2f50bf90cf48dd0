"""What this service taught the sentence model: small changes to the published weights.

The published model knows English; it was shown here that "skint till friday" asks for the price
and "he put his hands on me" for help, with phrasings written for this purpose (deploy/tune.py).
A change is a product of two narrow matrices (LoRA, Hu et al. 2021), one for each linear layer, so
the file is a hundredth of the model, which itself stays as it was published.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

SUM: Final = "401844e47ca26c148522866ad81c0ca871996839826c2a92601c36216e4151c0"
"""The sha256 of the file; `make tune` prints it."""


_HELD_BACK: Final = 5
"""One text in so many is never shown to the model."""


def shown(text: str) -> bool:
    """Tell whether a normalised text is among those that teach the model.

    The others are kept from it: how sure to be can be learnt only from texts that it has not met.
    """
    return hashlib.sha256(text.encode()).digest()[0] % _HELD_BACK != 0


class TuningUnusable(Exception):
    """The file is not the one that is expected, or does not fit the model."""


@dataclass(frozen=True, slots=True)
class Layer:
    """A weight of the model by name, where it begins in the model's data, and its change.

    The weight is `(rows, columns)` of float32; `down` is `(rank, rows)`, `up` `(columns, rank)`.
    """

    name: str
    offset: int
    down: NDArray[np.float32]
    up: NDArray[np.float32]

    def changed(self, data: Path) -> NDArray[np.float32]:
        """Return the weight with its change, read from the model's data."""
        shape = self.down.shape[1], self.up.shape[0]
        weight = np.fromfile(data, "<f4", shape[0] * shape[1], offset=self.offset)
        changed: NDArray[np.float32] = weight.reshape(shape) + self.down.T @ self.up.T
        return np.ascontiguousarray(changed, np.float32)


@dataclass(frozen=True, slots=True)
class Tuning:
    """The changed layers, and the sha256 of the model data that they belong to."""

    base: str
    layers: Sequence[Layer]


def read(path: Path, base: str) -> Tuning:
    """Read and check the file; `base` is the sha256 of the model's data.

    Raises:
        TuningUnusable: it is missing, damaged, another one, or belongs to another model.
    """
    try:
        found = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise TuningUnusable(f"{path} cannot be read: {error.strerror}") from error
    if found != SUM:
        raise TuningUnusable(f"{path} is not the expected file: its sha256 is {found}")
    with np.load(path, allow_pickle=False) as kept:
        layers = [
            Layer(
                str(name),
                int(offset),
                kept[f"down{number}"].astype(np.float32),
                kept[f"up{number}"].astype(np.float32),
            )
            for number, (name, offset) in enumerate(
                zip(kept["names"], kept["offsets"], strict=True)
            )
        ]
        tuning = Tuning(str(kept["base"]), layers)
    if tuning.base != base:
        raise TuningUnusable(f"{path} belongs to another model")
    return tuning


def write(path: Path, tuning: Tuning) -> str:
    """Write the file, narrow matrices in 16 bits, and return its sha256."""
    arrays: dict[str, NDArray[np.generic]] = {
        "base": np.asarray(tuning.base),
        "names": np.asarray([layer.name for layer in tuning.layers]),
        "offsets": np.asarray([layer.offset for layer in tuning.layers], np.int64),
    }
    for number, layer in enumerate(tuning.layers):
        arrays[f"down{number}"] = layer.down.astype(np.float16)
        arrays[f"up{number}"] = layer.up.astype(np.float16)
    np.savez(path, allow_pickle=False, **arrays)
    return hashlib.sha256(path.read_bytes()).hexdigest()


def apply(tuning: Tuning, options: ort.SessionOptions, data: Path) -> list[ort.OrtValue]:
    """Have a session take the changed weights; what is returned must live until it is made.

    It makes a copy of its own (onnxruntime's AddExternalInitializers).
    """
    weights = [ort.OrtValue.ortvalue_from_numpy(layer.changed(data)) for layer in tuning.layers]
    options.add_external_initializers([layer.name for layer in tuning.layers], weights)
    return weights
