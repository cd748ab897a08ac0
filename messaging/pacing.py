"""So many an hour and no more, evenly: when each of a campaign's notices is let go."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from messaging.business import Business
from messaging.calendar import MessageClass

SLACK = timedelta(seconds=10)
"""What a late look may catch up. What was missed for longer (a night, a pause, a stop) is not made up for: that would
be the burst that the pace is there against."""


def gap(per_hour: int) -> timedelta:
    """Return the time between two."""
    return timedelta(hours=1) / per_hour


def room(per_hour: int, ready_at: datetime, now: datetime) -> int:
    """Return how many may go now; `ready_at`: when the next may (UTC)."""
    since = _since(ready_at, now)
    return 0 if since > now else 1 + (now - since) // gap(per_hour)


def ready_after(many: int, per_hour: int, ready_at: datetime, now: datetime) -> datetime:
    """Return when the next may go (UTC) once so many have gone now."""
    return _since(ready_at, now) + many * gap(per_hour)


def _since(ready_at: datetime, now: datetime) -> datetime:
    return max(ready_at, now - SLACK)


def moments(
    start: datetime, per_hour: int | None, business: Business, message_class: MessageClass
) -> Iterator[datetime]:
    """Yield when each is let go (UTC), one after the other, hours and closed days considered; without a pace all at
    once. Ends where the hours never open again.
    """
    moment = business.next_slot(message_class, start)
    while moment is not None:
        yield moment
        if per_hour is not None:
            moment = business.next_slot(message_class, moment + gap(per_hour))
