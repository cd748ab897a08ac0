"""Dates that Italian law reckons from another date."""

from calendar import monthrange
from datetime import date, timedelta
from functools import cache
from typing import Final

import holidays

_DAY: Final = timedelta(days=1)
_SATURDAY: Final = 5
_SAINT_FRANCIS_SINCE: Final = 2026
"""Law 151/2025 makes 4 October a public holiday (https://ance.it/?p=265667, November 2026)."""


def road_tax_by(expires_on: date) -> date:
    """Return the last day to pay the road tax (*bollo*) of a period that expires on the day.

    It is the last day of the month after, or the next working day: the rule of vehicles registered
    before 2026, until a Region changes it
    (http://www.anconatoday.it/economia/bollo-auto-2018-come-pagare-informazioni.html, read in
    November 2026).
    """
    return working_day_from(_end_of_next_month(expires_on))


def first_road_tax_by(registered_on: date) -> date:
    """Return the last day to pay the first road tax of a vehicle registered from 1 January 2026 on.

    It is the last day of the month after; of later years the sources disagree
    (https://edizionecaserta.net/2025/07/08/bollo-auto-dal-2026-cambia-tutto-le-principali-novita/,
    read in November 2026).
    """
    return working_day_from(_end_of_next_month(registered_on))


def working_day_from(day: date) -> date:
    """Return the day, or the first after it that is neither at the weekend nor a holiday."""
    while day.weekday() >= _SATURDAY or day in _holidays(day.year):
        day += _DAY
    return day


def _end_of_next_month(day: date) -> date:
    first = day.replace(day=1) + timedelta(days=monthrange(day.year, day.month)[1])
    return first.replace(day=monthrange(first.year, first.month)[1])


@cache
def _holidays(year: int) -> frozenset[date]:
    days = set(holidays.country_holidays("IT", years=year))
    if year >= _SAINT_FRANCIS_SINCE:
        days.add(date(year, 10, 4))  # whatever the age of the package that is installed
    return frozenset(days)
