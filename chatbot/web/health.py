"""Whether the service lives, and whether it can serve."""

from aiohttp import web

from chatbot.web import keys
from chatbot.web.errors import json_response


async def healthz(_request: web.Request) -> web.Response:
    """GET /healthz: the event loop turns."""
    return json_response({"status": "ok"})


async def readyz(request: web.Request) -> web.Response:
    """GET /readyz: the store answers, the assistant has an index, nobody is shutting down."""
    if not request.app[keys.FAQ].ready or request.app[keys.SOCKETS].draining:
        return json_response({"status": "starting"}, 503)
    await request.app[keys.CONVERSATIONS].queue()
    return json_response({"status": "ready"})
