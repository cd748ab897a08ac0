"""The same day every year: which local days those are, 29 February included.

A day of the year is also a number here, month times 100 plus day: what the store has an index on.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum

from messaging.customer import Customer

LONGEST_LIFE = 120
"""Years. What is older is a program's placeholder (01/01/1900), not somebody's birthday."""

_FEB_28, _FEB_29, _MAR_1 = 228, 229, 301
_JAN_1, _DEC_31 = 101, 1231


class CustomerDate(StrEnum):
    """Which date of a customer comes round every year."""

    BORN_ON = "born_on"


class LeapDay(StrEnum):
    """On which day 29 February is kept in a year that has none."""

    FEB28 = "feb28"
    """The day before: SKIP=BACKWARD of RFC 7529 (https://www.rfc-editor.org/rfc/rfc7529, read in
    November 2026).
    """
    MAR1 = "mar1"
    """The day after: SKIP=FORWARD."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Anniversary:
    """Every year on the customer's date, at the local hour `at`."""

    of: CustomerDate
    at: time
    leap_day: LeapDay = LeapDay.FEB28


def date_of(trigger: Anniversary, customer: Customer) -> date | None:
    """Return the date that comes round; None: there is none, or the customer is a company."""
    match trigger.of:
        case CustomerDate.BORN_ON:
            return None if customer.company else customer.born_on


def kept_in(day: date, year: int, leap_day: LeapDay) -> date:
    """Return the day on which the date is kept in the year."""
    try:
        return day.replace(year=year)
    except ValueError:
        return date(year, 2, 28) if leap_day is LeapDay.FEB28 else date(year, 3, 1)


def kept_between(day: date, first: date, last: date, leap_day: LeapDay) -> Iterator[date]:
    """Yield the days from `first` to `last`, both included, on which the date is kept: a year after
    it at the earliest, LONGEST_LIFE years after it at the latest.
    """
    years = range(
        max(first.year, day.year + 1), min(last.year, day.year + LONGEST_LIFE, date.max.year) + 1
    )
    for kept in (kept_in(day, year, leap_day) for year in years):
        if first <= kept <= last:
            yield kept


def falls_on(trigger: Anniversary, customer: Customer, anchor: str) -> bool:
    """Return whether the customer's date, as it is now, is kept on the day that the anchor names."""
    day = date_of(trigger, customer)
    kept = date.fromisoformat(anchor)
    return day is not None and kept in kept_between(day, kept, kept, trigger.leap_day)


def day_of_year(day: date) -> int:
    """Return the number of the day: 229 for 29 February."""
    return day.month * 100 + day.day


def days_of_year(first: date, last: date) -> list[tuple[int, int]]:
    """Return the stretches of numbers, both ends included, of dates that may be kept between the
    two days.

    29 February is among them if either day is on which a year without it keeps it.
    """
    if last.year > first.year + 1 or (
        last.year > first.year and day_of_year(last) >= day_of_year(first)
    ):
        return [(_JAN_1, _DEC_31)]
    begins, ends = day_of_year(first), day_of_year(last)
    begins = _FEB_29 if begins == _MAR_1 else begins
    ends = _FEB_29 if ends == _FEB_28 else ends
    if last.year > first.year:
        return [(begins, _DEC_31), (_JAN_1, ends)]
    return [(begins, ends)]
