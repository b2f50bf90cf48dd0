"""Prepared replies: a page to keep them, and a search for whoever is writing."""

from typing import Final

from aiohttp import web

from chatbot.domain.errors import Invalid
from chatbot.services.errors import UnknownReply
from chatbot.web import keys, parse
from chatbot.web.console.guard import see_other
from chatbot.web.console.page import page
from chatbot.web.errors import json_response, status_of
from chatbot.web.languages import CHOSEN

FIELDS: Final = 5
HERE: Final = "/console/replies"
WORDS_LIMIT: Final = 200


async def show_replies(request: web.Request) -> web.Response:
    """GET /console/replies."""
    return await _page(request)


async def save_reply(request: web.Request) -> web.Response:
    """POST /console/replies: a new one, or with `id` a new text of one."""
    given = await parse.form(request, FIELDS)
    try:
        await request.app[keys.REPLIES].save(
            request[keys.PERSON],
            given.get("name", ""),
            given.get("text", ""),
            shared=given.get("shared") == "yes",
            reply_id=given.get("id", ""),
        )
    except (Invalid, UnknownReply) as refusal:
        texts = request[CHOSEN].language.texts
        wrong = texts(f"errors.{refusal.code}")
        if isinstance(refusal, Invalid):
            wrong = " ".join(texts(f"errors.field.{why}") for why in refusal.fields.values())
        return await _page(request, status_of(refusal) or 400, wrong, given)
    return see_other(HERE)


async def drop_reply(request: web.Request) -> web.Response:
    """POST /console/replies/drop."""
    given = await parse.form(request, FIELDS)
    await request.app[keys.REPLIES].drop(request[keys.PERSON], given.get("id", ""))
    return see_other(HERE)


async def find_words(request: web.Request) -> web.Response:
    """POST /console/words: what fits what somebody types after `/`; it stands in no address."""
    given = await parse.form(request, FIELDS)
    words = given.get("words", "")[:WORDS_LIMIT]
    found = await request.app[keys.REPLIES].find(request[keys.PERSON], words)
    return json_response({"found": [{"name": one.name, "text": one.text} for one in found]})


async def _page(
    request: web.Request, status: int = 200, wrong: str = "", typed: dict[str, str] | None = None
) -> web.Response:
    replies = await request.app[keys.REPLIES].of(request[keys.PERSON])
    names = sorted(request.app[keys.SITE].placeholders)
    return page(
        request,
        "replies.html",
        status,
        replies=replies,
        wrong=wrong,
        typed=typed or {},
        placeholders=names,
    )
