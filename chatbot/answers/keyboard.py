"""Slips of the finger on a keyboard: how likely one is, and some made on purpose to measure."""

from functools import cache
from typing import Final

import numpy as np

_ROWS: Final = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_SHORTEST: Final = 4
"""A slip in a shorter word often makes another word, which nobody could mend."""
_LIKELY: Final = 0.6
"""What a likely slip costs, when any other costs 1: a key beside, letters swapped or doubled,
letters that sound alike, a vowel left out."""
_ALIKE: Final = ("aeiouy", "cks", "sz")


def cost(typed: str, meant: str) -> float:
    """Return what the cheapest way from one word to the other costs, slip by slip."""
    before: list[float] = []
    row = [float(at) for at in range(len(meant) + 1)]
    for i, letter in enumerate(typed, 1):
        before, last, row = row, before, [float(i)]
        for j, target in enumerate(meant, 1):
            doubled = i > 1 and typed[i - 2] == letter
            missed = j > 1 and (meant[j - 2] == target or target in _ALIKE[0])
            best = min(
                before[j] + (_LIKELY if doubled else 1),
                row[j - 1] + (_LIKELY if missed else 1),
                before[j - 1] + _changed(letter, target),
            )
            if i > 1 and j > 1 and typed[i - 2] == target and meant[j - 2] == letter:
                best = min(best, last[j - 2] + _LIKELY)
            row.append(best)
    return row[-1]


def misspell(text: str, seed: int) -> str:
    """Return `text` with one or two slips, the same ones for the same seed."""
    chance = np.random.default_rng(seed)
    for _ in range(int(chance.integers(1, 3))):
        text = _slip(text, chance)
    return text


def _changed(letter: str, target: str) -> float:
    if letter == target:
        return 0
    alike = any(letter in group and target in group for group in _ALIKE)
    return _LIKELY if alike or target in _beside(letter) else 1


@cache
def _beside(letter: str) -> str:
    """Return the keys left and right of one, and those that touch it above and below."""
    found = ""
    for height, row in enumerate(_ROWS):
        if letter in row:
            at = row.index(letter)
            found += row[max(0, at - 1) : at] + row[at + 1 : at + 2]
            if height:
                found += _ROWS[height - 1][at : at + 2]
            if height + 1 < len(_ROWS):
                found += _ROWS[height + 1][max(0, at - 1) : at + 1]
    return found


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
            near = _beside(letter.lower())
            return before + near[int(chance.integers(len(near)))] + after


def _words(text: str) -> list[tuple[str, int]]:
    found: list[tuple[str, int]] = []
    start = 0
    for word in text.split(" "):
        if len(word) >= _SHORTEST and word.isascii() and word.isalpha():
            found.append((word, start))
        start += len(word) + 1
    return found
