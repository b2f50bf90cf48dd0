"""`chatbot move-to-postgres`: everything arrives as it was, or nothing does."""

import asyncio
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import asyncpg
import pytest

from chatbot.app import opened
from chatbot.cli import main
from chatbot.domain.audit import COMMAND_LINE, Deed
from chatbot.domain.faq import Entry, Status
from chatbot.domain.hours import Period, parse_week
from chatbot.domain.notices import Preferences
from chatbot.domain.people import Person, Role
from chatbot.domain.slots import DAY, Lane
from chatbot.services.callbacks import Origin
from chatbot.services.identity import new_token, system_clock
from chatbot.settings import Settings
from chatbot.store.audit import newest, prove
from chatbot.store.inbox import Filter
from chatbot.store.installation import open_installation
from chatbot.store.lock import FileLock
from chatbot.store.moving import move
from chatbot.store.opening import open_database
from chatbot.store.vault import Vault
from chatbot.web import keys
from tests.store.callers import a_form

pytestmark = pytest.mark.usefixtures("small_faq")
ENDPOINT: Final = "https://fcm.googleapis.com/fcm/send/x"
PASSPHRASE: Final = "violet anchor mosaic thunder"
BY_HAND: Final = """
    insert into passkey values ('p', 'c', :person, 'Yubi', x'00ff', 1, 2, null);
    insert into recovery_code values (:person, 'hash');
    insert into step values ('hash', 'code', :person, x'00', 3, 4);
    insert into delivery select 'd', id, 'webhook', '', 1, 0 from notice limit 1;
    insert into figure_day values (739000, 'opened', 5);
    insert into figure_hour values (24000, 10, 'opened', 5);
    insert into counted values (739000, 24000, 10, 'opened', 5, '');
    insert into picked values ('cost', 20000, 3);
    insert into used values ('cost', 20000, 4);
    insert into faq_import values ('i', :person, 1, '{}');
    insert into waited values (6, 5, 1);
    insert into question select id, 2, 'unanswered', '', 3, 0 from conversation limit 1;
"""
"""What only a browser, an hour, another machine or a real visitor would bring about."""

Told = tuple[int, str]
App = Mapping[Any, Any]


async def fill(app: App) -> None:
    """Do as people at the charity do in a week."""
    people, desk = app[keys.PEOPLE], app[keys.DESK]
    amina = await people.add("Amina", "amina@example.org", Role.ADMIN, PASSPHRASE, COMMAND_LINE)
    await people.invite("ben@example.org", Role.STAFF, amina.id)
    await app[keys.SESSIONS].start(amina, "Firefox", new_token(), second_factor=False)
    [session] = await app[keys.SESSIONS].of(amina.id)
    await app[keys.PUSH].add(amina, session.id, ENDPOINT, "Firefox")
    await app[keys.PUSH].public_key()
    await app[keys.NOTICES].save(amina, Preferences())
    await app[keys.CALL_DESK].make_feed(amina)
    await app[keys.REPLIES].save(amina, "hello", "Hello, this is Amina.", shared=True)
    await app[keys.API_TOKENS].make("sheet", ["audit"], 30, amina.id)
    await app[keys.HOURS].save_week(parse_week("mon-sun 09:00-17:00"), 0, amina.id)
    later = system_clock() + DAY
    await app[keys.HOURS].add_closure(Period(later, later + DAY), "training", amina.id)
    await app[keys.EDITABLE].save("organisation", "A Trust", 0, amina.id)
    await edit(app, amina)
    await ask_to_be_rung(app)
    chat = (await app[keys.CONVERSATIONS].start("1")).id
    await app[keys.CONVERSATIONS].say(chat, "i am żółty 🐝", str(uuid4()))
    await desk.take_over(amina, chat)
    await desk.keep_draft(amina, chat, "not sent yet")
    await desk.add_concern(amina, chat, "There are children.")


async def edit(app: App, amina: Person) -> None:
    editing = app[keys.EDITING]
    await app[keys.TRIAL].add(amina, "is it free", "cost")
    slug = await editing.begin(amina, "Is there parking?")
    await editing.begin(amina, "Is there tea?")
    entry = Entry(slug, "Is there parking?", "In the street.", status=Status.DRAFT)
    await editing.keep(amina, entry, 0, 1)
    await editing.plan(amina, slug, 2, system_clock() + DAY)


