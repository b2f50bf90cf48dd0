"""Two processes on one PostgreSQL and one Redis are one service, whatever becomes of links."""

import asyncio
import json
import secrets
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import aiohttp
import asyncpg
import pytest
import pytest_asyncio
from redis.asyncio import Redis

from chatbot.settings import MASTER_KEY
from tests.faults.node import QUICK, Node
from tests.web.conftest import Line, Visitor

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(300)]
KEY = urlsafe_b64encode(bytes(range(32))).decode()
NAME = f"cara_faults_{secrets.token_hex(6)}"
SWEEP_SECONDS = 5
"""After so long a node looks by itself, whatever hint was lost."""

SAVED = """
    insert into setting_change (version, name, value, reason, who, at)
    values ($1, $2, $3, '', 'amina', 0)
"""

Pair = tuple[Node, Node]


@pytest_asyncio.fixture(scope="module", loop_scope="module", name="database")
async def _database(postgres_url: str) -> AsyncIterator[str]:
    admin = await asyncpg.connect(postgres_url)
    await admin.execute(f"create database {NAME}")
    yield f"{postgres_url.rpartition('/')[0]}/{NAME}"
    await admin.execute(f"drop database {NAME} with (force)")
    await admin.close()


@asynccontextmanager
async def pair(folder: Path, database: str, broker: str) -> AsyncIterator[Pair]:
    """Start both at once, on whatever is in the database."""
    one, two = (
        Node(
            folder / name,
            database=database,
            settings=f'data = "{folder}/{name}/data"\n{QUICK}',
            arguments=("--broker", broker),
            environment={MASTER_KEY: KEY},
        )
        for name in ("one", "two")
    )
    try:
        await asyncio.gather(one.start(), two.start())
        yield one, two
    finally:
        await asyncio.gather(one.kill(), two.kill())


@pytest_asyncio.fixture(scope="module", loop_scope="module", name="nodes")
async def _nodes(
    tmp_path_factory: pytest.TempPathFactory, database: str, redis_url: str
) -> AsyncIterator[Pair]:
    """Two nodes that were started at the same moment on an empty database."""
    folder: Path = tmp_path_factory.mktemp("pair")
    async with pair(folder, database, f"{redis_url}?client_name={NAME}") as nodes:
        yield nodes


@pytest_asyncio.fixture(loop_scope="module", name="http")
async def _http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


async def on_both(nodes: Pair, http: aiohttp.ClientSession) -> tuple[Visitor, Visitor]:
    """Return one visitor as a client of each node; nobody has been asked to answer."""
    here = nodes[0].visitor(http)
    await here.start()
    await here.call("POST", "/person")
    return here, replace(here, api=nodes[1].visitor(http).api)


@asynccontextmanager
async def cut_links(redis_url: str) -> AsyncIterator[None]:
    """Cut the nodes' subscriptions again and again: nobody tells them what they missed."""

    async def cut(redis: Redis) -> None:
        while True:
            for client in await redis.client_list(_type="pubsub"):
                if client["name"] == NAME:
                    with suppress(Exception):
                        await redis.client_kill_filter(_id=client["id"])
            await asyncio.sleep(0.05)

    async with Redis.from_url(redis_url) as redis:
        cutting = asyncio.create_task(cut(redis))
        try:
            yield
        finally:
            cutting.cancel()


async def seqs_until(line: Line, last: int) -> list[int]:
    """Read a line until it has shown the event `last`; return every seq it showed."""
    seen: list[int] = []
    while not seen or seen[-1] < last:
        message = await line.ws.receive(timeout=SWEEP_SECONDS * 3)
        seen += [f["seq"] for f in message.json() if f["type"] in {"message", "state", "closed"}]
    return seen


async def test_what_is_posted_on_one_node_is_seen_on_the_other_within_a_second(
    nodes: Pair, http: aiohttp.ClientSession
) -> None:
    here, there = await on_both(nodes, http)
    for writer, reader in ((here, there), (there, here)):
        async with reader.live() as line:
            await line.all_until_live()
            await writer.say("hello over there")
            async with asyncio.timeout(1):
                await line.until(type="message", text="hello over there")


