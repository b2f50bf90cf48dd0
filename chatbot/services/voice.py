"""How approved words become what a visitor reads: placeholders filled, Markdown rendered."""

from collections.abc import Mapping
from dataclasses import dataclass

from chatbot.domain.texts import Texts
from chatbot.services.rendering import plain, render


@dataclass(frozen=True, slots=True)
class Words:
    """The same words as plain text and as HTML that is safe to show."""

    text: str
    html: str


class Voice:
    """The catalogue and the settings that answers refer to."""

    __slots__ = ("_placeholders", "_texts")

    def __init__(self, texts: Texts, placeholders: Mapping[str, str]) -> None:
        self._texts = texts
        self._placeholders = placeholders

    def speak(self, markdown: str) -> Words:
        """Return `markdown` with its placeholders filled.

        Raises:
            UnknownPlaceholder: it refers to a setting that is not there.
        """
        return Words(plain(markdown, self._placeholders), render(markdown, self._placeholders))

    def say(self, key: str) -> Words:
        """Return a sentence of the catalogue, which may use the same placeholders."""
        return self.speak(self._texts(key, **{name: f"{{{name}}}" for name in self._placeholders}))
