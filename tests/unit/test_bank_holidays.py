"""Bank holidays of England, as gov.uk lists them."""

from datetime import date

from chatbot.domain.hours import instant
from chatbot.services.bank_holidays import YEARS_AHEAD, bank_holidays

NOW = instant(date(2026, 11, 26), 0)
OFFICIAL_2026 = {
    date(2026, 1, 1),
    date(2026, 4, 3),
    date(2026, 4, 6),
    date(2026, 5, 4),
    date(2026, 5, 25),
    date(2026, 8, 31),
    date(2026, 12, 25),
    date(2026, 12, 28),
}


def test_the_days_are_those_of_england() -> None:
    found = bank_holidays(NOW)
    on_a_weekend = {date(2026, 12, 26)}
    assert {day for day in found if day.year == 2026} == OFFICIAL_2026 | on_a_weekend
    assert found[date(2026, 4, 6)] == "Easter Monday"
    assert date(2026, 3, 17) not in found  # Northern Ireland
    assert date(2026, 1, 2) not in found  # Scotland


def test_they_are_known_for_the_years_to_come() -> None:
    assert {day.year for day in bank_holidays(NOW)} == {*range(2025, 2026 + YEARS_AHEAD + 1)}
