"""Conversations as staff see them in a list: where each stands, and how the newest message begins.

A page goes on after a `Place`, the key that the list is sorted by and the id, so that ten thousand
conversations cost no more than the page that is looked at.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple

import msgspec

from chatbot.domain.events import State
from chatbot.domain.outcome import Ending, Urgent
from chatbot.store.conversations import read_memory
from chatbot.store.database import Database, Row
from chatbot.store.query import sql
from chatbot.store.vault import Vault

PAGE: Final = 50
LATEST: Final = 2**62
"""Later than any time, to begin a list with."""


class View(StrEnum):
    """A list of the inbox."""

    WAITING = "waiting"
    MINE = "mine"
    ALL = "all"
    CLOSED = "closed"
    FLAGGED = "flagged"


class Place(NamedTuple):
    """After which row a page begins: what the list is sorted by (a time), and the id."""

    at: int
    id: str


FIRST: Final = Place(LATEST, "")


@dataclass(frozen=True, slots=True)
class Listed:
    """A conversation in a list. Times are milliseconds UTC; `read_to` is a seq."""

    id: str
    reference: str
    state: State
    assignee: str | None
    urgent: tuple[Urgent, ...]
    raised: bool
    blocked: bool
    hidden: bool
    ending: Ending | None
    labels: tuple[str, ...]
    asked: int
    seq: int
    touched_at: int
    waiting_since: int | None
    message_left: bool
    created_at: int
    closed_at: int
    read_to: int
    said: str

    @property
    def unread(self) -> bool:
        """The visitor wrote something that this person has not seen."""
        return self.asked > self.read_to


@dataclass(frozen=True, slots=True)
class Filter:
    """What to look for; what is empty does not matter. Times are milliseconds, `until` excluded."""

    reference: str = ""
    label: str = ""
    ending: str = ""
    assignee: str = ""
    since: int = 0
    until: int = LATEST


WAITING = sql("""
    select c.*, coalesce(r.seq, 0) as read_to
    from conversation c left join reading r on r.conversation_id = c.id and r.person_id = :person
    where c.state = 'waiting'
    order by (case when c.urgent <> '' then 0 else 1 end), c.message_left,
        c.waiting_since, c.id limit :limit
""")
MINE = sql("""
    select c.*, coalesce(r.seq, 0) as read_to
    from conversation c left join reading r on r.conversation_id = c.id and r.person_id = :person
    where c.assignee = :person
    order by c.touched_at desc, c.id desc limit :limit
""")
ALL = sql("""
    select c.*, coalesce(r.seq, 0) as read_to
    from conversation c left join reading r on r.conversation_id = c.id and r.person_id = :person
    where c.state <> 'closed' and (c.touched_at, c.id) < (:at, :id)
    order by c.touched_at desc, c.id desc limit :limit
""")
CLOSED = sql("""
    select c.*, coalesce(r.seq, 0) as read_to
    from conversation c left join reading r on r.conversation_id = c.id and r.person_id = :person
    where c.state = 'closed' and c.data_key is not null
        and (c.closed_at, c.id) < (:at, :id)
    order by c.closed_at desc, c.id desc limit :limit
""")
FLAGGED = sql("""
    select c.*, coalesce(r.seq, 0) as read_to
    from conversation c left join reading r on r.conversation_id = c.id and r.person_id = :person
    where (c.urgent <> '' or c.raised = 1) and c.data_key is not null
        and (c.touched_at, c.id) < (:at, :id)
    order by c.touched_at desc, c.id desc limit :limit
""")
SEARCH = sql("""
    select c.*, coalesce(r.seq, 0) as read_to
    from conversation c left join reading r on r.conversation_id = c.id and r.person_id = :person
    where c.data_key is not null and (:label = '' or c.labels like :like)
        and (:ending = '' or c.ending = :ending)
        and (:assignee = '' or c.assignee = :assignee)
        and c.created_at >= :since and c.created_at < :until
        and (c.touched_at, c.id) < (:at, :id)
    order by c.touched_at desc, c.id desc limit :limit