async def test_a_long_poll_wakes_for_what_is_posted_on_the_other_node(
    nodes: Pair, http: aiohttp.ClientSession
) -> None:
    here, there = await on_both(nodes, http)
    waiting = asyncio.create_task(there.call("GET", "/events?after=2&wait=20"))
    await asyncio.sleep(0.2)
    _, said = await here.say("hello over there")
    async with asyncio.timeout(1):
        _, body = await waiting
    assert [event["text"] for event in body["events"]] == ["hello over there"]
    assert body["head"] >= said["seq"], "the service may have added something meanwhile"


async def test_the_newest_seq_is_never_older_than_what_comes_with_it(
    nodes: Pair, http: aiohttp.ClientSession
) -> None:
    here, there = await on_both(nodes, http)
    for number in range(40):
        _, said = await here.say(f"message {number}")
        _, body = await there.call("GET", f"/events?after={said['seq'] - 1}")
        assert body["head"] >= body["events"][-1]["seq"]


async def test_one_message_sent_to_both_nodes_at_once_is_there_once(
    nodes: Pair, http: aiohttp.ClientSession
) -> None:
    here, there = await on_both(nodes, http)
    for number in range(20):
        client_id = f"00000000-0000-4000-8000-{number:012}"
        answers = await asyncio.gather(
            *(side.say("twice", client_id) for side in (here, there, here, there))
        )
        assert sorted(status for status, _ in answers) == [200, 200, 200, 201]
        assert len({body["seq"] for _, body in answers}) == 1


async def acknowledged_at(side: Visitor, text: str) -> int:
    """Say it until it is acknowledged, as a browser does while two nodes write at once."""
    client_id = str(uuid4())
    while True:
        status, body = await side.say(text, client_id)
        if status in {200, 201}:
            seq: int = body["seq"]
            return seq
        assert body["error"]["code"] == "busy"


async def test_cut_links_lose_double_and_disorder_nothing(
    nodes: Pair, http: aiohttp.ClientSession, redis_url: str
) -> None:
    here, there = await on_both(nodes, http)
    async with here.live() as one, there.live() as two, cut_links(redis_url):
        said = [
            await asyncio.gather(*(acknowledged_at(side, f"{number}") for side in (here, there)))
            for number in range(100)
        ]
        acknowledged = [seq for both in said for seq in both]
        seen = [await seqs_until(line, max(acknowledged)) for line in (one, two)]
    log = await here.events()
    # The assistant may put in a signpost, whatever it is that it sees in a number.
    assert sorted(acknowledged) == [e["seq"] for e in log if e.get("author") == "visitor"]
    assert [event["seq"] for event in log] == list(range(1, len(log) + 1))
    assert len(acknowledged) == 200
    for seqs in seen:
        assert seqs == list(range(1, len(seqs) + 1))


async def test_hiding_the_page_on_one_node_ends_it_on_the_other(
    nodes: Pair, http: aiohttp.ClientSession
) -> None:
    here, there = await on_both(nodes, http)
    async with there.live() as line:
        await line.all_until_live()
        assert await there.say("still here") == (201, {"seq": 3})
        await here.call("DELETE")
        async with asyncio.timeout(3):
            async for _ in line.ws:
                pass
        assert line.ws.close_code == 4401
    assert (await there.say("and now?"))[0] == 401


async def test_hiding_an_ended_chat_voids_its_token_on_the_other_node_too(
    nodes: Pair, http: aiohttp.ClientSession
) -> None:
    here, there = await on_both(nodes, http)
    await here.call("POST", "/close")
    assert len(await there.events()) == 3
    await here.call("DELETE")
    async with asyncio.timeout(SWEEP_SECONDS * 2):
        while (await there.call("GET", "/events?after=3&wait=0.1"))[0] != 401:
            pass


