"""A visitor's message, made ready: normalised, corrected, cut into clauses, as vectors."""

from dataclasses import dataclass

from chatbot.answers.corpus import Batch, Texts
from chatbot.answers.encoder import Encoder
from chatbot.answers.normalise import normalise
from chatbot.answers.segments import segments
from chatbot.answers.spelling import Speller


@dataclass(frozen=True, slots=True)
class Question:
    """`views` are ways to look at it: first the whole `forms` (as written and, where that
    differs, corrected), then the clauses.
    """

    typed: str
    text: str
    corrected: str
    views: tuple[str, ...]
    forms: int
    batch: Batch


class Reader:
    """Reads messages with one FAQ's spelling and one model, or none."""

    def __init__(self, texts: Texts, speller: Speller, encoder: Encoder | None) -> None:
        self._texts = texts
        self._speller = speller
        self._encoder = encoder

    def read(self, typed: str) -> Question:
        """Read a message; all of it is embedded in one go."""
        text = normalise(typed)
        corrected = self._speller.correct(text)
        forms = [text] if corrected == text else [text, corrected]
        views = (*forms, *segments(corrected))
        vectors = None if self._encoder is None else self._encoder.encode(views)
        batch = self._texts.read(views, vectors)
        return Question(typed, text, corrected, views, len(forms), batch)
