"""Promises, on both engines: written once, never changed, and soon known to every node."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest

from chatbot.domain.errors import Invalid
from chatbot.domain.promises import UNKNOWN, Kind, Promise
from chatbot.domain.texts import Texts
from chatbot.live.bus import LocalBus
from chatbot.services.promises import SHIPPED, SKEW_MS, PromiseService
from chatbot.services.rendering import UnknownPlaceholder
from chatbot.services.voice import Voice
from chatbot.store.database import Database
from chatbot.store.errors import Duplicate, StoreError
from chatbot.store.promises import Promises
from chatbot.store.query import Statement, sql

PROMISE = Promise(Kind.POLICE, 1, "We may tell them.", 20, "amina", 10)
SHIPPED_TEXTS = dict.fromkeys(Kind, "Ask the team on {phone}.\n\nThey know more.")
NOON = 1_800_000_000_000
FIRST, SECOND = "c1.p1.v1", "c1.p2.v1"


class Told:
    """A bus that keeps what it is told."""

    def __init__(self) -> None:
        self.hints: list[tuple[str, int]] = []

    def announce(self, topic: str, seq: int) -> None:
        self.hints.append((topic, seq))

    async def run(self) -> None:
        await asyncio.Event().wait()


class Node:
    """A service on a database, with a clock that is moved by hand."""

    def __init__(self, database: Database, now: int = NOON) -> None:
        self.now = now
        self.bus = Told()
        voice = Voice({"en": Texts({})}, {"phone": "023 8000 1061"})
        self.promises = PromiseService(Promises(database), voice, self.bus, lambda: self.now)

    async def started(self) -> "Node":
        await self.promises.start(SHIPPED_TEXTS)
        return self

    async def add(self, text: str = "New words.", after: int | None = None) -> Promise:
        self.now += 1
        start = None if after is None else self.now + after
        return await self.promises.add(Kind.POLICE, text, by="amina", effective_from=start)


@pytest.fixture(name="store")
def _store(schema_database: Database) -> Promises:
    return Promises(schema_database)


@pytest.fixture(name="node")
async def _node(schema_database: Database) -> Node:
    return await Node(schema_database).started()


async def test_what_was_written_is_read_back_in_order(store: Promises) -> None:
    second = replace(PROMISE, number=2, text="Other words.")
    other = replace(PROMISE, kind=Kind.CONFIDENTIALITY)
    await store.add([second])
    await store.add([PROMISE, other])
    assert await store.all() == [other, PROMISE, second]
    assert await store.seq() == 3


async def test_of_two_with_one_number_one_is_kept(store: Promises) -> None:
    texts = ("one", "two", "three")
    done = await asyncio.gather(
        *(store.add([replace(PROMISE, text=text)]) for text in texts), return_exceptions=True
    )
    assert sum(isinstance(one, Duplicate) for one in done) == 2
    assert await store.seq() == 1


@pytest.mark.parametrize(
    "batch",
    [
        [sql("update promise set text = :text")(text="other")],
        [sql("delete from promise where number = :number")(number=1)],
    ],
)
async def test_the_database_itself_refuses_to_change_one(
    store: Promises, schema_database: Database, batch: Sequence[Statement]
) -> None:
    await store.add([PROMISE])
    with pytest.raises(StoreError):
        await schema_database.write(batch)
    assert await store.all() == [PROMISE]


async def test_the_database_itself_refuses_one_in_force_before_it_was_written(
    store: Promises,
) -> None:
    with pytest.raises(StoreError):
        await store.add([replace(PROMISE, effective_from=9)])


async def test_nodes_that_start_together_plant_the_first_versions_once(
    schema_database: Database,
) -> None:
    nodes = [Node(schema_database, NOON + n) for n in range(4)]
    await asyncio.gather(*(node.started() for node in nodes))
    every = await nodes[0].promises.history()
    assert [(one.kind, one.number, one.written_by) for one in every] == [
        (kind, 1, SHIPPED) for kind in Kind
    ]


async def test_a_clock_that_is_behind_shows_the_first_versions_all_the_same(
    node: Node, schema_database: Database
) -> None:
    late = await Node(schema_database, NOON - 30_000).started()
    assert late.promises.current() == node.promises.current()


async def test_what_is_shown_is_rendered_in_two_parts(node: Node) -> None:
    notice = node.promises.current()
    assert notice.version == FIRST
    shown = notice.promises[Kind.POLICE]
    assert shown.short == '<p>Ask the team on <a href="tel:02380001061">023 8000 1061</a>.</p>'
    assert shown.more == "<p>They know more.</p>"


async def test_a_new_version_is_in_force_at_once_or_when_its_day_comes(node: Node) -> None:
    await node.add("Later.", after=10)
    assert node.promises.current().version == FIRST
    await node.add("Now.")
    assert node.promises.current().version == "c1.p3.v1"
    node.now += 10
    assert node.promises.current().version == "c1.p2.v1"


@pytest.mark.parametrize(
    ("text", "error"), [("", Invalid), ("# Title", Invalid), ("Ring {fone}.", UnknownPlaceholder)]
)
async def test_a_text_that_cannot_be_shown_is_not_kept(
    node: Node, text: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        await node.add(text)
    assert len(await node.promises.history()) == len(Kind)


async def test_a_conversation_keeps_the_version_that_was_shown_not_the_newest(node: Node) -> None:
    await node.add()
    assert await node.promises.kept(FIRST) == FIRST
    assert await node.promises.kept(SECOND) == SECOND


@pytest.mark.parametrize("claimed", ["", "1", "c9.p9.v9", "c1.p1.v2", "<b>", "c1.p1.v1\n"])
async def test_a_version_that_nobody_can_have_seen_is_kept_as_unknown(
    node: Node, claimed: str
) -> None:
    assert await node.promises.kept(claimed) == UNKNOWN


async def test_a_version_to_come_cannot_have_been_seen(node: Node) -> None:
    await node.add(after=SKEW_MS + 1)
    assert await node.promises.kept(SECOND) == UNKNOWN
    node.now += SKEW_MS + 1
    assert await node.promises.kept(SECOND) == SECOND


async def test_what_another_node_has_just_shown_is_known_here(
    node: Node, schema_database: Database
) -> None:
    other = await Node(schema_database).started()
    await node.add()
    assert other.promises.current().version == FIRST
    assert await other.promises.kept(SECOND) == SECOND
    other.now = node.now
    assert other.promises.current().version == SECOND


@pytest.mark.parametrize(("looks_after", "told"), [(600, True), (0.01, False)])
async def test_a_node_learns_of_a_version_by_a_hint_or_by_looking(
    node: Node,
    schema_database: Database,
    monkeypatch: pytest.MonkeyPatch,
    *,
    looks_after: float,
    told: bool,
) -> None:
    monkeypatch.setattr("chatbot.services.following.LOOK_SECONDS", looks_after)
    other = await Node(schema_database, NOON + 1).started()
    task = asyncio.create_task(other.promises.run())
    await node.add()
    if told:
        ((topic, seq),) = node.bus.hints
        other.promises.hint("conversation:1", 1)
        other.promises.hint(topic, seq)
    async with asyncio.timeout(10):
        while other.promises.current().version != SECOND:  # noqa: ASYNC110  # no event tells
            await asyncio.sleep(0.01)
    task.cancel()


async def test_staff_can_read_what_somebody_was_shown_long_ago(node: Node) -> None:
    await node.add("Other words.")
    then = await node.promises.texts(FIRST)
    assert then is not None
    assert then[Kind.POLICE].text == SHIPPED_TEXTS[Kind.POLICE]
    now = await node.promises.texts(SECOND)
    assert now is not None
    assert (now[Kind.POLICE].text, now[Kind.POLICE].written_by) == ("Other words.", "amina")
    for unknown in (UNKNOWN, "1", "c1.p9.v1"):
        assert await node.promises.texts(unknown) is None


async def test_a_service_alone_has_nobody_to_tell(schema_database: Database) -> None:
    voice = Voice({"en": Texts({})}, {})
    alone = PromiseService(Promises(schema_database), voice, LocalBus(), lambda: NOON)
    assert await alone.seed(dict.fromkeys(Kind, "Words."))
    assert not await alone.seed(dict.fromkeys(Kind, "Words."))
    assert (await alone.add(Kind.PRIVACY, "More.", by="amina")).number == 2
    assert alone.current().version == "c1.p1.v2"
