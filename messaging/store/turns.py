"""Whose turn it is: which businesses have something that waits for the planner.

Nobody counts the hundred thousand rows of one business to find the three of another: the indexes
are walked from one business to the next, a seek each (a loose index scan,
https://wiki.postgresql.org/wiki/Loose_indexscan, read in November 2026), alike on both databases.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import CTE, ColumnElement, Table, func, select

from messaging.business import BusinessId
from messaging.calendar import MessageClass
from messaging.store.connection import Connection
from messaging.store.tables import change, notification


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What a business has of one class that is to be routed; `since` is the earliest moment (UTC)."""

    business_id: BusinessId
    message_class: MessageClass
    since: datetime


async def to_route(conn: Connection, now: datetime) -> list[Waiting]:
    """Return who has something to route by `now`: service first, inside a class who waits longest."""
    found = [
        Waiting(business_id=BusinessId(row[0]), message_class=each, since=since)
        for row in await conn.execute(_TO_ROUTE)
        for each, since in zip(MessageClass, row[1:], strict=True)
        if since is not None and since <= now
    ]
    return sorted(found, key=lambda each: (each.message_class.priority, each.since))


async def with_changes(conn: Connection) -> list[BusinessId]:
    """Return the businesses with changes of records that nobody has looked at."""
    return [BusinessId(found) for found in await conn.scalars(_WITH_CHANGES)]


def _one_by_one(table: Table, *conditions: ColumnElement[bool]) -> CTE:
    """Make the walk from one business that has such a row to the next; its last step finds NULL."""
    first = select(func.min(table.c.business_id).label("business_id")).where(*conditions)
    walk = first.cte("walk", recursive=True)
    following = (
        select(func.min(table.c.business_id))
        .where(table.c.business_id > walk.c.business_id, *conditions)
        .correlate(walk)
        .scalar_subquery()
    )
    return walk.union_all(select(following).where(walk.c.business_id.is_not(None)))


_planned = notification.c.route_at.is_not(None)
_planning = _one_by_one(notification, _planned)
_changing = _one_by_one(change)

_TO_ROUTE = select(
    _planning.c.business_id,
    *(
        select(func.min(notification.c.route_at))
        .where(
            notification.c.business_id == _planning.c.business_id,
            notification.c.message_class == each,
            _planned,
        )
        .correlate(_planning)
        .scalar_subquery()
        for each in MessageClass
    ),
).where(_planning.c.business_id.is_not(None))

_WITH_CHANGES = select(_changing.c.business_id).where(_changing.c.business_id.is_not(None))
