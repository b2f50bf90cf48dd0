"""Which questions were asked in vain, for the batch that makes it so.

The rows belong to the conversation, so no two batches wait for each other.
"""

from collections.abc import Sequence

from chatbot.domain.conversation import Conversation
from chatbot.domain.events import Recorded
from chatbot.domain.unanswered import marks
from chatbot.store.query import Statement, sql

SET = sql("""
    insert into question (conversation_id, seq, reason, person_id, at)
    values (:id, :seq, :reason, '', :at)
    on conflict (conversation_id, seq, reason) do nothing
""")
CLEAR = sql("""
    delete from question where conversation_id = :id and seq = :seq and reason = :reason
""")
FORGET = sql("delete from question where conversation_id = :id")


def marked(before: Conversation, new: Sequence[Recorded]) -> list[Statement]:
    """Return what keeps the marks that `new` events set or clear."""
    batch = []
    for mark in marks(before, new):
        if mark.set:
            batch.append(SET(id=before.id, seq=mark.seq, reason=mark.reason.value, at=mark.at))
        else:
            batch.append(CLEAR(id=before.id, seq=mark.seq, reason=mark.reason.value))
    return batch


def forgotten(conversation_id: str) -> Statement:
    """Return what takes the marks of a conversation away, for the batch that erases it."""
    return FORGET(id=conversation_id)
