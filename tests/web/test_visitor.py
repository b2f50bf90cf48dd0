"""A visitor's calls, over a real connection to a real service."""

import asyncio
import json
from typing import Any
from uuid import uuid4

import aiohttp
import pytest

from chatbot.web import keys
from tests.web.conftest import Service, Visitor

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_conversation_starts_with_the_assistant(
    service: Service, http: aiohttp.ClientSession
) -> None:
    started = await Visitor(http, service.api).start()
    assert started["id"]
    assert len(started["token"]) >= 40
    assert started["epoch"]
    (first,) = started["events"]
    assert (first["type"], first["seq"], first["state"]) == ("state", 1, "assistant")


async def test_a_message_gets_the_next_seq_and_comes_back_as_an_event(a_visitor: Visitor) -> None:
    client_id = str(uuid4())
    assert await a_visitor.say("hello there", client_id) == (201, {"seq": 2})
    message = (await a_visitor.events(after=1))[0]
    assert message["author"] == "visitor"
    assert message["text"] == "hello there"
    assert message["client_id"] == client_id


async def test_a_message_sent_again_keeps_its_first_seq(a_visitor: Visitor) -> None:
    client_id = str(uuid4())
    first = await a_visitor.say("hello", client_id)
    again = await a_visitor.say("hello", client_id.upper())
    assert (first[0], again[0]) == (201, 200)
    assert first[1] == again[1]


async def test_a_message_sent_many_times_at_once_is_there_once(a_visitor: Visitor) -> None:
    client_id = str(uuid4())
    answers = await asyncio.gather(*(a_visitor.say("hello", client_id) for _ in range(20)))
    assert sorted(status for status, _ in answers) == [200] * 19 + [201]
    assert {body["seq"] for _, body in answers} == {2}


async def test_messages_sent_at_once_are_numbered_without_gap_or_double(
    a_visitor: Visitor,
) -> None:
    await a_visitor.call("POST", "/person")
    answers = await asyncio.gather(*(a_visitor.say(f"message {n}") for n in range(50)))
    assert sorted(body["seq"] for _, body in answers) == list(range(3, 53))
    seqs = [event["seq"] for event in await a_visitor.events()]
    assert seqs == list(range(1, 53))


async def test_a_question_is_answered_in_approved_words(
    a_visitor: Visitor, service: Service, http: aiohttp.ClientSession
) -> None:
    answer = await a_visitor.ask("Do I have to pay for the workshops?")
    assert answer["outcome"] == "answered"
    assert answer["faq"] == {"slug": "cost", "revision": 1}
    async with http.get(f"{service.api}/faq?q=pay&limit=50") as found:
        entries = (await found.json())["entries"]
    assert answer["html"] in {entry["answer_html"] for entry in entries}


async def test_an_urgent_message_gets_its_signpost(a_visitor: Visitor) -> None:
    answer = await a_visitor.ask("he is outside kicking the door in please help")
    assert answer["outcome"] == "signposted"
    assert answer["urgent"] == "danger"
    assert "999" in answer["text"]


async def test_a_named_person_is_neither_confirmed_nor_denied(a_visitor: Visitor) -> None:
    first = await a_visitor.ask("is Dave Smith on the course?")
    second = await a_visitor.ask("Did Karen Jones come on Saturday?")
    assert first["faq"]["slug"] == "is-someone-attending"
    assert first["text"] == second["text"]


async def test_two_misses_in_a_row_offer_a_person(a_visitor: Visitor) -> None:
    first = await a_visitor.ask("xqzv plmk wrrt")
    second = await a_visitor.ask("blorf snad gribble")
    assert first["outcome"] == second["outcome"] == "unanswered"
    assert first["text"] != second["text"]
    assert "Talk to a person" in second["text"]


async def test_an_offered_question_can_be_picked(a_visitor: Visitor) -> None:
    status, body = await a_visitor.call("POST", "/choice", json={"slug": "cost"})
    assert status == 201
    question, answer = await all_of(a_visitor, body["seq"], 2)
    assert question["author"] == "visitor"
    assert answer["faq"]["slug"] == "cost"


