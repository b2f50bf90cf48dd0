"""A visitor's calls: parse, call one service method, render.

Whoever has the token is the visitor; there is no cookie and no name. A conversation that does not
exist and one with another token look the same.
"""

from typing import Final
from uuid import uuid4

import msgspec
from aiohttp import web

from chatbot.domain.errors import Invalid
from chatbot.domain.text import clean
from chatbot.web import keys, parse
from chatbot.web.errors import json_response
from chatbot.web.languages import CHOSEN
from chatbot.web.socket import check_message_rate

SEARCH_LIMIT: Final = 20
SEARCH_MOST: Final = 100


async def start_conversation(request: web.Request) -> web.Response:
    """POST /api/v1/conversations."""
    site = request.app[keys.SITE]
    address = request[keys.ADDRESS]
    site.limiter.check("conversation", address.whose, address.rate(site.rates.conversations))
    given = await parse.body(request, parse.Start)
    language = request.app[keys.LANGUAGES].find(given.language) or request[CHOSEN].language
    notice = await request.app[keys.PROMISES].kept(given.notice)
    started = await request.app[keys.CONVERSATIONS].start(notice, language.code)
    body = {
        "id": started.id,
        "token": started.token,
        "epoch": site.epoch,
        "events": [msgspec.Raw(frame.encode()) for _, frame in started.frames],
    }
    return json_response(body, 201)


async def _authorised(request: web.Request) -> str:
    conversation_id = request.match_info["id"]
    token = parse.bearer(request)
    conversation = await request.app[keys.CONVERSATIONS].authorise(conversation_id, token)
    site = request.app[keys.SITE]
    site.limiter.check("request", conversation.id, site.rates.requests)
    return conversation.id


async def post_message(request: web.Request) -> web.Response:
    """POST .../messages: 201 when it is durable, 200 when it was already."""
    conversation_id = await _authorised(request)
    check_message_rate(request.app[keys.SITE], conversation_id)
    given = await parse.body(request, parse.Message)
    said = await request.app[keys.CONVERSATIONS].say(
        conversation_id, given.text, str(given.client_id)
    )
    return json_response({"seq": said.seq}, 200 if said.repeated else 201)


async def get_events(request: web.Request) -> web.Response:
    """GET .../events?after=N&wait=S: what is new, or what comes within S seconds."""
    conversation_id = await _authorised(request)
    with request.app[keys.SOCKETS].poll():
        frames, head = await request.app[keys.CONVERSATIONS].events(
            conversation_id, parse.cursor(request), parse.wait(request)
        )
    body = {
        "events": [msgspec.Raw(frame.encode()) for frame in frames],
        "head": head,
        "epoch": request.app[keys.SITE].epoch,
    }
    place = await request.app[keys.WAITING_ROOM].place(conversation_id)
    return json_response(body | ({"queue": place} if place else {}))


async def ask_for_person(request: web.Request) -> web.Response:
    """POST .../person: into the queue, or told that nobody is there; or leave a message."""
    conversation_id = await _authorised(request)
    given = await parse.body(request, parse.Person)
    handover = request.app[keys.HANDOVER]
    ask = handover.leave_message if given.leave_message else handover.ask_for_person
    await ask(conversation_id)
    return json_response({}, 202)


async def stop_waiting(request: web.Request) -> web.Response:
    """DELETE .../person: go on with the assistant; nothing happens to who does not wait."""
    await request.app[keys.CONVERSATIONS].stop_waiting(await _authorised(request))
    return web.Response(status=204)


async def choose(request: web.Request) -> web.Response:
    """POST .../choice: the question becomes the visitor's message, and its entry the answer."""
    conversation_id = await _authorised(request)
    check_message_rate(request.app[keys.SITE], conversation_id)
    given = await parse.body(request, parse.Choice)
    question = request.app[keys.FAQ].question(given.slug)
    said = await request.app[keys.CONVERSATIONS].say(
        conversation_id, question, str(given.client_id or uuid4()), given.slug
    )
    return json_response({"seq": said.seq}, 200 if said.repeated else 201)


async def rate(request: web.Request) -> web.Response:
    """POST .../rating."""
    conversation_id = await _authorised(request)
    given = await parse.body(request, parse.Rating)
    await request.app[keys.CONVERSATIONS].rate(
        conversation_id,
        helpful=given.helpful,
        answer_seq=given.answer_seq,
        comment=given.comment,
    )
    return web.Response(status=204)


async def stay(request: web.Request) -> web.Response:
    """POST .../stay: keep open what was about to be closed."""
    await request.app[keys.CONVERSATIONS].stay(await _authorised(request))
    return web.Response(status=204)


async def close(request: web.Request) -> web.Response:
    """POST .../close."""
    await request.app[keys.CONVERSATIONS].close(await _authorised(request))
    return web.Response(status=204)


async def leave(request: web.Request) -> web.Response:
    """DELETE ...: the visitor hid the page; the token is void from now on."""
    await request.app[keys.CONVERSATIONS].leave(await _authorised(request))
    return web.Response(status=204)


async def search_faq(request: web.Request) -> web.Response:
    """GET /api/v1/faq?q=&limit=."""
    site, address = request.app[keys.SITE], request[keys.ADDRESS]
    site.limiter.check("request", address.whose, address.rate(site.rates.requests))
    faq = request.app[keys.FAQ]
    limit = parse.limit(request, SEARCH_LIMIT, SEARCH_MOST)
    query = clean(request.query.get("q", ""))
    if len(query) > parse.QUERY_LIMIT:
        raise Invalid(q="too_long")
    found = await faq.search(query, limit) if query else faq.published()[:limit]
    entries = [
        {"slug": e.slug, "question": e.question, "answer_html": e.answer_html, "topic": e.topic}
        for e in found
    ]
    return json_response({"entries": entries})


async def status(request: web.Request) -> web.Response:
    """GET /api/v1/status: whether somebody is there to take a chat."""
    site, address = request.app[keys.SITE], request[keys.ADDRESS]
    site.limiter.check("request", address.whose, address.rate(site.rates.requests))
    found = await request.app[keys.AVAILABILITY].status()
    body = {
        "chat": "open" if found.open else "closed",
        "opens_at": found.opens_at,
        "waiting": found.waiting,
        "phone": site.phone,
        "staff_on": found.staff_on,
        "wait_ms": found.wait_ms,
    }
    return json_response(body)
