"""SQL that is written once with `:name` and compiled at import for both engines.

A value is str, int, float, bytes or None. What one engine takes and the other does not (NUL in
text, 65-bit numbers, NaN, booleans) is refused here, so that both behave the same.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Final, TypeAlias

from chatbot.store.errors import Rejected

Value: TypeAlias = str | int | float | bytes | None

UNTOUCHED: Final = r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|/\*(?:[^*]|\*(?!/))*\*/"""
"""Where a word means nothing: strings, quoted names and comments."""

_TOKEN: Final = re.compile(
    rf"(?P<skip>{UNTOUCHED}|::)|:(?P<name>[a-z_][a-z0-9_]*)|(?P<bad>['\"?$@\0]|/\*)"
)
_INT64: Final = 2**63


@dataclass(frozen=True, slots=True)
class Template:
    """SQL cut at its parameters: `pieces[0]`, value `order[0]`, `pieces[1]`, and so on."""

    pieces: tuple[str, ...]
    order: tuple[int, ...]

    def fill(self, placeholder: Callable[[int], str]) -> str:
        """Return the SQL with `placeholder(index of the value)` where the parameters are."""
        out = [self.pieces[0]]
        for index, piece in zip(self.order, self.pieces[1:], strict=True):
            out += (placeholder(index), piece)
        return "".join(out)


@dataclass(frozen=True, slots=True, eq=False)
class Query:
    """One statement for both engines; its values always come in the order of `names`."""

    names: tuple[str, ...]
    sqlite: str
    postgres: Template
    engine_specific: bool

    def __call__(self, /, rows: int | None = None, **params: object) -> "Statement":
        """Return a statement for a batch; `rows` is how many rows it must change, None for any."""
        return Statement(self, self.bind(params), rows)

    def bind(self, params: Mapping[str, object]) -> tuple[Value, ...]:
        """Return the values in order.

        Raises:
            TypeError: a parameter is missing, unknown or of a type that is not stored.
            Rejected: a value that one of the engines cannot store.
        """
        names = self.names
        if len(params) != len(names) or any(name not in params for name in names):
            missing = sorted(set(names) - params.keys())
            extra = sorted(params.keys() - set(names))
            raise TypeError(f"parameters missing: {missing}, unknown: {extra}")
        return tuple([_storable(name, params[name]) for name in names])


@dataclass(frozen=True, slots=True)
class Statement:
    """A query with its values, to be written as part of a batch."""

    query: Query
    params: tuple[Value, ...]
    rows: int | None = None


def sql(text: str, *, sqlite: str | None = None, postgres: str | None = None) -> Query:
    """Compile `text`; `sqlite` or `postgres` replaces it on that engine, with the same parameters.

    Raises:
        ValueError: it cannot be compiled; a test or the first import says so.
    """
    names = tuple(dict.fromkeys(_names(text)))
    number = {name: index for index, name in enumerate(names)}
    templates = [_template(variant or text, number) for variant in (sqlite, postgres)]
    return Query(
        names=names,
        sqlite=templates[0].fill(lambda index: f"?{index + 1}"),
        postgres=templates[1],
        engine_specific=sqlite is not None or postgres is not None,
    )


def _names(text: str) -> Iterator[str]:
    for match in _TOKEN.finditer(text):
        if match["bad"]:
            raise ValueError(f"{match['bad']!r} in SQL: open quote, or not written as :name")
        if match["name"]:
            yield match["name"]


def _template(text: str, number: Mapping[str, int]) -> Template:
    if set(_names(text)) != number.keys():
        raise ValueError(f"an engine's own text must use exactly {sorted(number)}")
    pieces, order, start = [], [], 0
    for match in _TOKEN.finditer(text):
        if match["name"]:
            pieces.append(text[start : match.start()])
            order.append(number[match["name"]])
            start = match.end()
    return Template((*pieces, text[start:]), tuple(order))


def _storable(name: str, value: object) -> Value:
    if value is None or isinstance(value, bytes):
        return value
    if isinstance(value, str):
        if "\0" in value or not _is_unicode(value):
            raise Rejected(reason=f"{name} is not storable text")
        return value
    if isinstance(value, bool):
        raise TypeError(f"{name}: a truth value is stored as 0 or 1")
    if isinstance(value, int):
        if not -_INT64 <= value < _INT64:
            raise Rejected(reason=f"{name} has more than 64 bits")
        return value
    if isinstance(value, float):
        if not isfinite(value):
            raise Rejected(reason=f"{name} is not a finite number")
        return value
    raise TypeError(f"{name}: {type(value).__name__} is not stored")


def _is_unicode(value: str) -> bool:
    if value.isascii():
        return True
    try:
        value.encode()
    except UnicodeEncodeError:  # half of a surrogate pair
        return False
    return True
