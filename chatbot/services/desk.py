"""What staff do with conversations: the lists, one conversation, and every change to it.

A change is a command of the domain, so two colleagues who act at the same moment end in one order,
and the second is told who was first.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from chatbot.domain import events as events_of
from chatbot.domain import text as text_rules
from chatbot.domain.audit import Deed
from chatbot.domain.commands import (
    AddNote,
    Block,
    By,
    Close,
    Command,
    HandBack,
    Join,
    Label,
    Raise,
    Reassign,
    Release,
    Reopen,
    ReplyAsStaff,
    TakeOver,
    Transfer,
)
from chatbot.domain.conversation import Conversation
from chatbot.domain.errors import Invalid
from chatbot.domain.events import Recorded, State
from chatbot.domain.outcome import Ending
from chatbot.domain.people import Action, Person
from chatbot.domain.reference import read_reference
from chatbot.services.conversations import ConversationService, Said
from chatbot.services.errors import UnknownPerson
from chatbot.services.identity import Clock, new_id
from chatbot.store.desk import Concern, Desk
from chatbot.store.errors import Duplicate
from chatbot.store.inbox import FIRST, PAGE, Filter, Inbox, Listed, Place, View, place_after

THREAD: Final = 500
"""Events shown at a time."""
REOPEN_MS: Final = 60_000
VISITOR: Final = ""
"""Whose reading is kept for a conversation's visitor: nobody of staff has that id."""
WATCH_MS: Final = 10 * 60_000
LABEL_LIMIT: Final = 40
SEARCHED: Final = 500
"""Conversations that one search by text reads; their words are encrypted, so each is opened."""


class Colleagues(Protocol):
    """Who works here."""

    async def everyone(self) -> Sequence[Person]:
        """Return everybody, those who were disabled too."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a list, and where the next one begins."""

    rows: Sequence[Listed]
    next: Place | None


@dataclass(frozen=True, slots=True)
class Opened:
    """A conversation as its page shows it; `notice` names the promises that its visitor saw."""

    now: Conversation
    events: Sequence[Recorded]
    draft: str
    concerns: Sequence[Concern] | None
    notice: str
    read_to: int
    """Up to which seq the visitor has seen it."""


