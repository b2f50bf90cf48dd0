"""Callback requests and the places that they take in slots.

A place is taken by one statement that counts up only below the room there is, in the batch that
writes the request: however many ask at once, a slot is never oversold and no request is lost.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, get_args

import msgspec

from chatbot.domain.audit import Deed
from chatbot.domain.callbacks import Callback, Event, Status
from chatbot.domain.figures import counted_callback
from chatbot.domain.reference import reference_of
from chatbot.domain.slots import Lane, Slot
from chatbot.store import figures
from chatbot.store.audit import line
from chatbot.store.database import Database, Row
from chatbot.store.query import Statement, sql
from chatbot.store.vault import Seal, Vault

PAGE: Final = 500
DEMO_PREFIX: Final = "demo/"
"""How the `client_id` of what was made up begins; no visitor's has such a sign."""

CREATE = sql("""
    insert into callback (id, reference, client_id, secret_hash, data_key, memory, position,
        status, ending, due_at, assignee, conversation_id, created_at, closed_at)
    values (:id, :reference, :client_id, :secret_hash, :data_key, :memory, :position,
        :status, :ending, :due_at, :assignee, :conversation_id, :created_at, :closed_at)
""")
ADVANCE = sql("""
    update callback
    set memory = :memory, position = :position, status = :status, ending = :ending,
        due_at = :due_at, assignee = :assignee, closed_at = :closed_at
    where id = :id and position = :before and status <> 'erased'
""")
ADD_EVENT = sql("""
    insert into callback_event (callback_id, position, kind, at, payload)
    values (:id, :position, :kind, :at, :payload)
""")
LOAD = sql("""
    select id, secret_hash, data_key, memory, position, status from callback where id = :id
""")
BY_REFERENCE = sql("""
    select id, secret_hash, data_key, memory, position, status from callback
    where reference = :reference
""")
BY_CLIENT_ID = sql("""
    select id, secret_hash, data_key, memory, position, status from callback
    where client_id = :client_id
""")
OPEN = sql("""
    select id, secret_hash, data_key, memory, position, status from callback
    where status = 'open' order by due_at, id limit :limit
""")
CLOSED = sql("""
    select id, secret_hash, data_key, memory, position, status from callback
    where status in ('done', 'cancelled') order by closed_at desc, id desc limit :limit
""")
DEMO = sql("select id from callback where client_id like 'demo/%' limit :limit")
OF_CONVERSATION = sql("""
    select id from callback where conversation_id = :conversation order by created_at desc
""")
EVENTS = sql("""
    select position, kind, payload from callback_event where callback_id = :id order by position
""")
TO_REMIND = sql("""
    select id, due_at, assignee from callback
    where status = 'open' and reminded_at <> due_at and due_at <= :before
        and client_id not like 'demo/%'
    order by due_at limit :limit
""")
REMINDED = sql("""
    update callback set reminded_at = :due
    where id = :id and due_at = :due and reminded_at <> :due and status = 'open'
""")
OUTLIVED = sql("""
    select id from callback
    where (status = 'cancelled' and closed_at <= :cancelled)
        or (status = 'done' and ending = 'completed' and closed_at <= :completed)
        or (status = 'done' and ending <> 'completed' and closed_at <= :others)
    order by closed_at limit :limit
""")
COUNT_OUTLIVED = sql("""
    select count(*) as n from callback
    where (status = 'cancelled' and closed_at <= :cancelled)
        or (status = 'done' and ending = 'completed' and closed_at <= :completed)
        or (status = 'done' and ending <> 'completed' and closed_at <= :others)
""")
FORGET_EVENTS = sql("delete from callback_event where callback_id = :id")
FORGET = sql("""
    update callback
    set status = 'erased', data_key = null, memory = null, secret_hash = null, assignee = null,
        conversation_id = null, client_id = id
    where id = :id and status <> 'erased'
""")
TAKE = sql("""
    insert into callback_slot (starts_at, lane, taken) values (:start, :lane, 1)
    on conflict (starts_at, lane) do update set taken = callback_slot.taken + 1
    where callback_slot.taken < :room
""")
GIVE_BACK = sql("""
    update callback_slot set taken = taken - 1
    where starts_at = :start and lane = :lane and taken > 0
""")
TAKEN = sql("""
    select starts_at, lane, taken from callback_slot
    where starts_at >= :since and taken > 0
""")
FORGET_SLOTS = sql("delete from callback_slot where starts_at < :before")

