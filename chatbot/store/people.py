"""Accounts and invitations.

Every change is written together with its line in the audit. A change that must not leave the
service without an admin carries that condition itself, and is refused as `Stale`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from chatbot.domain.audit import Deed
from chatbot.domain.people import Person, Role
from chatbot.store import audit
from chatbot.store.database import Database, Row
from chatbot.store.query import Statement, sql
from chatbot.store.vault import Vault

COUNT = sql("select count(*) as n from person")
ACCOUNTS = sql("""
    select p.id, p.email, p.name, p.role, p.disabled, p.passphrase,
        p.data_key, p.totp, p.totp_step, p.created_at, p.seen_at,
        (select count(*) from passkey k where k.person_id = p.id) as passkeys,
        (select count(*) from recovery_code c where c.person_id = p.id) as recovery_codes
    from person p where p.id = :id or p.email = :email or :everybody = 1
    order by p.disabled, p.name, p.id
""")
CREATE = sql("""
    insert into person (id, email, name, role, disabled, passphrase,
        totp_step, created_at)
    values (:id, :email, :name, :role, :disabled, :passphrase,
        0, :created_at)
""")
RENAME = sql("update person set name = :name where id = :id")
SET_PASSPHRASE = sql("update person set passphrase = :passphrase where id = :id")
SET_ROLE = sql("""
    update person set role = :role
    where id = :id and (:role = 'admin' or role <> 'admin' or disabled = 1 or exists (
        select 1 from person o where o.role = 'admin' and o.disabled = 0 and o.id <> :id))
""")
DISABLE = sql("""
    update person set disabled = 1
    where id = :id and (role <> 'admin' or disabled = 1 or exists (
        select 1 from person o where o.role = 'admin' and o.disabled = 0 and o.id <> :id))
""")
ENABLE = sql("update person set disabled = 0 where id = :id")

INVITE = sql("""
    insert into invitation (id, token_hash, email, role, founding, person_id, invited_by,
        created_at, expires_at)
    values (:id, :token_hash, :email, :role, :founding, :person_id, :invited_by,
        :created_at, :expires_at)
""")
INVITATION = sql("""
    select id, email, role, founding, person_id, created_at, expires_at from invitation
    where token_hash = :token_hash and expires_at > :now
        and (founding = 0 or not exists (select 1 from person))
""")
INVITATIONS = sql("""
    select id, email, role, founding, person_id, created_at, expires_at from invitation
    where founding = 0 and person_id is null and expires_at > :now
    order by created_at desc, id
""")
USE_INVITATION = sql("""
    delete from invitation
    where id = :id and expires_at > :now and (founding = 0 or not exists (select 1 from person))
