"""From a stretch of time back to the dates that can have a moment in it: what the store is asked for.

Wide by a day on either side, because a local day begins and ends elsewhere in UTC: whoever asks
compares the exact moments afterwards.
"""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from messaging.calendar import instant, local_day

_DAY = timedelta(days=1)


def day_span(since: datetime, until: datetime, zone: ZoneInfo) -> tuple[date, date]:
    """Return the first and last local day that can have a moment in `(since, until]`."""
    return local_day(since, zone) - _DAY, local_day(until, zone) + _DAY


def dates_for(
    shifts: Iterable[int], since: datetime, until: datetime, zone: ZoneInfo
) -> list[tuple[date, date]]:
    """Return, per shift, the first and last date of which the day so many days later (earlier, if it
    is negative) can have a moment in `(since, until]`.
    """
    first, last = day_span(since, until, zone)
    return [(first - shift * _DAY, last - shift * _DAY) for shift in shifts]


def days_striking(
    at: time, since: datetime, until: datetime, zone: ZoneInfo
) -> tuple[date, date] | None:
    """Return the first and last local day whose hour `at` strikes in `(since, until]`; None: it does
    not.
    """
    first, last = day_span(since, until, zone)
    while first <= last and instant(first, at, zone) <= since:
        first += _DAY
    while first <= last and instant(last, at, zone) > until:
        last -= _DAY
    return None if first > last else (first, last)


def instants_for(
    shifts: Iterable[int],
    delays: Iterable[timedelta],
    at: time,
    since: datetime,
    until: datetime,
    zone: ZoneInfo,
) -> list[tuple[datetime, datetime]]:
    """Return the stretches of instants (UTC) that have a moment in `(since, until]`: so many days
    after their local day at `at`, or a delay after themselves; both may be negative.

    A shift whose hour does not strike inside the window has none: a planner that looks every half
    minute asks for a day of appointments once a day.
    """
    exact = [(since - delay, until - delay) for delay in delays]
    striking = days_striking(at, since, until, zone)
    if striking is None:
        return exact
    first, last = striking
    by_day = [
        (
            instant(first - shift * _DAY, time.min, zone),
            instant(last - (shift - 1) * _DAY, time.min, zone),
        )
        for shift in shifts
    ]
    return [*by_day, *exact]
