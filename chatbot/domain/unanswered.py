"""Which questions an admin should see: those that the assistant did not help with.

What is kept is a place in the conversation, never words.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from chatbot.domain.conversation import Conversation
from chatbot.domain.events import Author, MessagePosted, Rated, Recorded, State, StateChanged
from chatbot.domain.outcome import Outcome

AGAIN_TIMES: Final = 5
AGAIN_MS: Final = 28 * 86_400_000
"""What was dismissed comes back once it was asked so often since, or was asked again after so long.
"""


class Reason(StrEnum):
    """Why a question counts; SUGGESTED: a member of staff wants it known to the assistant."""

    UNANSWERED = "unanswered"
    CLARIFIED = "clarified"
    UNHELPFUL = "unhelpful"
    HANDED_OVER = "handed_over"
    SUGGESTED = "suggested"


@dataclass(frozen=True, slots=True)
class Mark:
    """A question counts from now on, or, where it is not `set`, no more.

    `seq` is that of the question, but for UNHELPFUL, where it is that of the answer.
    """

    seq: int
    reason: Reason
    at: int
    set: bool = True


def rests(dismissed_at: int, since: int, now: int) -> bool:
    """Tell whether what was dismissed then, 0 for never, and asked so often since, stays away."""
    if not dismissed_at or since >= AGAIN_TIMES:
        return False
    return since == 0 or now - dismissed_at < AGAIN_MS


def marks(before: Conversation, new: Sequence[Recorded]) -> list[Mark]:
    """Return what `new` events, which follow on `before`, say about questions; none of a demo."""
    return [] if before.demo else [mark for item in new for mark in _marks(before, item)]


def _marks(before: Conversation, item: Recorded) -> Iterator[Mark]:
    match item.event:
        case MessagePosted(author=Author.ASSISTANT, to=int(to), outcome=outcome, at=at):
            if outcome is Outcome.UNANSWERED:
                yield Mark(to, Reason.UNANSWERED, at)
            elif outcome is Outcome.CLARIFY:
                yield Mark(to, Reason.CLARIFIED, at)
        case MessagePosted(author=Author.VISITOR, slug=str(), at=at):
            # The one that was asked back about is the last that was dealt with.
            yield Mark(before.answered, Reason.CLARIFIED, at, set=False)
        case Rated(answer_seq=int(seq), helpful=helpful, at=at):
            yield Mark(seq, Reason.UNHELPFUL, at, set=not helpful)
        case StateChanged(state=State.WAITING, at=at) if _by_assistant(before):
            yield Mark(before.asked, Reason.HANDED_OVER, at)
        case _:
            pass


def _by_assistant(before: Conversation) -> bool:
    return before.state is State.ASSISTANT and before.asked > 0
