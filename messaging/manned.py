"""When somebody of a business is there to read: its opening hours, else its sending hours, without its closed days."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final

from messaging.business import Business
from messaging.calendar import MessageClass, WeekHours, instant, local_day
from messaging.holiday import is_holiday

_DAY: Final = timedelta(days=1)
_SUNDAY: Final = 6
_FURTHEST: Final = 400
"""Days to look ahead: a business may be closed for a season."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Somebody is there from `begins` until `ends` (UTC, not included)."""

    begins: datetime
    ends: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Reads:
    """When what arrives now is read: at `at` (UTC), `days` local days from today (0: today).

    `open_now`: somebody is there. `shut`: the shop told its opening hours and they are over; False: what is known
    is only when it sends. `at` None: nobody can tell.
    """

    open_now: bool
    shut: bool
    at: datetime | None
    days: int = 0


def when_read(business: Business, now: datetime) -> Reads:
    """Return when somebody of the business reads what arrives at `now` (UTC)."""
    first = next(stretches(business, now), None)
    shut = business.opening_hours is not None
    if first is None:
        return Reads(open_now=False, shut=shut, at=None)
    days = (local_day(first.begins, business.zone) - local_day(now, business.zone)).days
    return Reads(open_now=first.begins <= now, shut=shut, at=first.begins, days=days)


def after_hours(business: Business, since: datetime, hours: timedelta) -> datetime:
    """Return the instant by which somebody was there for so long since `since` (UTC).

    Where nobody ever is, the hours count as they pass.
    """
    left = hours
    for each in stretches(business, since):
        if each.ends - each.begins >= left:
            return each.begins + left
        left -= each.ends - each.begins
    return since + hours


def stretches(business: Business, since: datetime) -> Iterator[Stretch]:
    """Yield when somebody is there from `since` (UTC) on, in order, for a year and more.

    A public holiday has the hours of a Sunday; on a day on which the business is closed nobody is there. A stretch that
    has begun begins at `since`.
    """
    zone = business.zone
    first = local_day(since, zone)
    for day in (first + ahead * _DAY for ahead in range(_FURTHEST)):
        if business.closed.holds(day):
            continue
        week = _week(business)
        for span in week[_SUNDAY if is_holiday(day, zone) else day.weekday()]:
            last = day + _DAY if span.end == time.min else day
            begins, ends = instant(day, span.start, zone), instant(last, span.end, zone)
            if ends > since:
                yield Stretch(max(begins, since), ends)


def _week(business: Business) -> WeekHours:
    return business.opening_hours or business.sending_hours[MessageClass.REMINDER]
