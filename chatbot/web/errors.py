"""Which HTTP status an error has: the one table, and the one JSON shape.

A message is looked up by code in the catalogue, so an error never carries what a person wrote.
"""

from collections.abc import Mapping
from typing import Any, Final

import msgspec
from aiohttp import web

from chatbot.domain.callbacks import CallbackChanged, CallbackOver, CallbackTaken
from chatbot.domain.errors import (
    ConversationClosed,
    Invalid,
    NotInCharge,
    NotOffered,
    ThreadMovedOn,
    TooLate,
)
from chatbot.domain.texts import Texts
from chatbot.services.errors import (
    Busy,
    CallbackSent,
    DraftChanged,
    EmailTaken,
    EntryChanged,
    LastAdmin,
    LinkVoid,
    NoCallback,
    NotAllowed,
    OutOfScope,
    SignInFailed,
    SlotTaken,
    SlowDown,
    StepOver,
    TokenVoid,
    UnknownEntry,
    UnknownPerson,
    UnknownReply,
)
from chatbot.store.errors import Duplicate, Full, Stale, StoreError, Unavailable
from chatbot.web.limits import TooMany


class Malformed(Exception):
    """The body is not the JSON that the call takes."""

    code = "malformed"

    def __init__(self) -> None:
        super().__init__(self.code)
        self.data: dict[str, object] = {}


class NotSignedIn(Exception):
    """Nobody has signed in, or their session has ended."""

    code = "not_signed_in"


class NotForYou(Exception):
    """Whoever has signed in may not do this."""

    code = "not_for_you"


class OtherSite(Exception):
    """Another site's page had the browser send it."""

    code = "other_site"


STATUS: Final[Mapping[type[Exception], int]] = {
    Malformed: 400,
    NotAllowed: 401,
    NoCallback: 401,
    NotSignedIn: 401,
    SignInFailed: 401,
    StepOver: 401,
    TokenVoid: 401,
    NotForYou: 403,
    OutOfScope: 403,
    OtherSite: 403,
    UnknownEntry: 404,
    UnknownPerson: 404,
    UnknownReply: 404,
    CallbackChanged: 409,
    CallbackOver: 409,
    CallbackSent: 409,
    CallbackTaken: 409,
    ConversationClosed: 409,
    NotInCharge: 409,
    ThreadMovedOn: 409,
    TooLate: 409,
    DraftChanged: 409,
    EmailTaken: 409,
    EntryChanged: 409,
    LastAdmin: 409,
    SlotTaken: 409,
    Duplicate: 409,
    LinkVoid: 410,
    Invalid: 422,
    NotOffered: 422,
    SlowDown: 429,
    TooMany: 429,
    Busy: 503,
    Stale: 503,
    Unavailable: 503,
    Full: 503,
    StoreError: 500,
}

HTTP_CODES: Final[Mapping[int, str]] = {
    400: "malformed",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    503: "unavailable",
}
RETRY_SECONDS: Final = 1


def status_of(error: Exception) -> int | None:
    """Return the HTTP status for an error of ours; None for one that nobody expected."""
    for type_ in type(error).__mro__:
        if type_ in STATUS:
            return STATUS[type_]
    return None


def shape(code: str, texts: Texts, fields: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Return `{"error": {"code", "message", "fields"?}}`; `fields` maps a name to a reason."""
    error: dict[str, Any] = {"code": code, "message": texts(f"errors.{code}")}
    if fields:
        error["fields"] = {name: texts(f"errors.field.{why}") for name, why in fields.items()}
    return {"error": error}


def json_error(error: Exception, status: int, texts: Texts) -> web.Response:
    """Answer an error of ours."""
    code = getattr(error, "code", "internal")
    fields = error.fields if isinstance(error, Invalid) else None
    response = json_response(shape(code, texts, fields), status)
    if isinstance(error, TooMany | SlowDown):
        response.headers["Retry-After"] = str(max(1, round(error.seconds + 0.5)))
    elif status == 503:  # noqa: PLR2004  # reads best as the status it is
        response.headers["Retry-After"] = str(RETRY_SECONDS)
    elif status == 401:  # noqa: PLR2004  # likewise
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def json_response(body: object, status: int = 200) -> web.Response:
    """Answer with JSON, encoded by msgspec."""
    return web.Response(
        body=msgspec.json.encode(body), status=status, content_type="application/json"
    )
