"""A trigger that hangs on a window of the year: tyres from 15 October to 15 November."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from typing_extensions import override

from messaging.calendar import end_of_day, instant, local_day
from messaging.rule.rung import HALF_A_YEAR, Rung
from messaging.rule.windows import day_span

WINDOW = "window"
"""The name of the one rung that a window has."""


@dataclass(frozen=True, slots=True, order=True)
class MonthDay:
    """A day of every year. 29 February is the 28th in a year that has none."""

    month: int
    day: int

    def in_year(self, year: int) -> date:
        """Return the day in that year."""
        try:
            return date(year, self.month, self.day)
        except ValueError:
            return date(year, 2, 28)

    @override
    def __str__(self) -> str:
        return f"{self.month:02}-{self.day:02}"


def month_day(text: str) -> MonthDay:
    """Return the day that `MM-DD` names. Raises ValueError."""
    leap = date.fromisoformat(f"2024-{text}")
    return MonthDay(leap.month, leap.day)


@dataclass(frozen=True, slots=True, kw_only=True)
class Season:
    """Once in each window from `first` to `last`, both included, at the local hour `at` of its first
    day; who comes later, while it is open, is told then. A window whose last day is before its first
    ends in the next year.

    `asset_type`: once for each thing of that type; None: once for each customer. `where`: what the
    thing's attributes must be.
    """

    first: MonthDay
    last: MonthDay
    at: time
    asset_type: str | None = None
    where: Mapping[str, str] = field(default_factory=dict)


def windows_around(trigger: Season, first: date, last: date) -> Iterator[tuple[date, date]]:
    """Yield the windows, as their first and last day, that have a day in common with `first` to
    `last`, both included; earliest first.
    """
    wraps = trigger.last < trigger.first
    for year in range(max(first.year - 1, date.min.year), min(last.year, date.max.year - 1) + 1):
        begins, ends = trigger.first.in_year(year), trigger.last.in_year(year + wraps)
        if begins <= last and ends >= first:
            yield begins, ends


def season_rungs(
    trigger: Season, zone: ZoneInfo, *, since: datetime, until: datetime
) -> tuple[Rung, ...]:
    """Return the beginnings of windows in `(since, until]`, earliest first."""
    found = (
        Rung(
            name=WINDOW,
            anchor=begins.isoformat(),
            moment=instant(begins, trigger.at, zone),
            lead=HALF_A_YEAR,
        )
        for begins, _ in windows_around(trigger, *day_span(since, until, zone))
    )
    return tuple(rung for rung in found if since < rung.moment <= until)


def open_window(trigger: Season, zone: ZoneInfo, now: datetime) -> Rung | None:
    """Return the beginning of the window that is open now; None: none is, or its first hour has not
    struck yet.
    """
    today = local_day(now, zone)
    for begins, _ in windows_around(trigger, today, today):
        moment = instant(begins, trigger.at, zone)
        if moment <= now:
            return Rung(name=WINDOW, anchor=begins.isoformat(), moment=moment, lead=HALF_A_YEAR)
    return None


def window_ends_at(trigger: Season, zone: ZoneInfo, day: date) -> datetime | None:
    """Return the last instant (UTC) of the window that holds the local day; None: none does."""
    return next(
        (end_of_day(ends, zone) for _, ends in windows_around(trigger, day, day)),
        None,
    )
