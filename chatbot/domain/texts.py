"""The catalogue of every sentence a person reads outside the FAQ, by key.

A missing key is an error at once, never an empty label in front of a visitor.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType


def _only(_count: int) -> str:
    return "other"


class Texts:
    """Look a sentence up by key and fill its `{values}` in.

    A sentence that counts has a form for each plural of the language, named as Unicode's CLDR names
    them: `KEY.one`, `KEY.few`, ..., and `KEY.other` in every language. `plural` tells which.
    """

    __slots__ = ("_plural", "_sentences")

    def __init__(self, sentences: Mapping[str, str], plural: Callable[[int], str] = _only) -> None:
        self._sentences = MappingProxyType(dict(sentences))
        self._plural = plural

    def __call__(self, key: str, **values: object) -> str:
        return self._sentences[key].format_map(values)

    def counted(self, key: str, number: int, /, **values: object) -> str:
        """Return the form of a sentence that fits so many of what it counts."""
        form = f"{key}.{self._plural(number)}"
        return self(form if form in self else f"{key}.other", **values)

    def area(self, prefix: str) -> dict[str, str]:
        """Every sentence whose key starts with `prefix`, unfilled; for the widget's own lookup."""
        return {k: v for k, v in self._sentences.items() if k.startswith(prefix)}

    def __contains__(self, key: str) -> bool:
        return key in self._sentences
