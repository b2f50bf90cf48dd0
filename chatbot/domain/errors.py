"""What the domain refuses, as facts with a machine-readable code; HTTP is not known here."""


class Refused(Exception):
    """A command that the rules do not allow now. `data` goes into the answer to the caller."""

    code = "refused"

    def __init__(self, **data: object) -> None:
        super().__init__(self.code)
        self.data = data


class Invalid(Refused):
    """What was sent cannot be used; `fields` says why, by field."""

    code = "invalid"

    def __init__(self, **fields: str) -> None:
        super().__init__(fields=fields)
        self.fields = fields


class ConversationClosed(Refused):
    """Nothing can be added to a conversation that has ended."""

    code = "conversation_closed"


class NotInCharge(Refused):
    """Somebody else has this conversation, or nobody has; `assignee` says who."""

    code = "not_in_charge"


class NotOffered(Refused):
    """The picked question is not among those last offered, nor published."""

    code = "not_offered"


class ThreadMovedOn(Refused):
    """Messages came in that the writer had not seen; `seq` is the newest."""

    code = "thread_moved_on"


class TooLate(Refused):
    """It can no longer be taken back."""

    code = "too_late"
