"""Tokens for tools: only the hash of each is kept. One whose maker is no admin any more is void."""

from collections.abc import Sequence

from chatbot.domain.api_tokens import ApiToken, Scope
from chatbot.domain.audit import Deed
from chatbot.store.audit import line
from chatbot.store.database import Database, Row
from chatbot.store.query import sql

MAKE = sql("""
    insert into api_token (id, token_hash, name, scopes, made_by, made_at, expires_at)
    values (:id, :token_hash, :name, :scopes, :made_by, :made_at, :expires_at)
""")
FIND = sql("""
    select t.id, t.name, t.scopes, t.made_by, t.made_at, t.expires_at, t.used_at, t.revoked_at
    from api_token t join person p on p.id = t.made_by
    where t.token_hash = :token_hash and p.disabled = 0 and p.role = 'admin'
""")
ALL = sql("""
    select id, name, scopes, made_by, made_at, expires_at, used_at, revoked_at from api_token
    order by made_at desc, id
""")
USE = sql("update api_token set used_at = :at where id = :id")
REVOKE = sql("update api_token set revoked_at = :at where id = :id and revoked_at is null")


class ApiTokens:
    """The tokens of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def make(self, token: ApiToken, token_hash: str) -> None:
        """Keep a new token."""
        make = MAKE(
            id=token.id,
            token_hash=token_hash,
            name=token.name,
            scopes=" ".join(sorted(token.scopes)),
            made_by=token.made_by,
            made_at=token.made_at,
            expires_at=token.expires_at,
        )
        deed = line(token.made_at, token.made_by, Deed.TOKEN_MADE, token.id)
        await self._database.write([*deed, make])

    async def find(self, token_hash: str) -> ApiToken | None:
        """Return the token whose maker is still an admin; it may be revoked or over."""
        rows = await self._database.fetch(FIND, token_hash=token_hash)
        return _token(rows[0]) if rows else None

    async def all(self) -> Sequence[ApiToken]:
        """Return every token, the newest first."""
        return [_token(row) for row in await self._database.fetch(ALL)]

    async def use(self, token_id: str, at: int) -> None:
        """Note that a token was used."""
        await self._database.write([USE(id=token_id, at=at)])

    async def revoke(self, token_id: str, by: str, at: int) -> None:
        """Make a token void.

        Raises:
            Stale: there is none, or it is void already.
        """
        deed = line(at, by, Deed.TOKEN_REVOKED, token_id)
        await self._database.write([*deed, REVOKE(id=token_id, at=at, rows=1)])


def _token(row: Row) -> ApiToken:
    return ApiToken(
        id=row["id"],
        name=row["name"],
        scopes=frozenset(map(Scope, row["scopes"].split())),
        made_by=row["made_by"],
        made_at=row["made_at"],
        expires_at=row["expires_at"],
        used_at=row["used_at"],
        revoked_at=row["revoked_at"],
    )
