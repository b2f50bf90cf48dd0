"""The visitor's socket: in order, once, resumable, bounded, and closed with a reason."""

import asyncio
import socket as sockets
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import aiohttp
import pytest

from chatbot.settings import Limits, Settings
from chatbot.web.parse import BODY_LIMIT
from tests.web.conftest import Service, Visitor, serving

pytestmark = pytest.mark.asyncio(loop_scope="session")


def say(text: str, client_id: str | None = None) -> dict[str, str]:
    return {"type": "say", "client_id": client_id or str(uuid4()), "text": text}


async def test_a_message_is_acknowledged_and_seen_in_order(a_visitor: Visitor) -> None:
    async with a_visitor.live() as line:
        await line.all_until_live()
        message = say("how much does it cost?")
        await line.ws.send_json(message)
        ack = await line.until(type="ack", client_id=message["client_id"])
        seen = await line.until(type="message", author="visitor")
        answer = await line.until(type="message", author="assistant")
    assert ack["seq"] == seen["seq"] == 2
    assert answer["seq"] == 3


async def test_the_same_message_over_both_carriers_is_there_once(a_visitor: Visitor) -> None:
    message = say("hello")
    posted = await a_visitor.say(message["text"], message["client_id"])
    async with a_visitor.live() as line:
        await line.ws.send_json(message)
        ack = await line.until(type="ack")
    assert posted == (201, {"seq": ack["seq"]})


async def test_a_resumed_line_replays_what_was_missed_and_nothing_else(
    a_visitor: Visitor,
) -> None:
    await a_visitor.call("POST", "/person")
    for number in range(4):
        await a_visitor.say(f"message {number}")
    async with a_visitor.live(after=3) as line:
        frames = await line.all_until_live()
    assert [frame["seq"] for frame in frames] == [4, 5, 6, 6]
    assert frames[-1]["type"] == "live"
    assert frames[-1]["epoch"]


async def test_two_tabs_see_the_same_order(a_visitor: Visitor) -> None:
    await a_visitor.call("POST", "/person")
    async with a_visitor.live() as one, a_visitor.live() as two:
        await one.all_until_live()
        await two.all_until_live()
        for number in range(6):
            await (one if number % 2 else two).ws.send_json(say(f"message {number}"))
        seen = [
            [(await line.until(type="message"))["text"] for _ in range(6)] for line in (one, two)
        ]
    assert seen[0] == seen[1]


async def test_cut_lines_lose_and_double_nothing(a_visitor: Visitor) -> None:
    """Cut at random while writing; every message is resent until it is acknowledged."""
    await a_visitor.call("POST", "/person")
    unsent = [say(f"message {number}") for number in range(30)]
    cursor, seen, attempt = 2, [], 0
    while unsent:
        attempt += 1
        async with a_visitor.live(after=cursor) as line:
            for message in unsent[:5]:
                await line.ws.send_json(message)
            patience = 0.004 * attempt  # cut sooner than a slow disk commits, but not for ever
            try:
                while True:
                    received = await line.ws.receive(timeout=patience)
                    for frame in received.json():
                        if frame["type"] == "ack":
                            unsent = [m for m in unsent if m["client_id"] != frame["client_id"]]
                        elif frame["type"] == "message":
                            cursor = frame["seq"]
                            seen.append(frame["seq"])
            except TimeoutError:
                connection = line.ws._response.connection  # noqa: SLF001  # to cut, not to close
                assert connection is not None
                assert connection.transport is not None
                connection.transport.abort()
    events = await a_visitor.events(after=2)
    texts = [event["text"] for event in events]
    assert sorted(texts, key=lambda text: int(text.split()[1])) == [
        f"message {number}" for number in range(30)
    ]
    assert seen == sorted(set(seen))


async def closed_with(line_ws: aiohttp.ClientWebSocketResponse) -> int | None:
    async for _ in line_ws:
        pass
    return line_ws.close_code


@pytest.mark.parametrize(
    ("first", "code"),
    [
        ("not json", 1008),
        ('{"type": "say", "client_id": "x", "text": "hi"}', 1008),
        ('{"type": "hello"}', 1008),
        ('{"type": "hello", "token": "x", "after": -1}', 1008),
        ('{"type": "hello", "token": "wrong", "after": 0}', 4401),
    ],
)
async def test_whoever_does_not_say_hello_properly_is_sent_away(
    a_visitor: Visitor, first: str, code: int
) -> None:
    async with a_visitor.http.ws_connect(f"{a_visitor.url}/live") as ws:
        await ws.send_str(first)
        assert await closed_with(ws) == code


async def test_a_strange_frame_is_named_and_the_line_goes_on(a_visitor: Visitor) -> None:
    async with a_visitor.live() as line:
        await line.all_until_live()
        for strange in ("nonsense", "[]", '{"type": "dance"}', '{"type": "say", "text": 1}'):
            await line.ws.send_str(strange)
            assert (await line.until(type="error"))["code"] == "malformed"
        await line.ws.send_json({"type": "ping"})
        await line.until(type="pong")