""")
BY_REFERENCE = sql("""
    select c.*, coalesce(r.seq, 0) as read_to
    from conversation c left join reading r on r.conversation_id = c.id and r.person_id = :person
    where c.reference = :reference and c.data_key is not null
        and (c.touched_at, c.id) < (:at, :id)
    order by c.touched_at desc, c.id desc limit :limit
""")
_PAGED: Final = {View.ALL: ALL, View.CLOSED: CLOSED, View.FLAGGED: FLAGGED}
COUNTS = sql("""
    select state, assignee, count(*) as n from conversation
    where state in ('waiting', 'staff') group by state, assignee
""")
LABELS = sql("""
    select labels, count(*) as n from conversation where labels <> '[]' group by labels
""")

_decode_labels = msgspec.json.Decoder(tuple[str, ...]).decode


class Inbox:
    """The lists of one database."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault

    async def view(
        self, view: View, person: str, after: Place = FIRST, limit: int = PAGE
    ) -> list[Listed]:
        """Return a page of a list as `person` sees it.

        Those that wait come whole, urgent ones first, then who has waited longest; other lists
        have the newest first.
        """
        if view is View.WAITING:
            rows = await self._database.fetch(WAITING, person=person, limit=10 * limit)
        elif view is View.MINE:
            rows = await self._database.fetch(MINE, person=person, limit=10 * limit)
        else:
            rows = await self._database.fetch(
                _PAGED[view], person=person, at=after.at, id=after.id, limit=limit
            )
        return [self._listed(row) for row in rows]

    async def search(
        self, wanted: Filter, person: str, after: Place = FIRST, limit: int = PAGE
    ) -> list[Listed]:
        """Return a page of those that fit, the newest first; a reference needs nothing else."""
        if wanted.reference:
            rows = await self._database.fetch(
                BY_REFERENCE,
                person=person,
                reference=wanted.reference,
                at=after.at,
                id=after.id,
                limit=limit,
            )
            return [self._listed(row) for row in rows]
        rows = await self._database.fetch(
            SEARCH,
            person=person,
            label=wanted.label,
            like=f"%{_quoted(wanted.label)}%",
            ending=wanted.ending,
            assignee=wanted.assignee,
            since=wanted.since,
            until=wanted.until,
            at=after.at,
            id=after.id,
            limit=limit,
        )
        return [self._listed(row) for row in rows]

    async def counts(self) -> dict[str, int]:
        """Return how many wait, under "", and how many each person has."""
        rows = await self._database.fetch(COUNTS)
        return {row["assignee"] or "": int(row["n"]) for row in rows}

    async def labels(self) -> list[str]:
        """Return the labels in use, by name."""
        rows = await self._database.fetch(LABELS)
        return sorted({label for row in rows for label in _decode_labels(row["labels"])})

    def _listed(self, row: Row) -> Listed:
        return Listed(
            id=row["id"],
            reference=row["reference"],
            state=State(row["state"]),
            assignee=row["assignee"],
            urgent=tuple(Urgent(kind) for kind in row["urgent"].split()),
            raised=bool(row["raised"]),
            blocked=bool(row["blocked"]),
            hidden=bool(row["hidden"]),
            ending=Ending(row["ending"]) if row["ending"] else None,
            labels=_decode_labels(row["labels"]),
            asked=row["asked"],
            seq=row["seq"],
            touched_at=row["touched_at"],
            waiting_since=row["waiting_since"],
            message_left=bool(row["message_left"]),
            created_at=row["created_at"],
            closed_at=row["closed_at"],
            read_to=row["read_to"],
            said=self._said(row),
        )

    def _said(self, row: Row) -> str:
        if row["data_key"] is None:
            return ""
        seal = self._vault.seal(bytes(row["data_key"]), row["id"])
        return read_memory(seal, row["id"], row["position"], bytes(row["memory"])).said


def place_after(view: View, page: Sequence[Listed]) -> Place | None:
    """Return where the next page begins; None for an empty one."""
    if not page:
        return None
    last = page[-1]
    return Place(last.closed_at if view is View.CLOSED else last.touched_at, last.id)


def _quoted(label: str) -> str:
    return msgspec.json.encode(label).decode() if label else ""
