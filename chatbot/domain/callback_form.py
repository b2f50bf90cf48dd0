"""What somebody tells us who wants to be rung: each answer a field of its own.

What was not asked or not answered counts as the safe answer: no voicemail, no text, no name of
ours. Who says that ringing is not safe is never kept waiting for a call, but shown other ways.
"""

import re
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Final

from chatbot.domain.errors import Invalid
from chatbot.domain.people import clean_email
from chatbot.domain.phones import why_not
from chatbot.domain.slots import Lane
from chatbot.domain.text import clean

FOURTEEN_DAYS: Final = 14
"""Who has heard nothing for so long since the arrest is asked to get in touch."""
LONGEST_AGO: Final = timedelta(days=2 * 366)
MOST_SLOTS: Final = 3
LIMITS: Final = {
    "name": 100,
    "say_instead": 200,
    "language": 60,
    "topic": 60,
    "note": 1_000,
    "police_area": 100,
}
"""Characters of what is typed."""
_LINES: Final = frozenset({"note"})
"""What may have more than one line."""


class Caller(StrEnum):
    """Who asks to be rung."""

    CAUTIONED = "cautioned"
    PARTNER = "partner"
    PROFESSIONAL = "professional"
    OTHER = "other"

    @property
    def lane(self) -> Lane:
        """Whose room the call takes."""
        third = self in {Caller.PROFESSIONAL, Caller.OTHER}
        return Lane.THIRD if third else Lane.OWN


class Shared(StrEnum):
    """Whether somebody else uses or answers the phone."""

    YES = "yes"
    NO = "no"
    UNSURE = "unsure"


class Need(StrEnum):
    """What makes a call possible for this person."""

    BSL = "bsl"
    TEXT_RELAY = "text_relay"
    INTERPRETER = "interpreter"
    LARGE_PRINT = "large_print"
    OTHER = "other"


class Topic(StrEnum):
    """What a call is about, as the form offers it; a program may name another."""

    HEARD_NOTHING = "heard_nothing"
    DATES = "dates"
    WORKSHOPS = "workshops"
    CAUTION = "caution"
    SUPPORT = "support"
    WORK = "work"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Form:
    """The form. `slots` are starts in order of preference, `phone` is kept as it was typed."""

    caller: Caller
    name: str
    phone: str
    slots: tuple[int, ...]
    shared_phone: Shared
    safe_to_call: bool
    voicemail_ok: bool = False
    text_ok: bool = False
    say_who: bool = False
    say_instead: str = ""
    email: str = ""
    needs: tuple[Need, ...] = ()
    language: str = ""
    topic: str = ""
    note: str = ""
    police_area: str = ""
    arrested_on: str = ""

    @property
    def lane(self) -> Lane:
        """Whose room the call takes."""
        return self.caller.lane


def checked(form: Form, today: date) -> Form:
    """Return the form as it is kept: cleaned, and without what its caller is not asked.

    Raises:
        Invalid: fields cannot be used; each says why.
    """
    tidy = _tidied(form)
    wrong = {name: "too_long" for name, limit in LIMITS.items() if len(getattr(tidy, name)) > limit}
    if not tidy.name:
        wrong["name"] = "empty"
    if why := why_not(tidy.phone):
        wrong["phone"] = why
    if why := _wrong_slots(tidy.slots):
        wrong["slots"] = why
    if not tidy.safe_to_call:
        wrong["safe_to_call"] = "not_safe"
    if tidy.email:
        try:
            clean_email(tidy.email)
        except Invalid as refused:
            wrong |= refused.fields
    if why := _wrong_day(tidy.arrested_on, today):
        wrong["arrested_on"] = why
    if wrong:
        raise Invalid(**wrong)
    return tidy


def _tidied(form: Form) -> Form:
    typed: dict[str, Any] = {}
    for field in fields(form):
        value = getattr(form, field.name)
        if type(value) is str:
            text = clean(value)
            typed[field.name] = text if field.name in _LINES else " ".join(text.split())
    if form.caller is not Caller.CAUTIONED:
        typed |= {"police_area": "", "arrested_on": ""}
    if form.say_who:
        typed["say_instead"] = ""
    typed["phone"] = " ".join(clean(form.phone).split())
    typed["needs"] = tuple(dict.fromkeys(form.needs))
    return replace(form, **typed)


def _wrong_slots(slots: tuple[int, ...]) -> str | None:
    if not slots:
        return "slot_missing"
    if len(slots) > MOST_SLOTS:
        return "too_many_slots"
    return "twice" if len(set(slots)) < len(slots) else None


_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _wrong_day(typed: str, today: date) -> str | None:
    if not typed:
        return None
    try:
        day = date.fromisoformat(typed) if _DAY.fullmatch(typed) else None
    except ValueError:
        day = None
    if day is None:
        return "not_a_day"
    if day > today:
        return "in_the_future"
    return "too_early" if day < today - LONGEST_AGO else None


def days_gone(form: Form, today: date) -> int | None:
    """Return how many days have gone since the arrest; None where nobody said when it was."""
    return (today - date.fromisoformat(form.arrested_on)).days if form.arrested_on else None


def initials(name: str) -> str:
    """Return what a list shows of a name.

    >>> initials("Amina de Souza"), initials("bo"), initials("")
    ('A.S.', 'B.', '')
    """
    words = [word for word in name.split() if word[0].isalnum()]
    shown = words[:1] + words[1:][-1:]
    return "".join(f"{word[0].upper()}." for word in shown)
