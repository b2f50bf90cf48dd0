"""Conversations and their events: reading, and the one guarded write.

An append changes the conversation's row only where `position` is still the one that was read, so
numbers are gap-free and a decision made on an old state is refused as `Stale`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, get_args

import msgspec

from chatbot.domain import events as domain_events
from chatbot.domain.conversation import Conversation
from chatbot.domain.events import Event, MessagePosted, Recorded, State
from chatbot.domain.figures import counted
from chatbot.domain.notices import notices
from chatbot.domain.reference import reference_of
from chatbot.domain.waiting import Wait
from chatbot.store import figures
from chatbot.store.database import Database, Row
from chatbot.store.errors import Unreadable
from chatbot.store.marks import forgotten, marked
from chatbot.store.notices import kept
from chatbot.store.picked import count_picks
from chatbot.store.query import Statement, sql
from chatbot.store.vault import Seal, Vault
from chatbot.store.waits import read_waits, waits

PAGE: Final = 500
"""Events read at a time."""

LOAD = sql("""
    select data_key, token_hash, state, assignee, position, seq, touched_at, memory
    from conversation where id = :id
""")
CREATE = sql("""
    insert into conversation (id, token_hash, data_key, state, assignee, position, seq,
        owes_answer, touched_at, waiting_since, message_left, warned_at, created_at, memory,
        reference, urgent, raised, blocked, hidden, ending, labels, asked, closed_at)
    values (:id, :token_hash, :data_key, :state, :assignee, :position, :seq,
        :owes_answer, :touched_at, :waiting_since, :message_left, :warned_at, :created_at, :memory,
        :reference, :urgent, :raised, :blocked, :hidden, :ending, :labels, :asked, :closed_at)
""")
ADVANCE = sql("""
    update conversation
    set state = :state, assignee = :assignee, position = :position, seq = :seq,
        owes_answer = :owes_answer, touched_at = :touched_at, waiting_since = :waiting_since,
        message_left = :message_left,
        warned_at = :warned_at, memory = :memory, urgent = :urgent, raised = :raised,
        blocked = :blocked, hidden = :hidden, ending = :ending, labels = :labels, asked = :asked,
        closed_at = :closed_at
    where id = :id and position = :before
""")
ADD_EVENT = sql("""
    insert into event (conversation_id, position, seq, kind, at, client_id, payload)
    values (:id, :position, :seq, :kind, :at, :client_id, :payload)
""")
PUBLIC_EVENTS = sql("""
    select position, seq, kind, at, payload from event
    where conversation_id = :id and seq > :after
    order by seq limit :limit
""")
ALL_EVENTS = sql("""
    select position, seq, kind, at, payload from event
    where conversation_id = :id and position > :after
    order by position limit :limit
""")
SEQ_OF_CLIENT_ID = sql("""
    select seq from event where conversation_id = :id and client_id = :client_id
""")
MESSAGES_OWED = sql("""
    select id from conversation
    where owes_answer = 1 and touched_at <= :before order by touched_at limit :limit
""")
WITH_STAFF = sql("""
    select id from conversation
    where state in ('waiting', 'staff') order by touched_at desc limit :limit
""")
QUEUE = sql("""
    select id from conversation
    where state = 'waiting' and message_left = 0 order by waiting_since, id limit :limit
""")
WAITED_SINCE = sql("""
    select id from conversation
    where state = 'waiting' and message_left = 0 and waiting_since <= :since
    order by waiting_since, id limit :limit
""")
DUE = sql("""
    select id from conversation
    where state <> 'closed' and (
        warned_at <= :warned
        or (warned_at is null and waiting_since is null and touched_at <= :touched)
    )
    order by touched_at limit :limit
""")
NOT_LISTED = sql("""
    select id from conversation where reference = '' and data_key is not null limit :limit
""")
LIST = sql("""
    update conversation
    set reference = :reference, urgent = :urgent, raised = :raised, blocked = :blocked,
        hidden = :hidden, ending = :ending, labels = :labels, asked = :asked
    where id = :id and position = :position
""")
REVOKE = sql("update conversation set token_hash = null where id = :id")
FORGET_KEY = sql("""
    update conversation set data_key = null, memory = null, token_hash = null where id = :id
""")
FORGET_EVENTS = sql("""
    delete from event where conversation_id = :id and kind <> 'Erased'
""")

_KINDS: Final[dict[str, type[Event]]] = {type_.__name__: type_ for type_ in get_args(Event)}
_encode = msgspec.json.Encoder().encode
_decode_conversation = msgspec.json.Decoder(Conversation).decode
_decoders: Final = {kind: msgspec.json.Decoder(type_).decode for kind, type_ in _KINDS.items()}


@dataclass(frozen=True, slots=True)
class Stored:
    """A conversation with what only the store needs: its data key and its token's hash."""

    conversation: Conversation
    token_hash: str | None
    seal: Seal | None


