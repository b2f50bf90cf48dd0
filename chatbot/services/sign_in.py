"""Signing in: a passphrase, then a second factor where one is set up.

What is wrong is never told: an unknown e-mail address, a wrong passphrase and a disabled account
take the same time and get the same answer.
"""

import asyncio
from dataclasses import dataclass
from typing import Final

from chatbot.domain.audit import NOBODY, Deed
from chatbot.domain.errors import Invalid
from chatbot.domain.people import Person, Session, clean_email
from chatbot.services.brakes import Brakes, Place
from chatbot.services.errors import SignInFailed, StepOver
from chatbot.services.identity import Clock, new_token, token_hash
from chatbot.services.passphrases import Passphrases, outdated
from chatbot.services.second_factors import SecondFactorService
from chatbot.services.sessions import SessionService
from chatbot.store import audit
from chatbot.store.errors import Stale
from chatbot.store.people import SET_PASSPHRASE, Account, People
from chatbot.store.sessions import FINISH, Step

STEP_MS: Final = 10 * 60_000
TRIES: Final = 5
SECOND: Final = "second"
ANYWHERE: Final = Place("anywhere")


@dataclass(frozen=True, slots=True)
class Caller:
    """Where somebody signs in from: a hashed address, the device in words, and its token."""

    address: str
    shared: bool
    device: str
    device_token: str


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session has begun; its token is shown once."""

    person: Person
    token: str


@dataclass(frozen=True, slots=True)
class Halfway:
    """The passphrase was right; the second factor is due, by this token."""

    token: str


class SignInService:
    """Use cases of signing in."""

    def __init__(
        self,
        people: People,
        sessions: SessionService,
        passphrases: Passphrases,
        factors: SecondFactorService,
        clock: Clock,
    ) -> None:
        self._people = people
        self._store = sessions.store
        self._sessions = sessions
        self._passphrases = passphrases
        self._factors = factors
        self._clock = clock
        self._brakes = Brakes(clock)

    async def with_passphrase(
        self, email: str, passphrase: str, caller: Caller
    ) -> SignedIn | Halfway:
        """Sign in by e-mail and passphrase.

        Raises:
            SignInFailed: something of it was wrong.
            SlowDown: too many wrong ones from here; Busy: too many at once.
        """
        address = _comparable(email)
        account = await self._people.by_email(address)
        place = await self._place(account, caller)
        await asyncio.sleep(self._brakes.try_once(address, place))
        right = await self._passphrases.matches(passphrase, account.passphrase if account else None)
        if account is None or not right or account.person.disabled:
            await self._failed(account)
            raise SignInFailed
        self._brakes.forgive(address, place)
        if outdated(account.passphrase):
            kept = await self._passphrases.hash_again(passphrase)
            await self._people.write([SET_PASSPHRASE(id=account.person.id, passphrase=kept)])
        if account.second_factor:
            return Halfway(await self._begin(account.person.id))
        return await self.start(account.person, caller)

    async def with_code(self, step_token: str, code: str, caller: Caller) -> SignedIn:
        """Sign in by the code of an app or a recovery code, after the passphrase.

        Raises:
            StepOver: it took too long, or too many codes were wrong; begin again.
            SignInFailed, SlowDown: as for the passphrase.
        """
        step = await self._store.step(token_hash(step_token), SECOND, self._clock())
        account = await self._people.by_id(step.person_id or NOBODY) if step else None
        if step is None or account is None or account.person.disabled:
            raise StepOver
        place, whose = await self._place(account, caller), f"code of {account.person.id}"
        if not place.known:
            # Whoever comes this far knows the passphrase: their guesses count from everywhere.
            place = ANYWHERE
        await asyncio.sleep(self._brakes.try_once(whose, place))
        try:
            await self._store.use_try(step)
        except Stale as error:
            raise StepOver from error
        if not await self._factors.accepts(account, code):
            await self._failed(account)
            raise SignInFailed
        self._brakes.forgive(whose, place)
        await self._store.write([FINISH(token_hash=step.token_hash)])
        return await self.start(account.person, caller, second_factor=True)

    async def start(
        self, person: Person, caller: Caller, *, second_factor: bool = False
    ) -> SignedIn:
        """Begin a session for somebody who has just proved who they are."""
        token = await self._sessions.start(
            person, caller.device, caller.device_token, second_factor=second_factor
        )
        return SignedIn(person, token)

    async def confirm(self, session: Session, passphrase: str, caller: Caller) -> None:
        """Have somebody who is signed in prove that it is still them.

        Raises:
            SignInFailed, SlowDown, Busy: as for signing in.
        """
        account = await self._people.by_id(session.person_id)
        if account is None:
            raise SignInFailed
        address = account.person.email
        place = await self._place(account, caller)
        await asyncio.sleep(self._brakes.try_once(address, place))
        if not await self._passphrases.matches(passphrase, account.passphrase):
            await self._failed(account)
            raise SignInFailed
        self._brakes.forgive(address, place)
        await self._sessions.prove(session)

    async def _place(self, account: Account | None, caller: Caller) -> Place:
        # Asked of nobody as well, so that an unknown address takes as long.
        person_id = account.person.id if account else NOBODY
        if await self._sessions.knows_device(caller.device_token, person_id):
            return Place(token_hash(caller.device_token), known=True)
        return Place(caller.address, shared=caller.shared)

    async def _failed(self, account: Account | None) -> None:
        subject = account.person.id if account else NOBODY
        await self._store.write(audit.line(self._clock(), NOBODY, Deed.SIGN_IN_FAILED, subject))

    async def _begin(self, person_id: str) -> str:
        token = new_token()
        step = Step(token_hash(token), SECOND, person_id, b"", TRIES)
        await self._store.begin(step, self._clock() + STEP_MS)
        return token


def _comparable(email: str) -> str:
    """Return the address as it is looked up; what is none belongs to nobody."""
    try:
        return clean_email(email)
    except Invalid:
        return NOBODY
