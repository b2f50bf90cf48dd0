"""Changed settings on both engines: kept, undone, guarded, and followed by another node."""

import asyncio
from collections.abc import Callable, Mapping

import pytest

from chatbot.domain.audit import Deed
from chatbot.domain.editable import CHECKED, HOOK_SECRET, SECRETS, table
from chatbot.domain.errors import Invalid
from chatbot.live.bus import LocalBus
from chatbot.services.editable import EditableService, Known
from chatbot.store import audit
from chatbot.store.database import Database
from chatbot.store.editable import SettingChanges
from chatbot.store.errors import Duplicate, Stale
from chatbot.store.opening import SCHEMA
from chatbot.store.query import sql
from chatbot.store.vault import Vault
from tests.store.team import Clock

OLD = sql("""
    insert into setting_change (version, name, value, reason, who, at)
    values (:version, :name, :value, '', :who, :at)
""")
KEPT = sql("select name, value from setting_change order by version")
MIGRATION = sql((SCHEMA / "0018_welcome_lines.sql").read_text("utf-8").partition("\n\n")[2])
BASE = dict.fromkeys(table(("en",)), "9") | {
    "organisation": "Ours",
    "second_factor": "required",
}


class Node:
    """A process, and the values that it acts by."""

    def __init__(self, database: Database, clock: Clock, locked: frozenset[str]) -> None:
        known = Known(table(("en",)), BASE, locked)
        self.settings = EditableService(SettingChanges(database), known, LocalBus(), clock)
        self.settings.prepare = self._prepare
        self.values: Mapping[str, str] = {}
        self.clock = clock
        self.changed = asyncio.Event()

    async def _prepare(self, values: Mapping[str, str]) -> Callable[[], None]:
        if values["organisation"] == "refused":
            raise Invalid(value="needed")
        return lambda: self._take(values)

    def _take(self, values: Mapping[str, str]) -> None:
        self.values = values
        self.changed.set()

    async def save(self, name: str, value: str, seen: int) -> None:
        await self.settings.save(name, value, seen, "amina", "because")


@pytest.fixture(name="node")
def _node(schema_database: Database) -> Callable[..., Node]:
    clock = Clock()
    return lambda *locked: Node(schema_database, clock, frozenset(locked))


async def test_a_change_counts_at_once_and_is_in_the_audit(
    node: Callable[..., Node], schema_database: Database
) -> None:
    one = node()
    await one.save("organisation", " New \n name ", 0)
    assert one.values == {**BASE, "organisation": "New name"}
    (line,) = await audit.newest(schema_database, 5)
    assert (line.who, line.action, line.subject) == (
        "amina",
        Deed.SETTING_CHANGED,
        "organisation",
    )
    (change,) = (await one.settings.board()).changes
    assert (change.value, change.before, change.reason) == ("New name", None, "because")


async def test_each_change_can_be_undone_until_the_next(node: Callable[..., Node]) -> None:
    one = node()
    for seen, name in enumerate(("A", "B")):
        await one.save("organisation", name, seen)
    await one.save("site_name", "S", 0)
    assert (await one.settings.board()).undoable == {2, 3}
    with pytest.raises(Stale):
        await one.settings.undo(1, "amina")
    await one.settings.undo(2, "amina")
    assert one.values["organisation"] == "A"
    await one.settings.undo(4, "amina")
    assert one.values["organisation"] == "B"  # undoing an undo does it again
    await one.settings.undo(3, "amina")
    assert one.values["site_name"] == BASE["site_name"]
    with pytest.raises(Stale):
        await one.settings.undo(99, "amina")


async def test_of_two_who_change_the_same_one_is_told(node: Callable[..., Node]) -> None:
    one, other = node(), node()
    results = await asyncio.gather(
        one.save("organisation", "A", 0),
        other.save("organisation", "B", 0),
        return_exceptions=True,
    )
    assert sum(result is None for result in results) == 1
    assert sum(isinstance(result, Stale | Duplicate) for result in results) == 1
    with pytest.raises(Stale):
        await one.save("organisation", "C", 0)


