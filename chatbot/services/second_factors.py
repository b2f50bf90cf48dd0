"""Second factors: an authenticator app (TOTP, RFC 6238), recovery codes, and their reset.

The seed of an app that is being set up travels in the form, encrypted for its owner: nothing is
kept until a code has proved that the app works.
"""

import base64
import hmac
import secrets
from binascii import Error as NotBase64
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from chatbot.domain.audit import NOBODY, Deed
from chatbot.domain.people import Person
from chatbot.services.errors import SignInFailed, StepOver
from chatbot.services.identity import Clock, token_hash
from chatbot.services.sessions import SessionService
from chatbot.store import audit
from chatbot.store.errors import Stale, Unreadable
from chatbot.store.factors import (
    ADD_CODE,
    CLEAR_TOTP,
    FORGET_CODES,
    FORGET_PASSKEYS,
    USE_CODE,
    USE_STEP,
    Factors,
)
from chatbot.store.people import Account, People
from chatbot.store.query import Statement

SECONDS: Final = 30
DIGITS: Final = 6
SKEW: Final = 1
"""Codes before and after the present one that count: clocks differ, and people are slow."""
SEED_BYTES: Final = 20
RECOVERY_CODES: Final = 10
_LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"
"""What cannot be mistaken for another when it is copied by hand: 4.95 bits each."""
_CODE_LETTERS: Final = 16
_GROUP: Final = 4


@dataclass(frozen=True, slots=True)
class Proposal:
    """An app to set up: what it scans, what is typed instead, and what the form sends back."""

    uri: str
    typed: str
    sealed: str


def step_of(seed: bytes, code: str, now: int, after: int = -1) -> int | None:
    """Return the time step whose code it is; None for a wrong one and for one used before.

    `now` in milliseconds UTC; steps up to `after` are used.
    """
    totp = TOTP(seed, DIGITS, SHA1(), SECONDS)  # noqa: S303  # what apps know; fine inside HMAC
    current = now // 1000 // SECONDS
    given = code.encode("utf-8", "replace")
    found = [
        step
        for step in range(max(0, current - SKEW), current + SKEW + 1)
        if hmac.compare_digest(totp.generate(step * SECONDS), given) and step > after
    ]
    return found[0] if found else None


def bare(code: str) -> str:
    """Return a code as it is compared: without the spaces and hyphens that people type."""
    return "".join(c for c in code.lower() if c.isalnum())


def recovery_code() -> str:
    """Return a fresh one, in groups: 79 random bits."""
    letters = [secrets.choice(_LETTERS) for _ in range(_CODE_LETTERS)]
    return "-".join("".join(letters[i : i + _GROUP]) for i in range(0, _CODE_LETTERS, _GROUP))


class SecondFactorService:
    """Use cases of second factors; `issuer` is what an app shows beside its codes."""

    def __init__(
        self, people: People, factors: Factors, sessions: SessionService, clock: Clock, issuer: str
    ) -> None:
        self._people = people
        self._factors = factors
        self._sessions = sessions
        self._clock = clock
        self._issuer = issuer

    def propose(self, person: Person) -> Proposal:
        """Return a new app to set up."""
        return self._proposal(person, secrets.token_bytes(SEED_BYTES))

    def again(self, person: Person, sealed: str) -> Proposal:
        """Return the proposal that a form has sent back.

        Raises:
            StepOver: it is none of this person's.
        """
        return self._proposal(person, self._seed(person, sealed))

    def _proposal(self, person: Person, seed: bytes) -> Proposal:
        secret = base64.b32encode(seed).decode()
        label = quote(f"{self._issuer}:{person.email}", safe="")
        uri = f"otpauth://totp/{label}?secret={secret}&issuer={quote(self._issuer, safe='')}"
        typed = " ".join(secret[i : i + _GROUP] for i in range(0, len(secret), _GROUP))
        sealed = self._factors.wrap(seed, _owner(person))
        return Proposal(uri, typed, base64.urlsafe_b64encode(sealed).decode())

    def _seed(self, person: Person, sealed: str) -> bytes:
        try:
            return self._factors.unwrap(base64.urlsafe_b64decode(sealed), _owner(person))
        except (NotBase64, ValueError, Unreadable) as error:
            raise StepOver from error

    async def set_up(self, account: Account, sealed: str, code: str) -> list[str]:
        """Set an app up; return recovery codes when there were none yet, shown once.

        Raises:
            StepOver: the form is none of this person's.
            SignInFailed: the code is wrong.
        """
        person = account.person
        seed = self._seed(person, sealed)
        step = step_of(seed, bare(code), self._clock())
        if step is None:
            raise SignInFailed
        batch = [self._factors.set_totp(person.id, seed, step)]
        codes = [] if account.recovery_codes else fresh_codes(person.id, batch)
        await self._change(batch, Deed.CODES_SET_UP, person.id)
        return codes

    async def remove_app(self, person: Person) -> None:
        """Forget the app."""
        await self._change([CLEAR_TOTP(id=person.id)], Deed.CODES_REMOVED, person.id)

    async def new_recovery_codes(self, person: Person) -> list[str]:
        """Return new recovery codes, shown once; earlier ones are void."""
        batch: list[Statement] = []
        codes = fresh_codes(person.id, batch)
        await self._change(batch, Deed.RECOVERY_CODES_MADE, person.id)
        return codes

    async def accepts(self, account: Account, code: str) -> bool:
        """Tell whether it is a code of the app or a recovery code, and use it up."""
        given, person_id = bare(code), account.person.id
        if account.totp is not None and len(given) == DIGITS:
            step = step_of(account.totp, given, self._clock(), account.totp_step)
            used = [USE_STEP(id=person_id, step=step, rows=1)] if step is not None else []
        else:
            line = audit.line(self._clock(), person_id, Deed.RECOVERY_CODE_USED, person_id)
            used = [*line, USE_CODE(id=person_id, code_hash=token_hash(given), rows=1)]
        if not used:
            return False
        try:
            await self._people.write(used)
        except Stale:
            return False
        return True

    async def reset(self, person_id: str, by: str) -> None:
        """Take every second factor from somebody who has lost theirs, and sign them out."""
        batch = [
            CLEAR_TOTP(id=person_id, rows=1),
            FORGET_CODES(id=person_id),
            FORGET_PASSKEYS(id=person_id),
            *self._sessions.ending_all(person_id),
        ]
        await self._people.change(batch, self._clock(), by, Deed.SECOND_FACTOR_RESET, person_id)
        self._sessions.tell()

    async def _change(self, batch: list[Statement], deed: Deed, person_id: str) -> None:
        await self._people.change(batch, self._clock(), person_id or NOBODY, deed, person_id)


def fresh_codes(person_id: str, batch: list[Statement]) -> list[str]:
    """Return new recovery codes; add to `batch` what keeps their hashes and voids the old ones."""
    codes = [recovery_code() for _ in range(RECOVERY_CODES)]
    batch.append(FORGET_CODES(id=person_id))
    batch += [ADD_CODE(id=person_id, code_hash=token_hash(bare(code))) for code in codes]
    return codes


def _owner(person: Person) -> str:
    return f"{person.id}/totp-set-up"
