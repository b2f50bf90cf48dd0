"""What a use case refuses beyond the domain's own rules."""

from chatbot.domain.errors import Refused


class NotAllowed(Refused):
    """No valid token for this conversation, which may not even exist: the answer is the same."""

    code = "not_allowed"


class UnknownEntry(Refused):
    """There is no published entry with that slug."""

    code = "unknown_entry"


class Busy(Refused):
    """The same conversation is being written to by too many at once; try again."""

    code = "busy"
