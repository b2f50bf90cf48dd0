"""A visitor's message, made ready: normalised, corrected, cut into clauses, as vectors."""

from dataclasses import dataclass

from chatbot.answers.encoder import Encoder
from chatbot.answers.index import Reading
from chatbot.answers.normalise import normalise
from chatbot.answers.segments import segments
from chatbot.answers.spelling import Speller


@dataclass(frozen=True, slots=True)
class Question:
    """`forms` are the whole message, as written and, where that differs, corrected."""

    typed: str
    text: str
    corrected: str
    forms: tuple[Reading, ...]
    clauses: tuple[Reading, ...]

    @property
    def readings(self) -> tuple[Reading, ...]:
        """Forms and clauses."""
        return self.forms + self.clauses


class Reader:
    """Reads messages with one FAQ's spelling and one model, or none."""

    def __init__(self, speller: Speller, encoder: Encoder | None) -> None:
        self._speller = speller
        self._encoder = encoder

    def read(self, typed: str) -> Question:
        """Read a message; all of it is embedded in one go."""
        text = normalise(typed)
        corrected = self._speller.correct(text)
        wholes = [text] if corrected == text else [text, corrected]
        texts = wholes + segments(corrected)
        vectors = [None] * len(texts) if self._encoder is None else self._encoder.encode(texts)
        found = [Reading.of(one, row) for one, row in zip(texts, vectors, strict=True)]
        split = len(wholes)
        return Question(typed, text, corrected, tuple(found[:split]), tuple(found[split:]))
