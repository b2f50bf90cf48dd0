"""What a visitor may send as text: how it is cleaned, and how long it may be.

Invisible characters go before the length is judged: they can hide a second text inside a
message (Unicode tags, zero-width and bidirectional controls), and nobody can see them.
"""

import re
import unicodedata
from typing import Final

from chatbot.domain.errors import Invalid

VISITOR_LIMIT: Final = 4_000
"""Characters in a visitor's message; staff may write `STAFF_LIMIT`."""
STAFF_LIMIT: Final = 8_000
COMMENT_LIMIT: Final = 1_000

# Joiners that emoji and several scripts need stay; everything else of "format" and "control" goes.
_KEPT: Final = frozenset("\n\u200c\u200d")
_UNSEEN: Final = frozenset({"Cc", "Cf", "Co", "Cs"})
_TRIMMED: Final = " \n\u00a0\u200c\u200d\u2028\u2029\u3000"
_BLANK_LINES: Final = re.compile(r"\n{3,}")
_CLIENT_ID: Final = re.compile(r"[A-Za-z0-9._:-]{1,64}")


def clean(text: str) -> str:
    """Return `text` in NFC without invisible characters, trimmed, at most one blank line in a row.

    >>> clean("he\u202ello\\r\\n ")
    'hello'
    """
    if text.isascii() and text.isprintable():
        return text.strip(" ")  # most messages: nothing in them can be unseen
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    text = "".join(c for c in text if c in _KEPT or unicodedata.category(c) not in _UNSEEN)
    text = unicodedata.normalize("NFC", text)
    return _BLANK_LINES.sub("\n\n", text).strip(_TRIMMED)


def message(text: str, limit: int = VISITOR_LIMIT) -> str:
    """Return the cleaned text of a message.

    Raises:
        Invalid: nothing is left to read, or it is longer than `limit` characters.
    """
    cleaned = clean(text)
    if not cleaned:
        raise Invalid(text="empty")
    if len(cleaned) > limit:
        raise Invalid(text="too_long")
    return cleaned


def client_id(value: str) -> str:
    """Return `value` when it can name a message for resending.

    Raises:
        Invalid: it is not 1 to 64 letters, digits, or one of `. _ : -` (a UUID fits).
    """
    if not _CLIENT_ID.fullmatch(value):
        raise Invalid(client_id="malformed")
    return value