class Conversations:
    """The conversations of one database."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault

    def new(self, conversation: Conversation, token_hash: str) -> Stored:
        """Give a conversation that is not written yet its data key."""
        return Stored(conversation, token_hash, self._vault.new_seal(conversation.id))

    async def load(self, conversation_id: str) -> Stored | None:
        """Return the conversation as it stands; None when there is none."""
        rows = await self._database.fetch(LOAD, id=conversation_id)
        return self._stored(conversation_id, rows[0]) if rows else None

    def _stored(self, conversation_id: str, row: Row) -> Stored:
        if row["data_key"] is None:
            gone = Conversation(
                id=conversation_id,
                state=State(row["state"]),
                assignee=row["assignee"],
                position=row["position"],
                seq=row["seq"],
                touched_at=row["touched_at"],
                erased=True,
            )
            return Stored(gone, None, None)
        seal = self._vault.seal(bytes(row["data_key"]), conversation_id)
        now = read_memory(seal, conversation_id, row["position"], bytes(row["memory"]))
        return Stored(now, row["token_hash"], seal)

    async def create(self, stored: Stored, recorded: Sequence[Recorded]) -> None:
        """Write a new conversation with its first events.

        Raises:
            Duplicate: there is one with that id.
        """
        conversation, seal = stored.conversation, stored.seal
        if seal is None:
            raise Unreadable(place=conversation.id)
        first = CREATE(
            **_columns(conversation, seal),
            token_hash=stored.token_hash,
            data_key=seal.wrapped,
            reference=reference_of(conversation.id),
            created_at=recorded[0].event.at,
        )
        events = _event_statements(conversation.id, seal, recorded)
        nothing = Conversation(conversation.id)
        counts = figures.count(recorded[0].event.at, counted(nothing, recorded))
        await self._database.write([first, *events, *counts], key=conversation.id)

    async def append(
        self,
        stored: Stored,
        after: Conversation,
        new: Sequence[Recorded],
        audit: Sequence[Statement] = (),
    ) -> Stored:
        """Write `new` events and the state they lead to, if nothing came in between.

        Raises:
            Stale: somebody else wrote first; load and decide again.
            Duplicate: a message with that client_id is there already.
        """
        batch = [*audit, *self._append_batch(stored, after, new)]
        if after.left and not stored.conversation.left:
            batch.append(REVOKE(id=after.id))
        if after.erased and not stored.conversation.erased:
            batch += [FORGET_EVENTS(id=after.id), FORGET_KEY(id=after.id), forgotten(after.id)]
        await self._database.write(batch, key="" if audit else after.id)
        if not after.demo:
            await count_picks(self._database, new)
        if after.erased:
            return Stored(after, None, None)
        return replace(
            stored, conversation=after, token_hash=None if after.left else stored.token_hash
        )

    @staticmethod
    def _append_batch(
        stored: Stored, after: Conversation, new: Sequence[Recorded]
    ) -> list[Statement]:
        columns = _columns(after, stored.seal)
        advance = ADVANCE(rows=1, before=stored.conversation.position, **columns)
        counts = waits(stored.conversation, after, new) + marked(stored.conversation, new)
        counts += figures.count(new[-1].event.at, counted(stored.conversation, new))
        told = kept(notices(after.id, new))
        return [advance, *_event_statements(after.id, stored.seal, new), *counts, *told]

    async def events(self, stored: Stored, after: int, limit: int = PAGE) -> list[Recorded]:
        """Return up to `limit` public events with a seq above `after`, in order."""
        conversation_id = stored.conversation.id
        rows = await self._database.fetch(
            PUBLIC_EVENTS, id=conversation_id, after=after, limit=limit
        )
        return [read_event(conversation_id, stored.seal, row) for row in rows]

    async def thread(self, stored: Stored, after: int, limit: int = PAGE) -> list[Recorded]:
        """Return up to `limit` events, those for staff too, with a position above `after`."""
        conversation_id = stored.conversation.id
        rows = await self._database.fetch(ALL_EVENTS, id=conversation_id, after=after, limit=limit)
        return [read_event(conversation_id, stored.seal, row) for row in rows]

    async def seq_of(self, conversation_id: str, client_id: str) -> int | None:
        """Return the seq of the message that was sent as `client_id`, if it is there."""
        rows = await self._database.fetch(SEQ_OF_CLIENT_ID, id=conversation_id, client_id=client_id)
        return int(rows[0]["seq"]) if rows else None

    async def owing(self, before: int, limit: int = PAGE) -> list[str]:
        """Return ids whose visitor has been owed an answer since `before` or longer."""
        rows = await self._database.fetch(MESSAGES_OWED, before=before, limit=limit)
        return [row["id"] for row in rows]

    async def with_staff(self, limit: int = PAGE) -> list[str]:
        """Return ids of conversations that wait for staff or are with them, newest first."""
        rows = await self._database.fetch(WITH_STAFF, limit=limit)
        return [row["id"] for row in rows]

    async def queue(self, limit: int = PAGE) -> list[str]:
        """Return ids of conversations that wait for staff, the longest wait first."""
        return [row["id"] for row in await self._database.fetch(QUEUE, limit=limit)]

    async def waits(self, now: int) -> list[Wait]:
        """Return how long those waited whose wait has ended, newest first."""
        return await read_waits(self._database, now)

    async def waited_since(self, since: int, limit: int = PAGE) -> list[str]:
        """Return who has been in the queue for staff since then or longer."""
        rows = await self._database.fetch(WAITED_SINCE, since=since, limit=limit)
        return [row["id"] for row in rows]

    async def due(self, warned: int, touched: int, limit: int = PAGE) -> list[str]:
        """Return open conversations that were warned or lie still since those times."""
        rows = await self._database.fetch(DUE, warned=warned, touched=touched, limit=limit)
        return [row["id"] for row in rows]

    async def list_old(self) -> int:
        """Have lists show conversations as they stand that are older than the lists; return how
        many there were.
        """
        done = 0
        while rows := await self._database.fetch(NOT_LISTED, limit=PAGE):
            for row in rows:
                await self._list(row["id"])
            done += len(rows)
        return done

    async def _list(self, conversation_id: str) -> None:
        stored = await self.load(conversation_id)
        if stored is not None:
            columns = _columns(stored.conversation, None)
            shown = {name: value for name, value in columns.items() if name in LIST.names}
            listed = LIST(reference=reference_of(conversation_id), **shown)
            await self._database.write([listed], key=conversation_id)


def read_memory(seal: Seal, conversation_id: str, position: int, memory: bytes) -> Conversation:
    """Return the conversation that a row keeps encrypted."""
    return _decode_conversation(seal.open(memory, f"{conversation_id}:{position}"))


def _columns(conversation: Conversation, seal: Seal | None) -> dict[str, Any]:
    memory = None
    if seal is not None:
        place = f"{conversation.id}:{conversation.position}"
        memory = seal.close(_encode(conversation), place)
    return {
        "id": conversation.id,
        "state": conversation.state.value,
        "assignee": conversation.assignee,
        "position": conversation.position,
        "seq": conversation.seq,
        "owes_answer": int(conversation.owes_answer),
        "touched_at": conversation.touched_at,
        "waiting_since": conversation.waiting_since,
        "message_left": int(conversation.message_left),
        "warned_at": conversation.warned_at,
        "memory": memory,
        "urgent": " ".join(conversation.urgent),
        "raised": int(conversation.raised),
        "blocked": int(conversation.blocked),
        "hidden": int(conversation.left),
        "ending": conversation.ending or "",
        "labels": _encode(conversation.labels).decode(),
        "asked": conversation.asked,
        "closed_at": conversation.closed_at,
    }


def _event_statements(
    conversation_id: str, seal: Seal | None, new: Sequence[Recorded]
) -> list[Statement]:
    return [
        ADD_EVENT(
            id=conversation_id,
            position=item.position,
            seq=item.seq,
            kind=type(item.event).__name__,
            at=item.event.at,
            client_id=item.event.client_id if isinstance(item.event, MessagePosted) else None,
            payload=_payload(conversation_id, seal, item),
        )
        for item in new
    ]


def _payload(conversation_id: str, seal: Seal | None, item: Recorded) -> bytes | None:
    if seal is None:
        return None
    return seal.close(_encode(item.event), f"{conversation_id}/{item.position}")


def read_event(conversation_id: str, seal: Seal | None, row: Row) -> Recorded:
    """Return the event that a row keeps encrypted."""
    kind, position = row["kind"], row["position"]
    if kind == "Erased":
        return Recorded(position, row["seq"], domain_events.Erased(at=row["at"]))
    if seal is None:
        raise Unreadable(place=f"{conversation_id}/{position}")
    payload = seal.open(bytes(row["payload"]), f"{conversation_id}/{position}")
    return Recorded(position, row["seq"], _decoders[kind](payload))
