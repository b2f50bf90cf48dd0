"""The outbox: notices, and what still has to leave the house because of them.

A notice is written in the batch of its event. Spreading it turns it into deliveries in one batch,
and a delivery is gone once it has arrived; so a crash at any point loses none and doubles none
here. Whoever sends a delivery leases it first by moving `due_at`, so that two nodes do not both.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from chatbot.domain.notices import Kind, Notice
from chatbot.store.database import Database, Row
from chatbot.store.query import Statement, sql

PAGE: Final = 100

KEEP = sql("""
    insert into notice (id, kind, conversation_id, person_id, at)
    values (:id, :kind, :conversation, :person, :at)
    on conflict (id) do nothing
""")
NEW = sql("""
    select id, kind, conversation_id, person_id, at from notice
    where spread = 0 order by at limit :limit
""")
SPREAD = sql("update notice set spread = 1 where id = :id and spread = 0")
SEND = sql("""
    insert into delivery (id, notice_id, channel, target, due_at)
    values (:id, :notice, :channel, :target, :due)
""")
FOR_PERSON = sql("""
    select id, kind, conversation_id, person_id, at from notice
    where at > :after and (person_id = '' or person_id = :person) order by at, id limit :limit
""")
LATE = sql("""
    select c.id, c.waiting_since from conversation c
    where c.state = 'waiting' and c.waiting_since <= :since and not exists (
        select 1 from notice n where n.id = c.id || '/late/' || cast(c.waiting_since as text))
    order by c.waiting_since limit :limit
""")
DUE = sql("""
    select d.id, d.channel, d.target, d.due_at, d.tries,
        n.id as notice_id, n.kind, n.conversation_id, n.person_id, n.at
    from delivery d join notice n on n.id = d.notice_id
    where d.due_at <= :now order by d.due_at limit :limit
""")
MOVE = sql("""
    update delivery set due_at = :due, tries = tries + 1 where id = :id and due_at = :seen
""")
PUT_OFF = sql("update delivery set due_at = :due where id = :id")
DONE = sql("delete from delivery where id = :id")
STILL_WAITS = sql("select 1 as yes from conversation where id = :id and state = 'waiting'")
FORGET = sql("""
    delete from notice where at < :before and not exists (
        select 1 from delivery d where d.notice_id = notice.id)
""")


class Channel(StrEnum):
    """A way out of the house."""

    WEBHOOK = "webhook"
    PUSH = "push"
    MAIL = "mail"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One notice on one way to one target: a push device or a person; nothing for the webhook."""

    id: str
    notice: Notice
    channel: Channel
    target: str
    due_at: int
    tries: int


def kept(notices: Sequence[Notice]) -> list[Statement]:
    """Return what keeps notices, for the batch of their event."""
    return [
        KEEP(
            id=one.id,
            kind=one.kind.value,
            conversation=one.conversation,
            person=one.person,
            at=one.at,
        )
        for one in notices
    ]


class Notices:
    """The outbox of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, notices: Sequence[Notice]) -> None:
        """Keep notices that no event brings with it; those that are there already stay."""
        for one in notices:
            await self._database.write(kept([one]), key=one.conversation)

    async def new(self) -> list[Notice]:
        """Return notices that were not spread yet, oldest first."""
        return [_notice(row, row["id"]) for row in await self._database.fetch(NEW, limit=PAGE)]

    async def spread(
        self, notice: Notice, targets: Sequence[tuple[Channel, str]], due: int
    ) -> None:
        """Turn a notice into deliveries.

        Raises:
            Stale: another node has done it.
        """
        sends = [
            SEND(
                id=f"{notice.id}/{channel}/{target}",
                notice=notice.id,
                channel=channel.value,
                target=target,
                due=due,
            )
            for channel, target in targets
        ]
        await self._database.write([SPREAD(id=notice.id, rows=1), *sends], key=notice.conversation)

    async def of(self, person: str, after: int) -> list[Notice]:
        """Return what this person is told of that happened later than `after`."""
        rows = await self._database.fetch(FOR_PERSON, person=person, after=after, limit=PAGE)
        return [_notice(row, row["id"]) for row in rows]

    async def late(self, since: int) -> list[tuple[str, int]]:
        """Return who has waited since then or longer without a notice of it, and since when."""
        rows = await self._database.fetch(LATE, since=since, limit=PAGE)
        return [(row["id"], int(row["waiting_since"])) for row in rows]

    async def due(self, now: int) -> list[Delivery]:
        """Return what is to be sent now."""
        rows = await self._database.fetch(DUE, now=now, limit=PAGE)
        return [
            Delivery(
                row["id"],
                _notice(row, row["notice_id"]),
                Channel(row["channel"]),
                row["target"],
                row["due_at"],
                row["tries"],
            )
            for row in rows
        ]

    async def lease(self, delivery: Delivery, until: int) -> None:
        """Take a delivery in hand; unless it is done by then, it is due again.

        Raises:
            Stale: another node has it.
        """
        move = MOVE(id=delivery.id, due=until, seen=delivery.due_at, rows=1)
        await self._database.write([move], key=delivery.notice.conversation)

    async def put_off(self, delivery: Delivery, until: int) -> None:
        """Have it tried again then."""
        off = PUT_OFF(id=delivery.id, due=until)
        await self._database.write([off], key=delivery.notice.conversation)

    async def done(self, delivery: Delivery) -> None:
        """It has arrived, or it is given up."""
        await self._database.write([DONE(id=delivery.id)], key=delivery.notice.conversation)

    async def still_waits(self, conversation_id: str) -> bool:
        """Tell whether a conversation still waits for staff."""
        return bool(await self._database.fetch(STILL_WAITS, id=conversation_id))

    async def forget(self, before: int) -> None:
        """Delete notices that are older than that and have left nothing to send."""
        await self._database.write([FORGET(before=before)])


def _notice(row: Row, id: str) -> Notice:
    return Notice(id, Kind(row["kind"]), row["conversation_id"], row["person_id"], row["at"])
