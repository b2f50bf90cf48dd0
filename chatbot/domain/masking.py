"""Personal data in a question, made unreadable, so that it can be shown to who edits the FAQ.

Names cannot be told from other words; whoever adds a phrasing is asked to take them out.
"""

import re
from typing import Final

_KEPT: Final = frozenset({"999", "111", "101", "112"})
"""Numbers that mean the same for everybody."""
_DIGIT: Final = re.compile(r"\d")
_STREET: Final = (
    r"(?:road|rd|street|st|avenue|ave|lane|close|drive|way|court|crescent|terrace|gardens|place)"
)
_PATTERNS: Final = (
    (re.compile(r"\S+@\S+\.\w+"), "[e-mail]"),
    (re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE), "[link]"),
    (re.compile(r"\b[a-z]{1,2}\d[a-z\d]?\s*\d[a-z]{2}\b", re.IGNORECASE), "[postcode]"),
    (
        re.compile(rf"\b\d{{1,4}}[a-z]?,?\s+(?:\w+\s+){{1,2}}{_STREET}\b", re.IGNORECASE),
        "[address]",
    ),
    (re.compile(r"\b\d{1,4}(?:st|nd|rd|th)?[./-]\d{1,2}[./-]\d{2,4}\b"), "[date]"),
    (re.compile(r"@\w{2,}"), "[name]"),
)
_NUMBER: Final = re.compile(r"\+?\(?\d[\d\s().+/-]*\d|\d")
_SHORT: Final = 2
"""Digits of a number that says nothing of anybody: "2 hours", "for 12 weeks"."""


def masked(text: str) -> str:
    """Return `text` without e-mail addresses, telephone numbers, postcodes and the like.

    >>> masked("im at SO14 0YN, ring 07700 900123 or a.b@example.org")
    'im at [postcode], ring [number] or [e-mail]'
    """
    for pattern, instead in _PATTERNS:
        text = pattern.sub(instead, text)
    return _NUMBER.sub(_hidden, text)


def _hidden(found: re.Match[str]) -> str:
    digits = "".join(_DIGIT.findall(found[0]))
    return found[0] if len(digits) <= _SHORT or digits in _KEPT else "[number]"