async def test_a_question_that_both_nodes_know_of_is_answered_once(
    nodes: Pair, http: aiohttp.ClientSession
) -> None:
    """Written to both nodes in turn, so that both have a reason to answer each time."""

    async def ask(here: Visitor, there: Visitor) -> None:
        cursor = 1
        for number in range(10):
            await (there if number % 2 else here).say("do i have to pay?")
        async with asyncio.timeout(30):
            answers = 0
            while answers < 10:
                events = await there.events(cursor, wait=5)
                answers += sum(event["author"] == "assistant" for event in events)
                cursor = events[-1]["seq"]

    asking = []
    for _ in range(4):
        here = nodes[0].visitor(http)
        await here.start()
        asking.append((here, replace(here, api=nodes[1].visitor(http).api)))
    await asyncio.gather(*(ask(*both) for both in asking))
    await asyncio.sleep(SWEEP_SECONDS + 1)  # both sweepers have looked again
    for here, _ in asking:
        authors = [event.get("author") for event in await here.events(after=1)]
        assert sorted(filter(None, authors)) == ["assistant"] * 10 + ["visitor"] * 10


async def test_what_is_imported_is_soon_served_by_every_node(
    nodes: Pair, http: aiohttp.ClientSession, tmp_path: Path
) -> None:
    entry = {"slug": "parking", "question": "Where can I park?", "answer": "In the street."}
    file = tmp_path / "faq.json"
    file.write_text(json.dumps({"entries": [entry]}))
    importing = await nodes[0].command("faq", "import", str(file), "--publish")
    assert await importing.wait() == 0, nodes[0].log[-3000:]
    for node in nodes:
        async with asyncio.timeout(SWEEP_SECONDS * 4):
            while await page_of(node, "parking", http) != 200:  # noqa: ASYNC110  # no event tells
                await asyncio.sleep(0.1)


async def test_a_new_promise_is_soon_shown_by_every_node(
    nodes: Pair, http: aiohttp.ClientSession, tmp_path: Path
) -> None:
    (file := tmp_path / "police.md").write_text("Quite other words.")
    adding = await nodes[0].command("promises", "add", "police", str(file))
    assert await adding.wait() == 0, nodes[0].log[-3000:]
    for node in nodes:
        async with asyncio.timeout(SWEEP_SECONDS * 4):
            while True:
                async with http.get(f"{node.base}/privacy") as answer:
                    if "Quite other words." in await answer.text():
                        break
                await asyncio.sleep(0.1)


async def test_what_an_admin_saved_is_soon_in_effect_on_every_node(
    nodes: Pair, http: aiohttp.ClientSession, database: str
) -> None:
    saved = [(1, "organisation", "Two Nodes"), (2, "chat", "off")]
    elsewhere = await asyncpg.connect(database)
    await elsewhere.executemany(SAVED, saved)
    for node in nodes:
        async with asyncio.timeout(SWEEP_SECONDS * 4):
            while True:
                async with http.get(f"{node.base}/") as answer:
                    if "Two Nodes" in await answer.text():
                        break
                await asyncio.sleep(0.1)
        async with http.get(f"{node.base}/api/v1/status") as answer:
            assert (await answer.json())["chat"] == "closed"
    await elsewhere.execute(SAVED, 3, "chat", "on")
    await elsewhere.close()


async def page_of(node: Node, slug: str, http: aiohttp.ClientSession) -> int:
    async with http.get(f"{node.base}/faq/{slug}") as answer:
        return answer.status


async def test_a_node_that_dies_leaves_its_visitors_to_the_other(
    nodes: Pair, http: aiohttp.ClientSession
) -> None:
    here, there = await on_both(nodes, http)
    _, before = await here.say("before")
    await nodes[0].kill()
    try:
        _, after = await there.say("after")
        assert (before["seq"], after["seq"]) == (3, 4)
        assert [e["text"] for e in await there.events(after=2)] == ["before", "after"]
    finally:
        await nodes[0].start()


async def test_without_a_broker_that_answers_a_message_comes_late_and_not_never(
    tmp_path: Path, nodes: Pair, http: aiohttp.ClientSession
) -> None:
    async with pair(tmp_path, nodes[0].database, "redis://127.0.0.1:1/0") as deaf:
        here, there = await on_both(deaf, http)
        async with there.live() as line:
            await line.all_until_live()
            await here.say("hello over there")
            async with asyncio.timeout(SWEEP_SECONDS * 2):
                await line.until(type="message", text="hello over there")
