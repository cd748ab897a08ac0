"""Whether there is anything for the planner, asked in one statement: nearly every look finds nothing."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, exists, func, select

from messaging.store.columns import UtcDateTime
from messaging.store.connection import Connection
from messaging.store.tables import campaign, change, notification, rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Glance:
    """What a glance tells. `routing`, `campaign`: when the next notification is to be routed, the next campaign to be
    looked at (UTC); None: none is. `changed`: records have changed that nobody has looked at. `backlog`: a rule's
    backlog is not held to its end. `behind`: a rule that is on is not planned as far as asked.
    """

    routing: datetime | None
    campaign: datetime | None
    changed: bool
    backlog: bool
    behind: bool


async def glance(conn: Connection, planned_to: datetime) -> Glance:
    """Return what there is; rules not planned up to `planned_to` (UTC) are behind."""
    found = (await conn.execute(_GLANCE, {"planned_to": planned_to})).one()
    return Glance(
        routing=found.routing,
        campaign=found.campaign,
        changed=bool(found.changed),
        backlog=bool(found.backlog),
        behind=bool(found.behind),
    )


_GLANCE = select(
    select(func.min(notification.c.route_at))
    .where(notification.c.route_at.is_not(None))
    .scalar_subquery()
    .label("routing"),
    select(func.min(campaign.c.look_at))
    .where(campaign.c.look_at.is_not(None))
    .scalar_subquery()
    .label("campaign"),
    exists(select(change.c.id)).label("changed"),
    exists(
        select(rule.c.id).where(rule.c.is_on.is_(True), rule.c.backlog_cursor.is_not(None))
    ).label("backlog"),
    exists(
        select(rule.c.id).where(
            rule.c.is_on.is_(True),
            rule.c.watermark < bindparam("planned_to", type_=UtcDateTime()),
        )
    ).label("behind"),
)
