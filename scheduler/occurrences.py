"""On which days a cron strikes, as APScheduler reckons its fields.

On naive wall time: a trigger with a zone of its own skips the day after a change of the clock and
fires twice in a repeated hour (APScheduler 3.11.3, tried in November 2026). So it is asked as if the
wall clock were UTC, and whoever plans turns the day and the hour into an instant.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time

from messaging.rule import Cron


def cron_days(cron: Cron, first: date, last: date) -> Sequence[date]:
    """Return the local days from the first to the last, both included, on which the cron strikes.

    Raises ValueError if a field means nothing to APScheduler.
    """
    # Only now: whoever asks avvisa for help, or for anything but a cron, need not wait for it.
    from apscheduler.triggers.cron import CronTrigger

    until = datetime.combine(last, time.max, UTC)
    trigger = CronTrigger(
        month=cron.month,
        day=cron.day,
        day_of_week=cron.weekday,
        hour=cron.at.hour,
        minute=cron.at.minute,
        # An impossible date ends the search here, not in the year 9999.
        end_date=until,
        timezone=UTC,
    )
    found: list[date] = []
    moment = datetime.combine(first, time.min, UTC)
    previous: datetime | None = None
    while (struck := trigger.get_next_fire_time(previous, moment)) is not None:
        found.append(struck.date())
        previous = moment = struck
    return found
