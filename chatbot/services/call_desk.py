"""What staff do with callback requests: the queue, one request, calls, and forgetting in time.

A list shows no name and no number. Whoever opens a request in full is in the audit for it.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Final

from chatbot.domain import slots as slot_rules
from chatbot.domain import text as text_rules
from chatbot.domain.audit import NOBODY, Deed
from chatbot.domain.callback_form import Caller, Shared, checked, days_gone, initials
from chatbot.domain.callbacks import (
    Callback,
    CallbackTaken,
    Cancel,
    Claim,
    Correct,
    Due,
    Event,
    Give,
    Note,
    Outcome,
    Status,
    Try,
    due,
)
from chatbot.domain.errors import Invalid
from chatbot.domain.hours import local
from chatbot.domain.people import Action, Person
from chatbot.domain.slots import DAY, MINUTE, Slot
from chatbot.services.callbacks import CallbackService
from chatbot.services.conversations import ConversationService
from chatbot.services.errors import NoCallback, NotAllowed, SlotTaken
from chatbot.services.identity import Clock, new_token, token_hash
from chatbot.store.callbacks import Callbacks, Outlived
from chatbot.store.errors import Stale, StoreError
from chatbot.store.feeds import Feeds

EVERY_SECONDS: Final = 30.0
SWEEP_MS: Final = 10 * MINUTE
REMIND_MS: Final = 5 * MINUTE
"""So long before a call staff are reminded of it."""
OFFERED: Final = 12
"""Times that are offered for another try."""
KEPT_SLOTS: Final = 2 * DAY

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Keep:
    """How long a request is kept after its end, in milliseconds, by how it ended."""

    completed: int
    unfinished: int
    cancelled: int


@dataclass(frozen=True, slots=True)
class Row:
    """A request as a list shows it: nobody can be told from it."""

    id: str
    initials: str
    caller: Caller
    slot: Slot
    due: Due
    tries: int
    assignee: str | None
    days: int | None
    flagged: bool
    status: Status
    ending: str
    demo: bool


@dataclass(frozen=True, slots=True)
class Safe:
    """What somebody said is safe; each is a field of the form."""

    shared_phone: Shared
    voicemail_ok: bool
    text_ok: bool
    say_who: bool
    say_instead: str


@dataclass(frozen=True, slots=True)
class Opened:
    """A request in full. `left`: whoever asked has hidden the page since."""

    callback: Callback
    events: Sequence[Event]
    again: Sequence[Slot]
    days: int | None
    left: bool


class CallDeskService:
    """Use cases of staff; the handler has asked `may` before."""

    def __init__(
        self,
        store: Callbacks,
        feeds: Feeds,
        callbacks: CallbackService,
        conversations: ConversationService,
        clock: Clock,
    ) -> None:
        self._store = store
        self._feeds = feeds
        self._callbacks = callbacks
        self._conversations = conversations
        self._clock = clock
        self._swept_at = 0
        self.keep = Keep(90 * DAY, 90 * DAY, 30 * DAY)
        self.on_due: Callable[[str | None], Awaitable[None]] = _tell_nobody
        """Called when a call is near, with the id of who has it, or None."""

    async def queue(self) -> Mapping[Due, Sequence[Row]]:
        """Return the open requests, the soonest first, by when they are to be rung."""
        rows = [self._row(one) for one in await self._store.open()]
        return {part: [row for row in rows if row.due is part] for part in Due}

    async def longest_waiting(self) -> Sequence[Row]:
        """Return the open requests by the days since the arrest, most first; unknown ones last."""
        rows = [self._row(one) for one in await self._store.open()]
        return sorted(rows, key=lambda row: -1 if row.days is None else row.days, reverse=True)

    async def ended(self) -> Sequence[Row]:
        """Return the requests that have ended, the newest first."""
        return [self._row(one) for one in await self._store.closed()]

    def _row(self, one: Callback) -> Row:
        now = self._clock()
        return Row(
            id=one.id,
            initials=initials(one.form.name),
            caller=one.form.caller,
            slot=one.slot,
            due=due(one.slot, now),
            tries=one.tries,
            assignee=one.assignee,
            days=days_gone(one.form, local(now).date()),
            flagged=bool(one.flags),
            status=one.status,
            ending=one.ending,
            demo=one.demo,
        )

    async def open(self, person: Person, callback_id: str) -> Opened:
        """Return a request in full, and write down who looked.

        Raises:
            NoCallback: there is none any more.
        """
        stored = await self._callbacks.load(callback_id)
        now, one = self._clock(), stored.callback
        await self._store.audit(now, person.id, Deed.CALLBACK_SEEN, callback_id)
        free = await self._callbacks.slots(one.form.lane)
        return Opened(
            one,
            await self._store.events(stored),
            sorted(slot_rules.again(one.form.slots, free, OFFERED)),
            days_gone(one.form, local(now).date()),
            await self._left(one),
        )

    async def _left(self, one: Callback) -> bool:
        if not one.conversation:
            return False
        try:
            stored, _ = await self._conversations.thread(one.conversation, 0, 0)
        except NotAllowed:
            return False
        return stored.conversation.left

    async def claim(self, person: Person, callback_id: str) -> None:
        """Take a request that nobody has."""
        await self._callbacks.do(callback_id, Claim(at=self._clock(), staff=person.id))

    async def give(self, person: Person, callback_id: str, to: str | None) -> None:
        """Give a request to a colleague or to nobody: one's own, or, for who may, anybody's."""
        one = (await self._callbacks.load(callback_id)).callback
        if one.assignee not in {None, person.id} and not person.may(Action.REASSIGN_CHATS):
            raise CallbackTaken(assignee=one.assignee)
        await self._callbacks.do(callback_id, Give(at=self._clock(), staff=person.id, to=to))

    async def tried(
        self, person: Person, callback_id: str, outcome: Outcome, seen: int, again: int | None
    ) -> None:
        """Write down how a call went; `again` is when the next slot begins.

        Where no slot is free at all the request stays where it is in the queue.

        Raises:
            SlotTaken: that slot is not free any more.
        """
        one = (await self._callbacks.load(callback_id)).callback
        slots = {slot.start: slot for slot in await self._callbacks.slots(one.form.lane)}
        following = one.slot if not slots else None
        if again is not None:
            if again not in slots:
                raise SlotTaken(slot_rules.nearest([again], list(slots.values()), OFFERED))
            following = slots[again]
        await self._callbacks.do(
            callback_id,
            Try(at=self._clock(), staff=person.id, outcome=outcome, next=following, seen=seen),
        )

    async def note(self, person: Person, callback_id: str, text: str) -> None:
        """Write something down."""
        said = text_rules.message(text, text_rules.COMMENT_LIMIT)
        await self._callbacks.do(callback_id, Note(at=self._clock(), staff=person.id, text=said))

    async def correct(self, person: Person, callback_id: str, safe: Safe) -> None:
        """Keep what the person said is safe now; nothing else of the request changes."""
        now = self._clock()
        one = (await self._callbacks.load(callback_id)).callback
        form = checked(replace(one.form, **asdict(safe)), local(now).date())
        await self._callbacks.do(callback_id, Correct(at=now, staff=person.id, form=form))

    async def move(self, person: Person, callback_id: str, start: int) -> None:
        """Ring at another time, which the person asked for."""
        await self._callbacks.move_to(callback_id, (start,), person.id)

    async def cancel(self, person: Person, callback_id: str) -> None:
        """Do not ring: the person asked for that."""
        await self._callbacks.do(callback_id, Cancel(at=self._clock(), staff=person.id))

    async def erase(self, callback_id: str, who: str) -> None:
        """Forget a request for good."""
        stored = await self._callbacks.load(callback_id)
        await self._store.erase(stored, self._clock(), who)

    async def erase_by_reference(self, reference: str, who: str) -> bool:
        """Forget the request with a reference for good; tell whether there was one."""
        stored = await self._store.by_reference(reference)
        if stored is None:
            return False
        await self._store.erase(stored, self._clock(), who)
        return True

    async def erase_demo(self, who: str) -> int:
        """Forget every request that was made up; return how many there were."""
        done = 0
        while found := await self._store.of_demo():
            for callback_id in found:
                await self.erase(callback_id, who)
            done += len(found)
        return done

    async def of_day(self, person: Person, day: date) -> Sequence[Callback]:
        """Return in full who is to be rung on a day, to be printed; it is in the audit."""
        await self._store.audit(self._clock(), person.id, Deed.CALLBACKS_PRINTED, NOBODY)
        return [one for one in await self._store.open() if local(one.slot.start).date() == day]

    async def of_conversation(self, conversation_id: str) -> Sequence[str]:
        """Return the ids of the requests that were made in a conversation, newest first."""
        return await self._store.of_conversation(conversation_id)

    async def make_feed(self, person: Person) -> str:
        """Return a new secret for this person's calendar; the one before is void."""
        token = new_token()
        await self._feeds.keep(person.id, token_hash(token), self._clock())
        return token

    async def drop_feed(self, person: Person) -> None:
        """Make this person's calendar address void."""
        await self._feeds.drop(person.id)

    async def has_feed(self, person: Person) -> bool:
        """Tell whether this person has a calendar address."""
        return await self._feeds.made_at(person.id) is not None

    async def whose_feed(self, token: str) -> str | None:
        """Return whose calendar a secret opens."""
        return await self._feeds.whose(token_hash(token))

    async def calendar(self, person_id: str) -> Sequence[Row]:
        """Return what somebody may have to ring: theirs, and what nobody has."""
        rows = [self._row(one) for one in await self._store.open()]
        return [row for row in rows if row.assignee in {None, person_id}]

    async def run(self) -> None:
        """Remind of calls, and forget what has been kept for long enough, until cancelled."""
        while True:
            try:
                await self.remind()
                if self._clock() - self._swept_at >= SWEEP_MS:
                    self._swept_at = self._clock()
                    await self.sweep()
            except StoreError as error:
                log.warning("callbacks.failed error=%s", type(error).__name__)
            await asyncio.sleep(EVERY_SECONDS)

    async def remind(self) -> None:
        """Remind once of each call that is near. A reminder is a hint: the queue is the truth."""
        for reminder in await self._store.to_remind(self._clock() + REMIND_MS):
            try:
                await self._store.reminded(reminder)
            except Stale:
                continue  # another node has done it, or it was moved
            await self.on_due(reminder.assignee)

    async def sweep(self) -> int:
        """Erase the requests whose time is over, and return how many there were."""
        done = 0
        while ids := await self._store.outlived(self._outlived()):
            erased = 0
            for callback_id in ids:
                try:
                    await self.erase(callback_id, NOBODY)
                    erased += 1
                except (NoCallback, Stale):
                    log.info("callbacks.erased_elsewhere")
            done += erased
            if not erased:
                break  # another node is at it
        await self._store.forget_slots(self._clock() - KEPT_SLOTS)
        return done

    async def over(self) -> int:
        """Return how many requests a sweep would take now."""
        return await self._store.count_outlived(self._outlived())

    def _outlived(self) -> Outlived:
        now, keep = self._clock(), self.keep
        return Outlived(now - keep.cancelled, now - keep.completed, now - keep.unfinished)


async def _tell_nobody(_: str | None) -> None:
    """Until somebody wants to know."""


def outcome_of(text: str) -> Outcome:
    """Return what a form says of a call.

    Raises:
        Invalid: it says nothing that we know.
    """
    if text not in list(Outcome):
        raise Invalid(outcome="missing")
    return Outcome(text)
