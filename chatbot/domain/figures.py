"""What is counted of conversations: figures, never who or what. A demo is in none of them."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from chatbot.domain import callbacks
from chatbot.domain.conversation import Conversation, evolve
from chatbot.domain.errors import Invalid
from chatbot.domain.events import (
    Author,
    Closed,
    Event,
    Flagged,
    MessagePosted,
    Opened,
    Rated,
    Recorded,
    State,
    StateChanged,
)
from chatbot.domain.hours import local
from chatbot.domain.outcome import Outcome

DAY_HOURS: Final = 24
WEEK: Final = timedelta(days=7)
FIRST_YEAR: Final = 2020
LAST_YEAR: Final = 9000


class Measure(StrEnum):
    """What is counted. Those in `_ms` add milliseconds up, for a mean."""

    CONVERSATIONS = "conversations"
    ALONE = "alone"
    ANSWERED = "answered"
    CLARIFIED = "clarified"
    UNANSWERED = "unanswered"
    SIGNPOSTED = "signposted"
    URGENT = "urgent"
    ASKED = "asked"
    NOBODY = "nobody"
    MESSAGES = "messages"
    TAKEN = "taken"
    WAITS = "waits"
    WAIT_MS = "wait_ms"
    RESPONSES = "responses"
    RESPONSE_MS = "response_ms"
    ANSWER_GOOD = "answer_good"
    ANSWER_BAD = "answer_bad"
    CHAT_GOOD = "chat_good"
    CHAT_BAD = "chat_bad"
    CALLBACKS = "callbacks"
    CALLS = "calls"
    CALLBACK_COMPLETED = "callback_completed"
    CALLBACK_NOT_REACHED = "callback_not_reached"
    CALLBACK_DECLINED = "callback_declined"
    CALLBACK_UNSAFE = "callback_unsafe"
    CALLBACK_CANCELLED = "callback_cancelled"


_OUTCOMES: Final[Mapping[Outcome | None, Measure]] = {
    Outcome.ANSWERED: Measure.ANSWERED,
    Outcome.CLARIFY: Measure.CLARIFIED,
    Outcome.UNANSWERED: Measure.UNANSWERED,
    Outcome.SIGNPOSTED: Measure.SIGNPOSTED,
}
Count = tuple[Measure, int]


def counted(before: Conversation, new: Sequence[Recorded]) -> Mapping[Measure, int]:
    """Return what `new` events of a conversation add to each measure."""
    found: Counter[Measure] = Counter()
    now = before
    for recorded in new:
        after = evolve(now, recorded.event)
        if not after.demo:
            for measure, number in _counts(now, recorded.event):
                found[measure] += number
        now = after
    return {measure: number for measure, number in found.items() if number}


def _counts(now: Conversation, event: Event) -> Iterator[Count]:
    match event:
        case Opened():
            yield Measure.CONVERSATIONS, 1
        case Flagged():
            yield Measure.URGENT, 1
        case MessagePosted():
            yield from _message(now, event)
        case StateChanged():
            yield from _turn(now, event)
        case Rated():
            yield from _rating(event)
        case Closed(staff=None) if _alone(now):
            yield Measure.ALONE, 1
        case _:
            pass


def _alone(now: Conversation) -> bool:
    """Tell whether the assistant has done all that there was to do, should it end now."""
    answered = now.state is State.ASSISTANT and now.helped and not now.owes_answer
    return answered and not (now.wanted or now.left)


def _message(now: Conversation, event: MessagePosted) -> Iterator[Count]:
    if event.author is Author.ASSISTANT and event.outcome in _OUTCOMES:
        yield _OUTCOMES[event.outcome], 1
    elif event.author is Author.SYSTEM and event.offers:
        yield Measure.NOBODY, 1
    elif event.author is Author.STAFF and now.awaited_since is not None:
        yield Measure.RESPONSES, 1
        yield Measure.RESPONSE_MS, max(0, event.at - now.awaited_since)


def _turn(now: Conversation, event: StateChanged) -> Iterator[Count]:
    if event.state is State.WAITING and event.message_left:
        yield Measure.MESSAGES, 1
    elif event.state is State.WAITING and now.state is State.ASSISTANT:
        yield Measure.ASKED, 1
    elif event.state is State.STAFF and now.state in {State.ASSISTANT, State.WAITING}:
        yield Measure.TAKEN, 1
        if now.waiting_since is not None and not now.message_left:
            yield Measure.WAITS, 1
            yield Measure.WAIT_MS, max(0, event.at - now.waiting_since)


def _rating(event: Rated) -> Iterator[Count]:
    """Only the newest of each counts, so what it replaces is taken back."""
    whole = event.answer_seq is None
    measures = {
        True: Measure.CHAT_GOOD if whole else Measure.ANSWER_GOOD,
        False: Measure.CHAT_BAD if whole else Measure.ANSWER_BAD,
    }
    yield measures[event.helpful], 1
    if event.replaces is not None:
        yield measures[event.replaces], -1


def counted_callback(events: Sequence[callbacks.Event]) -> Mapping[Measure, int]:
    """Return what events of a callback request add to each measure."""
    found: Counter[Measure] = Counter()
    for event in events:
        match event:
            case callbacks.Asked():
                found[Measure.CALLBACKS] += 1
            case callbacks.Tried():
                found[Measure.CALLS] += 1
            case callbacks.Ended():
                found[Measure(f"callback_{event.ending}")] += 1
            case _:
                pass
    return found


@dataclass(frozen=True, slots=True)
class Slot:
    """When something was counted, on London's clock.

    `day` and `month` (its first day) are proleptic ordinals, `hour` is of the week: 0 is Monday
    at midnight.
    """

    day: int
    month: int
    hour: int


def slot(at: int) -> Slot:
    """Return where a time in milliseconds UTC is counted."""
    then = local(at)
    day = then.date()
    hour = day.weekday() * DAY_HOURS + then.hour
    return Slot(day.toordinal(), day.replace(day=1).toordinal(), hour)


class By(StrEnum):
    """What one line of a report is."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    HOUR = "hour"


@dataclass(frozen=True, slots=True)
class Span:
    """From one day to another, both included."""

    first: date
    last: date


def spans(by: By, at: date) -> list[Span]:
    """Return the lines of a report around a day.

    Days are those of its month, weeks and months those of its year; for hours of the week the year
    is one line. A week belongs to the year in which it begins.

    Raises:
        Invalid: `at` is too long ago, or too far ahead.
    """
    if not FIRST_YEAR <= at.year <= LAST_YEAR:
        raise Invalid(at="malformed")
    first, next_year = date(at.year, 1, 1), date(at.year + 1, 1, 1)
    match by:
        case By.DAY:
            start = at.replace(day=1)
            count = (_next_month(start) - start).days
            days = (start + timedelta(days=n) for n in range(count))
            return [Span(day, day) for day in days]
        case By.WEEK:
            monday = first + timedelta(days=-first.weekday() % 7)
            count = -(-(next_year - monday).days // 7)
            weeks = (monday + n * WEEK for n in range(count))
            return [Span(week, week + timedelta(days=6)) for week in weeks]
        case By.MONTH:
            months = (date(at.year, month, 1) for month in range(1, 13))
            return [Span(month, _next_month(month) - timedelta(days=1)) for month in months]
        case By.HOUR:
            return [Span(first, next_year - timedelta(days=1))]


def _next_month(first: date) -> date:
    return (first + timedelta(days=32)).replace(day=1)
