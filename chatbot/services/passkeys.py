"""Passkeys: keys on people's own devices, which check the person as well (WebAuthn).

One that is checked replaces both passphrase and second factor. Each is bound to the name of this
site, so one made here is worthless on a page that only looks like ours.
"""

import json
from dataclasses import dataclass
from typing import Any, Final

import webauthn
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, options_to_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from chatbot.domain.audit import Deed
from chatbot.domain.people import Person, clean_name
from chatbot.services.errors import SignInFailed, StepOver
from chatbot.services.identity import Clock, new_id, new_token, token_hash
from chatbot.services.second_factors import fresh_codes
from chatbot.store.errors import Duplicate, Stale
from chatbot.store.factors import REMOVE_PASSKEY, USE_PASSKEY, Factors, Passkey, added
from chatbot.store.people import Account, People
from chatbot.store.query import Statement
from chatbot.store.sessions import FINISH, Sessions, Step

ADDING: Final = "passkey-add"
USING: Final = "passkey-use"
STEP_MS: Final = 5 * 60_000
ONCE: Final = 1


@dataclass(frozen=True, slots=True)
class Site:
    """This site as a browser knows it: its name, without a port, and the origins of its pages."""

    name: str
    origins: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ceremony:
    """What the browser is asked to do; `step` comes back with its answer, once."""

    step: str
    options: dict[str, Any]


class PasskeyService:
    """Use cases of passkeys."""

    def __init__(
        self, people: People, factors: Factors, steps: Sessions, clock: Clock, title: str
    ) -> None:
        self._people = people
        self._factors = factors
        self._steps = steps
        self._clock = clock
        self._title = title

    async def of(self, person: Person) -> list[Passkey]:
        """Return somebody's passkeys, the oldest first."""
        return await self._factors.passkeys(person.id)

    async def begin_adding(self, person: Person, site: Site) -> Ceremony:
        """Ask a browser to make a passkey, on a device that has none of this person's yet."""
        known = [
            PublicKeyCredentialDescriptor(id=base64url_to_bytes(one.credential_id))
            for one in await self.of(person)
        ]
        options = webauthn.generate_registration_options(
            rp_id=site.name,
            rp_name=self._title,
            user_id=person.id.encode(),
            user_name=person.email,
            user_display_name=person.name,
            exclude_credentials=known,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED,
                user_verification=UserVerificationRequirement.REQUIRED,
            ),
        )
        step = await self._begin(ADDING, person.id, options.challenge)
        return Ceremony(step, json.loads(options_to_json(options)))

    async def add(
        self, account: Account, name: str, step_token: str, answer: str, site: Site
    ) -> list[str]:
        """Keep a new passkey; return recovery codes when there were none yet, shown once.

        Raises:
            Invalid: it has no name.
            StepOver: it took too long. SignInFailed: it is no passkey of this site.
        """
        person, called = account.person, clean_name(name)
        step = await self._end(ADDING, step_token)
        if step.person_id != person.id:
            raise StepOver
        try:
            made = webauthn.verify_registration_response(
                credential=answer,
                expected_challenge=step.challenge,
                expected_rp_id=site.name,
                expected_origin=list(site.origins),
                require_user_verification=True,
            )
        except WebAuthnException as error:
            raise SignInFailed from error
        now = self._clock()
        passkey = Passkey(
            new_id(now),
            bytes_to_base64url(made.credential_id),
            person.id,
            called,
            made.credential_public_key,
            made.sign_count,
            now,
        )
        return await self._keep(account, passkey, now)

    async def _keep(self, account: Account, passkey: Passkey, now: int) -> list[str]:
        person_id = account.person.id
        batch: list[Statement] = [added(passkey)]
        codes = [] if account.recovery_codes else fresh_codes(person_id, batch)
        try:
            await self._people.change(batch, now, person_id, Deed.PASSKEY_ADDED, person_id)
        except Duplicate as error:
            raise SignInFailed from error
        return codes

    async def remove(self, person: Person, passkey_id: str) -> None:
        """Forget a passkey; an id that is not theirs does nothing."""
        gone = REMOVE_PASSKEY(id=passkey_id, person_id=person.id)
        await self._people.change([gone], self._clock(), person.id, Deed.PASSKEY_REMOVED, person.id)

    async def begin_using(self, site: Site) -> Ceremony:
        """Ask a browser for any passkey that it has for this site."""
        options = webauthn.generate_authentication_options(
            rp_id=site.name, user_verification=UserVerificationRequirement.REQUIRED
        )
        step = await self._begin(USING, None, options.challenge)
        return Ceremony(step, json.loads(options_to_json(options)))

    async def use(self, step_token: str, answer: str, site: Site) -> Person:
        """Return whose passkey has just been used.

        Raises:
            StepOver: it took too long.
            SignInFailed: it is none that is known, or its person is disabled.
        """
        step = await self._end(USING, step_token)
        passkey = await self._factors.passkey(_credential_id(answer))
        account = await self._people.by_id(passkey.person_id) if passkey else None
        if passkey is None or account is None or account.person.disabled:
            raise SignInFailed
        try:
            used = webauthn.verify_authentication_response(
                credential=answer,
                expected_challenge=step.challenge,
                expected_rp_id=site.name,
                expected_origin=list(site.origins),
                credential_public_key=passkey.public_key,
                credential_current_sign_count=passkey.sign_count,
                require_user_verification=True,
            )
            counted = USE_PASSKEY(
                id=passkey.id,
                sign_count=used.new_sign_count,
                before=passkey.sign_count,
                at=self._clock(),
                rows=1,
            )
            await self._people.write([counted])
        except (WebAuthnException, Stale) as error:
            raise SignInFailed from error
        return account.person

    async def _begin(self, kind: str, person_id: str | None, challenge: bytes) -> str:
        token = new_token()
        step = Step(token_hash(token), kind, person_id, challenge, ONCE)
        await self._steps.begin(step, self._clock() + STEP_MS)
        return token

    async def _end(self, kind: str, token: str) -> Step:
        """Return a step and end it: an answer counts once."""
        step = await self._steps.step(token_hash(token), kind, self._clock())
        if step is None:
            raise StepOver
        try:
            await self._steps.write([FINISH(token_hash=step.token_hash, rows=1)])
        except Stale as error:
            raise StepOver from error
        return step


def _credential_id(answer: str) -> str:
    """Return the id that an answer names; it proves nothing yet.

    Raises:
        SignInFailed: it names none.
    """
    try:
        found = json.loads(answer)["id"]
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise SignInFailed from error
    if not isinstance(found, str):
        raise SignInFailed
    return found
