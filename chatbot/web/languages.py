"""In which language somebody reads: what the address names, or else what the browser asks for.

Nothing is remembered of the choice: no cookie, no storage. An address such as `/pl/faq` keeps it,
since the links of its page keep the `/pl`.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal

from aiohttp import hdrs, web
from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal

from chatbot.domain.texts import Texts

IN_ENGLISH: Final = ("/console", "/embed")
"""What staff and owners of websites read is in English, whatever their browser asks for."""
ENGLISH: Final = "en"
FRAME: Final = "/widget/"
"""What a frame loads has its language in `?lang=`: its address is nobody's to read or to share."""
_RANGE: Final = re.compile(
    r"\s*([a-z]{1,8}|\*)((?:-[a-z0-9]{1,8})*)\s*(?:;\s*q=([01](?:\.\d{0,3})?)\s*)?", re.IGNORECASE
)
_LONGEST: Final = 1_000
"""Characters of the header that are read; browsers send a few dozen."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the content, rendered."""

    title: str
    summary: str
    html: str


@dataclass(frozen=True, slots=True, eq=False)
class Language:
    """Everything that is said in one language; `code` stands in addresses and in the settings."""

    code: str
    direction: Literal["ltr", "rtl"]
    texts: Texts
    pages: Mapping[str, Page]

    def __post_init__(self) -> None:
        # Babel reads a language from the disk once; no request may wait for that.
        self.number(0)
        self.day(0)

    @property
    def tag(self) -> str:
        """The language for browsers: an attribute `lang`, a name for `Intl`."""
        return self.texts("page.language")

    @property
    def name(self) -> str:
        """The language as its speakers call it."""
        return self.texts("page.language.name")

    def number(self, number: int) -> str:
        """Return a number as it is written in this language."""
        return str(format_decimal(number, locale=self._locale))

    def day(self, at: int) -> str:
        """Return a time in milliseconds as the day that it is in UTC, as it is written here."""
        moment = datetime.fromtimestamp(at / 1000, UTC)
        return str(format_date(moment, "d MMMM yyyy", locale=self._locale))

    @property
    def _locale(self) -> Locale:
        return Locale(self.code.partition("-")[0])


class Languages:
    """The languages of this installation; the first is for those who want none of them."""

    __slots__ = ("_by_code", "default")

    def __init__(self, languages: Sequence[Language]) -> None:
        self.take(languages)

    def take(self, languages: Sequence[Language]) -> None:
        """Be these languages from now on: an admin has changed a setting."""
        self._by_code = {language.code: language for language in languages}
        self.default = languages[0]

    def __iter__(self) -> Iterator[Language]:
        return iter(self._by_code.values())

    def __len__(self) -> int:
        return len(self._by_code)

    def find(self, code: str) -> Language | None:
        """Return a language by its code."""
        return self._by_code.get(code)

    def wanted(self, accepted: str) -> Language:
        """Return the language that fits the header `Accept-Language` best."""
        return self._by_code[best(accepted, tuple(self._by_code))]


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a request is answered in. `prefix` is "/pl" where its address says so, else empty."""

    language: Language
    prefix: str = ""


CHOSEN: Final = web.RequestKey("chosen", Chosen)


def choose(request: web.Request, languages: Languages) -> Chosen:
    """Return the language for a request."""
    first = request.path[1:].partition("/")[0]
    if named := languages.find(first):
        return Chosen(named, f"/{first}")
    if request.path.startswith(IN_ENGLISH):
        return Chosen(languages.find(ENGLISH) or languages.default)
    asked = request.query.get("lang", "") if request.path.startswith(FRAME) else ""
    accepted = request.headers.get(hdrs.ACCEPT_LANGUAGE, "")
    return Chosen(languages.find(asked) or languages.wanted(accepted))


def best(accepted: str, codes: Sequence[str]) -> str:
    """Return which of `codes` fits the header `Accept-Language` best; the first if none does.

    >>> best("pl-PL,pl;q=0.9,en;q=0.8", ("en", "pl")), best("fr, *;q=0.1", ("en", "pl"))
    ('pl', 'en')
    """
    weights = dict.fromkeys(codes, 0.0)
    for part in accepted[:_LONGEST].split(","):
        found = _RANGE.fullmatch(part)
        if found is None:
            continue
        asked = f"{found[1]}{found[2]}".lower()
        for code in codes:
            own = code.lower()
            if asked == own or asked.startswith(f"{own}-"):
                weights[code] = max(weights[code], float(found[3] or 1))
    return max(codes, key=lambda code: weights[code])
