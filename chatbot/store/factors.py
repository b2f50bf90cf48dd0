"""Second factors: the seed of an authenticator app, recovery codes and passkeys.

A code of an app counts once: the time step that was used last is kept, and a guard on it decides
between two who send the same code at once. A recovery code is a row, and using it deletes it.
"""

from dataclasses import dataclass
from typing import Any, Final

from chatbot.store.database import Database, Row
from chatbot.store.people import totp_place
from chatbot.store.query import Statement, sql
from chatbot.store.vault import Vault

SET_TOTP = sql("""
    update person set data_key = :data_key, totp = :totp, totp_step = :step where id = :id
""")
CLEAR_TOTP = sql("update person set data_key = null, totp = null where id = :id")
USE_STEP = sql("update person set totp_step = :step where id = :id and totp_step < :step")

ADD_CODE = sql("insert into recovery_code (person_id, code_hash) values (:id, :code_hash)")
USE_CODE = sql("delete from recovery_code where person_id = :id and code_hash = :code_hash")
FORGET_CODES = sql("delete from recovery_code where person_id = :id")

PASSKEYS = sql("""
    select id, credential_id, person_id, name, public_key, sign_count, created_at, used_at
    from passkey where person_id = :person_id or credential_id = :credential_id
    order by created_at, id
""")
ADD_PASSKEY = sql("""
    insert into passkey (id, credential_id, person_id, name, public_key, sign_count, created_at)
    values (:id, :credential_id, :person_id, :name, :public_key, :sign_count, :created_at)
""")
USE_PASSKEY = sql("""
    update passkey set sign_count = :sign_count, used_at = :at
    where id = :id and sign_count = :before
""")
REMOVE_PASSKEY = sql("delete from passkey where id = :id and person_id = :person_id")
FORGET_PASSKEYS = sql("delete from passkey where person_id = :id")

WRAPPED_KEY: Final = 60
"""Bytes of a wrapped data key: 12 of nonce, 32 of key, 16 of tag."""


@dataclass(frozen=True, slots=True)
class Passkey:
    """A key on somebody's device; `credential_id` is base64url, `name` its owner's word for it."""

    id: str
    credential_id: str
    person_id: str
    name: str
    public_key: bytes
    sign_count: int
    created_at: int
    used_at: int | None = None


class Factors:
    """The second factors of one database."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault

    def set_totp(self, person_id: str, seed: bytes, step: int) -> Statement:
        """Return what sets an app up, whose code of time `step` was used to prove it."""
        seal = self._vault.new_seal(person_id)
        sealed = seal.close(seed, totp_place(person_id))
        return SET_TOTP(id=person_id, data_key=seal.wrapped, totp=sealed, step=step, rows=1)

    def wrap(self, seed: bytes, owner: str) -> bytes:
        """Encrypt a seed that is not set up yet, for a form that only `owner` can send back."""
        seal = self._vault.new_seal(owner)
        return seal.wrapped + seal.close(seed, owner)

    def unwrap(self, wrapped: bytes, owner: str) -> bytes:
        """Return what `wrap` was given.

        Raises:
            Unreadable: it was altered, or is somebody else's.
        """
        return self._vault.seal(wrapped[:WRAPPED_KEY], owner).open(wrapped[WRAPPED_KEY:], owner)

    async def passkeys(self, person_id: str) -> list[Passkey]:
        """Return somebody's passkeys, the oldest first."""
        rows = await self._database.fetch(PASSKEYS, person_id=person_id, credential_id="")
        return [_passkey(row) for row in rows]

    async def passkey(self, credential_id: str) -> Passkey | None:
        """Return the passkey with that credential id, in base64url."""
        rows = await self._database.fetch(PASSKEYS, person_id="", credential_id=credential_id)
        return _passkey(rows[0]) if rows else None


def added(passkey: Passkey) -> Statement:
    """Return what adds a passkey."""
    columns: dict[str, Any] = {
        name: getattr(passkey, name) for name in Passkey.__slots__ if name != "used_at"
    }
    return ADD_PASSKEY(**columns)


def _passkey(row: Row) -> Passkey:
    columns = {name: row[name] for name in Passkey.__slots__}
    return Passkey(**{**columns, "public_key": bytes(row["public_key"])})
