"""Who is signed in: sessions on the server, ended by whoever owns them, an admin or time.

An open socket holds its session and is told when it ends: at once in this process, and within
`LOOK_SECONDS` in another one, sooner where the bus carries the hint.
"""

import asyncio
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from chatbot.domain.audit import Deed
from chatbot.domain.people import Lifetime, Person, Session
from chatbot.live.bus import Bus
from chatbot.services.identity import Clock, new_id, new_token, token_hash
from chatbot.store import audit
from chatbot.store.errors import StoreError
from chatbot.store.query import Statement
from chatbot.store.sessions import (
    END,
    END_OTHERS,
    FORGET_DEVICES_OF,
    KEEP_DEVICE,
    Found,
    Sessions,
    started,
)

TOPIC: Final = "sessions"
LOOK_SECONDS: Final = 5.0
TOUCH_MS: Final = 60_000
"""A session's last use is written at most this often."""
FORGET_MS: Final = 3_600_000
DEVICE_MS: Final = 400 * 24 * 3_600_000
"""A device that was not used for so long is a new one again."""
PROOF_MS: Final = 15 * 60_000
"""So long after giving their passphrase somebody may change what lets them in."""
NO_SESSION: Final = ""

log = logging.getLogger(__name__)


class SessionService:
    """Use cases of being signed in."""

    def __init__(self, store: Sessions, lifetime: Lifetime, bus: Bus, clock: Clock) -> None:
        self.store: Final = store
        self._lifetime = lifetime
        self._bus = bus
        self._clock = clock
        self._held: dict[str, set[asyncio.Event]] = {}
        self._look = asyncio.Event()
        self._ended = 0
        self._forgot_at = 0

    @property
    def lifetime(self) -> Lifetime:
        """How long a session lasts."""
        return self._lifetime

    def take(self, lifetime: Lifetime) -> None:
        """Have every session last as long from now on, those that are open too."""
        self._lifetime = self.store.lifetime = lifetime

    async def find(self, token: str) -> Found | None:
        """Return the session that a token opens and its person; being found keeps it alive."""
        now = self._clock()
        found = await self.store.find(token_hash(token), now)
        if found and now - found.session.seen_at >= TOUCH_MS:
            await self.store.touch(found.session, now)
        return found

    async def touch(self, session: Session) -> None:
        """Note that somebody is there who sends no request, such as on a socket."""
        await self.store.touch(session, self._clock())

    async def prove(self, session: Session) -> None:
        """Note that somebody has just given their passphrase again."""
        await self.store.prove(session, self._clock())

    def proved(self, session: Session) -> bool:
        """Tell whether they gave it a short while ago."""
        return self._clock() - session.proved_at < PROOF_MS

    async def of(self, person_id: str) -> list[Session]:
        """Return somebody's sessions, the last seen first."""
        return await self.store.of(person_id, self._clock())

    async def start(
        self, person: Person, device: str, device_token: str, *, second_factor: bool
    ) -> str:
        """Sign somebody in on a device; return the session's token, which is shown once."""
        now, token, known_as = self._clock(), new_token(), token_hash(device_token)
        session = Session(
            id=new_id(now),
            person_id=person.id,
            device=device,
            second_factor=second_factor,
            created_at=now,
            seen_at=now,
            proved_at=now,
        )
        known = await self.store.knows_device(known_as, person.id)
        batch: list[Statement] = audit.line(now, person.id, Deed.SIGNED_IN, person.id)
        if not known:
            batch += audit.line(now, person.id, Deed.NEW_DEVICE, person.id)
        batch += started(session, token_hash(token))
        batch.append(KEEP_DEVICE(token_hash=known_as, id=person.id, at=now))
        await self.store.write(batch)
        return token

    async def knows_device(self, device_token: str, person_id: str) -> bool:
        """Tell whether somebody has signed in with this device before."""
        return await self.store.knows_device(token_hash(device_token), person_id)

    async def end(self, session_id: str, person_id: str) -> None:
        """Sign one of somebody's devices out; an id that is not theirs does nothing."""
        line = audit.line(self._clock(), person_id, Deed.SIGNED_OUT, person_id)
        await self.store.write([*line, END(id=session_id, person_id=person_id)])
        self.tell()

    async def end_others(self, person_id: str, kept: str) -> None:
        """Sign out every device of somebody but one."""
        line = audit.line(self._clock(), person_id, Deed.SESSIONS_ENDED, person_id)
        await self.store.write([*line, END_OTHERS(person_id=person_id, kept=kept)])
        self.tell()

    @staticmethod
    def ending_all(person_id: str) -> list[Statement]:
        """Return what signs every device of somebody out, and forgets them; then `tell`."""
        return [END_OTHERS(person_id=person_id, kept=NO_SESSION), FORGET_DEVICES_OF(id=person_id)]

    @contextmanager
    def hold(self, session_id: str) -> Iterator[asyncio.Event]:
        """Hold a session while a socket is open; the event is set once the session has ended."""
        ended = asyncio.Event()
        holders = self._held.setdefault(session_id, set())
        holders.add(ended)
        try:
            yield ended
        finally:
            holders.discard(ended)
            if not holders and self._held.get(session_id) is holders:
                del self._held[session_id]

    def tell(self) -> None:
        """Have open sockets looked at, here and elsewhere: sessions were ended."""
        self._look.set()
        self._ended += 1
        self._bus.announce(TOPIC, self._clock() + self._ended)

    def hint(self, topic: str, seq: int) -> None:  # noqa: ARG002  # any hint of ours will do
        """Another node ended sessions."""
        if topic == TOPIC:
            self._look.set()

    def look_again(self) -> None:
        """Hints may have been lost."""
        self._look.set()

    async def run(self) -> None:
        """Watch over held sessions, and forget what has expired, until cancelled."""
        while True:
            try:
                await self.look()
                await self._forget()
            except StoreError as error:
                log.warning("sessions.failed error=%s", type(error).__name__)
            try:
                async with asyncio.timeout(LOOK_SECONDS):
                    await self._look.wait()
            except TimeoutError:
                continue
            finally:
                self._look.clear()

    async def look(self) -> None:
        """Tell whoever holds a session that has ended."""
        # Taken first: one that begins while the store is asked must not look like an ended one.
        held = list(self._held.items())
        if not held:
            return
        alive = await self.store.alive(self._clock())
        for session_id, holders in held:
            if session_id not in alive:
                for ended in holders:
                    ended.set()

    async def _forget(self) -> None:
        now = self._clock()
        if now - self._forgot_at >= FORGET_MS:
            await self.store.forget(now, now - DEVICE_MS)
            self._forgot_at = now
