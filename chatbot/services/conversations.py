"""The one door through which a conversation changes.

Load, decide, write guarded by position, then tell the listeners: nothing is told or acknowledged
before it is durable, and a decision made on an old state is made again.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final
from weakref import WeakValueDictionary

import msgspec

from chatbot.domain import text as text_rules
from chatbot.domain.audit import NOBODY, Deed
from chatbot.domain.commands import (
    By,
    Close,
    Command,
    Erase,
    Leave,
    Open,
    Rate,
    Say,
    Stay,
    StopWaiting,
)
from chatbot.domain.conversation import Conversation, decide, record
from chatbot.domain.events import Author, MessagePosted, Opened, Recorded
from chatbot.domain.frames import visitor_frame
from chatbot.domain.notices import notices
from chatbot.domain.promises import UNKNOWN
from chatbot.domain.waiting import Wait
from chatbot.live.bus import Bus
from chatbot.live.hub import PAGE, Hub, Numbered
from chatbot.services.errors import Busy, NotAllowed
from chatbot.services.identity import Clock, new_id, new_token, token_hash, token_matches
from chatbot.store.audit import line
from chatbot.store.conversations import Conversations, Stored
from chatbot.store.errors import Duplicate, Stale
from chatbot.store.query import Statement

TRIES: Final = 5
REMEMBERED: Final = 10_000
"""Conversations kept in memory; the guard on every write shows when one is out of date."""

QUEUE: Final = "queue"
"""What nodes tell each other of a change to the queue for staff under; its seq is a time."""

_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class Started:
    """A new conversation, and the only time its token is shown."""

    id: str
    token: str
    frames: tuple[Numbered, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """Where a message stands; `repeated` when it was there already."""

    seq: int
    repeated: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """A visitor's message; `slug` when they picked an offered question."""

    seq: int
    text: str
    slug: str | None


@dataclass(frozen=True, slots=True)
class Changed:
    """What a command did."""

    conversation: Conversation
    new: tuple[Recorded, ...]


def topic(conversation_id: str) -> str:
    """Return the live topic of a conversation."""
    return f"conversation:{conversation_id}"


def staff_topic(conversation_id: str) -> str:
    """Return the live topic of a conversation for staff; its numbers are positions."""
    return f"staff:{topic(conversation_id)}"


NOTICES: Final = "notices"
"""The live topic of what staff are to be told; its numbers are times."""
INBOX: Final = "inbox"
"""The live topic of everybody's lists; its numbers are times."""


def encoded(recorded: Sequence[Recorded]) -> list[Numbered]:
    """Return the visitor's frames of `recorded`, encoded once for every reader."""
    frames = ((item.seq, visitor_frame(item)) for item in recorded)
    return [(seq, _encode(frame).decode()) for seq, frame in frames if seq and frame]


