"""Slips of the finger, made on purpose to measure what they cost."""

from typing import Final

import numpy as np

_ROWS: Final = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_SHORTEST: Final = 4
"""A slip in a shorter word often makes another word, which nobody could mend."""


def misspell(text: str, seed: int) -> str:
    """Return `text` with one or two keyboard slips, the same ones for the same seed."""
    chance = np.random.default_rng(seed)
    for _ in range(int(chance.integers(1, 3))):
        text = _slip(text, chance)
    return text


def _slip(text: str, chance: np.random.Generator) -> str:
    places = [at for word, at in _words(text) for at in range(at, at + len(word))]
    if not places:
        return text
    at = places[int(chance.integers(len(places)))]
    before, letter, after = text[:at], text[at], text[at + 1 :]
    match int(chance.integers(4)):
        case 0:
            return before + after
        case 1:
            return before + letter + letter + after
        case 2 if after[:1].isalpha():
            return before + after[0] + letter + after[1:]
        case _:
            return before + _beside(letter, chance) + after


def _words(text: str) -> list[tuple[str, int]]:
    found: list[tuple[str, int]] = []
    start = 0
    for word in text.split(" "):
        if len(word) >= _SHORTEST and word.isascii() and word.isalpha():
            found.append((word, start))
        start += len(word) + 1
    return found


def _beside(letter: str, chance: np.random.Generator) -> str:
    row = next(row for row in _ROWS if letter.lower() in row)
    at = row.index(letter.lower())
    near = row[max(0, at - 1) : at] + row[at + 1 : at + 2]
    return near[int(chance.integers(len(near)))]