async def ask_to_be_rung(app: App) -> str:
    (slot, *_) = await app[keys.CALLBACKS].slots(Lane.OWN)
    made = await app[keys.CALLBACKS].ask(a_form(slot.start), str(uuid4()), Origin("en"))
    return str(made.reference)


def tables(source: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Return all that a SQLite database holds, the migrations apart."""
    with closing(sqlite3.connect(f"{source.as_uri()}?mode=ro", uri=True)) as connection:
        known = "select name from sqlite_master where type = 'table' and name <> 'schema_version'"
        names = [name for (name,) in connection.execute(known)]
        return {
            name: connection.execute(f"select * from {name}").fetchall()  # noqa: S608  # a name of ours
            for name in names
        }


async def arrived(url: str, names: list[str]) -> dict[str, list[tuple[Any, ...]]]:
    connection = await asyncpg.connect(url)
    try:
        return {
            name: [tuple(row) for row in await connection.fetch(f"select * from {name}")]  # noqa: S608  # a name of ours
            for name in names
        }
    finally:
        await connection.close()


@pytest.fixture(name="type_")
def _type(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Told]:
    """Type a command on the SQLite database; return its status and all that it says."""
    config, url = tmp_path / "settings.toml", f"sqlite:///{tmp_path}/data/chat.db"
    config.write_text('model = "/nowhere"\n')

    def typed(*words: str) -> Told:
        code = main([*words, "--database", url, "--config", str(config)])
        said = capsys.readouterr()
        return code, said.out + said.err

    return typed


@pytest.fixture(name="source")
async def _source(tmp_path: Path, type_: Callable[..., Told]) -> Path:
    """A database with something in each of its tables."""
    database = tmp_path / "data" / "chat.db"
    assert (await asyncio.to_thread(type_, "demo"))[0] == 0
    settings = Settings(database=f"sqlite:///{database}", model="/nowhere")
    async with opened(settings, system_clock) as app:
        await fill(app)
        [account] = [one for one in await app[keys.PEOPLE].all() if one.person.name == "Amina"]
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("pragma foreign_keys = on")
        for statement in BY_HAND.split(";\n"):
            if statement.strip():
                connection.execute(statement.replace(":person", f"'{account.person.id}'"))
    return database


async def test_everything_arrives_as_it_was_and_the_service_goes_on_there(
    source: Path, postgres: str, type_: Callable[..., Told]
) -> None:
    before = await asyncio.to_thread(tables, source)
    assert [name for name, rows in before.items() if not rows] == [], "each table has something"
    code, told = await asyncio.to_thread(type_, "move-to-postgres", postgres)
    assert code == 0, told
    assert f'data = "{source.parent}"' in told, "where the key is"
    assert await asyncio.to_thread(tables, source) == before, "the source stays as it was"
    after = await arrived(postgres, list(before))
    audit, streams = after.pop("audit"), dict(after.pop("stream"))
    assert {name: sorted(rows, key=repr) for name, rows in after.items()} == {
        name: sorted(rows, key=repr) for name, rows in before.items() if name in after
    }
    assert audit[:-1] == before["audit"]
    assert audit[-1][3] == Deed.DATABASE_MOVED
    assert streams == {**dict(before["stream"]), "audit": len(audit)}
    await go_on(postgres, source)


async def go_on(url: str, source: Path) -> None:
    """Read by the service what was written before, and write more."""
    settings = Settings(database=url, data=str(source.parent), model="/nowhere")
    async with opened(settings, system_clock) as app:
        assert "A Trust" in (await app[keys.EDITABLE].load()).values()
        calls = [row for rows in (await app[keys.CALL_DESK].queue()).values() for row in rows]
        assert "A.K." in [row.initials for row in calls]
        [amina] = [one for one in await app[keys.PEOPLE].everyone() if one.name == "Amina"]
        desk, conversations = app[keys.DESK], app[keys.CONVERSATIONS]
        [mine] = (await desk.search_text("żółty", Filter(), amina)).rows
        said = await conversations.say(mine.id, "and more", str(uuid4()))
        frames = await conversations.page(mine.id, 0, 100)
        assert [seq for seq, _ in frames] == list(range(1, said.seq + 1)), "without a gap"
        concerns = (await desk.open(amina, mine.id)).concerns
        assert [one.text for one in concerns or ()] == ["There are children."]
        await app[keys.EDITABLE].save("site_name", "CARA", 0, amina.id)
        await ask_to_be_rung(app)
        await conversations.start("1")
    database = await open_database(url, read_only=True)
    try:
        assert (await prove(database)).broken is None
        done = [one.action for one in await newest(database, 2)]
        assert done == [Deed.SETTING_CHANGED, Deed.DATABASE_MOVED]
    finally:
        await database.close()


@pytest.fixture(name="a_little")
async def _a_little(tmp_path: Path) -> Path:
    """A database with next to nothing in it."""
    path = tmp_path / "data" / "chat.db"
    database = await open_database(f"sqlite:///{path}")
    await open_installation(database, Vault(b"1" * 32), fresh="first", at=1)
    await database.close()
    return path


async def is_empty(url: str) -> bool:
    connection = await asyncpg.connect(url)
    found = await connection.fetchval("select count(*) from pg_tables where schemaname = 'public'")
    await connection.close()
    return bool(found == 0)


async def test_what_does_not_fit_leaves_the_other_side_empty(
    a_little: Path, postgres: str, type_: Callable[..., Told]
) -> None:
    with closing(sqlite3.connect(a_little)) as connection, connection:
        connection.execute("insert into canned values ('a', '', 'x' || char(0), '', 1)")
    code, told = await asyncio.to_thread(type_, "move-to-postgres", postgres)
    assert (code, "does not allow these values" in told) == (2, True)
    assert await is_empty(postgres)
    with closing(sqlite3.connect(a_little)) as connection, connection:
        connection.execute("delete from canned")
    code, told = await asyncio.to_thread(type_, "move-to-postgres", postgres)
    assert code == 0, told


async def test_how_far_it_is_is_told_to_the_last_row(a_little: Path, postgres: str) -> None:
    told: list[tuple[int, int]] = []
    moved = await move(a_little, postgres, [], lambda done, total: told.append((done, total)))
    assert told[-1] == (moved.rows, moved.rows)
    assert told == sorted(told)


async def test_nothing_goes_into_a_database_with_something_in_it(
    a_little: Path, postgres: str, type_: Callable[..., Told]
) -> None:
    assert a_little.exists()
    await (await open_database(postgres)).close()
    code, told = await asyncio.to_thread(type_, "move-to-postgres", postgres)
    assert (code, "make an empty one" in told) == (2, True)


async def test_nothing_moves_while_a_service_has_the_source(
    a_little: Path, postgres: str, type_: Callable[..., Told]
) -> None:
    lock = await asyncio.to_thread(FileLock.take, a_little)
    code, told = await asyncio.to_thread(type_, "move-to-postgres", postgres)
    lock.release()
    assert (code, "stop it first" in told) == (2, True)
    assert await is_empty(postgres)


async def test_a_database_of_older_software_is_upgraded_first(
    a_little: Path, postgres: str, type_: Callable[..., Told]
) -> None:
    with closing(sqlite3.connect(a_little)) as connection, connection:
        connection.execute("delete from schema_version where version > 16")
    code, told = await asyncio.to_thread(type_, "move-to-postgres", postgres)
    assert (code, "start the service once" in told) == (2, True)


@pytest.mark.parametrize(
    ("target", "wanted"),
    [
        ("sqlite:///other.db", "to postgresql://"),
        ("postgresql://nobody:secret@127.0.0.1:1/none", "cannot open the database 127.0.0.1/none"),
        ("postgresql://host:port/none", "the database URL is wrong"),
    ],
)
async def test_a_target_that_is_none_is_said_to_be_none(
    a_little: Path, type_: Callable[..., Told], target: str, wanted: str
) -> None:
    assert a_little.exists()
    code, told = await asyncio.to_thread(type_, "move-to-postgres", target)
    assert (code, wanted in told, "secret" in told) == (2, True, False), told


async def test_there_is_nothing_to_move_before_the_first_start(
    type_: Callable[..., Told], postgres: str
) -> None:
    code, told = await asyncio.to_thread(type_, "move-to-postgres", postgres)
    assert (code, "there is no database" in told) == (2, True)
