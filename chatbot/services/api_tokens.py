"""Tokens for an admin's own tools: made, shown once, used within their scopes, revoked."""

from collections.abc import Collection, Sequence
from contextlib import suppress
from typing import Final

from chatbot.domain.api_tokens import DAY_MS, PREFIX, ApiToken, Scope, checked
from chatbot.services.errors import OutOfScope, TokenVoid
from chatbot.services.identity import Clock, new_id, new_token, token_hash
from chatbot.store.api_tokens import ApiTokens
from chatbot.store.errors import Stale

NOTED_MS: Final = 60_000
"""A token's last use is written at most this often."""


class ApiTokenService:
    """The tokens of one installation."""

    def __init__(self, store: ApiTokens, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def all(self) -> Sequence[ApiToken]:
        """Return every token, void ones too, the newest first."""
        return await self._store.all()

    async def make(self, name: str, scopes: Collection[str], days: int, by: str) -> str:
        """Make a token; return what is shown once.

        Raises:
            Invalid: a field cannot be used.
        """
        name, allowed = checked(name, scopes, days)
        now, secret = self._clock(), PREFIX + new_token()
        token = ApiToken(new_id(now), name, allowed, by, now, now + days * DAY_MS)
        await self._store.make(token, token_hash(secret))
        return secret

    async def find(self, secret: str, scope: Scope) -> ApiToken:
        """Return the token that somebody shows, and note that it was used.

        Raises:
            TokenVoid: there is none, or it is revoked or over, or its maker is no admin any more.
            OutOfScope: it does not open this.
        """
        token, now = await self._store.find(token_hash(secret)), self._clock()
        if token is None or not token.is_live(now):
            raise TokenVoid
        if scope not in token.scopes:
            raise OutOfScope
        if token.used_at is None or now - token.used_at >= NOTED_MS:
            await self._store.use(token.id, now)
        return token

    async def revoke(self, token_id: str, by: str) -> None:
        """Make a token void; one that is void already stays so."""
        with suppress(Stale):
            await self._store.revoke(token_id, by, self._clock())
