"""A trigger that hangs on silence: no purchase for six months."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from messaging.calendar import instant, local_day
from messaging.rule.rung import Rung
from messaging.rule.windows import days_striking

_YEAR = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Inactivity:
    """Once for each silence: `months` after the customer's last record of the type, at the local
    hour `at`.

    A record is dated by when it entered its present state. `status`: only records in that state
    count; None: all that were not cancelled.
    """

    record_type: str
    months: int
    at: time
    status: str | None = None


def months_after(day: date, months: int) -> date:
    """Return the same day so many months later (earlier, if negative); the last of the month where
    that month has no such day.
    """
    year, month = divmod(day.year * _YEAR + day.month - 1 + months, _YEAR)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def silence_anchor(last: datetime | None, zone: ZoneInfo) -> str | None:
    """Return the local day of the customer's last record; None: there was never any."""
    return None if last is None else local_day(last, zone).isoformat()


def silence_rungs(trigger: Inactivity, last: datetime | None, zone: ZoneInfo) -> tuple[Rung, ...]:
    """Return when the silence after the customer's last record (UTC) has lasted long enough."""
    if last is None:
        return ()
    day = local_day(last, zone)
    moment = instant(months_after(day, trigger.months), trigger.at, zone)
    name = f"{trigger.months}mo"
    return (Rung(name=name, anchor=day.isoformat(), moment=moment, lead=timedelta()),)


def last_seen_window(
    trigger: Inactivity, since: datetime, until: datetime, zone: ZoneInfo
) -> tuple[datetime, datetime] | None:
    """Return the stretch (UTC) in which the last record of a silence lies that is long enough in
    `(since, until]`; wide by some days, because months are of different lengths. None: the hour
    does not strike there.
    """
    striking = days_striking(trigger.at, since, until, zone)
    if striking is None:
        return None
    first, last = striking
    begins = months_after(first, -trigger.months)
    # Where the month is shorter its last day stands for all that are missing: 28 February for the 29th to 31st.
    ends = months_after(last, -trigger.months) + timedelta(days=4)
    return instant(begins, time.min, zone), instant(ends, time.min, zone)
