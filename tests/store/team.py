"""A team on a database of its own, with a clock that moves when it is told to."""

import base64
import re
import secrets
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from chatbot.domain.audit import COMMAND_LINE
from chatbot.domain.people import Lifetime, Person, Role
from chatbot.live.bus import LocalBus
from chatbot.services.passphrases import Passphrases
from chatbot.services.people import PeopleService
from chatbot.services.second_factors import SecondFactorService
from chatbot.services.sessions import SessionService
from chatbot.services.sign_in import Caller, SignedIn, SignInService
from chatbot.store import audit
from chatbot.store.database import Database
from chatbot.store.factors import Factors
from chatbot.store.people import Account, People
from chatbot.store.sessions import Sessions
from chatbot.store.vault import Vault

MINUTE: Final = 60_000
HOUR: Final = 60 * MINUTE
LIFETIME: Final = Lifetime(idle=60 * MINUTE, whole=12 * HOUR)
GOOD: Final = "violet anchor mosaic thunder"
HOME: Final = Caller("home", shared=False, device="Firefox, Linux", device_token="her laptop")
ELSEWHERE: Final = Caller("a cafe", shared=False, device="Chrome, Android", device_token="a phone")


class Clock:
    """Milliseconds UTC."""

    def __init__(self) -> None:
        self.now = 1_800_000_000_000

    def __call__(self) -> int:
        return self.now

    def pass_by(self, milliseconds: int) -> None:
        self.now += milliseconds


class App:
    """An authenticator app that has scanned somebody's QR code."""

    def __init__(self, uri: str, clock: Callable[[], int]) -> None:
        found = re.search(r"secret=([A-Z2-7]+)&", uri)
        assert found
        self._totp = TOTP(base64.b32decode(found[1]), 6, SHA1(), 30)  # noqa: S303 - what apps know
        self._clock = clock

    def code(self, steps: int = 0) -> str:
        return self._totp.generate(self._clock() // 1000 + 30 * steps).decode()


@dataclass
class Team:
    """Every service of staff, as app.py puts them together."""

    clock: Clock
    database: Database
    people: PeopleService
    sessions: SessionService
    factors: SecondFactorService
    signing: SignInService

    async def amina(self, role: Role = Role.ADMIN) -> Person:
        return await self.people.add("Amina", "amina@example.org", role, GOOD, COMMAND_LINE)

    async def bilal(self, role: Role = Role.STAFF) -> Person:
        return await self.people.add("Bilal", "bilal@example.org", role, GOOD, COMMAND_LINE)

    async def account(self, person: Person) -> Account:
        return await self.people.account(person.id)

    async def token(self, person: Person, caller: Caller = HOME) -> str:
        """Sign somebody in who has no second factor."""
        result = await self.signing.with_passphrase(person.email, GOOD, caller)
        assert isinstance(result, SignedIn)
        return result.token

    async def deeds(self) -> list[tuple[str, str, str]]:
        """Return who did what to whom, oldest first."""
        lines = await audit.newest(self.database, 1000)
        assert [line.id for line in lines] == list(range(len(lines), 0, -1))
        return [(line.who, line.action, line.subject) for line in reversed(lines)]


@asynccontextmanager
async def team_on(database: Database) -> AsyncIterator[Team]:
    """Put a team together."""
    clock, vault = Clock(), Vault(secrets.token_bytes(32))
    people, store = People(database, vault), Sessions(database, LIFETIME)
    sessions = SessionService(store, LIFETIME, LocalBus(), clock)
    with ThreadPoolExecutor(2) as threads:
        hashing = Passphrases(threads)
        factors = SecondFactorService(
            people, Factors(database, vault), sessions, clock, "Project CARA"
        )
        yield Team(
            clock,
            database,
            PeopleService(people, hashing, sessions, clock),
            sessions,
            factors,
            SignInService(people, sessions, hashing, factors, clock),
        )
