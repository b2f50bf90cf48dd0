"""From what came over the wire to typed values: the only place that reads a body or a frame."""

from datetime import date, timedelta
from typing import Any, Final, NamedTuple, TypeVar
from urllib.parse import parse_qs
from uuid import UUID

import msgspec
from aiohttp import BodyPartReader, web

from chatbot.domain.callback_form import Caller, Need, Shared
from chatbot.domain.errors import Invalid
from chatbot.domain.hours import instant
from chatbot.services.errors import NotAllowed
from chatbot.web.errors import Malformed

BODY_LIMIT: Final = 64 * 1024
"""Bytes of a request body or a socket frame: room for 4,000 characters, however escaped."""
LONGEST_WAIT: Final = 25.0
"""Seconds that a long poll may wait."""
QUERY_LIMIT: Final = 300
"""Characters of a search in the FAQ."""
FORM: Final = "application/x-www-form-urlencoded"
SEQ_LIMIT: Final = 2**53
"""Above it a JSON number is not exact in a browser."""

Body = TypeVar("Body", bound=msgspec.Struct)


class Nothing(msgspec.Struct):
    """An empty body, or `{}`."""


class Start(msgspec.Struct):
    """POST /conversations. `notice` is the version of the promises that the visitor saw.

    `language` is what the service shall speak, such as `pl`; unknown or unset: `Accept-Language`.
    """

    notice: str = ""
    language: str = ""


class Message(msgspec.Struct):
    """POST .../messages."""

    client_id: UUID
    text: str


class Choice(msgspec.Struct):
    """POST .../choice. Without a `client_id` a repeat is a new choice."""

    slug: str
    client_id: UUID | None = None


class Person(msgspec.Struct):
    """POST .../person. With `leave_message` for when somebody is there, without for now."""

    leave_message: bool = False


class Rating(msgspec.Struct):
    """POST .../rating."""

    helpful: bool
    answer_seq: int | None = None
    comment: str | None = None


class CallbackRequest(msgspec.Struct):
    """POST /callbacks. With a `client_id` it is kept once, however often it is sent.

    `slots` are starts, the first that is free is booked. `website` is a trap for machines, and
    `seconds` how long somebody took; a person is never refused for either.
    """

    caller: Caller
    name: str
    phone: str
    slots: list[int]
    shared_phone: Shared
    safe_to_call: bool
    voicemail_ok: bool = False
    text_ok: bool = False
    say_who: bool = False
    say_instead: str | None = None
    email: str | None = None
    needs: list[Need] | None = None
    language: str | None = None
    topic: str | None = None
    note: str | None = None
    police_area: str | None = None
    arrested_on: str | None = None
    conversation: str | None = None
    client_id: UUID | None = None
    website: str | None = None
    seconds: float | None = None


class CallbackMove(msgspec.Struct):
    """POST /callbacks/{reference}/slot: starts in order of preference."""

    slots: list[int]


class Hello(msgspec.Struct, tag="hello", tag_field="type"):
    """The first frame on a socket."""

    token: str
    after: int = 0


class Say(msgspec.Struct, tag="say", tag_field="type"):
    """A message over the socket."""

    client_id: UUID
    text: str


class Typing(msgspec.Struct, tag="typing", tag_field="type"):
    """The visitor is typing; what they type is never sent."""


class Read(msgspec.Struct, tag="read", tag_field="type"):
    """The visitor has seen everything up to `seq`."""

    seq: int


class Stay(msgspec.Struct, tag="stay", tag_field="type"):
    """The visitor wants the conversation kept open."""


class Ping(msgspec.Struct, tag="ping", tag_field="type"):
    """The client checks that the line is alive."""


InFrame = Hello | Say | Typing | Read | Stay | Ping
_decode_frame = msgspec.json.Decoder(InFrame).decode


def frame(data: str | bytes) -> InFrame:
    """Return the frame that a client sent.

    Raises:
        Malformed: it is no frame of ours.
    """
    try:
        decoded: InFrame = _decode_frame(data)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise Malformed from error
    return decoded


async def body(request: web.Request, type_: type[Body]) -> Body:
    """Return the request's JSON body; an empty one counts as `{}`.

    Raises:
        Malformed: it is not JSON, not an object, or not UTF-8.
        Invalid: a field is missing or of a wrong type.
    """
    raw = await request.read() or b"{}"
    try:
        data = msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise Malformed from error
    if not isinstance(data, dict):
        raise Malformed
    return _fields(data, type_)


