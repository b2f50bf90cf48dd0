"""The short name of a conversation, for people to say to each other.

It is made from the random part of the id, in letters and digits that nobody confuses, and opens
nothing.
"""

from typing import Final
from uuid import UUID

SIGNS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Letters and digits that nobody confuses."""
_LENGTH: Final = 7
_LOOKS_LIKE: Final = str.maketrans("OIL", "011", "- ")


def reference_of(conversation_id: str) -> str:
    """Return seven signs, as in "K4M7QD2".

    >>> reference_of("0198c0de-0000-7000-8000-0000075bcd15")
    '03NQK8N'
    """
    try:
        number = UUID(conversation_id).int
    except ValueError:
        number = int.from_bytes(conversation_id.encode()[-_LENGTH:])
    signs = ""
    for _ in range(_LENGTH):
        number, sign = divmod(number, len(SIGNS))
        signs = SIGNS[sign] + signs
    return signs


def read_reference(typed: str) -> str:
    """Return what somebody meant who typed a reference from a note or a call.

    >>> read_reference("k4m-7qd o")
    'K4M7QD0'
    """
    return typed.upper().translate(_LOOKS_LIKE)