async def test_another_node_follows_a_hint_or_by_looking(node: Callable[..., Node]) -> None:
    one, other = node(), node()
    following = asyncio.create_task(other.settings.run())
    for seen, tell in enumerate(
        (
            lambda: other.settings.hint("settings", 1),
            other.settings.look_again,
        )
    ):
        await one.save("organisation", f"name {seen}", seen)
        other.settings.hint("elsewhere", 1)
        tell()
        async with asyncio.timeout(4):
            await other.changed.wait()
        other.changed.clear()
        assert other.values["organisation"] == f"name {seen}"
    following.cancel()


async def test_what_would_break_something_is_not_kept(node: Callable[..., Node]) -> None:
    one = node()
    for name, value in (("organisation", "refused"), ("wait_minutes", "soon")):
        with pytest.raises(Invalid):
            await one.save(name, value, 0)
    with pytest.raises(Invalid):
        await one.settings.save("site_name", "S", 0, "amina", "x" * 201)
    assert (await one.settings.board()).changes == []


async def test_the_environment_wins_also_over_what_was_saved_before(
    node: Callable[..., Node],
) -> None:
    await node().save("organisation", "Saved", 0)
    locked = node("organisation")
    values = await locked.settings.load()
    assert values["organisation"] == "Ours"
    (item,) = [i for i in (await locked.settings.board()).items if i.locked]
    assert item.value == "Ours"
    for change in (locked.save("organisation", "X", 1), locked.settings.undo(1, "amina")):
        with pytest.raises(Invalid):
            await change


async def test_what_an_older_version_took_is_left_out(
    node: Callable[..., Node], schema_database: Database
) -> None:
    one = node()
    await one.save("organisation", "A", 0)
    known = Known({"organisation": table(())["second_factor"]}, BASE, frozenset())
    newer = EditableService(SettingChanges(schema_database), known, LocalBus(), Clock())
    assert (await newer.load())["organisation"] == "Ours"


async def test_a_secret_is_kept_encrypted_shown_to_nobody_and_undone(
    schema_database: Database,
) -> None:
    known = Known(table(("en",)), BASE | {HOOK_SECRET: ""}, frozenset())
    changes = SettingChanges(schema_database, Vault(bytes(32)), SECRETS)
    settings = EditableService(changes, known, LocalBus(), Clock())
    first, second = "first-secret-of-ours", "second-secret-of-ours"
    await settings.save(HOOK_SECRET, first, 0, "amina")
    await settings.save(HOOK_SECRET, second, 1, "amina")
    rows = await schema_database.fetch(KEPT)
    assert [row["name"] for row in rows] == [HOOK_SECRET, HOOK_SECRET]
    assert not any(one in row["value"] for row in rows for one in (first, second))
    board = await settings.board()
    assert [(one.before, one.value) for one in board.changes] == [("set", "set"), (None, "set")]
    (item,) = [one for one in board.items if one.setting.name == HOOK_SECRET]
    assert (item.value, item.shipped) == ("set", "")
    assert (await settings.load())[HOOK_SECRET] == second
    await settings.undo(2, "amina")
    assert (await settings.load())[HOOK_SECRET] == first
    without = SettingChanges(schema_database, secrets=SECRETS)
    assert (await without.current())[HOOK_SECRET].value is None


async def test_a_welcome_of_before_is_its_first_line_now(
    node: Callable[..., Node], schema_database: Database
) -> None:
    one = node()
    await one.save("welcome.name.en", "Say nothing.", 0)
    for version, name in ((2, "welcome.en"), (3, "organisation")):
        await schema_database.write([OLD(version=version, name=name, value="Hello", who="a", at=1)])
    await schema_database.write([MIGRATION()])
    values = await one.settings.load()
    assert values["welcome.about.en"] == "Hello"
    assert (values["welcome.name.en"], values["organisation"]) == ("Say nothing.", "Hello")


async def test_a_number_is_due_when_nobody_looked_for_six_months(
    node: Callable[..., Node],
) -> None:
    one = node()

    async def shown() -> tuple[str, bool]:
        items = {item.setting.name: item for item in (await one.settings.board()).items}
        assert items["contacts.phone"].checked == ""
        return items["contacts.samaritans"].checked, items["contacts.samaritans"].due

    assert await shown() == (CHECKED, False)
    one.clock.pass_by(184 * 86_400_000)
    assert await shown() == (CHECKED, True)
    await one.settings.checked("contacts.samaritans", "amina")
    checked, due = await shown()
    assert (checked > CHECKED, due) == (True, False)
