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
    """The catalogue of each language, and the settings that answers refer to."""

    __slots__ = ("_placeholders", "_texts")

    def __init__(self, texts: Mapping[str, Texts], placeholders: Mapping[str, str]) -> None:
        """`texts` are by the code of their language; the first speaks for those it lacks."""
        self._texts = texts
        self._placeholders = placeholders

    def take(self, texts: Mapping[str, Texts], placeholders: Mapping[str, str]) -> None:
        """Speak with these from now on: an admin has changed a setting."""
        self._texts, self._placeholders = texts, placeholders

    def speak(self, markdown: str) -> Words:
        """Return `markdown` with its placeholders filled.

        Raises:
            UnknownPlaceholder: it refers to a setting that is not there.
        """
        return Words(plain(markdown, self._placeholders), render(markdown, self._placeholders))

    def say(self, key: str, language: str, **values: object) -> Words:
        """Return a sentence of the catalogue, which may use `values` and the same placeholders."""
        texts = self._texts.get(language) or next(iter(self._texts.values()))
        placeholders = {name: f"{{{name}}}" for name in self._placeholders}
        return self.speak(texts(key, **placeholders, **values))
