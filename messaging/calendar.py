"""Local time: when "10:00, 7 days before" is, and when a message may leave.

A wall time becomes an instant with `fold=0`: a time that a clock change skips shifts forward by the
gap, a time that comes twice means its first coming (RFC 5545 section 3.3.5,
https://www.rfc-editor.org/rfc/rfc5545, read in November 2026). Arithmetic happens either on local
dates or on instants, never on local instants.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple, TypeAlias
from zoneinfo import ZoneInfo

from messaging.closing import OPEN_ALL_YEAR, ClosedDays
from messaging.holiday import is_holiday

_DAY = timedelta(days=1)
_SUNDAY = 6
_FURTHEST = 400
"""Days to look ahead: a business may be closed for a season, and a year holds every weekday."""


class MessageClass(StrEnum):
    """What decides whether a message may go: its cause, a wish, or a consent. In order of priority."""

    SERVICE = "service"
    REMINDER = "reminder"
    MARKETING = "marketing"

    @property
    def priority(self) -> int:
        """Return 0 for what leaves first."""
        return list(MessageClass).index(self)


class Span(NamedTuple):
    """Local opening and closing time of one stretch of a day; `end` is not included, 00:00 as end
    is midnight.
    """

    start: time
    end: time

    def holds(self, moment: time) -> bool:
        """Return whether the local time lies in the stretch."""
        return self.start <= moment and (moment < self.end or self.end == time.min)


WeekHours = tuple[tuple[Span, ...], ...]
"""Seven days from Monday, each with its stretches in order; an empty day is a closed day."""

SendingHours = Mapping[MessageClass, WeekHours]


def _week(weekdays: Span, saturday: Span | None, sunday: Span | None) -> WeekHours:
    return (
        *(((weekdays,),) * 5),
        (saturday,) if saturday else (),
        (sunday,) if sunday else (),
    )


_SOCIAL = _week(Span(time(9), time(20)), Span(time(10), time(19)), None)

DEFAULT_SENDING_HOURS: SendingHours = {
    MessageClass.SERVICE: _week(*(Span(time(8), time(21)),) * 3),
    MessageClass.REMINDER: _SOCIAL,
    MessageClass.MARKETING: _SOCIAL,
}
"""Courtesy, not law: the hours of the Italian code for telephone marketing (Mon-Fri 9-20, Sat
10-19, never Sunday; https://adiconsumlecce.it/telemarketing-selvaggio-nuovo-codice-di-condotta,
read in November 2026), with longer ones for what the customer is waiting for.
"""

CLOSED_ON_HOLIDAYS = frozenset({MessageClass.MARKETING})
"""What keeps to Sunday's hours on a public holiday, and on days on which the shop is closed, as shops
write it: "Sundays and holidays". A reminder that somebody asked for, and what somebody waits for,
go out on holidays too.
"""

ALWAYS_OPEN: WeekHours = ((Span(time.min, time.min),),) * 7


def instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    """Return the UTC instant of a local wall time, as the module says for gaps and repeated hours."""
    return datetime.combine(day, at.replace(fold=0), zone).astimezone(UTC)


def local_day(moment: datetime, zone: ZoneInfo) -> date:
    """Return the calendar day of an instant in the zone."""
    return _by_the_clock(moment, zone).date()


@lru_cache(maxsize=1024)
def _by_the_clock(moment: datetime, zone: ZoneInfo) -> datetime:
    # Kept: one moment is asked about for everybody whose turn it is.
    return moment.astimezone(zone)


@lru_cache(maxsize=1024)  # few days are asked about, each for everybody
def end_of_day(day: date, zone: ZoneInfo) -> datetime:
    """Return the UTC instant of the last second of a local day, be its last hour missing or doubled."""
    return instant(day + _DAY, time.min, zone) - timedelta(seconds=1)


def next_allowed(
    moment: datetime,
    hours: WeekHours,
    zone: ZoneInfo,
    *,
    holidays_are_sundays: bool = False,
    closed: ClosedDays = OPEN_ALL_YEAR,
    holidays_of: ZoneInfo | None = None,
) -> datetime | None:
    """Return the earliest instant from `moment` on at which the hours are open; `moment` itself if
    they are.

    `holidays_are_sundays`: a public holiday has the hours of a Sunday, whatever day it falls on, and
    so has a day on which the business is `closed`. `holidays_of`: the zone where the holidays are kept, if
    that is another. None means that no stretch is open for a year and more.
    """

    def festive(day: date) -> bool:
        return holidays_are_sundays and (is_holiday(day, holidays_of or zone) or closed.holds(day))

    if _is_open(moment, hours, zone, festive):
        return moment
    first = local_day(moment, zone)
    for day in (first + ahead * _DAY for ahead in range(_FURTHEST)):
        starts = [
            start
            for span in _spans(day, hours, festive)
            for start in _comings(day, span.start, zone)
            if start >= moment and _is_open(start, hours, zone, festive)
        ]
        if starts:
            return min(starts)
    return None


_Festive: TypeAlias = Callable[[date], bool]


def _spans(day: date, hours: WeekHours, festive: _Festive) -> tuple[Span, ...]:
    return hours[_SUNDAY if festive(day) else day.weekday()]


def _is_open(moment: datetime, hours: WeekHours, zone: ZoneInfo, festive: _Festive) -> bool:
    local = _by_the_clock(moment, zone)
    return any(span.holds(local.time()) for span in _spans(local.date(), hours, festive))


def _comings(day: date, at: time, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return both comings of a wall time (UTC): the same instant twice, but for a repeated hour."""
    again = datetime.combine(day, at.replace(fold=1), zone).astimezone(UTC)
    return instant(day, at, zone), again
