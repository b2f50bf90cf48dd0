"""A visitor's message, made ready: normalised, corrected, cut into clauses, as vectors."""

from collections.abc import Sequence
from dataclasses import dataclass

from chatbot.answers.encoder import Encoder, Vectors
from chatbot.answers.normalise import normalise
from chatbot.answers.segments import segments
from chatbot.answers.spelling import Speller


@dataclass(frozen=True, slots=True)
class Question:
    """`views` are ways to look at it: first the whole `forms` (as written and, where that
    differs, corrected), then the clauses. `vectors` has a row for each view.
    """

    typed: str
    text: str
    corrected: str
    views: tuple[str, ...]
    forms: int
    vectors: Vectors | None

    @property
    def whole(self) -> tuple[str, ...]:
        """The whole message, as written and, where that differs, corrected."""
        return self.views[: self.forms]


class Reader:
    """Reads messages with one FAQ's spelling and one model, or none."""

    def __init__(self, speller: Speller, encoder: Encoder | None) -> None:
        self._speller = speller
        self._encoder = encoder

    def read(self, typed: str) -> Question:
        """Read one message."""
        return self.read_all([typed])[0]

    def read_all(self, messages: Sequence[str]) -> list[Question]:
        """Read messages; all that is in them is embedded in one go."""
        plain = [self._plain(typed) for typed in messages]
        every = [view for question in plain for view in question.views]
        if self._encoder is None or not every:
            return plain
        vectors = self._encoder.encode(every)
        found = []
        for one in plain:
            mine, vectors = vectors[: len(one.views)], vectors[len(one.views) :]
            found.append(Question(one.typed, one.text, one.corrected, one.views, one.forms, mine))
        return found

    def _plain(self, typed: str) -> Question:
        text = normalise(typed)
        corrected = self._speller.correct(text)
        forms = [text] if corrected == text else [text, corrected]
        views = (*forms, *segments(corrected))
        return Question(typed, text, corrected, views, len(forms), None)