class DeskService:
    """Use cases of staff; the handler has asked `may` before."""

    def __init__(
        self,
        conversations: ConversationService,
        inbox: Inbox,
        desk: Desk,
        colleagues: Colleagues,
        clock: Clock,
    ) -> None:
        self._conversations = conversations
        self._inbox = inbox
        self._desk = desk
        self._colleagues = colleagues
        self._clock = clock
        self.on_read: Callable[[str, int], None] = lambda *_: None
        """Called when a visitor has seen everything of a conversation up to a seq."""
        self._watched: dict[tuple[str, str], int] = {}

    async def list(self, view: View, person: Person, after: Place = FIRST) -> Page:
        """Return a page of a list of the inbox."""
        rows = await self._inbox.view(view, person.id, after)
        return Page(rows, place_after(view, rows))

    async def search(self, wanted: Filter, person: Person, after: Place = FIRST) -> Page:
        """Return a page of those that fit."""
        wanted = _tidied(wanted)
        rows = await self._inbox.search(wanted, person.id, after)
        return Page(rows, place_after(View.ALL, rows))

    async def search_text(
        self, words: str, wanted: Filter, person: Person, after: Place = FIRST
    ) -> Page:
        """Return those in which `words` were written, and where to look on from.

        Messages are encrypted one by one, so each is opened and read: a bounded number at a time.
        """
        sought = text_rules.message(words, text_rules.COMMENT_LIMIT).casefold()
        found: list[Listed] = []
        place: Place | None = after
        for _ in range(SEARCHED // PAGE):
            page = await self.search(wanted, person, place or after)
            found += [row for row in page.rows if await self._says(row.id, sought)]
            place = page.next
            if place is None or len(found) >= PAGE:
                break
        return Page(found, place)

    async def _says(self, conversation_id: str, sought: str) -> bool:
        events = await self.events(conversation_id, 0)
        texts = (getattr(item.event, "text", None) for item in events)
        return any(text and sought in text.casefold() for text in texts)

    async def counts(self) -> dict[str, int]:
        """Return how many wait, under "", and how many each person has."""
        return await self._inbox.counts()

    async def labels(self) -> Sequence[str]:
        """Return the labels in use."""
        return await self._inbox.labels()

    async def colleagues(self) -> Sequence[Person]:
        """Return everybody who may have a conversation."""
        return [one for one in await self._colleagues.everyone() if not one.disabled]

    async def open(self, person: Person, conversation_id: str) -> Opened:
        """Return a conversation with its newest events, what this person began to write, and, for
        who may read them, its safeguarding records.
        """
        stored, events = await self._conversations.thread(conversation_id, 0, THREAD)
        first = events[0].event if events else None
        notice = first.notice if isinstance(first, events_of.Opened) else ""
        while len(events) == THREAD and events[-1].position < stored.conversation.position:
            after = max(events[-1].position, stored.conversation.position - THREAD)
            events = (await self._conversations.thread(conversation_id, after, THREAD))[1]
        draft = await self._desk.draft(person.id, stored)
        may_read = person.may(Action.READ_SAFEGUARDING)
        concerns = await self._desk.concerns(conversation_id) if may_read else None
        read_to = await self._desk.read_by(VISITOR, conversation_id)
        return Opened(stored.conversation, events, draft, concerns, notice, read_to)

    async def events(
        self, conversation_id: str, after: int, limit: int = THREAD
    ) -> Sequence[Recorded]:
        """Return the events after a position."""
        thread = self._conversations.thread
        return (await thread(conversation_id, after, limit, fresh=False))[1]

    async def read_to(self, person: Person, conversation_id: str, seq: int) -> None:
        """Remember that this person has seen everything up to `seq`."""
        await self._desk.read_to(person.id, conversation_id, seq)

    async def visitor_read(self, conversation_id: str, seq: int) -> None:
        """Remember how far the visitor has seen what staff wrote, and show it to them."""
        now = await self._conversations.standing(conversation_id)
        if now.state is State.STAFF and 0 < seq <= now.seq:
            await self._desk.read_to(VISITOR, conversation_id, seq)
            self.on_read(conversation_id, seq)

    async def keep_draft(self, person: Person, conversation_id: str, text: str) -> None:
        """Keep what this person has written and not sent."""
        if len(text) > text_rules.STAFF_LIMIT:
            raise Invalid(text="too_long")
        stored, _ = await self._conversations.thread(conversation_id, 0, 0)
        await self._desk.keep_draft(person.id, stored, text_rules.clean(text), self._clock())

    async def take_over(self, person: Person, conversation_id: str) -> None:
        """Take a conversation that nobody of the staff has."""
        await self._do(
            conversation_id, TakeOver(at=self._clock(), staff=person.id, name=person.name)
        )

    async def reply(
        self, person: Person, conversation_id: str, text: str, client_id: str, seen: int
    ) -> Said:
        """Write to the visitor once, however often it is sent with one `client_id`."""
        command = ReplyAsStaff(
            at=self._clock(),
            staff=person.id,
            name=person.name,
            text=text_rules.message(text, text_rules.STAFF_LIMIT),
            client_id=text_rules.client_id(client_id),
            seen=seen,
        )
        try:
            seq = (await self._do(conversation_id, command)).seq
        except Duplicate:
            known = await self._conversations.seq_of(conversation_id, client_id)
            return Said(known, repeated=True)
        stored, _ = await self._conversations.thread(conversation_id, 0, 0)
        await self._desk.keep_draft(person.id, stored, "", self._clock())
        await self._desk.read_to(person.id, conversation_id, seq)
        return Said(seq, repeated=False)

    async def note(self, person: Person, conversation_id: str, text: str) -> None:
        """Write something that the visitor never sees; `@name` calls a colleague."""
        cleaned = text_rules.message(text, text_rules.STAFF_LIMIT)
        mentions = _mentioned(cleaned, await self.colleagues())
        note = AddNote(at=self._clock(), staff=person.id, text=cleaned, mentions=mentions)
        await self._do(conversation_id, note)

    async def transfer(self, person: Person, conversation_id: str, to: str) -> None:
        """Give a conversation that one has to a colleague."""
        colleague = await self._colleague(to)
        command = Transfer(at=self._clock(), staff=person.id, to=colleague.id, name=colleague.name)
        await self._do(conversation_id, command)

    async def reassign(self, person: Person, conversation_id: str, to: str) -> None:
        """Give a conversation, whoever has it, to a colleague."""
        colleague = await self._colleague(to)
        await self._audit(person, Deed.CHAT_REASSIGNED, conversation_id)
        command = Reassign(at=self._clock(), staff=person.id, to=colleague.id, name=colleague.name)
        await self._do(conversation_id, command)

    async def release(self, person: Person, conversation_id: str) -> None:
        """Put a conversation back among those that wait."""
        await self._do(conversation_id, Release(at=self._clock(), staff=person.id))

    async def hand_back(self, person: Person, conversation_id: str) -> None:
        """Let the assistant go on."""
        await self._do(conversation_id, HandBack(at=self._clock(), staff=person.id))

    async def join(self, person: Person, conversation_id: str) -> None:
        """Come in beside the one in charge, which colleagues see."""
        await self._audit(person, Deed.CHAT_JOINED, conversation_id)
        await self._do(conversation_id, Join(at=self._clock(), staff=person.id, name=person.name))

    async def watch(self, person: Person, conversation_id: str) -> None:
        """Look in unseen: only the audit shows it. Once in a while is enough for one look."""
        now = self._clock()
        if now - self._watched.get((person.id, conversation_id), 0) >= WATCH_MS:
            await self._audit(person, Deed.CHAT_WATCHED, conversation_id)
            self._watched = {
                key: at for key, at in self._watched.items() if now - at < WATCH_MS
            } | {(person.id, conversation_id): now}

    async def close(self, person: Person, conversation_id: str, ending: Ending | None) -> None:
        """End a conversation, and say how it went."""
        command = Close(at=self._clock(), by=By.STAFF, staff=person.id, ending=ending)
        await self._do(conversation_id, command)

    async def reopen(self, person: Person, conversation_id: str) -> None:
        """Take a closing back that was a mistake."""
        command = Reopen(at=self._clock(), staff=person.id, name=person.name, within=REOPEN_MS)
        await self._do(conversation_id, command)

    async def label(self, person: Person, conversation_id: str, labels: Sequence[str]) -> None:
        """Sort a conversation under labels."""
        tidy = tuple(" ".join(text_rules.clean(one).lower().split()) for one in labels)
        if any(len(one) > LABEL_LIMIT for one in tidy):
            raise Invalid(labels="too_long")
        kept = tuple(one for one in tidy if one)
        await self._do(conversation_id, Label(at=self._clock(), staff=person.id, labels=kept))

    async def add_concern(self, person: Person, conversation_id: str, text: str) -> None:
        """Begin a safeguarding record: kept first, then the conversation says that there is one."""
        cleaned = text_rules.message(text, text_rules.STAFF_LIMIT)
        now = self._clock()
        await self._desk.add_concern(conversation_id, Concern(new_id(now), person.id, now, cleaned))
        await self._do(conversation_id, Raise(at=now, staff=person.id))

    async def block(
        self, person: Person, conversation_id: str, reason: str, until: int, words: str
    ) -> None:
        """End a conversation with `words`, and keep its visitor out until then."""
        await self._audit(person, Deed.VISITOR_BLOCKED, conversation_id)
        command = Block(
            at=self._clock(),
            staff=person.id,
            reason=text_rules.message(reason, text_rules.COMMENT_LIMIT),
            until=until,
            text=words,
        )
        await self._do(conversation_id, command)

    async def _audit(self, person: Person, deed: Deed, conversation_id: str) -> None:
        """Written first: what cannot be written down is not done."""
        await self._conversations.thread(conversation_id, 0, 0)
        await self._desk.audit(self._clock(), person.id, deed, conversation_id)

    async def _do(self, conversation_id: str, command: Command) -> Conversation:
        return (await self._conversations.do(conversation_id, command)).conversation

    async def _colleague(self, person_id: str) -> Person:
        for one in await self.colleagues():
            if one.id == person_id:
                return one
        raise UnknownPerson


def _tidied(wanted: Filter) -> Filter:
    label = " ".join(wanted.label.lower().split())
    return Filter(
        read_reference(wanted.reference),
        label,
        wanted.ending,
        wanted.assignee,
        wanted.since,
        wanted.until,
    )


def _mentioned(text: str, colleagues: Sequence[Person]) -> tuple[str, ...]:
    """Find who is called: `@` and a name, or its first word where only one has it."""
    firsts = [one.name.split()[0].lower() for one in colleagues]

    def called(one: Person) -> bool:
        first = one.name.split()[0]
        names = [one.name, first] if firsts.count(first.lower()) == 1 else [one.name]
        return any(re.search(rf"@{re.escape(name)}\b", text, re.IGNORECASE) for name in names)

    return tuple(one.id for one in colleagues if called(one))
