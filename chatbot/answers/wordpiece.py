"""WordPiece as BERT's uncased models use it: text in, token ids out.

Written here because the `tokenizers` package brings a client for a model hub with it; its ids
are the same.
"""

import unicodedata
from collections.abc import Mapping
from typing import Final

LONGEST: Final = 128
"""Tokens kept of one text, the two markers included; the model was trained on no more."""
_LONGEST_WORD: Final = 100
_CACHED_WORDS: Final = 50_000
_ASCII_PUNCTUATION: Final = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")
# Han characters stand alone; the ranges are those of the original BERT tokeniser.
_HAN: Final = (
    (0x4E00, 0x9FFF),
    (0x3400, 0x4DBF),
    (0x20000, 0x2A6DF),
    (0x2A700, 0x2B73F),
    (0x2B740, 0x2B81F),
    (0x2B820, 0x2CEAF),
    (0xF900, 0xFAFF),
    (0x2F800, 0x2FA1F),
)


class WordPiece:
    """Splits text by a vocabulary of word pieces; safe to share between threads."""

    def __init__(self, vocabulary: Mapping[str, int]) -> None:
        self._ids = vocabulary
        self._first = vocabulary["[CLS]"]
        self._last = vocabulary["[SEP]"]
        self._unknown = vocabulary["[UNK]"]
        punctuation = (
            i for word, i in vocabulary.items() if len(word) == 1 and _is_punctuation(word)
        )
        self.marks = (self._first, self._last, *punctuation)
        self._known: dict[str, tuple[int, ...]] = {}

    def ids(self, text: str) -> list[int]:
        """Return at most `LONGEST` ids, from the start marker to the end marker."""
        found = [self._first]
        for word in _words(text):
            found.extend(self._pieces(word))
            if len(found) >= LONGEST:
                break
        return [*found[: LONGEST - 1], self._last]

    def _pieces(self, word: str) -> tuple[int, ...]:
        pieces = self._known.get(word)
        if pieces is None:
            pieces = self._split(word)
            if len(self._known) < _CACHED_WORDS:
                self._known[word] = pieces
        return pieces

    def _split(self, word: str) -> tuple[int, ...]:
        if len(word) > _LONGEST_WORD:
            return (self._unknown,)
        found: list[int] = []
        start = 0
        while start < len(word):
            prefix = "##" if start else ""
            for end in range(len(word), start, -1):
                piece = self._ids.get(prefix + word[start:end])
                if piece is not None:
                    found.append(piece)
                    start = end
                    break
            else:
                return (self._unknown,)
        return tuple(found)


def _words(text: str) -> list[str]:
    spaced: list[str] = []
    for char in text:
        if char in "\t\n\r" or unicodedata.category(char) == "Zs":
            spaced.append(" ")
        elif _is_han(char):
            spaced.append(f" {char} ")
        elif char not in "\0\ufffd" and not unicodedata.category(char).startswith("C"):
            spaced.append(char)
    plain = unicodedata.normalize("NFD", "".join(spaced))
    # Letter by letter: a final sigma stays like any other.
    bare = "".join(c.lower() for c in plain if unicodedata.category(c) != "Mn")
    return "".join(f" {c} " if _is_punctuation(c) else c for c in bare).split()


def _is_punctuation(char: str) -> bool:
    return char in _ASCII_PUNCTUATION or unicodedata.category(char).startswith("P")


def _is_han(char: str) -> bool:
    code = ord(char)
    return any(low <= code <= high for low, high in _HAN)
