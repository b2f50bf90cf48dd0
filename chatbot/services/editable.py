"""Settings that an admin changes while the service runs.

What was changed lies over the file and under the environment. A change is first rehearsed: what
would break an answer or a page is refused. Then it is written, and takes effect on every node
without a restart: here at once, elsewhere by a hint, or by looking.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from chatbot.domain.editable import CHECK, CHECK_DAYS, CHECKED, SECRETS, Editable, check_of
from chatbot.domain.errors import Invalid
from chatbot.domain.hours import local
from chatbot.domain.text import clean
from chatbot.live.bus import Bus
from chatbot.services.following import Following
from chatbot.services.identity import Clock
from chatbot.store.editable import Change, SettingChanges
from chatbot.store.errors import Stale, StoreError

TOPIC: Final = "settings"
REASON_LIMIT: Final = 200
SHOWN: Final = 20
"""Changes that the page lists."""
SET: Final = "set"
"""All that is shown of a secret."""

Prepare = Callable[[Mapping[str, str]], Awaitable[Callable[[], None]]]
"""Takes every value by name, and returns what brings them into effect; or raises Invalid."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Item:
    """A setting as the page shows it.

    `version` is the change that it comes from, 0 for the file or the software. Who deploys has
    fixed a `locked` one in the environment. `checked` is a day, `due` that it is long ago. Without
    a change it is `shipped`.
    """

    setting: Editable
    value: str
    version: int
    locked: bool
    checked: str = ""
    due: bool = False
    shipped: str = ""


@dataclass(frozen=True, slots=True)
class Board:
    """Everything an admin sees: the settings, and what was changed lately with who may undo it."""

    items: Sequence[Item]
    changes: Sequence[Change]
    undoable: frozenset[int]


@dataclass(frozen=True, slots=True)
class Known:
    """What may be changed, what it is without a change, and what the environment has fixed."""

    table: Mapping[str, Editable]
    base: Mapping[str, str]
    locked: frozenset[str]


class EditableService(Following):
    """The settings that admins may change."""

    def __init__(self, store: SettingChanges, known: Known, bus: Bus, clock: Clock) -> None:
        super().__init__(TOPIC, self.refresh)
        self.table: Final = known.table
        self._store = store
        self._base = known.base
        self._locked = known.locked
        self._bus = bus
        self._clock = clock
        self._head = 0
        self._changing = asyncio.Lock()
        self.prepare: Prepare | None = None
        """Whoever puts the service together sets this, once all of it is there."""

    async def load(self) -> Mapping[str, str]:
        """Read what was changed; return every value that counts now."""
        self._head = await self._store.head()
        return self._values(await self._store.current())

    def _values(self, current: Mapping[str, Change]) -> dict[str, str]:
        values = dict(self._base)
        for name, change in current.items():
            setting = self.table.get(name)
            if setting is None or name in self._locked or change.value is None:
                continue
            try:
                values[name] = setting.clean(change.value)
            except Invalid:  # an older version took it
                log.warning("settings.ignored name=%s", name)
        return values

    async def board(self) -> Board:
        """Return what the page shows."""
        current = await self._store.current()
        values = self._values(current)
        items = [self._item(one, values, current) for one in self.table.values()]
        changes = [_masked(change) for change in await self._store.newest(SHOWN)]
        undoable = {
            change.version
            for change in current.values()
            if change.name in self.table and change.name not in self._locked
        }
        return Board(items, changes, frozenset(undoable))

    def _item(
        self, setting: Editable, values: Mapping[str, str], current: Mapping[str, Change]
    ) -> Item:
        name = setting.name
        version = current[name].version if name in current else 0
        checked = ""
        if setting.has_date and values[name]:
            looked = current.get(f"{CHECK}{name}")
            checked = (looked.value if looked else None) or CHECKED
        due = bool(checked) and checked < self._days_ago(CHECK_DAYS)
        locked, value, shipped = name in self._locked, values[name], self._base[name]
        if name in SECRETS:
            value, shipped = _mask(value) or "", ""
        return Item(setting, value, version, locked, checked, due, shipped)

    def _days_ago(self, days: int) -> str:
        today: date = local(self._clock()).date()
        return (today - timedelta(days=days)).isoformat()

    async def save(self, name: str, given: str, seen: int, who: str, reason: str = "") -> None:
        """Change a setting; `seen` is its version on the page that it was changed on.

        Raises:
            KeyError: there is no such setting.
            Invalid: it cannot be used (`value`), or the reason is too long.
            Stale, Duplicate: somebody else changed something meanwhile.
        """
        setting = self.table[name]
        await self._change(name, setting.clean(given), seen, who, reason)

    async def undo(self, version: int, who: str) -> None:
        """Put back what a setting had before a change, which must be its newest.

        Raises:
            Stale, Duplicate: it is not.
            Invalid: it is locked now, or what it had cannot be used any more.
        """
        change = await self._known(version)
        await self._change(change.name, change.before, version, who, "")

    async def changed_by(self, version: int) -> Editable:
        """Return the setting that a change is of.

        Raises:
            Stale: there is no such change, or no such setting any more.
        """
        return self.table[(await self._known(version)).name]

    async def _known(self, version: int) -> Change:
        change = await self._store.one(version)
        if change is None or change.name not in self.table:
            raise Stale
        return change

    async def checked(self, name: str, who: str) -> None:
        """Note that somebody looked today whether a setting is still right."""
        setting = check_of(self.table[name].name)
        known = (await self._store.current()).get(setting.name)
        today = self._days_ago(0)
        change = Change(known.version if known else 0, setting.name, today, "", who, self._clock())
        await self._store.save(change)

    async def _change(self, name: str, value: str | None, seen: int, who: str, reason: str) -> None:
        reason = clean(reason)
        if name in self._locked:
            raise Invalid(value="locked")
        if len(reason) > REASON_LIMIT:
            raise Invalid(reason="too_long")
        change = Change(seen, name, value, reason, who, self._clock())
        current = {**await self._store.current(), name: change}
        if self.prepare:
            await self.prepare(self._values(current))
        await self._store.save(change)
        await self.refresh()
        self._bus.announce(TOPIC, self._head)

    async def refresh(self) -> None:
        """Bring into effect what the store holds, if it is newer; what fails is tried again."""
        async with self._changing:
            try:
                await self._take()
            except (StoreError, Invalid) as error:
                log.warning("settings.failed error=%s", type(error).__name__)

    async def _take(self) -> None:
        head = await self._store.head()
        if head == self._head or self.prepare is None:
            return
        current = await self._store.current()
        take = await self.prepare(self._values(current))
        take()
        self._head = head


def _mask(value: str | None) -> str | None:
    return SET if value else value


def _masked(change: Change) -> Change:
    if change.name not in SECRETS:
        return change
    return replace(change, value=_mask(change.value), before=_mask(change.before))