def _fields(data: dict[str, Any], type_: type[Body]) -> Body:
    """Convert field by field, so that every wrong one is named."""
    wrong: dict[str, str] = {}
    for field in msgspec.structs.fields(type_):
        if field.name not in data:
            if field.required:
                wrong[field.name] = "missing"
            continue
        try:
            msgspec.convert(data[field.name], field.type)
        except (msgspec.ValidationError, OverflowError):
            wrong[field.name] = "malformed"
    if wrong:
        raise Invalid(**wrong)
    return msgspec.convert(data, type_)


async def form(request: web.Request, most: int) -> dict[str, str]:
    """Return the first value of each field of a form that has at most `most` fields.

    Not `request.post()`: it would write an uploaded file to the disk.

    Raises:
        Malformed: the body is no form in UTF-8.
    """
    if request.content_type != FORM:
        raise Malformed
    try:
        sent = (await request.read()).decode("ascii")
        parsed = parse_qs(sent, keep_blank_values=True, errors="strict", max_num_fields=most)
    except ValueError as error:
        raise Malformed from error
    return {name: values[0] for name, values in parsed.items()}


class Upload(NamedTuple):
    """A file that a form brought, and the form's other fields."""

    name: str
    content: bytes
    fields: dict[str, str]


async def upload(request: web.Request, limit: int) -> Upload:
    """Return the file of a form, held in memory: the disk never sees it.

    Raises:
        Malformed: the body is no such form.
        Invalid: there is no file in it (`file`: missing), or one of more than `limit` bytes
            (`file`: too_long).
    """
    if request.content_type != "multipart/form-data":
        raise Malformed
    name, content, fields = "", b"", {}
    try:
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader):
                raise Malformed
            data = bytearray()
            while chunk := await part.read_chunk():
                data += chunk
                if len(data) > limit:
                    raise Invalid(file="too_long")
            if part.filename is None:
                fields[part.name or ""] = data.decode("utf-8", "replace")
            else:
                name, content = part.filename, bytes(data)
    except (ValueError, AssertionError) as error:
        raise Malformed from error
    if not name:
        raise Invalid(file="missing")
    return Upload(name, content, fields)


def whole(given: str, name: str = "number") -> int:
    """Return a whole number of a form, from 0 up.

    Raises:
        Invalid: `name` is none.
    """
    if not (given.isascii() and given.isdigit() and len(given) < 10):  # noqa: PLR2004  # no such number is meant
        raise Invalid(**{name: "malformed"})
    return int(given)


def day(given: str, name: str) -> tuple[int, int]:
    """Return when a day such as `2026-11-26` begins and ends in London, in milliseconds UTC.

    Raises:
        Invalid: `name` is no day.
    """
    try:
        first = date.fromisoformat(given)
        return instant(first, 0), instant(first + timedelta(days=1), 0)
    except (ValueError, OverflowError) as error:
        raise Invalid(**{name: "malformed"}) from error


def cursor(request: web.Request) -> int:
    """Return `after`: a seq from 0 up.

    Raises:
        Invalid: it is no whole number in range.
    """
    return _number(request, "after", 0, SEQ_LIMIT)


def before(request: web.Request) -> int:
    """Return `before`: a number from 1 up, 0 where there is none.

    Raises:
        Invalid: it is no whole number in range.
    """
    return _number(request, "before", 0, SEQ_LIMIT)


def limit(request: web.Request, default: int, most: int) -> int:
    """Return `limit`, from 1 to `most`."""
    return _number(request, "limit", default, most, least=1)


def wait(request: web.Request) -> float:
    """Return `wait` in seconds, cut to `LONGEST_WAIT`.

    Raises:
        Invalid: it is no number, or below 0.
    """
    given = request.query.get("wait", "0")
    try:
        seconds = float(given)
    except ValueError as error:
        raise Invalid(wait="malformed") from error
    if not seconds >= 0:
        raise Invalid(wait="malformed")
    return min(seconds, LONGEST_WAIT)


def _number(request: web.Request, name: str, default: int, most: int, least: int = 0) -> int:
    given = request.query.get(name)
    if given is None:
        return default
    if not (given.isascii() and given.isdigit() and len(given) < 20):  # noqa: PLR2004  # digits of 2**63
        raise Invalid(**{name: "malformed"})
    number = int(given)
    if not least <= number <= most:
        raise Invalid(**{name: "out_of_range"})
    return number


def bearer(request: web.Request) -> str:
    """Return the token of the `Authorization` header.

    Raises:
        NotAllowed: there is none.
    """
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise NotAllowed
    return token.strip()
