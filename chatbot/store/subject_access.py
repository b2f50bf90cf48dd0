"""What is kept beside a chat: which of its questions were in vain, its requests, unsent replies."""

from collections.abc import Sequence
from dataclasses import dataclass

from chatbot.domain.audit import Line
from chatbot.store.audit import Sought, every
from chatbot.store.conversations import Stored
from chatbot.store.database import Database
from chatbot.store.query import sql

MARKS = sql("""
    select seq, reason, at from question where conversation_id = :id order by at, seq, reason
""")
REQUESTS = sql("select reference from callback where conversation_id = :id order by created_at, id")
DRAFTS = sql("""
    select person_id, text, saved_at from draft where conversation_id = :id order by saved_at
""")


@dataclass(frozen=True, slots=True)
class Draft:
    """A reply that somebody of staff has not sent."""

    text: str
    at: int


class Beside:
    """What one database keeps beside its chats and requests."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def marks(self, conversation_id: str) -> list[tuple[int, str, int]]:
        """Return which messages the assistant did not help with: seq, reason and time."""
        rows = await self._database.fetch(MARKS, id=conversation_id)
        return [(row["seq"], row["reason"], row["at"]) for row in rows]

    async def requests(self, conversation_id: str) -> list[str]:
        """Return the references of the callback requests that were made in a chat."""
        rows = await self._database.fetch(REQUESTS, id=conversation_id)
        return [row["reference"] for row in rows]

    async def drafts(self, stored: Stored) -> list[Draft]:
        """Return the replies to a chat that were not sent."""
        chat, seal = stored.conversation.id, stored.seal
        if seal is None:
            return []
        return [
            Draft(
                seal.open(bytes(row["text"]), f"{chat}/draft/{row['person_id']}").decode(),
                row["saved_at"],
            )
            for row in await self._database.fetch(DRAFTS, id=chat)
        ]

    async def audit(self, subject: str) -> Sequence[Line]:
        """Return what was done to a chat or a request, oldest first."""
        pages = every(self._database, Sought(subject=subject))
        return [line async for page in pages for line in page][::-1]
