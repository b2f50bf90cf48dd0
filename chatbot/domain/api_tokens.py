"""Tokens for an admin's own tools: what each may read, and until when."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from chatbot.domain.errors import Invalid
from chatbot.domain.text import clean

NAME_LIMIT: Final = 60
DAY_MS: Final = 86_400_000
LIFETIMES: Final = (30, 90, 365)
"""Days that a token may last: none lasts for ever, and be forgotten in a script."""
PREFIX: Final = "cara_"
"""By it a scanner for secrets knows one that was left in a file."""


class Scope(StrEnum):
    """What a token opens; nothing in any of them changes anything."""

    FIGURES = "figures"
    AUDIT = "audit"
    FAQ = "faq"


@dataclass(frozen=True, slots=True)
class ApiToken:
    """A token as it is kept. Times are milliseconds UTC."""

    id: str
    name: str
    scopes: frozenset[Scope]
    made_by: str
    made_at: int
    expires_at: int
    used_at: int | None = None
    revoked_at: int | None = None

    def is_live(self, now: int) -> bool:
        """Tell whether it still opens something."""
        return self.revoked_at is None and now < self.expires_at


def checked(name: str, scopes: Collection[str], days: int) -> tuple[str, frozenset[Scope]]:
    """Return the name and the scopes of a token that is to be made.

    Raises:
        Invalid: a field cannot be used.
    """
    wrong: dict[str, str] = {}
    name = " ".join(clean(name).split())
    if not 0 < len(name) <= NAME_LIMIT:
        wrong["name"] = "too_long" if name else "empty"
    known = {scope.value for scope in Scope}
    if not scopes or set(scopes) - known:
        wrong["scopes"] = "none"
    if days not in LIFETIMES:
        wrong["days"] = "unknown"
    if wrong:
        raise Invalid(**wrong)
    return name, frozenset(map(Scope, scopes))
