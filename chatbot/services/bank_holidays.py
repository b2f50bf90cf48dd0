"""Bank holidays of England, from a package that comes with them: nobody is asked over the network.

A day that falls on a weekend is in it as well as its substitute: an office that opens on Saturdays
is closed on both.
"""

from collections.abc import Mapping
from datetime import date
from typing import Final

from holidays import country_holidays

from chatbot.domain.hours import local

BankHolidays = Mapping[date, str]
"""Days and their names."""
YEARS_AHEAD: Final = 10
"""Longer than a service runs without a restart; later days are told to nobody."""


def bank_holidays(now: int) -> BankHolidays:
    """Return the days from the year before `now` on (milliseconds UTC); blocks for a moment."""
    year = local(now).year
    years = range(year - 1, year + YEARS_AHEAD + 1)
    return dict(country_holidays("GB", subdiv="ENG", years=years))
