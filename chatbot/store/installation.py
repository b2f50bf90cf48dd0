"""What one installation of the database is: its epoch, and which master key opens it.

The epoch changes when the database is put back from a backup, so that a client with a higher
cursor than the store does not wait for ever.
"""

from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from chatbot.store.database import Database
from chatbot.store.errors import Duplicate, Unreadable, WrongMasterKey
from chatbot.store.query import Statement, sql
from chatbot.store.vault import Vault

LOAD = sql("select epoch, key_check from installation where id = 1")
CREATE = sql("""
    insert into installation (id, epoch, key_check, created_at) values (1, :epoch, :check, :at)
""")
RENEW = sql("update installation set epoch = :epoch where id = 1")
END_SESSIONS = sql("delete from session")
OWNER: Final = "installation"


@dataclass(frozen=True, slots=True)
class Installation:
    """`epoch` is new for each life of the database."""

    epoch: str


async def open_installation(
    database: Database, vault: Vault, *, fresh: str, at: int
) -> Installation:
    """Return the installation; a new database becomes one with the epoch `fresh`.

    Raises:
        WrongMasterKey: its conversations were encrypted under another key.
    """
    rows = await database.fetch(LOAD)
    if not rows:
        check = vault.new_seal(OWNER).wrapped
        with suppress(Duplicate):  # another node was first
            await database.write([CREATE(epoch=fresh, check=check, at=at)])
        rows = await database.fetch(LOAD)
    refuse_foreign_key(bytes(rows[0]["key_check"]), vault)
    return Installation(rows[0]["epoch"])


def renewed(epoch: str) -> list[Statement]:
    """Return what begins another life of the database, in which nobody is signed in yet."""
    return [RENEW(epoch=epoch, rows=1), END_SESSIONS()]


def refuse_foreign_key(check: bytes, vault: Vault) -> None:
    """See to it that what was kept to know the master key by opens.

    Raises:
        WrongMasterKey: another key made it.
    """
    try:
        vault.seal(check, OWNER)
    except Unreadable as error:
        raise WrongMasterKey from error
