"""Messages that lean on the answer before: "how long is that?", "and if im ill?"."""

import re
from typing import Final

from chatbot.answers.normalise import words

_LONGEST: Final = 10
"""Words; whoever writes more has said what they mean."""
_LEAST_OWN: Final = 3
"""A message with as many words of its own stands alone, unless it says that it goes on."""
_GOES_ON: Final = re.compile(
    r"(?:ok(?:ay)?,? )?(?:and|but|so|or|also|then|even|same)\b|(?:what|how) about\b|what if\b"
)
_SAYING_LITTLE: Final = """
a about after all also am an and any are as at be because been before but by can can't could did
didn't do does doesn't don't each else even ever every far few for from get go going got had has
have he her here him his how i i'd i'll i'm if in into is isn't it it's just know like long many
may me mean might more much must my need no not now of off often ok okay on one only or other our
out please really same she should so some soon still that that's the their them then there these
they this those to too up us want was we were what what's when where which who why will with won't
would yeah yes yet you your
"""
_EMPTY: Final = frozenset(_SAYING_LITTLE.split())


def leans(text: str) -> bool:
    """Tell whether a normalised message may need the answer before to make sense.

    >>> leans("how long is that?"), leans("how do i complain about a trainer at the workshop")
    (True, False)
    """
    said = words(text)
    if not said or len(said) > _LONGEST:
        return False
    return own(text) < _LEAST_OWN or goes_on(text)


def own(text: str) -> int:
    """Return how many words of a normalised message say something by themselves.

    >>> own("how long is that?"), own("what's the weather on mars")
    (0, 2)
    """
    return sum(word not in _EMPTY for word in words(text))


def goes_on(text: str) -> bool:
    """Tell whether a short normalised message says itself that it goes on from the one before.

    >>> goes_on("and my tablets?"), goes_on("i have a plan and a date")
    (True, False)
    """
    return len(words(text)) <= _LONGEST and _GOES_ON.match(text) is not None


def together(question: str, text: str) -> str:
    """Return the message with the question that was answered before it, as one text."""
    return f"{question.rstrip('?.! ')}, {text}"
