"""A language that nobody speaks, made from English: it shows what a right-to-left language would.

Every word stands in the direction of Arabic and can still be read by who looks at the screen; a
sentence without its marks was never in the catalogue. `ar-XB` is its name in Unicode's own data.
"""

import re
from typing import Final

CODE: Final = "ar-XB"
OPEN, CLOSE = "«", "»"
_OVERRIDE, _END = "\u202e", "\u202c"
# What is no word for people stays: a {placeholder}, the address of a link.
_WORD: Final = re.compile(r"(\{\w+\}|\]\([^)]*\))|[^\W\d_]+(?:['\u2019][^\W\d_]+)*")


def sentence(text: str) -> str:
    """Return a sentence of the catalogue in this language."""
    return f"{OPEN}{prose(text)}{CLOSE}"


def prose(text: str) -> str:
    """Return text or Markdown with every word set from right to left.

    >>> prose("Ring {phone}") == f"{_OVERRIDE}Ring{_END} {{phone}}"
    True
    """
    return _WORD.sub(lambda word: word[1] or f"{_OVERRIDE}{word[0]}{_END}", text)
