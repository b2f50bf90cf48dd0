"""What visitors asked the assistant, read where it stands: in their conversations, encrypted.

Nothing is copied out, so whatever is erased there is gone here too.
"""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Final

from chatbot.domain.events import Author, MessagePosted, Recorded
from chatbot.store.conversations import read_event
from chatbot.store.database import Database
from chatbot.store.query import sql
from chatbot.store.vault import Vault

CONVERSATIONS: Final = 40
"""How many of the newest are looked at for what was asked last."""

NEWEST = sql("""
    select c.id, c.data_key, e.position, e.seq, e.kind, e.at, e.payload
    from event e join conversation c on c.id = e.conversation_id
    where e.kind = 'MessagePosted' and c.id in (
        select id from conversation where data_key is not null order by touched_at desc limit :limit
    )
    order by c.id desc, e.position
""")


class Questions:
    """The questions of one database."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault

    async def newest(self, limit: int = CONVERSATIONS) -> list[str]:
        """Return what the assistant was asked in the newest conversations, those first."""
        rows = await self._database.fetch(NEWEST, limit=limit)
        found: list[str] = []
        for conversation_id, some in groupby(rows, key=lambda row: str(row["id"])):
            whole = list(some)
            seal = self._vault.seal(bytes(whole[0]["data_key"]), conversation_id)
            found += _asked(read_event(conversation_id, seal, row) for row in whole)
        return found


def _asked(recorded: Iterable[Recorded]) -> Iterator[str]:
    """Yield what was typed, not picked, and replied to by the assistant."""
    typed: dict[int | None, str] = {}
    for item in recorded:
        event = item.event
        if not isinstance(event, MessagePosted):
            continue
        if event.author is Author.VISITOR and not event.slug:
            typed[item.seq] = event.text
        elif event.outcome is not None and event.to in typed:
            yield typed.pop(event.to)
