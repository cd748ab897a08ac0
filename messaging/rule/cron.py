"""A trigger that recurs by the calendar: the first of the month, every Monday, the last Friday.

What its fields mean is not reckoned here but by APScheduler, which lives in the scheduler's room:
whoever plans is handed the days on which it strikes (`Strikes`).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import TypeAlias
from zoneinfo import ZoneInfo

from messaging.calendar import instant
from messaging.rule.rung import Rung

STRIKE = "strike"
"""The name of the one rung that a day has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cron:
    """At the local hour `at` of every day that suits all three fields, which are APScheduler's:
    `*`, `*/2`, `1`, `1-5`, `1,15`, and for `day` also `last` and `1st mon`; weekdays by name.

    `asset_type`: for each thing of that type; None: for each customer. `where`: what the thing's
    attributes must be.
    """

    at: time
    day: str = "*"
    month: str = "*"
    weekday: str = "*"
    asset_type: str | None = None
    where: Mapping[str, str] = field(default_factory=dict)


Strikes: TypeAlias = Callable[[Cron, date, date], Sequence[date]]
"""Returns the local days from the first to the last, both included, on which a cron strikes."""


def strike_rungs(
    trigger: Cron, days: Sequence[date], zone: ZoneInfo, *, since: datetime, until: datetime
) -> tuple[Rung, ...]:
    """Return, of the days on which it strikes, those whose moment lies in `(since, until]`."""
    found = (
        Rung(
            name=STRIKE,
            anchor=day.isoformat(),
            moment=instant(day, trigger.at, zone),
            lead=timedelta(),
        )
        for day in days
    )
    return tuple(rung for rung in found if since < rung.moment <= until)
