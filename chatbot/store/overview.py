"""What goes on now and went on today, in numbers; no message is read for it."""

from collections.abc import Sequence
from dataclasses import dataclass

from chatbot.domain.events import State
from chatbot.domain.waiting import Wait
from chatbot.store.database import Database
from chatbot.store.query import sql

IN_HAND = sql("""
    select id, reference, state, assignee, urgent, waiting_since, message_left, touched_at
    from conversation where state in ('waiting', 'staff')
    order by state desc, (case when urgent <> '' then 0 else 1 end), message_left,
        waiting_since, touched_at, id
""")
WITH_ASSISTANT = sql("""
    select count(*) as n from conversation where state = 'assistant' and touched_at >= :since
""")
BEGUN = sql("select count(*) as n from conversation where created_at >= :since")
ENDED = sql("""
    select ending, count(*) as n from conversation
    where state = 'closed' and closed_at >= :since group by ending
""")
WAITED = sql("select ms, came from waited where ended_at >= :since")


@dataclass(frozen=True, slots=True)
class Chat:
    """A conversation that waits for staff or is with them. Times are milliseconds UTC."""

    id: str
    reference: str
    state: State
    assignee: str | None
    urgent: bool
    waiting_since: int | None
    message_left: bool
    touched_at: int


@dataclass(frozen=True, slots=True)
class Counts:
    """Since a moment: chats begun, those with the assistant now, ended by outcome, and waits."""

    begun: int
    with_assistant: int
    ended: dict[str, int]
    waits: Sequence[Wait]


class OverviewStore:
    """The overview of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def in_hand(self) -> list[Chat]:
        """Return the conversations that wait, as the inbox orders them, then those with staff."""
        return [
            Chat(
                id=row["id"],
                reference=row["reference"],
                state=State(row["state"]),
                assignee=row["assignee"],
                urgent=bool(row["urgent"]),
                waiting_since=row["waiting_since"],
                message_left=bool(row["message_left"]),
                touched_at=row["touched_at"],
            )
            for row in await self._database.fetch(IN_HAND)
        ]

    async def counts(self, since: int, lately: int) -> Counts:
        """Return what has gone on since then; the assistant has who wrote since `lately`."""
        begun = await self._database.fetch(BEGUN, since=since)
        assistant = await self._database.fetch(WITH_ASSISTANT, since=lately)
        ended = await self._database.fetch(ENDED, since=since)
        waited = await self._database.fetch(WAITED, since=since)
        return Counts(
            begun[0]["n"],
            assistant[0]["n"],
            {row["ending"]: row["n"] for row in ended},
            [Wait(row["ms"], bool(row["came"])) for row in waited],
        )