class ConversationService:
    """Use cases of a conversation, for visitors, timers, the assistant and staff."""

    def __init__(self, store: Conversations, hub: Hub, bus: Bus, clock: Clock) -> None:
        self._store = store
        self._hub = hub
        self._bus = bus
        self._clock = clock
        self._known: OrderedDict[str, Stored] = OrderedDict()
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self.on_owed: Callable[[str], None] = lambda _: None
        """Called with the id of a conversation whose visitor has just written."""
        self.on_queue: Callable[[], None] = lambda: None
        """Called when a conversation has begun or ceased to wait for staff."""
        self.on_notice: Callable[[], None] = lambda: None
        """Called when there is something to tell staff of, on the node where it happened."""

    async def start(self, notice: str, language: str = "en", *, demo: bool = False) -> Started:
        """Open a conversation; `notice` is the version of the promises its visitor saw."""
        now = self._clock()
        conversation = Conversation(id=new_id(now))
        token = new_token()
        opening = Open(at=now, notice=notice, language=language, demo=demo)
        recorded, after = record(conversation, decide(conversation, opening))
        stored = self._store.new(after, token_hash(token))
        await self._store.create(stored, recorded)
        self._remember(stored)
        self._tell(conversation, after, recorded)
        return Started(after.id, token, tuple(encoded(recorded)))

    async def authorise(self, conversation_id: str, token: str) -> Conversation:
        """Return the conversation if `token` opens it.

        Raises:
            NotAllowed: it does not, was revoked, or there is no such conversation.
        """
        stored = await self._get(conversation_id)
        if stored is None or not token_matches(token, stored.token_hash):
            raise NotAllowed
        return stored.conversation

    async def say(
        self, conversation_id: str, text: str, client_id: str, slug: str | None = None
    ) -> Said:
        """Add the visitor's message once, however often it is sent with one `client_id`."""
        command = Say(
            at=self._clock(),
            text=text_rules.message(text),
            client_id=text_rules.client_id(client_id),
            slug=slug,
        )
        try:
            changed = await self.do(conversation_id, command)
        except Duplicate:
            seq = await self._store.seq_of(conversation_id, client_id)
            if seq is None:
                raise
            return Said(seq, repeated=True)
        self.on_owed(conversation_id)
        return Said(changed.conversation.seq, repeated=False)

    async def stop_waiting(self, conversation_id: str) -> None:
        """Take the visitor out of the queue, back to the assistant, which is asked at once."""
        changed = await self.do(conversation_id, StopWaiting(at=self._clock()))
        if changed.new and changed.conversation.owes_answer:
            self.on_owed(conversation_id)

    async def rate(
        self, conversation_id: str, *, helpful: bool, answer_seq: int | None, comment: str | None
    ) -> None:
        """Keep what the visitor thought."""
        kept = text_rules.message(comment, text_rules.COMMENT_LIMIT) if comment else None
        at = self._clock()
        rate = Rate(at=at, helpful=helpful, answer_seq=answer_seq, comment=kept)
        await self.do(conversation_id, rate)

    async def stay(self, conversation_id: str) -> None:
        """Keep a conversation open that was about to be closed."""
        await self.do(conversation_id, Stay(at=self._clock()))

    async def close(self, conversation_id: str) -> None:
        """End the conversation for its visitor."""
        await self.do(conversation_id, Close(at=self._clock(), by=By.VISITOR))

    async def leave(self, conversation_id: str) -> None:
        """End the conversation and revoke its token: the visitor hid the page."""
        await self.do(conversation_id, Leave(at=self._clock()))

    async def erase(self, conversation_id: str, who: str = NOBODY) -> None:
        """Forget what was written for good; a tombstone stays, and who had it done in the audit."""
        now = self._clock()
        audit = line(now, who, Deed.CHAT_ERASED, conversation_id) if who else ()
        await self.do(conversation_id, Erase(at=now), audit)

    async def do(
        self, conversation_id: str, command: Command, audit: Sequence[Statement] = ()
    ) -> Changed:
        """Carry a command out; what is for the audit is written with it, or neither.

        Raises:
            Refused: the rules do not allow it.
            Duplicate: its client_id was used before.
            Busy: others wrote first, again and again.
        """
        lock = self._locks.setdefault(conversation_id, asyncio.Lock())
        async with lock:
            for _ in range(TRIES):
                stored = await self._get(conversation_id)
                if stored is None:
                    raise NotAllowed
                events = decide(stored.conversation, command)
                if not events:
                    return Changed(stored.conversation, ())
                before = stored.conversation
                recorded, after = record(before, events)
                self._known.pop(conversation_id, None)
                try:
                    stored = await self._store.append(stored, after, recorded, audit)
                except Stale:
                    continue
                self._remember(stored)
                self._tell(before, after, recorded)
                return Changed(after, tuple(recorded))
        raise Busy

    async def events(
        self, conversation_id: str, after: int, seconds: float
    ) -> tuple[list[str], int]:
        """Return the frames after a seq, waiting for the first up to `seconds`, and the newest seq.

        One page at most: when the newest seq is above the last frame's, there is more.
        """
        with self._hub.subscribe(topic(conversation_id), after) as subscription:
            first = await self.page(conversation_id, after, PAGE)
            frames, last = [frame for _, frame in first], first[-1][0] if first else after
            if not frames and seconds > 0:
                with suppress(TimeoutError):
                    async with asyncio.timeout(seconds):
                        frames = await subscription.take(
                            lambda a, n: self.page(conversation_id, a, n)
                        )
                last = subscription.cursor
        stored = await self._get(conversation_id)
        newest = stored.conversation.seq if stored else 0
        # What is remembered here may be older than what another node wrote and we have just read.
        return frames, max(newest, last) if frames else newest

    async def waits_for_staff(self, conversation_id: str) -> bool:
        """Tell whether this visitor waits for staff, as far as is remembered here."""
        stored = await self._get(conversation_id)
        return stored is not None and stored.conversation.waiting_since is not None

    async def standing(self, conversation_id: str) -> Conversation:
        """Return it as it stands, as far as is remembered here."""
        return (await self._sure(conversation_id)).conversation

    async def queue(self) -> list[str]:
        """Return ids of conversations that wait for staff, the longest wait first."""
        return await self._store.queue()

    async def recent_waits(self) -> list[Wait]:
        """Return how long those waited whose wait has ended, newest first."""
        return await self._store.waits(self._clock())

    async def page(self, conversation_id: str, after: int, limit: int) -> list[Numbered]:
        """Return up to `limit` encoded frames with a seq above `after`, in order."""
        stored = await self._sure(conversation_id)
        return encoded(await self._store.events(stored, after, limit))

    async def notice(self, conversation_id: str) -> str:
        """Return the name of the promises that its visitor was shown, for staff."""
        stored = await self._sure(conversation_id)
        for item in await self._store.events(stored, 0, limit=1):
            if isinstance(item.event, Opened):
                return item.event.notice
        return UNKNOWN  # it was erased

    async def thread(
        self, conversation_id: str, after: int, limit: int, *, fresh: bool = True
    ) -> tuple[Stored, list[Recorded]]:
        """Return where it stands and up to `limit` events after a position, for staff."""
        stored = await self._sure(conversation_id, fresh=fresh)
        return stored, await self._store.thread(stored, after, limit)

    async def messages_owed(self, conversation_id: str) -> tuple[Conversation, list[Asked]]:
        """Return the visitor's messages that the assistant has not dealt with, oldest first."""
        stored = await self._sure(conversation_id, fresh=True)
        now = stored.conversation
        if now.erased or now.asked <= now.answered:
            return now, []
        recorded = await self._store.events(stored, now.answered)
        return now, [
            Asked(item.seq, item.event.text, item.event.slug)
            for item in recorded
            if item.seq is not None
            and isinstance(item.event, MessagePosted)
            and item.event.author is Author.VISITOR
        ]

    async def language(self, conversation_id: str) -> str:
        """Return what the service speaks in this conversation."""
        stored = await self._get(conversation_id)
        return stored.conversation.language if stored else ""

    async def seq_of(self, conversation_id: str, client_id: str) -> int:
        """Return the seq of the message that was sent as `client_id`.

        Raises:
            NotAllowed: there is none.
        """
        seq = await self._store.seq_of(conversation_id, client_id)
        if seq is None:
            raise NotAllowed
        return seq

    async def owing(self, since: int) -> list[str]:
        """Return ids whose visitor has waited for an answer since `since` or longer."""
        return await self._store.owing(since)

    async def with_staff(self) -> list[str]:
        """Return ids of conversations that wait for staff or are with them."""
        return await self._store.with_staff()

    async def waited_since(self, since: int) -> list[str]:
        """Return ids of conversations that have waited for staff since then or longer."""
        return await self._store.waited_since(since)

    async def due(self, *, warned: int, touched: int) -> list[str]:
        """Return ids for which a timer may have run out; each limit is a time."""
        return await self._store.due(warned, touched)

    def hint(self, topic_name: str, seq: int) -> None:
        """Another node wrote: what is remembered here may be out of date."""
        known = self._known.get(topic_name.removeprefix(topic("")))
        if known is not None and known.conversation.seq < seq:
            del self._known[known.conversation.id]
        self._hub.hint(topic_name, seq)

    def look_again(self) -> None:
        """Hints were lost: remember nothing, and have every reader look."""
        self._known.clear()
        self._hub.look_again()

    async def _sure(self, conversation_id: str, *, fresh: bool = False) -> Stored:
        stored = await self._get(conversation_id, fresh=fresh)
        if stored is None:
            raise NotAllowed
        return stored

    async def _get(self, conversation_id: str, *, fresh: bool = False) -> Stored | None:
        stored = None if fresh else self._known.get(conversation_id)
        if stored is None:
            stored = await self._store.load(conversation_id)
            if stored is not None:
                self._remember(stored)
        return stored

    def _remember(self, stored: Stored) -> None:
        known = self._known.get(stored.conversation.id)
        if known is not None and known.conversation.position > stored.conversation.position:
            return  # it was read before a change and came in after it
        self._known[stored.conversation.id] = stored
        if len(self._known) > REMEMBERED:
            self._known.popitem(last=False)

    def tell_of_notices(self) -> None:
        """Have open pages of staff, and what sends notices out, look for new ones."""
        self._hub.hint(NOTICES, self._clock())
        self._bus.announce(NOTICES, self._clock())
        self.on_notice()

    def _tell(
        self, before: Conversation, after: Conversation, recorded: Sequence[Recorded]
    ) -> None:
        if frames := encoded(recorded):
            self._hub.deliver(topic(after.id), frames)
            self._bus.announce(topic(after.id), frames[-1][0])
        if before.waiting_since != after.waiting_since:
            self._bus.announce(QUEUE, self._clock())
            self.on_queue()
        if notices(after.id, recorded):
            self.tell_of_notices()
        for name, number in (
            (staff_topic(after.id), recorded[-1].position),
            (INBOX, self._clock()),
        ):
            self._hub.hint(name, number)
            self._bus.announce(name, number)