""")
WITHDRAW = sql("delete from invitation where id = :id")
WITHDRAW_FOUNDING = sql("delete from invitation where founding = 1")
FORGET_EXPIRED = sql("delete from invitation where expires_at <= :now")


@dataclass(frozen=True, slots=True)
class Account:
    """A person with what signing in needs; `totp` is the seed of an app, in bytes."""

    person: Person
    passphrase: str
    totp: bytes | None
    totp_step: int
    passkeys: int
    recovery_codes: int
    created_at: int
    seen_at: int | None

    @property
    def second_factor(self) -> bool:
        """Tell whether a passphrase alone lets nobody in."""
        return self.totp is not None or self.passkeys > 0


@dataclass(frozen=True, slots=True)
class Invitation:
    """Somebody may create an account with this role; `email` is a suggestion, or empty.

    With a `person_id` that person may choose a new passphrase instead.
    """

    id: str
    email: str
    role: Role
    founding: bool
    created_at: int
    expires_at: int
    person_id: str | None = None


class People:
    """The people of one database."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault

    async def count(self) -> int:
        """Return how many there are, the disabled ones among them."""
        return int((await self._database.fetch(COUNT))[0]["n"])

    async def all(self) -> list[Account]:
        """Return everybody by name, the disabled ones last."""
        return await self._accounts(everybody=1)

    async def by_email(self, email: str) -> Account | None:
        """Return whose e-mail address it is."""
        found = await self._accounts(email=email)
        return found[0] if found else None

    async def by_id(self, person_id: str) -> Account | None:
        """Return the person with that id."""
        found = await self._accounts(id=person_id)
        return found[0] if found else None

    async def _accounts(self, id: str = "", email: str = "", everybody: int = 0) -> list[Account]:
        rows = await self._database.fetch(ACCOUNTS, id=id, email=email, everybody=everybody)
        return [self._account(row) for row in rows]

    def _account(self, row: Row) -> Account:
        totp = None
        if row["totp"] is not None:
            seal = self._vault.seal(bytes(row["data_key"]), row["id"])
            totp = seal.open(bytes(row["totp"]), totp_place(row["id"]))
        return Account(
            person=read_person(row),
            passphrase=row["passphrase"],
            totp=totp,
            totp_step=row["totp_step"],
            passkeys=row["passkeys"],
            recovery_codes=row["recovery_codes"],
            created_at=row["created_at"],
            seen_at=row["seen_at"],
        )

    async def create(self, person: Person, passphrase: str, at: int, by: str) -> None:
        """Write a new person.

        Raises:
            Duplicate: somebody has that e-mail address.
        """
        who = audit.line(at, by, Deed.JOINED, person.id)
        await self._database.write([*who, _created(person, passphrase, at)])

    async def join(self, used: Invitation, person: Person, passphrase: str, at: int) -> None:
        """Write a new person, and use up the invitation.

        Raises:
            Stale: it has been used or withdrawn meanwhile.
            Duplicate: somebody has that e-mail address.
        """
        who = audit.line(at, person.id, Deed.JOINED, person.id)
        use = USE_INVITATION(id=used.id, now=at, rows=1)
        await self._database.write([*who, use, _created(person, passphrase, at)])

    async def change(
        self, statements: Sequence[Statement], at: int, by: str, deed: Deed, subject: str
    ) -> None:
        """Write `statements` with their line in the audit.

        Raises:
            Stale: what they expected is not so.
        """
        await self._database.write([*audit.line(at, by, deed, subject), *statements])

    async def write(self, batch: Sequence[Statement]) -> None:
        """Write a batch that brings its own line in the audit, or needs none."""
        await self._database.write(batch)

    async def found(self, invitation: Invitation, token_hash: str) -> None:
        """Write the link for the first admin; earlier ones are void."""
        made = _invited(invitation, token_hash, "")
        await self._database.write([WITHDRAW_FOUNDING(), made])

    async def invite(self, invitation: Invitation, token_hash: str, by: str) -> None:
        """Write an invitation; only the hash of its token is kept."""
        renews = invitation.person_id
        deed = Deed.PASSPHRASE_LINK_MADE if renews else Deed.INVITED
        who = audit.line(invitation.created_at, by, deed, renews or invitation.id)
        await self._database.write([*who, _invited(invitation, token_hash, by)])

    async def invitation(self, token_hash: str, now: int) -> Invitation | None:
        """Return the invitation that a token opens, while it can be used."""
        rows = await self._database.fetch(INVITATION, token_hash=token_hash, now=now)
        return _invitation(rows[0]) if rows else None

    async def invitations(self, now: int) -> list[Invitation]:
        """Return those that nobody has used yet, newest first."""
        return [_invitation(row) for row in await self._database.fetch(INVITATIONS, now=now)]


def totp_place(person_id: str) -> str:
    """Return what the seed of somebody's app is bound to."""
    return f"{person_id}/totp"


def read_person(row: Row) -> Person:
    """Return the person of a row that has their columns."""
    return Person(
        id=row["id"],
        email=row["email"],
        name=row["name"],
        role=Role(row["role"]),
        disabled=bool(row["disabled"]),
    )


def _created(person: Person, passphrase: str, at: int) -> Statement:
    return CREATE(
        id=person.id,
        email=person.email,
        name=person.name,
        role=person.role.value,
        disabled=int(person.disabled),
        passphrase=passphrase,
        created_at=at,
    )


def _invited(invitation: Invitation, token_hash: str, by: str) -> Statement:
    columns: dict[str, Any] = {
        "id": invitation.id,
        "email": invitation.email,
        "role": invitation.role.value,
        "founding": int(invitation.founding),
        "person_id": invitation.person_id,
        "created_at": invitation.created_at,
        "expires_at": invitation.expires_at,
    }
    return INVITE(token_hash=token_hash, invited_by=by, **columns)


def _invitation(row: Row) -> Invitation:
    return Invitation(
        id=row["id"],
        email=row["email"],
        role=Role(row["role"]),
        founding=bool(row["founding"]),
        person_id=row["person_id"],
        created_at=row["created_at"],
        expires_at=row["expires_at"],
    )
