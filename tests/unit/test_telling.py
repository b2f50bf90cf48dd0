"""Times and availability as a visitor reads them."""

from datetime import date

import pytest

from chatbot.content import loading
from chatbot.domain.availability import Status
from chatbot.domain.hours import UNKNOWN, instant, parse_week
from chatbot.services.telling import Telling
from chatbot.services.voice import Voice
from chatbot.settings import Settings

TEXTS = loading.texts()
VOICE = Voice({"en": TEXTS}, Settings().placeholders)
TELLING = Telling(TEXTS, VOICE)
NOW = instant(date(2027, 1, 1), 18 * 60)
"""A Friday evening."""
MINUTE = 60_000
OPEN = Status(open=True, staff_on=True, opens_at=None, waiting=0, wait_ms=None)


@pytest.mark.parametrize(
    ("minute", "words"),
    [
        (0, "midnight"),
        (5, "12:05am"),
        (540, "9am"),
        (570, "9:30am"),
        (720, "midday"),
        (725, "12:05pm"),
        (1035, "5:15pm"),
        (1440, "midnight"),
    ],
)
def test_a_time_is_said_as_people_say_it(minute: int, words: str) -> None:
    assert TELLING.clock(minute) == words


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2027, 1, 1), "today at 7pm"),
        (date(2027, 1, 2), "tomorrow at 7pm"),
        (date(2027, 1, 4), "on Monday at 7pm"),
        (date(2027, 1, 7), "on Thursday at 7pm"),
        (date(2027, 1, 8), "on Friday 8 January at 7pm"),
        (date(2027, 6, 8), "on Tuesday 8 June at 7pm"),
    ],
)
def test_a_day_to_come_is_named_so_that_it_cannot_be_mistaken(day: date, words: str) -> None:
    assert TELLING.when(instant(day, 19 * 60), NOW) == words


def test_weekly_hours_are_said_in_one_line() -> None:
    week = parse_week("mon-thu 09:00-12:00 13:00-17:00, fri 09:00-17:00, sun 00:00-24:00")
    assert TELLING.week(week) == (
        "Monday to Thursday, 9am to midday and 1pm to 5pm; Friday, 9am to 5pm;"
        " Sunday, midnight to midnight"
    )
    assert TELLING.week(UNKNOWN) == ""


@pytest.mark.parametrize(
    ("waiting", "wait_ms", "words"),
    [
        (0, None, "The team is here to chat now."),
        (1, None, "The team is here to chat now. 1 person is waiting."),
        (2, MINUTE, "now. 2 people are waiting. The wait is often about 1 minute."),
        (2, 7 * MINUTE, "The wait is often about 7 minutes."),
    ],
)
def test_an_open_chat_says_how_many_wait_and_how_long_if_it_was_measured(
    waiting: int, wait_ms: int | None, words: str
) -> None:
    status = Status(open=True, staff_on=True, opens_at=None, waiting=waiting, wait_ms=wait_ms)
    assert TELLING.chat(status, NOW).text.endswith(words)


def test_a_closed_chat_says_until_when_only_where_it_is_known_and_where_to_ring() -> None:
    closed = Status(open=False, staff_on=False, opens_at=None, waiting=9, wait_ms=None)
    unknown = TELLING.chat(closed, NOW)
    assert unknown.text.startswith("Nobody from the team is here to chat right now. You can")
    assert '<a href="tel:02380001061">023 8000 1061</a>' in unknown.html
    monday = instant(date(2027, 1, 4), 540)
    known = Status(open=False, staff_on=False, opens_at=monday, waiting=9, wait_ms=None)
    assert "The chat opens again on Monday at 9am. You can" in TELLING.chat(known, NOW).text
    assert "waiting" not in TELLING.chat(known, NOW).text


def test_in_an_admins_words_the_rest_stays_as_it_was() -> None:
    telling = Telling(loading.texts(), VOICE)
    telling.take(loading.texts(own={"hours.open": "We are here."}))
    status = Status(open=True, staff_on=True, opens_at=None, waiting=1, wait_ms=None)
    assert telling.chat(status, NOW).text == "We are here. 1 person is waiting."


def test_a_moment_has_its_whole_date() -> None:
    assert TELLING.moment(NOW) == "Friday 1 January 2027, 6pm"


def test_other_languages_say_it_in_their_own_way() -> None:
    polish = Telling(loading.texts("pl"), VOICE)
    assert polish.when(instant(date(2027, 1, 5), 17 * 60 + 30), NOW) == "we wtorek o 17:30"
    assert polish.when(instant(date(2027, 5, 3), 9 * 60), NOW) == "w poniedziałek 3 maja o 9:00"
    assert polish.when(instant(date(2027, 1, 2), 12 * 60), NOW) == "jutro o 12:00"
