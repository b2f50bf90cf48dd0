"""Callback requests as the person who asks sees them: slots, asking once, looking, moving, ending.

Who has the secret of a request is the one who made it. A request that does not exist and one with
another secret look the same, and nothing here finds one by a number or a name.
"""

import secrets
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final

from chatbot.domain import slots as slot_rules
from chatbot.domain.callback_form import Form, checked
from chatbot.domain.callbacks import Asked, Callback, Cancel, Command, Event, Move, decide, evolve
from chatbot.domain.commands import AskForCallback
from chatbot.domain.errors import Invalid, Refused
from chatbot.domain.hours import Week, local
from chatbot.domain.phones import digits
from chatbot.domain.reference import SIGNS, read_reference, reference_of
from chatbot.domain.slots import Lane, Rules, Slot
from chatbot.services.conversations import ConversationService
from chatbot.services.errors import Busy, CallbackSent, NoCallback, SlotTaken
from chatbot.services.hours import HoursService
from chatbot.services.identity import Clock, new_id, new_token, token_hash, token_matches
from chatbot.services.phones import callable_number
from chatbot.store.callbacks import DEMO_PREFIX, Callbacks, Place, Stored
from chatbot.store.errors import Duplicate, Stale, StoreError

TRIES: Final = 5
NEAREST: Final = 5
MADE_UP_ROOM: Final = 1_000
"""What is made up for a demo finds room at any time."""
SECRET_SIGNS: Final = 16
"""Of 32 signs each: 80 bits, which nobody guesses at the rate that the door allows."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What an installation has decided. `week` counts where no opening hours are known.

    `tries` is how many calls are made in vain before a request ends.
    """

    rules: Rules
    week: Week
    tries: int


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a request comes from: in which language, from which chat, who of staff wrote it down,
    and what makes it look like a machine's.
    """

    language: str
    conversation: str = ""
    staff: str | None = None
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Receipt:
    """What who asked is told, this once."""

    reference: str
    secret: str
    callback: Callback


class CallbackService:
    """The one door through which a request changes."""

    def __init__(
        self,
        store: Callbacks,
        hours: HoursService,
        conversations: ConversationService,
        terms: Terms,
        clock: Clock,
    ) -> None:
        self._store = store
        self._hours = hours
        self._conversations = conversations
        self.terms = terms
        self._clock = clock

    async def slots(self, lane: Lane) -> list[Slot]:
        """Return the slots that can be booked now."""
        offered = await self._offered()
        taken = await self._store.taken(self._clock())
        return slot_rules.free(offered, self.terms.rules, lane, taken)

    async def _offered(self) -> list[Slot]:
        hours = await self._hours.hours()
        if not hours.known:
            hours = replace(hours, week=self.terms.week)
        return slot_rules.slots(hours, self.terms.rules, self._clock())

    async def ask(self, form: Form, client_id: str, origin: Origin) -> Receipt:
        """Keep a request, once, however often it is sent with one `client_id`.

        Raises:
            Invalid: fields cannot be used.
            SlotTaken: none of the wanted slots is free any more; it names the nearest that are.
            CallbackSent: another form was sent with this `client_id`.
        """
        form, number = self._checked(form)
        known = await self._store.by_client_id(client_id)
        if known is not None:
            return _again(known, form)
        slots = {slot.start: slot for slot in await self._offered()}
        for start in form.slots:
            if start in slots:
                made = await self._book(form, number, slots[start], client_id, origin)
                if made is not None:
                    return made
        raise await self._taken(form)

    async def make_up(self, form: Form, slot: Slot) -> Callback:
        """Keep a request for a demo: its number is nobody's, and its time need not be offered."""
        now, number = self._clock(), f"+44{digits(form.phone)}"
        asked = Asked(at=now)
        made_up = Callback(id=new_id(now), form=form, number=number, slot=slot, demo=True)
        callback, place = evolve(made_up, asked), Place(slot, form.lane, MADE_UP_ROOM)
        client_id, secret = f"{DEMO_PREFIX}{callback.id}", token_hash(new_token())
        await self._store.create(callback, client_id, secret, (asked,), place)
        return callback

    def _checked(self, form: Form) -> tuple[Form, str]:
        """Name every field that cannot be used, by our own rules and by the numbering plan's."""
        wrong: dict[str, str] = {}
        number = ""
        try:
            form = checked(form, local(self._clock()).date())
        except Invalid as refused:
            wrong |= refused.fields
        try:
            number = callable_number(form.phone)
        except Invalid as refused:
            wrong = refused.fields | wrong
        if wrong:
            raise Invalid(**wrong)
        return form, number

    async def _book(
        self, form: Form, number: str, slot: Slot, client_id: str, origin: Origin
    ) -> Receipt | None:
        """Write the request into a slot; None when the slot is full."""
        for _ in range(TRIES):
            callback, events = self._new(form, number, slot, origin)
            kept = token_hash(callback.secret)
            try:
                await self._store.create(callback, client_id, kept, events, self._place(form, slot))
            except Stale:
                return None
            except Duplicate:
                known = await self._store.by_client_id(client_id)
                if known is not None:
                    return _again(known, form)
                continue  # another has this reference: take another
            await self._tell_conversation(callback)
            return _receipt(callback)
        raise Busy

    def _new(
        self, form: Form, number: str, slot: Slot, origin: Origin
    ) -> tuple[Callback, tuple[Event, ...]]:
        now = self._clock()
        asked = Asked(at=now, staff=origin.staff)
        callback = Callback(
            id=new_id(now),
            form=form,
            number=number,
            slot=slot,
            secret="".join(secrets.choice(SIGNS) for _ in range(SECRET_SIGNS)),
            flags=origin.flags,
            conversation=origin.conversation,
            language=origin.language,
        )
        return evolve(callback, asked), (asked,)

    def _place(self, form: Form, slot: Slot) -> Place:
        return Place(slot, form.lane, self.terms.rules.room[form.lane])

    async def _tell_conversation(self, callback: Callback) -> None:
        """Say in the chat that it was asked for: the request itself is durable already."""
        if callback.conversation:
            at, reference = callback.created_at, reference_of(callback.id)
            with suppress(Refused, StoreError):
                await self._conversations.do(
                    callback.conversation, AskForCallback(at=at, reference=reference)
                )

    async def _taken(self, form: Form) -> SlotTaken:
        free = await self.slots(form.lane)
        return SlotTaken(slot_rules.nearest(form.slots, free, NEAREST))

    async def find(self, reference: str, secret: str) -> Callback:
        """Return the request that a secret opens.

        Raises:
            NoCallback: there is none, or it has another secret.
        """
        return (await self._found(reference, secret)).callback

    async def _found(self, reference: str, secret: str) -> Stored:
        stored = await self._store.by_reference(read_reference(reference))
        if stored is None or not token_matches(read_reference(secret), stored.secret_hash):
            raise NoCallback
        return stored

    async def move(self, reference: str, secret: str, wanted: Sequence[int]) -> Callback:
        """Ring at the first of the wanted times that is free.

        Raises:
            NoCallback: the secret opens no request.
            CallbackOver: it has ended.
            SlotTaken: none of them is free.
        """
        stored = await self._found(reference, secret)
        return await self.move_to(stored.callback.id, wanted, None)

    async def move_to(self, callback_id: str, wanted: Sequence[int], staff: str | None) -> Callback:
        """Ring at the first of the wanted times that is free; `staff` is None for the person."""
        slots = {slot.start: slot for slot in await self._offered()}
        for start in wanted:
            if start in slots:
                move = Move(at=self._clock(), slot=slots[start], staff=staff)
                with suppress(SlotTaken):
                    return await self.do(callback_id, move)
        stored = await self.load(callback_id)
        raise await self._taken(replace(stored.callback.form, slots=tuple(wanted)))

    async def cancel(self, reference: str, secret: str) -> Callback:
        """Do not ring; of one that has ended already this changes nothing."""
        stored = await self._found(reference, secret)
        return await self.do(stored.callback.id, Cancel(at=self._clock()))

    async def load(self, callback_id: str) -> Stored:
        """Return a request.

        Raises:
            NoCallback: there is none any more.
        """
        stored = await self._store.load(callback_id)
        if stored is None:
            raise NoCallback
        return stored

    async def do(self, callback_id: str, command: Command) -> Callback:
        """Carry a command out.

        Raises:
            Refused: the rules do not allow it.
            SlotTaken: the slot that it names is full.
            Busy: others wrote first, again and again.
        """
        for _ in range(TRIES):
            stored = await self.load(callback_id)
            before = stored.callback
            events = decide(before, command, self.terms.tries)
            if not events:
                return before
            after = before
            for event in events:
                after = evolve(after, event)
            place = self._place(after.form, after.slot) if after.slot != before.slot else None
            try:
                return (await self._store.append(stored, after, events, place)).callback
            except Stale:
                if place is not None and await self._full(callback_id, before.position):
                    raise await self._taken(
                        replace(after.form, slots=(place.slot.start,))
                    ) from None
        raise Busy

    async def _full(self, callback_id: str, position: int) -> bool:
        """Tell a full slot from a colleague who wrote first."""
        stored = await self.load(callback_id)
        return stored.callback.position == position


def _again(known: Stored, form: Form) -> Receipt:
    """Give who sent one form twice the first answer; the same id under another form is refused."""
    if known.callback.form != form:
        raise CallbackSent(reference=reference_of(known.callback.id))
    return _receipt(known.callback)


def _receipt(callback: Callback) -> Receipt:
    return Receipt(reference_of(callback.id), callback.secret, callback)


def shown(secret: str) -> str:
    """Return a secret as people copy it.

    >>> shown("K4M7QD2X9BTN3HWP")
    'K4M7-QD2X-9BTN-3HWP'
    """
    return "-".join(secret[at : at + 4] for at in range(0, len(secret), 4))
