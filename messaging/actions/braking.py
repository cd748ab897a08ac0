"""A rule about to send far more than on its usual day waits for a person, with all that it makes for that day."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from messaging.brake import LOOKED_BACK, limit
from messaging.business import Business
from messaging.calendar import instant, local_day
from messaging.ladder import Wait
from messaging.notification import State
from messaging.rule import Rule, RuleId
from messaging.store import holds, rule_days
from messaging.store import planned as planned_rows
from messaging.store.connection import Connection
from messaging.store.planned import Planned
from messaging.store.rule_days import RuleDay

_DAY = timedelta(days=1)


async def make(
    conn: Connection,
    rule: Rule,
    business: Business,
    planned: Sequence[Planned],
    now: datetime,
) -> None:
    """Make the notices, those of a day that is too much held; what was made for that day before and nobody
    has tried to send is held with them.
    """
    going = _days(planned, business)
    if not going:
        await planned_rows.make(conn, planned, now)
        return
    known = await _known(conn, [rule.id], business, now)
    over = too_many(known[rule.id], going)
    if over:
        # Keys that are there already are made by nobody: an import that repeats the books is no flood.
        keys = [each.key for each in planned]
        there = await planned_rows.existing(conn, keys, business.id, but_untried=False)
        planned = [each for each in planned if each.key not in there]
        going = _days(planned, business)
        over = too_many(known[rule.id], going)
    made = await planned_rows.make(
        conn, [_held(each) if _day(each, business) in over else each for each in planned], now
    )
    if made:
        await rule_days.add(conn, rule.id, going)
    for day in over:
        if not known[rule.id].get(day, _NOTHING).braked:
            await rule_days.brake(conn, rule.id, day)
            between = (_begin(day, business), _begin(day + _DAY, business))
            await holds.hold_untried(conn, rule.id, between, reason=Wait.BRAKE, now=now)


def too_many(known: Mapping[date, RuleDay], going: Mapping[date, int]) -> set[date]:
    """Return the days for which the rule would make more than it may, with so many more."""
    usual = {day: each.made for day, each in known.items() if not each.braked}
    over = set()
    for day, count in sorted(going.items()):
        most, made = limit(usual, day), known.get(day, _NOTHING).made + count
        if most is not None and made > most:
            over.add(day)
        else:
            usual[day] = made
    return over


async def judged(
    conn: Connection, rules: Collection[RuleId], business: Business, now: datetime
) -> set[RuleId]:
    """Return those of the rules that have usual days by now, so that what is too much for them is held."""
    known = await _known(conn, rules, business, now)
    today = local_day(now, business.zone)
    return {
        rule_id
        for rule_id, days in known.items()
        if limit({day: each.made for day, each in days.items() if not each.braked}, today)
        is not None
    }


async def braked_days(
    conn: Connection, rule_id: RuleId, business: Business, now: datetime
) -> frozenset[date]:
    """Return the local days for which the rule made too much, and that nobody has let go."""
    known = await _known(conn, [rule_id], business, now)
    return frozenset(day for day, each in known[rule_id].items() if each.braked)


async def days_known(
    conn: Connection, rules: Collection[RuleId], business: Business, now: datetime
) -> dict[RuleId, dict[date, RuleDay]]:
    """Return what each of the rules made for the days by which it is judged."""
    return await _known(conn, rules, business, now)


_NOTHING = RuleDay(made=0, braked=False)


async def _known(
    conn: Connection, rules: Collection[RuleId], business: Business, now: datetime
) -> dict[RuleId, dict[date, RuleDay]]:
    since = local_day(now, business.zone) - LOOKED_BACK
    return await rule_days.of_rules(conn, rules, since=since)


def _day(planned: Planned, business: Business) -> date:
    return local_day(planned.due_at, business.zone)


def _days(planned: Sequence[Planned], business: Business) -> Counter[date]:
    """Return how many would go by themselves on each day."""
    return Counter(_day(each, business) for each in planned if each.state is State.PLANNED)


def _begin(day: date, business: Business) -> datetime:
    return instant(day, time.min, business.zone)


def _held(planned: Planned) -> Planned:
    if planned.state is not State.PLANNED:
        return planned
    return replace(planned, state=State.HELD, reason=Wait.BRAKE, route_at=planned.ends_at)
