"""All that is kept about one chat or one callback request, for the person that it is about.

It is found by its reference only: a name, a number or a device finds nobody here. Who on the staff
did something is left out, as are keys and what passwords and tokens are known by.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from chatbot.domain import callbacks, events
from chatbot.domain.audit import Deed, Line
from chatbot.domain.events import Recorded
from chatbot.domain.subject_access import is_theirs
from chatbot.services.conversations import ConversationService
from chatbot.services.identity import Clock
from chatbot.store import audit
from chatbot.store.callbacks import Callbacks
from chatbot.store.database import Database
from chatbot.store.desk import Desk
from chatbot.store.retention import Retention
from chatbot.store.subject_access import Beside

PAGE: Final = 500
_WHO: Final = frozenset({"staff", "assignee", "mentions"})
_DOUBLE: Final = frozenset({"html", "client_id"})
"""What says again what stands beside it, or is for programs only."""

Thing = dict[str, Any]


class NotOneError(Exception):
    """A reference does not name one thing; `several` may be about different people."""

    def __init__(self, *, several: bool) -> None:
        super().__init__("several have it" if several else "nothing has it")
        self.several = several


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept; times are milliseconds UTC. `records` are those of staff, None where left out.

    `requests` are references of callback requests that were made in a chat.
    """

    reference: str
    is_chat: bool
    facts: Thing
    events: Sequence[Thing]
    in_vain: Sequence[Thing]
    requests: Sequence[str]
    audit: Sequence[Line]
    records: Sequence[Thing] | None


@dataclass(frozen=True, slots=True)
class Shelves:
    """Where it is kept."""

    database: Database
    retention: Retention
    callbacks: Callbacks
    desk: Desk
    beside: Beside


class SubjectAccessService:
    """Gathers what is kept, and writes down that it was."""

    def __init__(self, shelves: Shelves, conversations: ConversationService, clock: Clock) -> None:
        self._shelves = shelves
        self._conversations = conversations
        self._clock = clock

    async def gather(self, reference: str, who: str, *, with_records: bool) -> Kept:
        """Return all that is kept under a reference; that `who` took it is in the audit before.

        Raises:
            NotOneError: nothing has this reference, it was erased, or several have it.
        """
        chats = await self._shelves.retention.with_reference(reference)
        request = await self._shelves.callbacks.by_reference(reference)
        found = len(chats) + (request is not None)
        if found != 1:
            raise NotOneError(several=found > 1)
        subject = request.callback.id if request else chats[0]
        deed = Deed.PERSON_EXPORTED_WHOLE if with_records else Deed.PERSON_EXPORTED
        await self._shelves.database.write(audit.line(self._clock(), who, deed, subject))
        if request is None:
            return await self._chat(subject, reference, with_records=with_records)
        happened = await self._shelves.callbacks.events(request)
        kept = msgspec.to_builtins(request.callback)
        for hidden in ("id", "secret", "conversation"):
            del kept[hidden]
        return Kept(
            reference,
            is_chat=False,
            facts=_without(kept),
            events=[_told(one) for one in happened if is_theirs(one)],
            in_vain=(),
            requests=(),
            audit=await self._shelves.beside.audit(subject),
            records=[_told(one) for one in happened if not is_theirs(one)]
            if with_records
            else None,
        )

    async def _chat(self, chat: str, reference: str, *, with_records: bool) -> Kept:
        beside, recorded = self._shelves.beside, await self._thread(chat)
        return Kept(
            reference,
            is_chat=True,
            facts=await self._facts(chat),
            events=[_placed(one) for one in recorded if is_theirs(one.event)],
            in_vain=[
                {"seq": seq, "reason": reason, "at": at}
                for seq, reason, at in await beside.marks(chat)
            ],
            requests=await beside.requests(chat),
            audit=await beside.audit(chat),
            records=await self._records(chat, recorded) if with_records else None,
        )

    async def _thread(self, chat: str) -> list[Recorded]:
        recorded: list[Recorded] = []
        while True:
            after = recorded[-1].position if recorded else 0
            _, more = await self._conversations.thread(chat, after, PAGE)
            recorded += more
            if len(more) < PAGE:
                return recorded

    async def _facts(self, chat: str) -> Thing:
        now = await self._conversations.standing(chat)
        return _without(
            {
                "state": now.state.value,
                "language": now.language,
                "changed_at": now.touched_at,
                "closed_at": now.closed_at or None,
                "message_left": now.message_left,
                "page_was_hidden": now.left,
            }
        )

    async def _records(self, chat: str, recorded: Sequence[Recorded]) -> list[Thing]:
        stored, _ = await self._conversations.thread(chat, 0, 0)
        concerns = await self._shelves.desk.concerns(chat)
        drafts = await self._shelves.beside.drafts(stored)
        return [
            *(_told(one.event) for one in recorded if not is_theirs(one.event)),
            *({"what": "Concern", "at": one.at, "text": one.text} for one in concerns),
            *({"what": "NotSent", "at": one.at, "text": one.text} for one in drafts),
        ]


def _placed(recorded: Recorded) -> Thing:
    told = _told(recorded.event)
    return told if recorded.seq is None else {"seq": recorded.seq, **told}


def _told(event: events.Event | callbacks.Event) -> Thing:
    told = msgspec.to_builtins(event)
    if isinstance(event, events.Assigned | callbacks.Assigned):
        told = {"at": event.at}  # all else is who
    return {"what": type(event).__name__, **_without(told)}


def _without(told: Thing) -> Thing:
    """Leave out who on the staff it was, and what was not said."""
    return {
        name: value
        for name, value in told.items()
        if name not in _WHO | _DOUBLE and value not in (None, "", (), [])
    }
