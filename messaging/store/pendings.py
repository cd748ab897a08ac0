"""Notifications that are made and have yet to leave."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from messaging.notification import PENDING, Notification, NotificationId
from messaging.rule import RuleId
from messaging.store import deliveries
from messaging.store.connection import Connection
from messaging.store.notifications import notification_from
from messaging.store.tables import delivery, notification


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """A notification that has yet to leave, from `due_at` (UTC) on. `tried`: addresses that its next way
    must leave out.
    """

    notification: Notification
    rule_id: RuleId
    due_at: datetime
    tried: frozenset[int]


async def of_rules(
    conn: Connection, ids: Collection[RuleId], *, now: datetime, until: datetime
) -> list[Pending]:
    """Return what these rules have made that is to leave by `until`, earliest first; what is on its way at
    this moment is not among it.
    """
    waiting = (
        select(func.min(delivery.c.due_at))
        .where(delivery.c.notification_id == notification.c.id, delivery.c.state == "waiting")
        .scalar_subquery()
    )
    asked = (
        select(notification, waiting.label("waits_until"))
        .where(
            notification.c.rule_id.in_(ids),
            notification.c.state.in_(sorted(PENDING)),
            notification.c.due_at <= until,
        )
        .order_by(notification.c.due_at, notification.c.id)
    )
    rows = (await conn.execute(asked)).mappings().all()
    routing = [NotificationId(row["id"]) for row in rows if row["route_at"] is not None]
    been = await deliveries.tried_addresses(conn, routing)
    found = []
    for row in rows:
        leaves_at = row["waits_until"] or row["route_at"]
        if leaves_at is not None:
            found.append(
                Pending(
                    notification=notification_from(row),
                    rule_id=RuleId(row["rule_id"]),
                    due_at=max(leaves_at, row["due_at"], now),
                    tried=been.get(NotificationId(row["id"]), frozenset()),
                )
            )
    return found