async def all_of(visitor: Visitor, first: int, count: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    while len(found) < count:
        found += await visitor.events(first - 1 + len(found), wait=5)
    return found


async def test_only_published_questions_can_be_picked(a_visitor: Visitor) -> None:
    status, body = await a_visitor.call("POST", "/choice", json={"slug": "no-such-entry"})
    assert (status, body["error"]["code"]) == (404, "unknown_entry")


async def test_asking_for_a_person_is_seen_and_the_assistant_is_silent(
    a_visitor: Visitor,
) -> None:
    assert await a_visitor.call("POST", "/person") == (202, {})
    await a_visitor.say("how much does it cost?")
    await asyncio.sleep(0.5)
    events = await a_visitor.events(after=1)
    assert [(e["type"], e.get("state"), e.get("author")) for e in events] == [
        ("state", "waiting", None),
        ("message", None, "visitor"),
    ]


async def test_whoever_waits_for_a_person_still_gets_a_signpost(a_visitor: Visitor) -> None:
    await a_visitor.call("POST", "/person")
    await a_visitor.say("i am going to kill myself tonight")
    found = await all_of(a_visitor, 3, 2)
    assert found[1]["author"] == "system"
    assert found[1]["urgent"] == "self_harm"


async def test_whoever_stops_waiting_is_answered_by_the_assistant(
    a_visitor: Visitor, service: Service
) -> None:
    await a_visitor.call("POST", "/person")
    await a_visitor.say("how much does it cost?")
    # It has looked already whether the message speaks of harm.
    await service.app[keys.ASSISTANT].answer_owed(a_visitor.id)
    for _ in range(2):
        assert await a_visitor.call("DELETE", "/person") == (204, None)
    _, back, answer = await all_of(a_visitor, 3, 3)
    assert (back["type"], back["state"]) == ("state", "assistant")
    assert answer["faq"]["slug"] == "cost"


async def test_a_rating_is_kept_and_shown_to_nobody(a_visitor: Visitor) -> None:
    answer = await a_visitor.ask("Do I have to pay?")
    rating = {"helpful": True, "answer_seq": answer["seq"], "comment": "thanks"}
    assert await a_visitor.call("POST", "/rating", json=rating) == (204, None)
    assert len(await a_visitor.events(after=answer["seq"])) == 0


async def test_a_closed_conversation_says_so(a_visitor: Visitor) -> None:
    assert await a_visitor.call("POST", "/close") == (204, None)
    assert await a_visitor.call("POST", "/close") == (204, None)
    assert (await a_visitor.events(after=1))[0]["by"] == "visitor"
    status, body = await a_visitor.say("hello?")
    assert (status, body["error"]["code"]) == (409, "conversation_closed")


async def test_hiding_the_page_makes_the_token_worthless(a_visitor: Visitor) -> None:
    assert await a_visitor.call("DELETE") == (204, None)
    for method, path in (("GET", "/events"), ("POST", "/close"), ("DELETE", "")):
        status, body = await a_visitor.call(method, path)
        assert (status, body["error"]["code"]) == (401, "not_allowed")


async def test_a_long_poll_wakes_when_something_comes(a_visitor: Visitor) -> None:
    waiting = asyncio.create_task(a_visitor.events(after=1, wait=20))
    await asyncio.sleep(0.1)
    await a_visitor.say("hello")
    async with asyncio.timeout(5):
        assert (await waiting)[0]["text"] == "hello"


async def test_a_long_poll_that_waited_in_vain_comes_back_empty(a_visitor: Visitor) -> None:
    status, body = await a_visitor.call("GET", "/events?after=1&wait=0.2")
    assert (status, body["events"], body["head"]) == (200, [], 1)


async def test_nobody_else_can_read_or_write(
    a_visitor: Visitor, service: Service, http: aiohttp.ClientSession
) -> None:
    other = Visitor(http, service.api)
    await other.start()
    stranger = {"Authorization": f"Bearer {other.token}"}
    wrong: list[dict[str, str]] = [
        {},
        stranger,
        {"Authorization": "Bearer x"},
        {"Authorization": f"Basic {a_visitor.token}"},
    ]
    answers = [await a_visitor.call("GET", "/events", headers=headers) for headers in wrong]
    nowhere = Visitor(http, service.api, id="no-such-id", token=other.token)
    answers.append(await nowhere.call("GET", "/events"))
    assert {(status, json.dumps(body)) for status, body in answers} == {
        (401, json.dumps(answers[0][1]))
    }


async def test_a_token_in_the_address_opens_nothing(a_visitor: Visitor) -> None:
    path = f"/events?token={a_visitor.token}"
    assert (await a_visitor.call("GET", path, headers={}))[0] == 401


async def test_no_answer_sets_a_cookie(a_visitor: Visitor) -> None:
    await a_visitor.say("hello")
    assert len(a_visitor.http.cookie_jar) == 0


@pytest.mark.parametrize(
    ("body", "status", "code", "fields"),
    [
        (b"{not json", 400, "malformed", set()),
        (b"[1, 2]", 400, "malformed", set()),
        (b"\xff\xfe", 400, "malformed", set()),
        (b"[" * 50_000, 400, "malformed", set()),
        (b"{}", 422, "invalid", {"client_id", "text"}),
        (b'{"client_id": 7, "text": []}', 422, "invalid", {"client_id", "text"}),
        (b'{"client_id": "not a uuid", "text": "x"}', 422, "invalid", {"client_id"}),
        (b'{"client_id": "%s", "text": null}', 422, "invalid", {"text"}),
        (b'{"client_id": "%s", "text": "  \\u200b "}', 422, "invalid", {"text"}),
        (b'{"client_id": "%s", "text": "' + b"x" * 4_001 + b'"}', 422, "invalid", {"text"}),
        (b'{"client_id": "%s", "text": "' + b"x" * 70_000 + b'"}', 413, "too_large", set()),
    ],
)
async def test_what_cannot_be_used_is_refused_clearly_and_loses_nothing(
    a_visitor: Visitor, body: bytes, status: int, code: str, fields: set[str]
) -> None:
    body = body.replace(b"%s", str(uuid4()).encode())
    got, answer = await a_visitor.call("POST", "/messages", data=body)
    assert (got, answer["error"]["code"]) == (status, code)
    assert set(answer["error"].get("fields", {})) == fields
    assert answer["error"]["message"]
    assert await a_visitor.say("still works") == (201, {"seq": 2})


async def test_four_thousand_of_the_widest_characters_fit(a_visitor: Visitor) -> None:
    message = {"client_id": str(uuid4()), "text": "\U0001f642" * 4_000}
    body = json.dumps(message, ensure_ascii=True).encode()
    assert (await a_visitor.call("POST", "/messages", data=body))[0] == 201


async def test_characters_that_nobody_sees_are_taken_out(a_visitor: Visitor) -> None:
    await a_visitor.say("plain\U000e0041\u202e text")
    assert (await a_visitor.events(after=1))[0]["text"] == "plain text"


@pytest.mark.parametrize(
    "query", ["after=-1", "after=x", "after=9" + "9" * 30, "wait=soon", "wait=-1", "wait=nan"]
)
async def test_a_cursor_that_is_no_number_is_refused(a_visitor: Visitor, query: str) -> None:
    status, body = await a_visitor.call("GET", f"/events?{query}")
    assert (status, body["error"]["code"]) == (422, "invalid")


async def test_the_faq_is_searched(service: Service, http: aiohttp.ClientSession) -> None:
    async with http.get(f"{service.api}/faq", params={"q": "how much is it", "limit": 3}) as found:
        entries = (await found.json())["entries"]
    assert len(entries) <= 3
    assert "cost" in {entry["slug"] for entry in entries}
    assert set(entries[0]) == {"slug", "question", "answer_html", "topic"}


async def test_status_says_whether_somebody_is_there(
    service: Service, http: aiohttp.ClientSession
) -> None:
    async with http.get(f"{service.api}/status") as answer:
        body = await answer.json()
    assert body["chat"] in {"open", "closed"}
    assert body["phone"] == "023 8000 1061"
    assert isinstance(body["waiting"], int)
