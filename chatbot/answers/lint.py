"""What an editor may want to look at again: twins, strays, broken links, answers that are hard.

Findings are data; what to do about one is for whoever shows it to say. Nothing here changes how
the engine answers.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Self

import numpy as np

from chatbot.answers import vectors
from chatbot.answers.calibration import CHUNK, FOLDS, places
from chatbot.answers.corpus import Corpus, Rows
from chatbot.answers.encoder import Encoder
from chatbot.answers.head import softmax
from chatbot.answers.index import Index, fused
from chatbot.answers.normalise import normalise, words
from chatbot.answers.vectors import Cache
from chatbot.domain.faq import Entry

CLOSE: Final = 0.9
"""Entries whose middles have this cosine or more say nearly the same."""
CLEAR: Final = 0.5
"""The share by which another entry must lead for a phrasing to be astray."""
OLDEST: Final = 11
AIM: Final = 9
"""Reading ages in years: the most that an answer may need, and what to aim for."""
_SCHOOL: Final = 5
"""What lies before the first grade, in years."""


@dataclass(frozen=True, slots=True)
class Twice:
    """A phrasing, as its first entry has it, that several entries have."""

    text: str
    slugs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Near:
    """Two entries that mean nearly the same: the cosine of their middles."""

    one: str
    two: str
    cosine: float


@dataclass(frozen=True, slots=True)
class Astray:
    """A phrasing that would go to another entry if its own did not have it word for word.

    `share` is the other entry's share of all, `own` that of the entry it belongs to.
    """

    slug: str
    text: str
    other: str
    share: float
    own: float


class Fault(StrEnum):
    """What is wrong with a link."""

    MALFORMED = "malformed"
    ADDRESS = "address"
    PAGE = "page"
    ENTRY = "entry"


@dataclass(frozen=True, slots=True)
class BrokenLink:
    """`link` is the address or, of a malformed one, what was written."""

    slug: str
    link: str
    fault: Fault


@dataclass(frozen=True, slots=True)
class Hard:
    """An answer, the age in years that it takes to read it, and its longest sentence."""

    slug: str
    age: float
    sentence: str


@dataclass(frozen=True, slots=True)
class Phrasings:
    """All that the entries know to be asked: `typed` has the rows of `corpus` as written."""

    slugs: tuple[str, ...]
    typed: tuple[str, ...]
    corpus: Corpus

    @classmethod
    def of(cls, entries: Sequence[Entry], encoder: Encoder | None, cache: Cache) -> Self:
        """Read the entries; with an encoder their vectors are taken from `cache` or made."""
        groups = [_distinct(entry) for entry in entries]
        texts = [text for group in groups for text in group]
        rows = None if encoder is None else vectors.embed(texts, encoder, cache)
        corpus = Corpus.of([list(group) for group in groups], rows)
        typed = tuple(one for group in groups for one in group.values())
        return cls(tuple(entry.slug for entry in entries), typed, corpus)

    def near(self, cosine: float = CLOSE) -> list[Near]:
        """Return the pairs of entries that lie close, closest first; none without a model."""
        rows, owners = self.corpus.texts.vectors, self.corpus.owners
        if rows is None:
            return []
        middles = np.zeros((len(self.slugs), rows.shape[1]))
        np.add.at(middles, owners, rows)
        middles /= np.maximum(np.linalg.norm(middles, axis=1, keepdims=True), 1e-9)
        alike = np.triu(middles @ middles.T, 1)
        found = [
            Near(self.slugs[one], self.slugs[two], float(alike[one, two]))
            for one, two in np.argwhere(alike >= cosine).tolist()
        ]
        return sorted(found, key=lambda pair: -pair.cosine)

    def astray(self, clear: float = CLEAR) -> list[Astray]:
        """Return what goes elsewhere when it is held back, worst first.

        Five folds stand for leaving out each phrasing by itself, as in `calibration`.
        """
        if len(np.unique(self.corpus.owners)) < 2:  # noqa: PLR2004  # there is no elsewhere
            return []
        place, full = places(self.corpus), Index(self.corpus)
        found: list[Astray] = []
        for fold in range(FOLDS):
            held = np.flatnonzero(place == fold)
            index = Index(self.corpus, np.flatnonzero(place != fold), full.head)
            for start in range(0, len(held), CHUNK):
                found += self._strays(index, held[start : start + CHUNK])
        led = [one for one in found if one.share - one.own >= clear]
        return sorted(led, key=lambda one: one.own - one.share)

    def _strays(self, index: Index, rows: Rows) -> Iterator[Astray]:
        shares = softmax(fused(index.parts(self.corpus.texts.cut(rows))))
        best = index.groups[shares.argmax(axis=1)]
        owners = self.corpus.owners[rows]
        own = shares[np.arange(len(rows)), np.searchsorted(index.groups, owners)]
        for at in np.flatnonzero(best != owners):
            yield Astray(
                self.slugs[owners[at]],
                self.typed[rows[at]],
                self.slugs[best[at]],
                float(shares[at].max()),
                float(own[at]),
            )


def twice(entries: Sequence[Entry]) -> list[Twice]:
    """Return what is the same in several entries, but for marks, capitals and text-speak."""
    found: dict[str, tuple[str, list[str]]] = {}
    for entry in entries:
        said = {" ".join(words(text)) or text: typed for text, typed in _distinct(entry).items()}
        for text, typed in said.items():
            found.setdefault(text, (typed, []))[1].append(entry.slug)
    return [Twice(text, tuple(slugs)) for text, slugs in found.values() if len(slugs) > 1]


def unphrased(entries: Sequence[Entry]) -> list[str]:
    """Return the slugs of entries that are known by their question alone."""
    return [entry.slug for entry in entries if len(_distinct(entry)) < 2]  # noqa: PLR2004  # itself


def _distinct(entry: Entry) -> dict[str, str]:
    """Each phrasing as the engine reads it, with how it was written first."""
    found: dict[str, str] = {}
    for typed in (entry.question, *entry.phrasings):
        if text := normalise(typed):
            found.setdefault(text, typed)
    return found


_LINK: Final = re.compile(r"(?<!\\)\[([^\[\]]+)\]\(((?:[^()\s]|\([^()\s]*\))+)\)")
_ATTEMPT: Final = re.compile(
    r"(?<!\\)\[[^\[\]\n]*\](?:\(|[ \n]\((?=[a-z]+:|www\.|/))[^\n)]*\)?"
    r"|\([^()\n]*\)\[(?=[a-z]+:|www\.|/)[^\n\]]*\]?"
)
"""What was meant as a link: a blank between its halves, nothing in one, an end that is missing."""
_ADDRESS: Final = re.compile(
    r"https://[\w-]+(\.[\w-]+)+(:\d+)?([/?#]\S*)?"
    r"|tel:\+?\d[\d-]{2,}"
    r"|mailto:[^@\s?]+@[\w-]+(\.[\w-]+)+(\?\S*)?",
    re.IGNORECASE,
)
_ENTRIES: Final = "/faq/"


def broken_links(entries: Sequence[Entry], pages: Collection[str]) -> Iterator[BrokenLink]:
    """Yield links in the answers that lead nowhere, as far as can be seen without going there.

    `pages` are the paths of the site, those of entries that have a page included.
    """
    for entry in entries:
        for found in _LINK.finditer(entry.answer):
            if fault := _fault(found[2], pages):
                yield BrokenLink(entry.slug, found[2], fault)
        for found in _ATTEMPT.finditer(_LINK.sub(" ", entry.answer)):
            yield BrokenLink(entry.slug, found[0], Fault.MALFORMED)


def _fault(address: str, pages: Collection[str]) -> Fault | None:
    if not address.startswith("/") or address.startswith("//"):
        return None if _ADDRESS.fullmatch(address) else Fault.ADDRESS
    path = re.split("[?#]", address, maxsplit=1)[0]
    if path in pages:
        return None
    return Fault.ENTRY if path.startswith(_ENTRIES) else Fault.PAGE


_NAMES: Final = re.compile(
    r" ?\(https?://\S+?\)|(?:https?://|\S+@)\S+?(?=[.,;:!?)]*(?:\s|$))|\b[\w-]+(?:\.[a-z]{2,})+\b"
)
"""Addresses, which are clicked, not read."""
_WORD: Final = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)*")
_ENDS: Final = re.compile(r"(?<=[.!?])[\"'\u201d\u2019)]*\s+|\n+")
_VOWELS: Final = re.compile(r"[aeiouy]+")
_SILENT: Final = re.compile(
    r"(?<![aeiouy])(?<![bcdfgkpstz]l)"
    r"(?:e(?=$|ly|ful|ment|less)|(?<![td])ed$|(?<![cgsxz])(?<![cs]h)es$)"
)
"""The e of "safe", "safely", "missed" and "times", not of "table", "wanted" and "places"."""
_APART: Final = re.compile(
    r"(?<![cgstx])(?<!hav)i(?:a(?!ge)|o|u)|iet|(?:(?<![ct])|(?<=sc))ie(?=n[ct])|(?<=s)ui(?=c)"
    r"|(?<=[aeiouy][^aeiouy])ea$|(?<=cr)ea(?=t)|(?<![gq])ua|(?<=[aeou])yer|(?<=[aeouy])ing"
    r"|(?<=[ds])n['\u2019]t$"
)
"""Vowels side by side that are said one after the other: "violent", "quiet", "area", "doing"."""


def hard_to_read(answers: Mapping[str, str], oldest: float = OLDEST) -> list[Hard]:
    """Return the answers that take an age above `oldest` to read, hardest first.

    `answers` is plain text by slug, a line for each paragraph or item.
    """
    found = [
        Hard(slug, age, max(_sentences(text), key=lambda one: len(_WORD.findall(one))))
        for slug, text in answers.items()
        if (age := reading_age(text)) > oldest
    ]
    return sorted(found, key=lambda one: -one.age)


def reading_age(text: str) -> float:
    """Return the age in years at which most people can read a text; 0 for one without words.

    The grade of Kincaid, Fishburne, Rogers and Chissom, "Derivation of new readability formulas"
    (Research Branch Report 8-75, US Navy, 1975), and the five years before the first grade.
    """
    every = _sentences(text)
    said = [word for sentence in every for word in _WORD.findall(sentence)]
    if not said:
        return 0.0
    spoken = sum(map(syllables, said))
    return 0.39 * len(said) / len(every) + 11.8 * spoken / len(said) - 15.59 + _SCHOOL


def syllables(word: str) -> int:
    """Count the syllables of an English word as it is usually said, with few mistakes.

    >>> syllables("safe"), syllables("violence"), syllables("couldn't")
    (1, 3, 2)
    """
    word = word.lower()
    groups, silent, apart = (len(one.findall(word)) for one in (_VOWELS, _SILENT, _APART))
    return max(1, groups - silent + apart)


def _sentences(text: str) -> list[str]:
    pieces = _ENDS.split(_NAMES.sub("", text))
    return [" ".join(one.split()) for one in pieces if _WORD.search(one)]
