"""Who works here: the first admin's link, invitations, roles, and sending somebody away.

A link is shown once and kept as a hash. There is always somebody left who can manage people.
"""

from typing import Final

from chatbot.domain.audit import Deed
from chatbot.domain.people import Person, Role, Session, clean_email, clean_name
from chatbot.services.errors import EmailTaken, LastAdmin, LinkVoid, UnknownPerson
from chatbot.services.identity import Clock, new_id, new_token, token_hash
from chatbot.services.passphrases import Passphrases
from chatbot.services.sessions import NO_SESSION, SessionService
from chatbot.store.errors import Duplicate, Stale
from chatbot.store.people import (
    DISABLE,
    ENABLE,
    RENAME,
    SET_PASSPHRASE,
    SET_ROLE,
    USE_INVITATION,
    WITHDRAW,
    Account,
    Invitation,
    People,
)
from chatbot.store.sessions import END_OTHERS

FOUNDING_MS: Final = 24 * 3_600_000
"""A link that makes an admin, or lets an account be entered anew."""
INVITATION_MS: Final = 7 * 24 * 3_600_000


class PeopleService:
    """Use cases of accounts; `by` is always the id of who does it."""

    def __init__(
        self, store: People, passphrases: Passphrases, sessions: SessionService, clock: Clock
    ) -> None:
        self._store = store
        self._passphrases = passphrases
        self._sessions = sessions
        self._clock = clock

    async def all(self) -> list[Account]:
        """Return everybody by name, the disabled ones last."""
        return await self._store.all()

    async def everyone(self) -> list[Person]:
        """Return everybody, those who were disabled too."""
        return [account.person for account in await self._store.all()]

    async def account(self, person_id: str) -> Account:
        """Return one account.

        Raises:
            UnknownPerson: there is none with that id.
        """
        account = await self._store.by_id(person_id)
        if account is None:
            raise UnknownPerson
        return account

    async def by_email(self, email: str) -> Account:
        """Return whose e-mail address it is.

        Raises:
            Invalid: it is no address.
            UnknownPerson: nobody has it.
        """
        account = await self._store.by_email(clean_email(email))
        if account is None:
            raise UnknownPerson
        return account

    async def found(self) -> str | None:
        """Return the token of a new link for the first admin; None when there is somebody."""
        if await self._store.count():
            return None
        token, now = new_token(), self._clock()
        invitation = Invitation(
            new_id(now), "", Role.ADMIN, founding=True, created_at=now, expires_at=now + FOUNDING_MS
        )
        await self._store.found(invitation, token_hash(token))
        return token

    async def invite(self, email: str, role: Role, by: str) -> str:
        """Invite somebody; return the token of the link, which is shown once.

        Raises:
            Invalid: it is no e-mail address.
            EmailTaken: somebody has it.
        """
        address = clean_email(email)
        if await self._store.by_email(address):
            raise EmailTaken
        token, now = new_token(), self._clock()
        invitation = Invitation(
            new_id(now),
            address,
            role,
            founding=False,
            created_at=now,
            expires_at=now + INVITATION_MS,
        )
        await self._store.invite(invitation, token_hash(token), by)
        return token

    async def offer_passphrase(self, person_id: str, by: str) -> str:
        """Let somebody who forgot theirs choose a new one; return the token of the link.

        Raises:
            UnknownPerson: there is none.
        """
        person, token, now = (await self.account(person_id)).person, new_token(), self._clock()
        offer = Invitation(
            new_id(now),
            person.email,
            person.role,
            founding=False,
            created_at=now,
            expires_at=now + FOUNDING_MS,
            person_id=person.id,
        )
        await self._store.invite(offer, token_hash(token), by)
        return token

    async def choose_passphrase(self, token: str, passphrase: str) -> None:
        """Give whom the link was made for a new passphrase, and sign them out everywhere.

        Their second factor stays, so the link alone lets nobody in who has one.

        Raises:
            LinkVoid: the link is void, or none of this kind.
            Invalid: it is too easy to guess.
        """
        offer = await self.invitation(token)
        if offer.person_id is None:
            raise LinkVoid
        person, now = (await self.account(offer.person_id)).person, self._clock()
        kept = await self._passphrases.hash(passphrase, known_words(person))
        batch = [
            USE_INVITATION(id=offer.id, now=now, rows=1),
            SET_PASSPHRASE(id=person.id, passphrase=kept, rows=1),
            *self._sessions.ending_all(person.id),
        ]
        try:
            await self._store.change(batch, now, person.id, Deed.PASSPHRASE_CHANGED, person.id)
        except Stale as error:
            raise LinkVoid from error
        self._sessions.tell()

    async def invitations(self) -> list[Invitation]:
        """Return those that nobody has used yet, newest first."""
        return await self._store.invitations(self._clock())

    async def withdraw(self, invitation_id: str, by: str) -> None:
        """Make an invitation void."""
        done, now = WITHDRAW(id=invitation_id, rows=1), self._clock()
        try:
            await self._store.change([done], now, by, Deed.INVITATION_WITHDRAWN, invitation_id)
        except Stale as error:
            raise LinkVoid from error

    async def invitation(self, token: str) -> Invitation:
        """Return what a link invites to.

        Raises:
            LinkVoid: it was used, withdrawn or has expired.
        """
        invitation = await self._store.invitation(token_hash(token), self._clock())
        if invitation is None:
            raise LinkVoid
        return invitation

    async def join(self, token: str, name: str, email: str, passphrase: str) -> Person:
        """Create the account that a link invites to, and use the link up.

        Raises:
            LinkVoid, EmailTaken: likewise.
            Invalid: a field cannot be used.
        """
        invitation = await self.invitation(token)
        if invitation.person_id is not None:
            raise LinkVoid
        person, kept = await self._new(name, email, invitation.role, passphrase)
        try:
            await self._store.join(invitation, person, kept, self._clock())
        except Duplicate as error:
            raise EmailTaken from error
        except Stale as error:
            raise LinkVoid from error
        return person

    async def add(self, name: str, email: str, role: Role, passphrase: str, by: str) -> Person:
        """Create an account without an invitation.

        Raises:
            EmailTaken, Invalid: as for `join`.
        """
        person, kept = await self._new(name, email, role, passphrase)
        try:
            await self._store.create(person, kept, self._clock(), by)
        except Duplicate as error:
            raise EmailTaken from error
        return person

    async def _new(self, name: str, email: str, role: Role, passphrase: str) -> tuple[Person, str]:
        person = Person(new_id(self._clock()), clean_email(email), clean_name(name), role)
        return person, await self._passphrases.hash(passphrase, known_words(person))

    async def rename(self, person: Person, name: str) -> None:
        """Change the name that visitors are shown.

        Raises:
            Invalid: it cannot be used.
        """
        new = RENAME(id=person.id, name=clean_name(name), rows=1)
        await self._store.change([new], self._clock(), person.id, Deed.NAME_CHANGED, person.id)

    async def set_passphrase(self, person: Person, passphrase: str, session: Session) -> None:
        """Change somebody's own passphrase, and sign their other devices out.

        Raises:
            Invalid: it is too easy to guess.
        """
        kept = await self._passphrases.hash(passphrase, known_words(person))
        batch = [
            SET_PASSPHRASE(id=person.id, passphrase=kept, rows=1),
            END_OTHERS(person_id=person.id, kept=session.id),
        ]
        deed = Deed.PASSPHRASE_CHANGED
        await self._store.change(batch, self._clock(), person.id, deed, person.id)
        self._sessions.tell()

    async def set_role(self, person_id: str, role: Role, by: str) -> None:
        """Change what somebody may do; whoever may do less is signed out, for what is open.

        Raises:
            UnknownPerson: there is none.
            LastAdmin: nobody else could manage people.
        """
        before = (await self.account(person_id)).person.role
        batch = [SET_ROLE(id=person_id, role=role.value, rows=1)]
        order = list(Role)
        if order.index(role) < order.index(before):
            batch.append(END_OTHERS(person_id=person_id, kept=NO_SESSION))
        try:
            await self._store.change(batch, self._clock(), by, Deed.ROLE_CHANGED, person_id)
        except Stale as error:
            raise LastAdmin from error
        self._sessions.tell()

    async def disable(self, person_id: str, by: str) -> None:
        """Send somebody away: every device is signed out, and open sockets close, at once.

        Raises:
            UnknownPerson, LastAdmin: likewise.
        """
        await self.account(person_id)
        batch = [DISABLE(id=person_id, rows=1), *self._sessions.ending_all(person_id)]
        try:
            await self._store.change(batch, self._clock(), by, Deed.DISABLED, person_id)
        except Stale as error:
            raise LastAdmin from error
        self._sessions.tell()

    async def enable(self, person_id: str, by: str) -> None:
        """Let somebody in again.

        Raises:
            UnknownPerson: there is none.
        """
        await self.account(person_id)
        back = ENABLE(id=person_id, rows=1)
        await self._store.change([back], self._clock(), by, Deed.ENABLED, person_id)


def known_words(person: Person) -> list[str]:
    """Return what an attacker would try first for this person."""
    name, _, host = person.email.partition("@")
    return [person.email, name, host, *person.name.split(), "cara", "project", "hampton", "trust"]
