"""The sentences and clauses of a long message: the question often hides in one of them."""

import re
from typing import Final

from chatbot.answers.normalise import words

MOST: Final = 6
_LONG: Final = 14
"""A sentence of more words than this is split into clauses."""
_SHORTEST: Final = 3
_SENTENCES: Final = re.compile(r"(?<=[.!?;])\s+|\n+")
_CLAUSES: Final = re.compile(
    r",\s*(?:(?:and|but|so) )?"
    r"|\s+(?:and|but|so|because|cos|though|although|plus|also|anyway)\s+|\s-\s"
)
_QUESTIONS: Final = re.compile(
    r",?\s+(?:and|also|plus|or)\s+(?:also )?(?=(?:what|what's|where|where's|when|who|who's|how|why"
    r"|which|do|does|did|is|are|can|could|will|would|should|have)\b)"
)

_ASKING: Final = re.compile(
    r"(?:(?:and|but|so|also|plus|or|then|please) )*(?:(?:what|where|who|how)(?:'s)?|when|why|which"
    r"|do|does|did|is|are|am|can|could|will|would|should|have|has|may|must)\b"
)


def segments(text: str) -> list[str]:
    """Return the parts of a normalised text that can stand alone; none for a simple one.

    The last ones are kept when there are too many: people lead up to what they ask.
    """
    found: list[str] = []
    for sentence in _SENTENCES.split(text):
        split = _CLAUSES if len(words(sentence)) > _LONG else _QUESTIONS
        found += split.split(sentence)
    kept = [part.strip() for part in found if len(words(part)) >= _SHORTEST]
    return kept[-MOST:] if len(found) > 1 else []


def asks(clause: str) -> bool:
    """Tell whether a clause is a question.

    >>> asks("so will it show on a check"), asks("i signed a paper that i did not read")
    (True, False)
    """
    return clause.endswith("?") or _ASKING.match(clause) is not None
