"""What admins changed of the settings: each change is kept, the newest of a name counts.

A secret is kept encrypted under its name.
"""

from base64 import b64decode, b64encode
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from chatbot.domain.audit import Deed
from chatbot.store.audit import line
from chatbot.store.database import Database, Row
from chatbot.store.query import sql
from chatbot.store.vault import Vault

CURRENT = sql("""
    select c.version, c.name, c.value, c.reason, c.who, c.at, null as before from setting_change c
    where c.version = (select max(d.version) from setting_change d where d.name = c.name)
""")
NEWEST = sql("""
    select c.version, c.name, c.value, c.reason, c.who, c.at, (
        select d.value from setting_change d
        where d.name = c.name and d.version < c.version order by d.version desc limit 1
    ) as before
    from setting_change c order by c.version desc limit :limit
""")
ONE = sql("""
    select c.version, c.name, c.value, c.reason, c.who, c.at, (
        select d.value from setting_change d
        where d.name = c.name and d.version < c.version order by d.version desc limit 1
    ) as before
    from setting_change c where c.version = :version
""")
HEAD = sql("select coalesce(max(version), 0) as version from setting_change")
SAVE = sql("""
    insert into setting_change (version, name, value, reason, who, at)
    select (select coalesce(max(version), 0) + 1 from setting_change),
        :name, :value, :reason, :who, :at
    where coalesce((select max(version) from setting_change where name = :name), 0) = :seen
""")


@dataclass(frozen=True, slots=True)
class Change:
    """`who` gave `name` a value, None for what it is without; `before` is what it had."""

    version: int
    name: str
    value: str | None
    reason: str
    who: str
    at: int
    before: str | None = None


class SettingChanges:
    """The changes in one database."""

    def __init__(
        self, database: Database, vault: Vault | None = None, secrets: Collection[str] = ()
    ) -> None:
        """Without a vault the `secrets` are left out."""
        self._database = database
        self._vault = vault
        self._secrets = secrets

    async def head(self) -> int:
        """Return the version of the newest change, 0 when there is none."""
        return int((await self._database.fetch(HEAD))[0]["version"])

    async def current(self) -> Mapping[str, Change]:
        """Return the newest change of each setting, by its name."""
        return {row["name"]: self._change(row) for row in await self._database.fetch(CURRENT)}

    async def newest(self, limit: int) -> Sequence[Change]:
        """Return the newest changes of all settings, the newest first."""
        return [self._change(row) for row in await self._database.fetch(NEWEST, limit=limit)]

    async def one(self, version: int) -> Change | None:
        """Return a change."""
        rows = await self._database.fetch(ONE, version=version)
        return self._change(rows[0]) if rows else None

    async def save(self, change: Change) -> None:
        """Keep a change; its `version` is the newest of the same setting that was looked at.

        Raises:
            Stale, Duplicate: somebody else changed something meanwhile.
        """
        save = SAVE(
            rows=1,
            name=change.name,
            value=self._closed(change.name, change.value),
            reason=change.reason,
            who=change.who,
            at=change.at,
            seen=change.version,
        )
        deed = line(change.at, change.who, Deed.SETTING_CHANGED, change.name)
        await self._database.write([*deed, save])

    def _change(self, row: Row) -> Change:
        change = Change(*(row[name] for name in Change.__slots__))
        if change.name not in self._secrets:
            return change
        value, before = self._opened(change.name, change.value), change.before
        return replace(change, value=value, before=self._opened(change.name, before))

    def _closed(self, name: str, value: str | None) -> str | None:
        if name not in self._secrets or not value or self._vault is None:
            return value
        seal = self._vault.new_seal(name)
        parts = (seal.wrapped, seal.close(value.encode(), name))
        return " ".join(b64encode(part).decode() for part in parts)

    def _opened(self, name: str, kept: str | None) -> str | None:
        if not kept or self._vault is None:
            return kept and None
        wrapped, sealed = (b64decode(part) for part in kept.split(" "))
        return self._vault.seal(wrapped, name).open(sealed, name).decode()