_KINDS: Final[dict[str, type[Event]]] = {type_.__name__: type_ for type_ in get_args(Event)}
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Callback).decode
_decoders: Final = {kind: msgspec.json.Decoder(type_).decode for kind, type_ in _KINDS.items()}


@dataclass(frozen=True, slots=True)
class Stored:
    """A request with what only the store needs: its data key and its secret's hash."""

    callback: Callback
    secret_hash: str | None
    seal: Seal


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a slot that is to be taken, while there are fewer than `room` calls in it."""

    slot: Slot
    lane: Lane
    room: int


@dataclass(frozen=True, slots=True)
class Reminder:
    """A call that begins soon; `assignee` is None where nobody has it."""

    id: str
    due_at: int
    assignee: str | None


@dataclass(frozen=True, slots=True)
class Outlived:
    """Times in milliseconds UTC, for requests that ended then or before, by how they ended."""

    cancelled: int
    completed: int
    others: int


class Callbacks:
    """The requests of one database."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault

    async def create(
        self,
        callback: Callback,
        client_id: str,
        secret_hash: str,
        events: Sequence[Event],
        place: Place,
    ) -> None:
        """Write a new request and take its place in the slot, both or neither.

        Raises:
            Stale: the slot is full.
            Duplicate: there is one with that client_id, or with that reference.
        """
        seal = self._vault.new_seal(callback.id)
        create = CREATE(
            **_columns(callback, seal),
            reference=reference_of(callback.id),
            client_id=client_id,
            secret_hash=secret_hash,
            data_key=seal.wrapped,
            conversation_id=callback.conversation or None,
            created_at=callback.created_at,
        )
        who = events[0].staff
        audit = line(callback.created_at, who, Deed.CALLBACK_MADE, callback.id) if who else []
        batch = [*audit, _take(place), create, *_added(callback, seal, events)]
        await self._database.write(batch, key="" if audit else _key(place.slot))

    async def append(
        self,
        stored: Stored,
        after: Callback,
        events: Sequence[Event],
        place: Place | None = None,
    ) -> Stored:
        """Write what has become of a request; `place` is taken, and the one before given back.

        Raises:
            Stale: somebody else wrote first, or the slot is full.
        """
        before, who = stored.callback, events[0].staff
        audit = line(events[0].at, who, Deed.CALLBACK_CHANGED, after.id) if who else []
        advance = ADVANCE(rows=1, before=before.position, **_columns(after, stored.seal))
        batch = [*audit, advance, *_added(after, stored.seal, events)]
        if place is not None or after.status is not before.status:
            batch.append(GIVE_BACK(start=before.slot.start, lane=before.form.lane.value))
        if place is not None:
            batch.append(_take(place))
        await self._database.write(batch, key="" if audit else _key(before.slot))
        return Stored(after, stored.secret_hash, stored.seal)

    async def load(self, callback_id: str) -> Stored | None:
        """Return a request; None when there is none, or it was erased."""
        return self._one(await self._database.fetch(LOAD, id=callback_id))

    async def by_reference(self, reference: str) -> Stored | None:
        """Return the request with a reference."""
        return self._one(await self._database.fetch(BY_REFERENCE, reference=reference))

    async def by_client_id(self, client_id: str) -> Stored | None:
        """Return the request that was sent as `client_id`."""
        return self._one(await self._database.fetch(BY_CLIENT_ID, client_id=client_id))

    async def open(self, limit: int = PAGE) -> list[Callback]:
        """Return the requests that are to be rung, the soonest first."""
        rows = await self._database.fetch(OPEN, limit=limit)
        return [self._stored(row).callback for row in rows]

    async def closed(self, limit: int = PAGE) -> list[Callback]:
        """Return those that have ended, the newest first."""
        rows = await self._database.fetch(CLOSED, limit=limit)
        return [self._stored(row).callback for row in rows]

    async def of_demo(self) -> list[str]:
        """Return the ids of some requests that were made up for a demo."""
        return [row["id"] for row in await self._database.fetch(DEMO, limit=PAGE)]

    async def of_conversation(self, conversation_id: str) -> list[str]:
        """Return the ids of the requests that were made in a conversation, newest first."""
        rows = await self._database.fetch(OF_CONVERSATION, conversation=conversation_id)
        return [row["id"] for row in rows]

    async def events(self, stored: Stored) -> list[Event]:
        """Return what has happened to a request, in order."""
        callback_id = stored.callback.id
        return [
            _decoders[row["kind"]](
                stored.seal.open(bytes(row["payload"]), f"{callback_id}/{row['position']}")
            )
            for row in await self._database.fetch(EVENTS, id=callback_id)
        ]

    async def taken(self, since: int) -> Mapping[tuple[int, Lane], int]:
        """Return how many calls are booked, by start and lane, from a moment on."""
        rows = await self._database.fetch(TAKEN, since=since)
        return {(row["starts_at"], Lane(row["lane"])): row["taken"] for row in rows}

    async def to_remind(self, before: int) -> list[Reminder]:
        """Return the calls that begin before a time and that nobody was reminded of."""
        rows = await self._database.fetch(TO_REMIND, before=before, limit=PAGE)
        return [Reminder(row["id"], row["due_at"], row["assignee"]) for row in rows]

    async def reminded(self, reminder: Reminder) -> None:
        """Remember that staff were reminded.

        Raises:
            Stale: another node has done it, or the call was moved.
        """
        kept = REMINDED(id=reminder.id, due=reminder.due_at, rows=1)
        await self._database.write([kept], key=f"callback:{reminder.due_at}")

    async def outlived(self, before: Outlived) -> list[str]:
        """Return ids of some requests that ended at these times or before."""
        rows = await self._database.fetch(OUTLIVED, limit=PAGE, **asdict(before))
        return [row["id"] for row in rows]

    async def count_outlived(self, before: Outlived) -> int:
        """Return how many requests ended at these times or before."""
        [row] = await self._database.fetch(COUNT_OUTLIVED, **asdict(before))
        return int(row["n"])

    async def erase(self, stored: Stored, at: int, who: str) -> None:
        """Forget a request for good; only that there was one remains."""
        callback = stored.callback
        batch = [
            *line(at, who, Deed.CALLBACK_ERASED, callback.id),
            FORGET(id=callback.id, rows=1),
            FORGET_EVENTS(id=callback.id),
        ]
        if callback.status is Status.OPEN:
            batch.append(GIVE_BACK(start=callback.slot.start, lane=callback.form.lane.value))
        await self._database.write(batch)

    async def forget_slots(self, before: int) -> None:
        """Forget how full the slots were that are over."""
        await self._database.write([FORGET_SLOTS(before=before)])

    async def audit(self, at: int, who: str, deed: Deed, callback_id: str) -> None:
        """Write down that somebody saw or did something."""
        await self._database.write(line(at, who, deed, callback_id))

    def _one(self, rows: Sequence[Row]) -> Stored | None:
        if not rows or rows[0]["data_key"] is None:
            return None
        return self._stored(rows[0])

    def _stored(self, row: Row) -> Stored:
        callback_id = row["id"]
        seal = self._vault.seal(bytes(row["data_key"]), callback_id)
        memory = seal.open(bytes(row["memory"]), f"{callback_id}:{row['position']}")
        return Stored(_decode(memory), row["secret_hash"], seal)


def _take(place: Place) -> Statement:
    return TAKE(start=place.slot.start, lane=place.lane.value, room=place.room, rows=1)


def _key(slot: Slot) -> str:
    return f"callback:{slot.start}"


def _columns(callback: Callback, seal: Seal) -> dict[str, Any]:
    place = f"{callback.id}:{callback.position}"
    return {
        "id": callback.id,
        "memory": seal.close(_encode(callback), place),
        "position": callback.position,
        "status": callback.status.value,
        "ending": callback.ending,
        "due_at": callback.slot.start,
        "assignee": callback.assignee,
        "closed_at": callback.closed_at,
    }


def _added(callback: Callback, seal: Seal, events: Sequence[Event]) -> list[Statement]:
    first = callback.position - len(events) + 1
    found = {} if callback.demo else counted_callback(events)
    return figures.count(events[-1].at, found) + [
        ADD_EVENT(
            id=callback.id,
            position=position,
            kind=type(event).__name__,
            at=event.at,
            payload=seal.close(_encode(event), f"{callback.id}/{position}"),
        )
        for position, event in enumerate(events, first)
    ]
