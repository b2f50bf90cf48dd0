"""Ends and beginnings: who gets an answer late, who may not start, and how a service leaves."""

import asyncio
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest

from chatbot.content import loading
from chatbot.credentials import master_key
from chatbot.domain.commands import AskForPerson
from chatbot.domain.faq import Status
from chatbot.live.bus import LocalBus
from chatbot.live.hub import Hub
from chatbot.services.conversations import ConversationService, Started
from chatbot.services.identity import system_clock
from chatbot.settings import MASTER_KEY
from chatbot.store.conversations import Conversations
from chatbot.store.installation import open_installation
from chatbot.store.opening import open_database
from chatbot.store.vault import Vault
from tests.faults.conftest import MakeNode
from tests.faults.node import Node, until
from tests.web.conftest import Visitor

OTHER_KEY = urlsafe_b64encode(bytes(32)).decode()
WRONG_KEY = (
    "chatbot: the master key does not belong to this database;"
    " put back the key that the database was made with"
)


async def leave_unanswered(node: Node, text: str, *, waiting: bool = False) -> Started:
    """Leave a database as a service does that dies right after it has acknowledged a message."""
    database = await open_database(node.database)
    try:
        vault = Vault(await asyncio.to_thread(master_key, node.data, {}))
        await open_installation(database, vault, fresh="first", at=0)
        store = Conversations(database, vault)
        service = ConversationService(store, Hub(), LocalBus(), system_clock)
        started = await service.start("1")
        if waiting:
            await service.do(started.id, AskForPerson(at=system_clock(), staffed=True))
        await service.say(started.id, text, "first")
    finally:
        await database.close()
    return started


async def test_an_answer_that_a_crash_took_away_is_given_after_the_restart_once(
    make_node: MakeNode, http: aiohttp.ClientSession
) -> None:
    node = await make_node()
    started = await leave_unanswered(node, "do i have to pay?")
    events = []
    for _ in range(2):
        await node.start()
        visitor = replace(node.visitor(http), id=started.id, token=started.token)
        events = await visitor.events(after=2, wait=10)
        await node.kill()
    assert [(event["seq"], event["faq"]["slug"]) for event in events] == [(3, "cost")]


def has_the_database(node: Node) -> bool:
    """Tell whether its process has come so far that it holds the lock."""
    lock = node.data / "chat.db.lock"
    return lock.exists() and lock.stat().st_ino in _open_inodes(node.pid)


def _open_inodes(pid: int) -> Iterator[int]:
    for file in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):
            yield file.stat().st_ino


async def test_a_first_start_that_is_cut_short_again_and_again_succeeds_in_the_end(
    make_node: MakeNode, http: aiohttp.ClientSession, tmp_path: Path
) -> None:
    """Whatever was half made, be it key, schema or FAQ, is finished, and nothing is there twice."""
    node = await make_node(database=f"sqlite:///{tmp_path}/node/data/chat.db")
    await node.launch()
    await until(node.data.exists)
    await node.kill()
    for death in range(8):
        await node.launch()
        await until(lambda: has_the_database(node))
        await asyncio.sleep(0.03 * death)
        await node.kill()
    await node.start()
    entries = await asyncio.to_thread(loading.entries)
    shipped = {entry.slug for entry in entries if entry.status is Status.PUBLISHED}
    async with http.get(f"{node.base}/api/v1/faq?limit=100") as answer:
        served = [entry["slug"] for entry in (await answer.json())["entries"]]
    assert sorted(served) == sorted(shipped)
    visitor = node.visitor(http)
    await visitor.start()
    assert (await visitor.ask("do i have to pay?"))["faq"]["slug"] == "cost"


async def test_a_cry_for_help_that_nobody_read_before_the_crash_gets_its_signpost(
    make_node: MakeNode, http: aiohttp.ClientSession
) -> None:
    node = await make_node()
    started = await leave_unanswered(node, "i am going to kill myself tonight", waiting=True)
    await node.start()
    visitor = replace(node.visitor(http), id=started.id, token=started.token)
    (signpost,) = await visitor.events(after=3, wait=10)
    assert (signpost["author"], signpost["urgent"]) == ("system", "self_harm")


async def test_a_second_process_on_one_file_is_turned_away_and_the_first_goes_on(
    a_node: Node, make_node: MakeNode, http: aiohttp.ClientSession
) -> None:
    second = await make_node("second", database=a_node.database)
    code, said = await second.refusal()
    assert code == 2
    assert said == (
        f"chatbot: another process (process {a_node.pid}) uses {a_node.data}/chat.db: stop it"
        " first, or move to PostgreSQL to run several processes"
    )
    assert (await a_node.visitor(http).start())["id"]


