"""What somebody of the staff is told of though they look elsewhere: never a word of a chat.

A notice is kept in the batch of the event that it tells of, under an id that the event has alone,
so that there is exactly one however often anything is tried again.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from chatbot.domain.errors import Invalid
from chatbot.domain.events import Assigned, NoteAdded, Recorded, State, StateChanged
from chatbot.domain.hours import DAY_MINUTES, instant, local

LOUDEST: Final = 100
_QUIET: Final = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])-([01][0-9]|2[0-3]):([0-5][0-9])")


class Kind(StrEnum):
    """What happened. LATE: a chat has waited for longer than it should."""

    WAITING = "waiting"
    MESSAGE_LEFT = "message_left"
    LATE = "late"
    ASSIGNED = "assigned"
    MENTIONED = "mentioned"


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing to tell; `person` is empty where everybody is told. `at` is milliseconds UTC."""

    id: str
    kind: Kind
    conversation: str
    person: str
    at: int


@dataclass(frozen=True, slots=True)
class Preferences:
    """How somebody wants to work and to be told. `volume` is 0 to 100; quiet hours are minutes of
    the day in London, and may go past midnight; the same minute twice is no quiet at all.
    """

    desktop: bool = True
    sound: bool = True
    volume: int = 60
    mail: bool = True
    shortcuts: bool = True
    quiet_from: int = 0
    quiet_to: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.volume <= LOUDEST:
            raise Invalid(volume="out_of_range")
        for name in ("quiet_from", "quiet_to"):
            if not 0 <= getattr(self, name) < DAY_MINUTES:
                raise Invalid(**{name: "malformed"})

    def quiet(self, minute: int) -> bool:
        """Tell whether a minute of the day is within the quiet hours."""
        since, until = self.quiet_from, self.quiet_to
        if since <= until:
            return since <= minute < until
        return minute >= since or minute < until

    def quiet_until(self, at: int) -> int | None:
        """Return when the quiet hours that `at` is within end; None outside of them."""
        then = local(at)
        minute = then.hour * 60 + then.minute
        if not self.quiet(minute):
            return None
        ends = instant(then.date(), self.quiet_to)
        return ends if ends > at else instant(then.date(), self.quiet_to + DAY_MINUTES)


def parse_quiet(words: str) -> tuple[int, int]:
    """Return quiet hours such as `22:00-07:30` as minutes of the day; nothing is none at all.

    >>> parse_quiet("22:00-07:30")
    (1320, 450)

    Raises:
        Invalid: `quiet_hours` are written in another way, or end when they begin.
    """
    if not words:
        return 0, 0
    found = _QUIET.fullmatch(words)
    if found is None:
        raise Invalid(quiet_hours="malformed")
    hour, minute, last_hour, last_minute = (int(digits) for digits in found.groups())
    since, until = hour * 60 + minute, last_hour * 60 + last_minute
    if since == until:
        raise Invalid(quiet_hours="malformed")
    return since, until


class Mailed(StrEnum):
    """Who of the staff is mailed, of those who have not switched it off."""

    EVERYBODY = "everybody"
    PRESENT = "present"
    NOBODY = "nobody"


def notices(conversation_id: str, new: Sequence[Recorded]) -> tuple[Notice, ...]:
    """Return what staff are told of `new` events."""
    return tuple(
        Notice(f"{conversation_id}/{item.position}{mark}", kind, conversation_id, person, at)
        for item in new
        for kind, person, mark, at in _of(item)
    )


def _of(item: Recorded) -> list[tuple[Kind, str, str, int]]:
    match item.event:
        case StateChanged(state=State.WAITING, at=at, message_left=left):
            return [(Kind.MESSAGE_LEFT if left else Kind.WAITING, "", "", at)]
        case Assigned(at=at, staff=staff, by=by) if staff != by:
            return [(Kind.ASSIGNED, staff, "", at)]
        case NoteAdded(at=at, staff=staff, mentions=mentions):
            others = (one for one in mentions if one != staff)
            return [(Kind.MENTIONED, one, f"/{one}", at) for one in others]
        case _:
            return []
