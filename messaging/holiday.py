"""Public holidays: those of Italy, the one country whose customs avvisa knows."""

from datetime import date
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

import holidays

_SAINT_FRANCIS_SINCE: Final = 2026
"""Law 151/2025 makes 4 October a public holiday (https://ance.it/?p=265667, November 2026)."""

_ITALIAN_ZONES: Final = frozenset({"Europe/Rome", "Europe/San_Marino", "Europe/Vatican"})
"""Three names of one clock. Who keeps another one keeps other holidays, and Italian ones would close
their shop on a working day: there only the week's own hours count.
"""


@cache
def italian_holidays(year: int) -> frozenset[date]:
    """Return the national holidays of the year, Easter Sunday among them; local patrons are not."""
    days = set(holidays.country_holidays("IT", years=year))
    if year >= _SAINT_FRANCIS_SINCE:
        days.add(date(year, 10, 4))  # whatever the age of the package that is installed
    return frozenset(days)


def is_holiday(day: date, zone: ZoneInfo) -> bool:
    """Return whether the local day is a public holiday where the zone's clock is kept; False where
    nobody knows.
    """
    return zone.key in _ITALIAN_ZONES and day in italian_holidays(day.year)
