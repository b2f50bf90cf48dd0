"""What every page of staff has: its frame, where else the person may go, errors beside fields."""

from aiohttp import web

from chatbot.web import keys
from chatbot.web.console.navigation import HOME, way
from chatbot.web.languages import CHOSEN


def page(request: web.Request, template: str, status: int = 200, **context: object) -> web.Response:
    """Return a page of staff.

    Its template also gets `me`, None when nobody has signed in, the `way` that they may go, `now`
    in milliseconds UTC, `come_back`, where a form of the bar leads back to, and `chat_off` while
    an admin has switched the chat off.
    """
    me = request.get(keys.PERSON)
    response = request.app[keys.RENDERER].page(
        request,
        f"console/{template}",
        me=me,
        way=way(me, request.path),
        now=request.app[keys.CLOCK](),
        chat_off=request.app[keys.AVAILABILITY].switched_off,
        come_back=request.path_qs if request.method == "GET" else HOME,
        **context,
    )
    response.set_status(status)
    return response


def why(request: web.Request, reasons: dict[str, str]) -> dict[str, str]:
    """Return the sentence for each field that cannot be used."""
    texts = request[CHOSEN].language.texts
    return {name: texts(f"console.{name}.{reason}") for name, reason in reasons.items()}


def done(request: web.Request) -> str:
    """Return the sentence for what the form before this page did; an address names it."""
    key = f"console.done.{request.query.get('done', '')}"
    texts = request[CHOSEN].language.texts
    return texts(key) if key in texts else ""


def error(request: web.Request, code: str) -> str:
    """Return the sentence for an error that belongs to no one field."""
    return request[CHOSEN].language.texts(f"errors.{code}")
