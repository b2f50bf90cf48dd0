"""What every page of staff has: its frame, the person's own navigation, errors beside fields."""

from dataclasses import dataclass
from typing import Final

from aiohttp import web

from chatbot.domain.people import Action
from chatbot.web import keys
from chatbot.web.languages import CHOSEN

HOME: Final = "/console"


@dataclass(frozen=True, slots=True)
class Item:
    """A place in the navigation, named by `console.nav.NAME`, for whoever may do `action`."""

    path: str
    name: str
    action: Action


NAVIGATION: Final = (
    Item("/console", "chats", Action.SEE_CHATS),
    Item("/console/callbacks", "callbacks", Action.SEE_CALLBACKS),
    Item("/console/now", "now", Action.SEE_FIGURES),
    Item("/console/replies", "replies", Action.ANSWER_CHATS),
    Item("/console/faq", "faq", Action.SEE_FAQ),
    Item("/console/notifications", "notifications", Action.SEE_CHATS),
    Item("/console/reports", "reports", Action.SEE_FIGURES),
    Item("/console/people", "people", Action.MANAGE_PEOPLE),
    Item("/console/hours", "hours", Action.EDIT_SETTINGS),
    Item("/console/settings", "settings", Action.EDIT_SETTINGS),
    Item("/console/audit", "audit", Action.READ_AUDIT),
    Item("/console/tokens", "tokens", Action.MANAGE_TOKENS),
)


def page(request: web.Request, template: str, status: int = 200, **context: object) -> web.Response:
    """Return a page of staff.

    Its template also gets `me`, None when nobody has signed in, `now` in milliseconds UTC, and
    `come_back`, where a form of the bar leads back to.
    """
    me = request.get(keys.PERSON)
    items = [item for item in NAVIGATION if me and me.may(item.action)]
    response = request.app[keys.RENDERER].page(
        request,
        f"console/{template}",
        me=me,
        navigation=items,
        now=request.app[keys.CLOCK](),
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
