"""The outbox at work: notices become deliveries, and deliveries go out until they arrive.

All of it stands in the store, so a restart loses none. Each way out has a loop of its own: a
webhook that hangs holds no push up.
"""

import asyncio
import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final, Protocol

from chatbot.domain.availability import Colleague
from chatbot.domain.notices import Kind, Mailed, Notice, Preferences
from chatbot.domain.people import Action, Availability, Person
from chatbot.domain.texts import Texts
from chatbot.services.identity import Clock
from chatbot.services.mail import Mail
from chatbot.services.outgoing import Unreachable
from chatbot.services.push import PushService
from chatbot.services.webhook import Webhook
from chatbot.store.errors import Stale, StoreError
from chatbot.store.notices import Channel, Delivery, Notices
from chatbot.store.preferences import PreferenceStore

EVERY_SECONDS: Final = 5.0
LEASE_MS: Final = 60_000
"""Longer than any way out takes; a node that died with a delivery in hand is waited for so long."""
FIRST_WAIT_MS: Final = 5_000
LONGEST_WAIT_MS: Final = 3_600_000
DAY_MS: Final = 86_400_000
KEEP_MS: Final = 30 * DAY_MS
GIVE_UP_MS: Final[Mapping[Channel, int]] = {
    Channel.WEBHOOK: DAY_MS,
    Channel.MAIL: DAY_MS,
    Channel.PUSH: 600_000,
}
OF_THE_QUEUE: Final = frozenset({Kind.WAITING, Kind.LATE})
"""What is no news any more once somebody has come."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Ways:
    """What admins decided of the ways out.

    `patience` is how many milliseconds a chat waits before people are told by mail, 0 for ever.
    `mailboxes` are mailed beside the staff. The webhook is told at `url`, signed with `secret`.
    Who has not said their own has the hours from one minute of the day to another as `quiet`.
    """

    patience: int = 0
    mail: bool = True
    staff: Mailed = Mailed.EVERYBODY
    mailboxes: tuple[str, ...] = ()
    push: bool = True
    url: str = ""
    secret: bytes = field(default=b"", repr=False)
    quiet: tuple[int, int] = (0, 0)


class Colleagues(Protocol):
    """Who works here."""

    async def everyone(self) -> Sequence[Person]:
        """Return everybody, those who were disabled too."""


class Presences(Protocol):
    """Who is on."""

    async def colleagues(self) -> Sequence[Colleague]:
        """Return everybody who was ever seen."""


class Notifier:
    """Carries notices out of the house."""

    def __init__(
        self,
        notices: Notices,
        preferences: PreferenceStore,
        colleagues: Colleagues,
        presences: Presences,
        clock: Clock,
    ) -> None:
        self._notices = notices
        self._preferences = preferences
        self._colleagues = colleagues
        self._presences = presences
        self._clock = clock
        self._awake = {channel: asyncio.Event() for channel in Channel}
        self._news = asyncio.Event()
        self._forgot_at = 0
        self.on_late: Callable[[], None] = lambda: None
        """Called when somebody has waited for too long."""
        self.webhook: Webhook | None = None
        self.push: PushService | None = None
        self.mail: Mail | None = None
        self.texts: Texts = Texts({})
        self.address = ""
        self.ways = Ways()

    def take(self, ways: Ways) -> None:
        """Carry notices in these ways from now on."""
        self.ways = ways
        since, until = ways.quiet
        self._preferences.default = Preferences(quiet_from=since, quiet_to=until)
        if self.webhook:
            self.webhook.take(ways.url, ways.secret)

    def look(self) -> None:
        """There is something to tell."""
        self._news.set()

    async def run(self) -> None:
        """Spread and send until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._spreading())
            for channel in Channel:
                tasks.create_task(self._sending(channel))

    async def _spreading(self) -> None:
        while True:
            try:
                await self.spread()
                await self._forget()
            except StoreError as error:
                log.warning("notices.failed error=%s", type(error).__name__)
            await _pause(self._news)

    async def _sending(self, channel: Channel) -> None:
        while True:
            try:
                await self.send(channel)
            except StoreError as error:
                log.warning("notices.failed error=%s", type(error).__name__)
            await _pause(self._awake[channel])

    async def spread(self) -> None:
        """Turn what is new into deliveries, and see who has waited for too long."""
        now = self._clock()
        if self.ways.patience:
            late = await self._notices.late(now - self.ways.patience)
            if late:
                await self._notices.keep(
                    [Notice(f"{chat}/late/{at}", Kind.LATE, chat, "", now) for chat, at in late]
                )
                self.on_late()
        new = await self._notices.new()
        if not new:
            return
        people = await self._people()
        for notice in new:
            with suppress(Stale):  # another node has done it
                await self._notices.spread(notice, await self._targets(notice, people), now)
        for awake in self._awake.values():
            awake.set()

    async def _people(self) -> list[Person]:
        everyone = await self._colleagues.everyone()
        return [one for one in everyone if one.may(Action.ANSWER_CHATS)]

    async def _targets(self, notice: Notice, people: Sequence[Person]) -> list[tuple[Channel, str]]:
        found: list[tuple[Channel, str]] = []
        if self.webhook and self.webhook.wants(notice):
            found.append((Channel.WEBHOOK, ""))
        told = {one.id for one in people if notice.person in {"", one.id}}
        if self.mail and self.ways.mail and notice.kind is Kind.LATE:
            mailed = [*sorted(await self._mailed(told)), *self.ways.mailboxes]
            found += [(Channel.MAIL, one) for one in mailed]
        if self.push and self.ways.push and notice.kind is not Kind.MESSAGE_LEFT:
            found += [(Channel.PUSH, device) for device in await self._devices(told)]
        return found

    async def _mailed(self, told: Collection[str]) -> set[str]:
        """Return those of them whom an admin wants to be mailed, and who want it themselves."""
        match self.ways.staff:
            case Mailed.NOBODY:
                return set()
            case Mailed.PRESENT:
                told = await self._present(told)
            case Mailed.EVERYBODY:
                pass
        wishes, default = await self._preferences.all(), self._preferences.default
        return {one for one in told if wishes.get(one, default).mail}

    async def _present(self, told: Collection[str]) -> set[str]:
        """Return those of them who are on or away."""
        said = {one.id: one.availability for one in await self._presences.colleagues()}
        return {one for one in told if said.get(one, Availability.OFF) is not Availability.OFF}

    async def _devices(self, told: Collection[str]) -> list[str]:
        called = await self._present(told)
        return [one.id for one in await self._preferences.devices() if one.person in called]

    async def remind(self, person: str | None) -> None:
        """Call the devices of who has to ring somebody soon, or of all where nobody has it.

        It says that the console needs them, and no more. Who cannot be reached finds it there.
        """
        if self.push is None or not self.ways.push:
            return
        told = {one.id for one in await self._people() if person in {None, one.id}}
        for device in await self._devices(told):
            if await self._quiet_until(await self._owner(device)):
                continue
            try:
                await self.push.call(device)
            except Unreachable:
                log.info("notices.reminder_lost")

    async def send(self, channel: Channel) -> None:
        """Send all that is due on one way, side by side."""
        due = [one for one in await self._notices.due(self._clock()) if one.channel is channel]
        async with asyncio.TaskGroup() as tasks:
            for delivery in due:
                tasks.create_task(self._send(delivery))

    async def _send(self, delivery: Delivery) -> None:
        """One that fails holds no other up: its lease runs out, and it is tried again."""
        try:
            await self._try(delivery)
        except Stale:
            return  # another node has it
        except StoreError as error:
            log.warning("notices.failed error=%s", type(error).__name__)

    async def _try(self, delivery: Delivery) -> None:
        await self._notices.lease(delivery, self._clock() + LEASE_MS)
        try:
            later = await self._carry(delivery)
        except Unreachable:
            later = self._again_at(delivery)
        if later is None:
            await self._notices.done(delivery)
        else:
            await self._notices.put_off(delivery, later)

    async def _carry(self, delivery: Delivery) -> int | None:
        """Send it; return when it is to be tried again, None when it is done with.

        Raises:
            Unreachable: nobody answered.
        """
        notice = delivery.notice
        match delivery.channel:
            case Channel.WEBHOOK if self.webhook and self.webhook.wants(notice):
                return None if await self.webhook.send(notice) else self._again_at(delivery)
            case Channel.PUSH if self.push and self.ways.push and await self._is_news(notice):
                if await self._quiet_until(await self._owner(delivery.target)):
                    return None
                called = await self.push.call(delivery.target)
                return None if called else self._again_at(delivery)
            case Channel.MAIL if self.mail and self.ways.mail and await self._is_news(notice):
                return await self._mail_to(delivery.target, self.mail)
            case _:
                return None

    async def _mail_to(self, target: str, mail: Mail) -> int | None:
        """Mail one of the staff, by their id, or a mailbox, if it is still to be told."""
        if target in self.ways.mailboxes:
            await self._mail(target, "mailbox", mail)
            return None
        quiet = await self._quiet_until(target)
        if quiet is not None:
            return quiet
        for one in await self._people():
            if one.id == target:
                await self._mail(one.email, target, mail)
        return None

    async def _mail(self, to: str, whose: str, mail: Mail) -> None:
        minutes = max(1, self.ways.patience // 60_000)
        text = self.texts("notice.mail", minutes=minutes, link=f"{self.address}/console")
        if not await mail.send(to, self.texts("notice.mail.subject"), text):
            log.warning("notices.mail_refused person=%s", whose)

    async def _is_news(self, notice: Notice) -> bool:
        if notice.kind not in OF_THE_QUEUE:
            return True
        return await self._notices.still_waits(notice.conversation)

    async def _owner(self, device_id: str) -> str:
        devices = await self._preferences.devices()
        return next((one.person for one in devices if one.id == device_id), "")

    async def _quiet_until(self, person_id: str) -> int | None:
        return (await self._preferences.of(person_id)).quiet_until(self._clock())

    def _again_at(self, delivery: Delivery) -> int | None:
        now = self._clock()
        if now - delivery.notice.at >= GIVE_UP_MS[delivery.channel]:
            log.warning("notices.given_up channel=%s tries=%d", delivery.channel, delivery.tries)
            return None
        return now + min(FIRST_WAIT_MS << min(delivery.tries, 20), LONGEST_WAIT_MS)

    async def _forget(self) -> None:
        now = self._clock()
        if now - self._forgot_at >= DAY_MS:
            await self._notices.forget(now - KEEP_MS)
            await self._preferences.forget()
            self._forgot_at = now


async def _pause(awake: asyncio.Event) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(EVERY_SECONDS):
            await awake.wait()
    awake.clear()
