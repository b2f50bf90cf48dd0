"""The catalogue of every sentence a person reads outside the FAQ, by key.

A missing key is an error at once, never an empty label in front of a visitor.
"""

from collections.abc import Mapping
from types import MappingProxyType


class Texts:
    """Look a sentence up by key and fill its `{values}` in."""

    __slots__ = ("_sentences",)

    def __init__(self, sentences: Mapping[str, str]) -> None:
        self._sentences = MappingProxyType(dict(sentences))

    def __call__(self, key: str, **values: object) -> str:
        return self._sentences[key].format_map(values)

    def area(self, prefix: str) -> dict[str, str]:
        """Every sentence whose key starts with `prefix`, unfilled; for the widget's own lookup."""
        return {k: v for k, v in self._sentences.items() if k.startswith(prefix)}

    def with_(self, sentences: Mapping[str, str]) -> "Texts":
        """Return the catalogue with other words for some keys."""
        return Texts({**self._sentences, **sentences}) if sentences else self

    def __contains__(self, key: str) -> bool:
        return key in self._sentences
