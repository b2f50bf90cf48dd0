"""What a use case refuses beyond the domain's own rules."""

from collections.abc import Sequence

from chatbot.domain.errors import Refused
from chatbot.domain.slots import Slot


class NotAllowed(Refused):
    """No valid token for this conversation, which may not even exist: the answer is the same."""

    code = "not_allowed"


class UnknownEntry(Refused):
    """There is no published entry with that slug."""

    code = "unknown_entry"


class TokenVoid(Refused):
    """No tool has this token, or not any more: the answer is the same."""

    code = "token_void"


class OutOfScope(Refused):
    """The token works, but not for this."""

    code = "out_of_scope"


class EntryChanged(Refused):
    """Somebody saved the entry after this text of it was begun; both are still there."""

    code = "entry_changed"


class DraftChanged(Refused):
    """Another window of the same person saved the draft meanwhile."""

    code = "draft_changed"


class Busy(Refused):
    """The same conversation is being written to by too many at once; try again."""

    code = "busy"


class SignInFailed(Refused):
    """Wrong e-mail, passphrase or code, or a disabled account: the answer is the same."""

    code = "sign_in_failed"


class SlowDown(Refused):
    """Too many guesses; `seconds` until the next one is looked at."""

    code = "slow_down"

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds=seconds)
        self.seconds = seconds


class StepOver(Refused):
    """The step of signing in took too long, or was ended before: begin again."""

    code = "step_over"


class LinkVoid(Refused):
    """The link was used, withdrawn or has expired."""

    code = "link_void"


class EmailTaken(Refused):
    """Somebody has an account with that e-mail address."""

    code = "email_taken"


class UnknownReply(Refused):
    """There is no such prepared reply, or it is not this person's to change."""

    code = "unknown_reply"


class UnknownPerson(Refused):
    """There is no such person."""

    code = "unknown_person"


class LastAdmin(Refused):
    """Without this one nobody could manage people."""

    code = "last_admin"


class NoCallback(Refused):
    """No request has this reference and this secret: the answer is the same for both."""

    code = "no_callback"


class SlotTaken(Refused):
    """None of the wanted slots is free any more; `nearest` are those that are."""

    code = "slot_taken"

    def __init__(self, nearest: Sequence[Slot]) -> None:
        super().__init__()
        self.nearest = nearest


class CallbackSent(Refused):
    """The form was sent before, with other answers; `reference` names the request it made."""

    code = "callback_sent"
