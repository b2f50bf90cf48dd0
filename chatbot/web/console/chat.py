"""One conversation: its page, and a form for everything that staff do with it.

What is refused comes back on the same page with what was typed, and with what has happened
meanwhile. A program that sends the same form with `Accept: application/json` gets JSON.
"""

from collections.abc import Awaitable, Callable
from typing import Any, Final
from uuid import uuid4

from aiohttp import hdrs, web

from chatbot.domain.errors import Invalid, Refused
from chatbot.domain.outcome import Ending
from chatbot.domain.people import Action
from chatbot.services.desk import REOPEN_MS, THREAD
from chatbot.services.errors import NotAllowed
from chatbot.store.errors import StoreError
from chatbot.web import keys, parse
from chatbot.web.console import timeline
from chatbot.web.console.guard import see_other
from chatbot.web.console.inbox import beside
from chatbot.web.console.page import page
from chatbot.web.errors import json_error, json_response, status_of
from chatbot.web.languages import CHOSEN

FIELDS: Final = 6
HOUR_MS: Final = 3_600_000
LONGEST_BLOCK_HOURS: Final = 24 * 30

Fields = dict[str, str]
Act = Callable[[web.Request, str, Fields], Awaitable[int | None]]


async def show_chat(request: web.Request) -> web.Response:
    """GET /console/chats/{id}."""
    return await _page(request)


async def show_head(request: web.Request) -> web.Response:
    """GET /console/chats/{id}/head: who has it and what can be done, for an open page."""
    return page(request, "chat_head.html", **await _chat(request))


async def looks_silently(request: web.Request, chat_id: str) -> bool:
    """Tell whether colleagues are not to see who looks; it is written down before anything is
    shown. Who may not look silently is seen.
    """
    person = request[keys.PERSON]
    silent = request.query.get("silent") == "yes" and person.may(Action.JOIN_CHATS)
    if silent:
        await request.app[keys.DESK].watch(person, chat_id)
    return silent


async def _page(
    request: web.Request, status: int = 200, wrong: str = "", typed: Fields | None = None
) -> web.Response:
    chat, lists = await _chat(request), await beside(request)
    silent = await looks_silently(request, request.match_info["id"])
    desk, person = request.app[keys.DESK], request[keys.PERSON]
    if status == 200:  # noqa: PLR2004  # it has been shown, so it has been seen
        await desk.read_to(person, request.match_info["id"], chat["talk"].seq)
    context = {**lists, **chat, "wrong": wrong, "typed": typed or {}, "silent": silent}
    return page(request, "chat.html", status, **context)


async def _chat(request: web.Request) -> dict[str, Any]:
    desk, person = request.app[keys.DESK], request[keys.PERSON]
    chat_id = request.match_info["id"]
    try:
        opened = await desk.open(person, chat_id)
    except NotAllowed as error:
        raise web.HTTPNotFound from error
    colleagues = await desk.colleagues()
    names = {one.id: one.name for one in colleagues}
    reader = timeline.Reader(person.id, names, request[CHOSEN].language.texts)
    clock = request.app[keys.CLOCK]()
    now = opened.now
    replies = request.app[keys.REPLIES]
    insert = await replies.insert(person, request.query.get("insert", ""))
    return {
        "suggested": await replies.suggested(now.said) if now.may_write(person.id) else [],
        "chat_id": chat_id,
        "talk": now,
        "lines": timeline.lines(opened.events, reader),
        "whole": len(opened.events) < THREAD,
        "read": opened.read_to,
        "summary": timeline.summary(opened.events),
        "draft": "\n\n".join(filter(None, [opened.draft, insert.text if insert else ""])),
        "concerns": opened.concerns,
        "notice": opened.notice,
        "colleagues": [one for one in colleagues if one.id != person.id],
        "holder": reader.name(now.assignee) if now.assignee else "",
        "in_charge": now.may_write(person.id),
        "endings": list(Ending),
        "reopen": now.closed_by == person.id and clock - now.closed_at < REOPEN_MS,
        "client_id": uuid4(),
        "names": names,
    }


def act(work: Act) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """Make a handler for one form: carry it out, or come back with what was typed."""

    async def handler(request: web.Request) -> web.StreamResponse:
        given = await parse.form(request, FIELDS)
        chat_id = request.match_info["id"]
        try:
            seq = await work(request, chat_id, given)
        except (Refused, StoreError) as refusal:
            status = status_of(refusal) or 400
            if _wants_json(request):
                return json_error(refusal, status, request[CHOSEN].language.texts)
            return await _page(request, status, _sentence(request, refusal), given)
        if _wants_json(request):
            return json_response({} if seq is None else {"seq": seq})
        return see_other(f"/console/chats/{chat_id}")

    return handler