async def test_a_message_that_cannot_be_used_is_refused_by_name(a_visitor: Visitor) -> None:
    async with a_visitor.live() as line:
        message = say(" \u200b ")
        await line.ws.send_json(message)
        nack = await line.until(type="nack")
    assert (nack["client_id"], nack["code"]) == (message["client_id"], "invalid")
    assert "retry_ms" not in nack


async def test_a_binary_frame_ends_the_line(a_visitor: Visitor) -> None:
    async with a_visitor.live() as line:
        await line.ws.send_bytes(b"\x00")
        assert await closed_with(line.ws) == 1008


async def test_a_frame_that_is_too_large_ends_the_line_and_nothing_else(
    a_visitor: Visitor,
) -> None:
    async with a_visitor.live() as line:
        await line.ws.send_str("x" * (BODY_LIMIT + 1))
        assert await closed_with(line.ws) == 1009
    assert (await a_visitor.say("still works"))[0] == 201


async def test_a_hundred_megabytes_are_not_read(a_visitor: Visitor) -> None:
    async with a_visitor.live() as line:
        try:
            for _ in range(100):
                await line.ws.send_str("x" * 1_000_000)
        except (ConnectionError, aiohttp.ClientError):
            pass
        assert await closed_with(line.ws) in {1009, 1006}


async def test_leaving_ends_every_open_line(a_visitor: Visitor) -> None:
    async with a_visitor.live() as line:
        await line.all_until_live()
        await a_visitor.call("DELETE")
        await line.until(type="closed", by="visitor")
        assert await closed_with(line.ws) == 4401


async def test_a_page_of_a_strange_site_may_not_connect(a_visitor: Visitor) -> None:
    strange = {"Origin": "https://evil.example"}
    async with a_visitor.http.ws_connect(f"{a_visitor.url}/live", headers=strange) as ws:
        assert await closed_with(ws) == 4403


@pytest.mark.parametrize("origin", ["https://www.example.org", None])
async def test_a_listed_site_and_a_plain_client_may(a_visitor: Visitor, origin: str | None) -> None:
    headers = {"Origin": origin} if origin else {}
    async with a_visitor.http.ws_connect(f"{a_visitor.url}/live", headers=headers) as ws:
        await ws.send_json({"type": "hello", "token": a_visitor.token, "after": 0})
        assert (await ws.receive_json(timeout=5))[0]["type"] == "state"


async def test_a_keen_writer_is_told_to_slow_down(
    strict_service: Service, http: aiohttp.ClientSession
) -> None:
    visitor = Visitor(http, strict_service.api)
    await visitor.start()
    async with visitor.live() as line:
        for number in range(12):
            await line.ws.send_json(say(f"message {number}"))
        nack = await line.until(type="nack", code="too_many")
    assert 0 < nack["retry_ms"] <= 60_000


async def test_a_flood_of_frames_ends_the_line(
    strict_service: Service, http: aiohttp.ClientSession
) -> None:
    visitor = Visitor(http, strict_service.api)
    await visitor.start()
    async with visitor.live() as line:
        for _ in range(40):
            await line.ws.send_json({"type": "ping"})
        assert await closed_with(line.ws) == 4429


async def test_a_conversation_has_only_so_many_lines(
    strict_service: Service, http: aiohttp.ClientSession
) -> None:
    visitor = Visitor(http, strict_service.api)
    await visitor.start()
    most = Limits().sockets_per_conversation
    lines = [await http.ws_connect(f"{visitor.url}/live") for _ in range(most)]
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await http.ws_connect(f"{visitor.url}/live")
    assert refused.value.status == 429
    for ws in lines:
        await ws.close()


async def test_a_reader_that_stops_reading_is_closed_and_the_rest_goes_on(
    a_visitor: Visitor,
) -> None:
    await a_visitor.call("POST", "/person")
    async with a_visitor.http.ws_connect(f"{a_visitor.url}/live") as ws:
        connection = ws._response.connection  # noqa: SLF001  # it must stop reading
        assert connection is not None
        transport = connection.transport
        assert isinstance(transport, asyncio.Transport)
        raw = transport.get_extra_info("socket")
        raw.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, 4_096)
        await ws.send_json({"type": "hello", "token": a_visitor.token, "after": 0})
        transport.pause_reading()
        for _ in range(15):
            await asyncio.gather(*(a_visitor.say("x" * 4_000) for _ in range(20)))
        events = await a_visitor.events(after=2)
        assert len(events) == 300
        await asyncio.sleep(0.5)
        transport.resume_reading()
        assert await closed_with(ws) in {1013, 1006}


async def test_a_restart_tells_every_client_to_come_back(
    settings: Settings, tmp_path: Path, http: aiohttp.ClientSession
) -> None:
    own = replace(settings, database=f"sqlite:///{tmp_path}/chat.db")
    async with serving(own) as service:
        visitor = Visitor(http, service.api)
        await visitor.start()
        ws = await http.ws_connect(f"{visitor.url}/live")
        await ws.send_json({"type": "hello", "token": visitor.token, "after": 0})
        await ws.receive_json(timeout=5)
        told = asyncio.create_task(closed_with(ws))
        await asyncio.sleep(0)
    assert await told == 1012