async def test_a_database_is_not_opened_with_another_master_key(make_node: MakeNode) -> None:
    node = await make_node()
    await leave_unanswered(node, "hello")
    stranger = await make_node(
        "stranger", database=node.database, environment={MASTER_KEY: OTHER_KEY}
    )
    assert await stranger.refusal() == (2, WRONG_KEY)


async def test_a_lost_master_key_is_not_replaced_in_silence(make_node: MakeNode) -> None:
    node = await make_node()
    await leave_unanswered(node, "hello")
    (node.data / "master.key").unlink()
    assert await node.refusal() == (2, WRONG_KEY)


@pytest.mark.parametrize(
    ("settings", "environment", "said"),
    [
        ("idle_minutes = 'many'", {}, "chatbot: a setting cannot be used: "),
        ("prot = 1", {}, "chatbot: unknown setting: prot"),
        ("", {MASTER_KEY: "short"}, f"chatbot: {MASTER_KEY} is not a master key"),
        ("", {"CHATBOT_LOOP": "gevent"}, "chatbot: loop must be uvloop or asyncio"),
    ],
)
async def test_what_stops_a_start_is_said_in_one_line(
    make_node: MakeNode, settings: str, environment: dict[str, str], said: str
) -> None:
    node = await make_node(settings=settings, environment=environment)
    code, line = await node.refusal()
    assert code == 2
    assert line.startswith(said)
    assert "Traceback" not in node.log


async def test_a_port_that_is_taken_is_named(a_node: Node, make_node: MakeNode) -> None:
    second = await make_node("second", port=a_node.port)
    code, said = await second.refusal()
    assert (code, said.startswith("chatbot: cannot listen on 127.0.0.1:")) == (2, True)


@pytest.mark.parametrize("url", ["mysql://localhost/x", "sqlite:///", "postgresql://127.0.0.1:1/x"])
async def test_a_database_that_cannot_be_opened_is_said_in_one_line(
    make_node: MakeNode, url: str
) -> None:
    node = await make_node(database=url)
    code, said = await node.refusal()
    assert code == 2
    assert said.startswith("chatbot: ")
    assert "Traceback" not in node.log


async def closed_with(visitor: Visitor) -> int | None:
    """Return with which code a well-behaved client's line ends."""
    async with visitor.live() as line:
        await line.all_until_live()
        async for _ in line.ws:
            pass
        return line.ws.close_code


@pytest.mark.parametrize("loop", ["uvloop", "asyncio"])
async def test_a_service_that_is_told_to_end_says_so_and_is_gone_in_three_seconds(
    make_node: MakeNode, http: aiohttp.ClientSession, loop: str
) -> None:
    """One of its clients never reads, one polls, and the rest behave."""
    a_node = await make_node(environment={"CHATBOT_LOOP": loop})
    await a_node.start()
    visitors = [a_node.visitor(http) for _ in range(10)]
    for visitor in visitors:
        await visitor.start()
    polls = asyncio.create_task(visitors[0].events(after=1, wait=25))
    lines = [asyncio.create_task(closed_with(visitor)) for visitor in visitors]
    async with visitors[1].live() as silent:
        await silent.all_until_live()
        await visitors[2].ask("do i have to pay?")
        assert await a_node.stop() < 3
        assert (await silent.ws.receive()).data == 1012
    assert await asyncio.gather(*lines) == [1012] * len(visitors)
    with pytest.raises(aiohttp.ClientError):
        await polls


async def test_what_was_acknowledged_while_the_service_ended_is_there(
    a_node: Node, http: aiohttp.ClientSession
) -> None:
    visitor = a_node.visitor(http)
    await visitor.start()
    await visitor.call("POST", "/person")
    acknowledged: list[int] = []

    async def write() -> None:
        while True:
            status, body = await visitor.say(f"message {len(acknowledged)}")
            if status == 201:
                acknowledged.append(body["seq"])

    writing = asyncio.create_task(write())
    await asyncio.sleep(0.5)
    await a_node.stop()
    with pytest.raises(aiohttp.ClientError):
        await writing
    await a_node.start()
    events = await visitor.events(after=2)
    there = [event["seq"] for event in events if event["author"] == "visitor"]
    assert there[: len(acknowledged)] == acknowledged
    assert len(acknowledged) > 10
