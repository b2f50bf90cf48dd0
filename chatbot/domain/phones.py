"""Telephone numbers as people type them here: found in a message, and those that cannot be rung.

Whether a number exists is for a library to say; what is here needs no table of numbers.
"""

import re
from typing import Final

DRAMA: Final = (
    "1134960",
    "1144960",
    "1154960",
    "1164960",
    "1174960",
    "1184960",
    "1214960",
    "1314960",
    "1414960",
    "1514960",
    "1614960",
    "1632960",
    "1914980",
    "2079460",
    "2896496",
    "2920180",
    "3069990",
    "7700900",
    "8081570",
    "9098790",
)
"""How numbers begin that Ofcom keeps for films and books: they belong to nobody."""
SHORT: Final = 6
"""A number of so few digits works from inside the country only, or is a service such as 999."""
LONGEST: Final = 40
"""Characters of a number as it is typed, with all its signs."""

_TYPED: Final = re.compile(r"\+?[0-9(][0-9 ()./\-\u00a0\u2010-\u2015]{4,}[0-9]")
_SHORTEST_FOUND: Final = 10
_LONGEST_FOUND: Final = 15


def digits(typed: str) -> str:
    """Return the digits after the country code or the leading zero of a number of this country.

    >>> digits("+44 (0)23 8000-1061")
    '2380001061'
    """
    bare = "".join(sign for sign in typed if sign.isdecimal())
    abroad = typed.strip().startswith("+") or bare.startswith("00")
    bare = bare.removeprefix("00") if bare.startswith("00") else bare
    return (bare.removeprefix("44") if abroad else bare).lstrip("0")


def is_abroad(typed: str) -> bool:
    """Tell whether a number names another country than this one.

    >>> is_abroad("+33 1 23 45 67 89"), is_abroad("0044 7911 123456"), is_abroad("020 7946 0000")
    (True, False, False)
    """
    bare = "".join(sign for sign in typed if sign.isdecimal())
    if typed.strip().startswith("+"):
        return not bare.startswith("44")
    return bare.startswith("00") and not bare.startswith("0044")


def why_not(typed: str) -> str | None:
    """Return why a number cannot be rung back, as far as its digits say; None if they do not."""
    bare = digits(typed)
    if not typed.strip():
        return "empty"
    if len(typed) > LONGEST or not bare:
        return "not_a_phone"
    if is_abroad(typed):
        return "phone_abroad"
    if len(bare) <= SHORT:
        return "phone_short"
    if bare.startswith(DRAMA):
        return "phone_drama"
    return None


def find(message: str) -> str | None:
    """Return the first number in a message that somebody may want to be rung at, as typed.

    >>> find("my number is 07911 123456, after 5"), find("born 12/03/1990"), find("023 8000 1061?")
    ('07911 123456', None, '023 8000 1061')
    """
    for found in _TYPED.finditer(message):
        typed = found[0].strip()
        bare = "".join(sign for sign in typed if sign.isdecimal())
        known = bare.startswith(("0", "44")) or typed.startswith("+")
        if known and _SHORTEST_FOUND <= len(bare) <= _LONGEST_FOUND:
            return typed
    return None
