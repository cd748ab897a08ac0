"""How many notices each rule made for each local day: a few rows a rule, whatever the number of notices."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import bindparam, delete, select, update

from messaging.rule import RuleId
from messaging.store.connection import Connection
from messaging.store.database import insert_new
from messaging.store.tables import rule_day


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleDay:
    """How many notices a rule made for one day. `braked`: they were too many, and nobody has let them go."""

    made: int
    braked: bool


async def of_rules(
    conn: Connection, ids: Collection[RuleId], *, since: date
) -> dict[RuleId, dict[date, RuleDay]]:
    """Return what each of the rules made for the days from `since` on."""
    found: dict[RuleId, dict[date, RuleDay]] = {each: {} for each in ids}
    asked = select(rule_day).where(rule_day.c.rule_id.in_(ids), rule_day.c.day >= since)
    for row in await conn.execute(asked):
        found[RuleId(row.rule_id)][row.day] = RuleDay(made=row.made, braked=row.braked)
    return found


async def add(conn: Connection, rule_id: RuleId, counts: Mapping[date, int]) -> None:
    """Count so many more for these days."""
    for day, count in sorted(counts.items()):
        await insert_new(
            conn, rule_day, [{"rule_id": rule_id, "day": day, "made": 0, "braked": False}]
        )
        await conn.execute(_ADD, {"_rule": rule_id, "_day": day, "_count": count})


_MINE = (rule_day.c.rule_id == bindparam("_rule"), rule_day.c.day == bindparam("_day"))
_ADD = update(rule_day).where(*_MINE).values(made=rule_day.c.made + bindparam("_count"))


async def brake(conn: Connection, rule_id: RuleId, day: date) -> None:
    """Note that the day is too much: what is made for it waits for a person."""
    await conn.execute(
        update(rule_day)
        .where(rule_day.c.rule_id == rule_id, rule_day.c.day == day)
        .values(braked=True)
    )


async def let_go(conn: Connection, rule_id: RuleId) -> None:
    """Note that a person has let the rule's days go: they are usual ones from now on."""
    await conn.execute(
        update(rule_day)
        .where(rule_day.c.rule_id == rule_id, rule_day.c.braked.is_(True))
        .values(braked=False)
    )


async def forget(conn: Connection, rule_id: RuleId, *, since: date) -> None:
    """Forget what was counted for the days from `since` on."""
    await conn.execute(
        delete(rule_day).where(rule_day.c.rule_id == rule_id, rule_day.c.day >= since)
    )
