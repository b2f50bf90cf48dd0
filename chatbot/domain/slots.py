"""When we can ring somebody: slots cut from opening hours, and how many calls each has room for.

A slot is an instant and an end, so on the days of a clock change none is lost and none is there
twice. The lane says whose room it takes: who calls for somebody else never takes the place of
whom the calls are for.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from chatbot.domain.hours import Hours, local

MINUTE: Final = 60_000
DAY: Final = 24 * 60 * MINUTE


class Lane(StrEnum):
    """Whose calls share room: people for themselves, or others on somebody's behalf."""

    OWN = "own"
    THIRD = "third"


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """From one instant to another in milliseconds UTC, the second excluded."""

    start: int
    end: int


Taken = Mapping[tuple[int, Lane], int]
"""How many calls are booked, by the start of the slot and the lane."""


@dataclass(frozen=True, slots=True)
class Rules:
    """How slots are cut. `length` and `lead` in milliseconds; `days` on which we are open."""

    length: int
    lead: int
    days: int
    room: Mapping[Lane, int]


def slots(hours: Hours, rules: Rules, now: int) -> list[Slot]:
    """Return every slot that may be asked for now, in order, whether there is room or not."""
    days: set[date] = set()
    found: list[Slot] = []
    for slot in _all(hours, rules, now):
        day = local(slot.start).date()
        if day not in days and len(days) == rules.days:
            break
        days.add(day)
        if slot.start >= now + rules.lead:
            found.append(slot)
    return found


def _all(hours: Hours, rules: Rules, now: int) -> Iterator[Slot]:
    """Cut each opening from its beginning; what is left over at its end is no slot."""
    for opening in hours.openings(now) if hours.known else ():
        for start in range(opening.starts, opening.ends - rules.length + 1, rules.length):
            if start >= now:
                yield Slot(start, start + rules.length)


def free(offered: Sequence[Slot], rules: Rules, lane: Lane, taken: Taken) -> list[Slot]:
    """Return those of the offered slots that have room in a lane."""
    return [slot for slot in offered if taken.get((slot.start, lane), 0) < rules.room[lane]]


def nearest(wanted: Sequence[int], available: Sequence[Slot], most: int) -> list[Slot]:
    """Return the slots nearest to any of the wanted starts, in order of time."""
    near = sorted(available, key=lambda slot: min(abs(slot.start - at) for at in wanted))
    return sorted(near[:most])


def again(wanted: Sequence[int], available: Sequence[Slot], most: int) -> list[Slot]:
    """Return when to try again: what somebody else asked for, then the same times on later days.

    The same weekday comes first, then the time of day that is nearest to one that suited them.
    """
    times = [(local(at).weekday(), _minute(at)) for at in wanted]

    def distance(slot: Slot) -> tuple[bool, int, bool, int]:
        day, minute = local(slot.start).weekday(), _minute(slot.start)
        away, other_day = min((abs(minute - time), day != weekday) for weekday, time in times)
        return (slot.start not in wanted, away, other_day, slot.start)

    return sorted(available, key=distance)[:most]


def _minute(at: int) -> int:
    then = local(at)
    return then.hour * 60 + then.minute
