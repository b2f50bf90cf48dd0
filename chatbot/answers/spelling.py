"""Misspelt words, put right against the FAQ's own words first, then common English.

Only a word of four letters or more that neither knows is touched, and the engine scores what was
typed beside what was corrected: a wrong guess must not cost a right answer.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from symspellpy import (  # type: ignore[import-untyped]  # published without types
    SymSpell,
    Verbosity,
)
from symspellpy.suggest_item import SuggestItem  # type: ignore[import-untyped]  # likewise

from chatbot.answers.normalise import each_word, words

_DICTIONARY: Final = "frequency_dictionary_en_82_765.txt"
_SUGGESTED: Final = 20_000
"""The most frequent words may be suggested; the whole dictionary counts as known."""
_SHORTEST: Final = 4
_LONG: Final = 7
"""From this length on, two slips may be mended."""
_DISTANCE: Final = 2
_PREFIX: Final = 6


@dataclass(frozen=True, slots=True)
class _English:
    known: frozenset[str]
    suggest: SymSpell


class Speller:
    """Corrects against one FAQ; safe to share between threads."""

    def __init__(self, texts: Iterable[str]) -> None:
        """`texts` are normalised; every word in them is taken to be right."""
        self._english = _english()
        counted = Counter(word for text in texts for word in words(text) if word.isalpha())
        self._own = frozenset(counted)
        self._suggest = SymSpell(_DISTANCE, _PREFIX)
        for word, count in counted.items():
            if len(word) >= _SHORTEST:
                self._suggest.create_dictionary_entry(word, count)

    def correct(self, text: str) -> str:
        """Return a normalised text with its unknown words put right, as far as possible."""
        return each_word(text, self._better)

    def _knows(self, word: str) -> bool:
        single = word.removesuffix("s")
        known = self._english.known
        return word in self._own or word in known or single in self._own or single in known

    def _better(self, word: str) -> str:
        if len(word) < _SHORTEST or not word.isalpha() or self._knows(word):
            return word
        allowed = 1 if len(word) < _LONG else _DISTANCE
        own = _best(self._suggest.lookup(word, Verbosity.CLOSEST, allowed), word)
        common = _best(self._english.suggest.lookup(word, Verbosity.CLOSEST, allowed), word)
        found = min((one for one in (own, common) if one), key=_distance, default=None)
        return word if found is None else found.term


@cache
def _english() -> _English:
    text = (files("symspellpy") / _DICTIONARY).read_text("utf-8-sig")
    counted = {word: int(count) for word, count in map(str.split, text.splitlines())}
    suggest = SymSpell(_DISTANCE, _PREFIX)
    frequent = sorted(counted, key=lambda word: -counted[word])[:_SUGGESTED]
    for word in frequent:
        if len(word) >= _SHORTEST - 1:
            suggest.create_dictionary_entry(word, counted[word])
    return _English(frozenset(counted), suggest)


def _distance(item: SuggestItem) -> int:
    return int(item.distance)


def _best(found: Sequence[SuggestItem], word: str) -> SuggestItem | None:
    """Prefer a word that starts alike: slips seldom hit the first letter."""
    return min(found, key=lambda item: (item.term[0] != word[0], -item.count), default=None)