def _wants_json(request: web.Request) -> bool:
    return "application/json" in request.headers.get(hdrs.ACCEPT, "")


def _sentence(request: web.Request, refusal: Refused | StoreError) -> str:
    texts = request[CHOSEN].language.texts
    if isinstance(refusal, Invalid):
        return " ".join(texts(f"errors.field.{why}") for why in refusal.fields.values())
    return texts(f"errors.{refusal.code}")


def number(given: Fields, name: str) -> int:
    """Return a whole number from a form.

    Raises:
        Invalid: it is none, or too large for a seq.
    """
    text = given.get(name, "")
    if not text.isdecimal() or len(text) > len(str(parse.SEQ_LIMIT)):
        raise Invalid(**{name: "malformed"})
    return int(text)


async def take_over(request: web.Request, chat_id: str, _: Fields) -> None:
    """Take it."""
    await request.app[keys.DESK].take_over(request[keys.PERSON], chat_id)


async def reply(request: web.Request, chat_id: str, given: Fields) -> int:
    """Write to the visitor, having seen everything up to `seen`."""
    said = await request.app[keys.DESK].reply(
        request[keys.PERSON],
        chat_id,
        given.get("text", ""),
        given.get("client_id", ""),
        number(given, "seen"),
    )
    return said.seq


async def note(request: web.Request, chat_id: str, given: Fields) -> None:
    """Write a private note."""
    await request.app[keys.DESK].note(request[keys.PERSON], chat_id, given.get("text", ""))


async def transfer(request: web.Request, chat_id: str, given: Fields) -> None:
    """Give it to a colleague: one's own, or, for who may, anybody's."""
    desk, person = request.app[keys.DESK], request[keys.PERSON]
    give = desk.reassign if person.may(Action.REASSIGN_CHATS) else desk.transfer
    await give(person, chat_id, given.get("to", ""))


async def release(request: web.Request, chat_id: str, _: Fields) -> None:
    """Put it back among those that wait."""
    await request.app[keys.DESK].release(request[keys.PERSON], chat_id)


async def hand_back(request: web.Request, chat_id: str, _: Fields) -> None:
    """Let the assistant go on."""
    await request.app[keys.DESK].hand_back(request[keys.PERSON], chat_id)


async def join(request: web.Request, chat_id: str, _: Fields) -> None:
    """Come in beside the one in charge."""
    await request.app[keys.DESK].join(request[keys.PERSON], chat_id)


async def close(request: web.Request, chat_id: str, given: Fields) -> None:
    """End it."""
    ending = given.get("ending", "")
    if ending and ending not in list(Ending):
        raise Invalid(ending="unknown")
    kept = Ending(ending) if ending else None
    await request.app[keys.DESK].close(request[keys.PERSON], chat_id, kept)


async def reopen(request: web.Request, chat_id: str, _: Fields) -> None:
    """Take the closing back."""
    await request.app[keys.DESK].reopen(request[keys.PERSON], chat_id)


async def label(request: web.Request, chat_id: str, given: Fields) -> None:
    """Sort it under labels, which come with commas between them."""
    labels = given.get("labels", "").split(",")
    await request.app[keys.DESK].label(request[keys.PERSON], chat_id, labels)


async def add_concern(request: web.Request, chat_id: str, given: Fields) -> None:
    """Begin a safeguarding record."""
    await request.app[keys.DESK].add_concern(request[keys.PERSON], chat_id, given.get("text", ""))


async def block(request: web.Request, chat_id: str, given: Fields) -> None:
    """End it for good."""
    hours = number(given, "hours")
    if not 0 < hours <= LONGEST_BLOCK_HOURS:
        raise Invalid(hours="out_of_range")
    until = request.app[keys.CLOCK]() + hours * HOUR_MS
    language = await request.app[keys.CONVERSATIONS].language(chat_id)
    languages = request.app[keys.LANGUAGES]
    texts = (languages.find(language) or languages.default).texts
    words = texts("assistant.blocked", **request.app[keys.SITE].placeholders)
    await request.app[keys.DESK].block(
        request[keys.PERSON], chat_id, given.get("reason", ""), until, words
    )


async def draft(request: web.Request, chat_id: str, given: Fields) -> None:
    """Keep what is not sent yet."""
    await request.app[keys.DESK].keep_draft(request[keys.PERSON], chat_id, given.get("text", ""))
