"""On which days of a stretch of time a rule strikes, asked of whoever can reckon that."""

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from messaging.rule import Cron, Rule, Strikes, day_span


def strikes_between(
    strikes: Strikes, rule: Rule, zone: ZoneInfo, *, since: datetime, until: datetime
) -> Sequence[date]:
    """Return the local days on which a moment in `(since, until]` may lie; none if the rule is no cron."""
    if not isinstance(rule.trigger, Cron):
        return ()
    return strikes(rule.trigger, *day_span(since, until, zone))
