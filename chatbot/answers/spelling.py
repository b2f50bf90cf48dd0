"""Misspelt words, put right against the FAQ's own words first, then common English.

A guess weighs how likely the slip is (a neighbouring key, two letters swapped or doubled) against
how usual the word is. Common words are never touched, rare ones only for a word of the FAQ; and
the engine scores what was typed beside what was corrected: a wrong guess must not cost a right
answer.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from symspellpy import (  # type: ignore[import-untyped]  # published without types
    SymSpell,
    Verbosity,
)

from chatbot.answers.keyboard import cost
from chatbot.answers.normalise import each_word, words

_DICTIONARY: Final = "frequency_dictionary_en_82_765.txt"
_SUGGESTED: Final = 20_000
_COMMON: Final = 40_000
"""The most frequent words are never corrected, and the first half of them may be suggested."""
_SHORTEST: Final = 3
_TWO_SLIPS: Final = 5
"""From this length on, two slips may be mended: to a word of the FAQ, or if it is longer still."""
_LONG: Final = 7
_DISTANCE: Final = 2
_PREFIX: Final = 6
_SLIP: Final = 8.0
"""What one unlikely slip costs, in the logarithm of how usual a word is."""
_FIRST: Final = 0.4
"""What a slip costs more in the first letter, where eyes and fingers are."""
_NOT_OURS: Final = 3.0
"""What not being a word of the FAQ costs."""


@dataclass(frozen=True, slots=True)
class _English:
    common: frozenset[str]
    known: frozenset[str]
    suggest: SymSpell
    total: float


class Speller:
    """Corrects against one FAQ; safe to share between threads."""

    def __init__(self, counted: Mapping[str, int]) -> None:
        """`counted` says how often the FAQ says each word; all of them are taken to be right."""
        self._english = _english()
        self._own = frozenset(counted)
        self._total = sum(counted.values())
        self._suggest = SymSpell(_DISTANCE, _PREFIX)
        for word, count in counted.items():
            if len(word) >= _SHORTEST:
                self._suggest.create_dictionary_entry(word, count)

    def correct(self, text: str) -> str:
        """Return a normalised text with its misspelt words put right, as far as possible."""
        return each_word(text, self._better)

    def _better(self, word: str) -> str:
        if len(word) < _SHORTEST or not word.isalpha() or self._is_sure(word):
            return word
        rare = word in self._english.known
        own = _DISTANCE if len(word) >= _TWO_SLIPS and not rare else 1
        found = _found(self._suggest, word, own, self._total)
        if len(word) > _SHORTEST and not rare:
            common = _DISTANCE if len(word) >= _LONG else 1
            english = _found(self._english.suggest, word, common, self._english.total)
            found += [(usual - _NOT_OURS, term) for usual, term in english]
        if len(word) == _SHORTEST:
            found = [(usual, term) for usual, term in found if term[0] == word[0]]
        return max(found, default=(0.0, word))[1]

    def _is_sure(self, word: str) -> bool:
        single = word.removesuffix("s")
        several = len(single) > _SHORTEST and not single.endswith("s")
        sure = (self._own, self._english.common)
        return any(word in one or (several and single in one) for one in sure)


def is_english(word: str) -> bool:
    """Tell whether the common word list has it."""
    return word in _english().known


def counted(texts: Iterable[str]) -> dict[str, int]:
    """Return how often each word is in normalised texts."""
    return Counter(word for text in texts for word in words(text) if word.isalpha())


def _found(suggest: SymSpell, word: str, distance: int, total: float) -> list[tuple[float, str]]:
    """Return likely words with how likely they are, as a logarithm."""
    return [
        (math.log(item.count / total) - _SLIP * _cost(word, item.term), item.term)
        for item in suggest.lookup(word, Verbosity.CLOSEST, distance)
    ]


def _cost(word: str, term: str) -> float:
    return cost(word, term) + (_FIRST if word[0] != term[0] else 0)


@cache
def _english() -> _English:
    text = (files("symspellpy") / _DICTIONARY).read_text("utf-8-sig")
    counted = {word: int(count) for word, count in map(str.split, text.splitlines())}
    suggest = SymSpell(_DISTANCE, _PREFIX)
    common = sorted(counted, key=lambda word: -counted[word])[:_COMMON]
    for word in common[:_SUGGESTED]:
        if len(word) >= _SHORTEST:
            suggest.create_dictionary_entry(word, counted[word])
    return _English(frozenset(common), frozenset(counted), suggest, sum(counted.values()))
