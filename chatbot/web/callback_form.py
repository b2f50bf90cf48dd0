"""The form for who wants to be rung, as a page has it: what it offers, and what came back.

Everything travels in the body of a POST and comes back only in the page that answers it.
"""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any, Final
from uuid import UUID, uuid4

from aiohttp import web

from chatbot.domain.callback_form import Caller, Form, Need, Shared, Topic
from chatbot.domain.errors import Invalid
from chatbot.domain.hours import local
from chatbot.domain.slots import Lane, Slot
from chatbot.web import keys, parse
from chatbot.web.callbacks import telling
from chatbot.web.languages import CHOSEN

FIELDS: Final = 60
WANTED: Final = ("slot_1", "slot_2", "slot_3")
ARREST: Final = ("arrested_year", "arrested_month", "arrested_day")

Fields = Mapping[str, str]
Days = Sequence[tuple[str, Sequence[tuple[int, str]]]]


def fresh(request: web.Request) -> dict[str, str]:
    """Return what an empty form holds: an id that it is kept once under, and when it was shown."""
    return {"client_id": str(uuid4()), "shown_at": str(request.app[keys.CLOCK]())}


def seconds(request: web.Request, fields: Fields) -> float | None:
    """Return how long somebody took; None where the form does not say."""
    shown_at = fields.get("shown_at", "")
    if not (shown_at.isascii() and shown_at.isdigit() and len(shown_at) < 16):  # noqa: PLR2004  # no such time
        return None
    return (request.app[keys.CLOCK]() - int(shown_at)) / 1000


def read(fields: Fields) -> Form:
    """Return the form that was sent.

    Raises:
        Invalid: a choice is missing, or is none that was offered; each field is named.
    """
    wrong = {
        name: "missing"
        for name, of in (("caller", Caller), ("shared_phone", Shared))
        if fields.get(name) not in list(of)
    }
    if fields.get("safe_to_call") not in {"yes", "no"}:
        wrong["safe_to_call"] = "missing"
    if wrong:
        wrong |= {} if any(fields.get(name) for name in WANTED) else {"slots": "slot_missing"}
        wrong |= {name: "empty" for name in ("name", "phone") if not fields.get(name, "").strip()}
        raise Invalid(**wrong)
    text = {name: fields.get(name, "") for name in _TEXTS}
    return Form(
        caller=Caller(fields["caller"]),
        slots=wanted(fields),
        shared_phone=Shared(fields["shared_phone"]),
        safe_to_call=fields["safe_to_call"] == "yes",
        voicemail_ok=fields.get("voicemail_ok") == "yes",
        text_ok=fields.get("text_ok") == "yes",
        say_who=fields.get("say_who") == "yes",
        needs=tuple(need for need in Need if fields.get(f"need_{need}")),
        arrested_on=_day(fields),
        **text,
    )


_TEXTS: Final = (
    *("name", "phone", "say_instead", "email", "language", "topic", "note", "police_area"),
)


def wanted(fields: Fields) -> tuple[int, ...]:
    """Return the chosen starts, in order of preference."""
    given = [fields[name] for name in WANTED if fields.get(name)]
    if not all(start.isascii() and start.isdigit() and len(start) < 16 for start in given):  # noqa: PLR2004  # no such time
        raise Invalid(slots="malformed")
    return tuple(map(int, given))


def client_id(fields: Fields) -> str:
    """Return the id that the form is kept once under; a form without one gets its own."""
    try:
        return str(UUID(fields.get("client_id", "")))
    except ValueError:
        return str(uuid4())


def _day(fields: Fields) -> str:
    """Return a day as ISO writes it; what is no day is left as it was typed, to be refused."""
    year, month, day = (fields.get(name, "").strip() for name in ARREST)
    if not (year or month or day):
        return ""
    return f"{year:0>4}-{month:0>2}-{day:0>2}"


def offer(request: web.Request, slots: Sequence[Slot]) -> Days:
    """Return slots by day, as the form lists them."""
    said = telling(request)
    by_day = groupby(slots, key=lambda slot: local(slot.start).date())
    return [(said.date(day), [(s.start, said.times(s)) for s in found]) for day, found in by_day]


async def choices(request: web.Request) -> dict[str, Any]:
    """Return everything that the form offers."""
    service, texts = request.app[keys.CALLBACKS], request[CHOSEN].language.texts
    free = {slot for lane in Lane for slot in await service.slots(lane)}
    return {
        "days": offer(request, sorted(free)),
        "callers": [(one.value, texts(f"callback.caller.{one}")) for one in Caller],
        "shared": [(one.value, texts(f"callback.shared_phone.{one}")) for one in Shared],
        "needs": [(one.value, texts(f"callback.needs.{one}")) for one in Need],
        "topics": [(one.value, texts(f"callback.topic.{one}")) for one in Topic],
    }


def sentences(request: web.Request, reasons: Mapping[str, str]) -> dict[str, str]:
    """Return what is said beside each field, in the order in which the form asks them."""
    texts = request[CHOSEN].language.texts
    order = {name: place for place, name in enumerate(_ORDER)}
    return {
        name: texts(f"errors.field.{reasons[name]}")
        for name in sorted(reasons, key=lambda name: order.get(name, len(order)))
    }


_ORDER: Final = (
    *("caller", "name", "phone", "slots", "shared_phone", "safe_to_call", "voicemail_ok"),
    *("text_ok", "say_who", "say_instead", "email", "needs", "language", "topic", "note"),
    *("police_area", "arrested_on"),
)


async def given(request: web.Request) -> Fields:
    """Return the fields that were sent."""
    return await parse.form(request, FIELDS)
