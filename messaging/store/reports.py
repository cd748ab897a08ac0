"""What people ask about notifications afterwards."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import case, func, select

from messaging.business import BusinessId
from messaging.calendar import MessageClass
from messaging.notification import NotificationId, State
from messaging.store.connection import Connection
from messaging.store.tables import asset, customer, delivery, notification, record, rule


async def counts(conn: Connection, business_id: BusinessId) -> Mapping[tuple[str, str | None], int]:
    """Return how many notifications of the business stand in each (state, reason)."""
    asked = (
        select(notification.c.state, notification.c.reason, func.count())
        .where(notification.c.business_id == business_id)
        .group_by(notification.c.state, notification.c.reason)
    )
    return {(row[0], row[1]): row[2] for row in await conn.execute(asked)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Delayed:
    """Notices of one class, to customers of one zone (None: the business's), that were due and wait in their lanes;
    `until`: put off by the claim to then (UTC), None: not yet.
    """

    message_class: MessageClass
    zone: ZoneInfo | None
    until: datetime | None
    count: int


async def delayed(conn: Connection, business_id: BusinessId, now: datetime) -> list[Delayed]:
    """Return what was due by now and nobody has tried to send."""
    waits = (
        select(func.min(delivery.c.due_at))
        .where(delivery.c.notification_id == notification.c.id, delivery.c.state == "waiting")
        .correlate(notification)
        .scalar_subquery()
    )
    due = (
        select(notification.c.message_class, customer.c.timezone, waits.label("waits"))
        .join(customer, customer.c.id == notification.c.customer_id)
        .where(
            notification.c.business_id == business_id,
            notification.c.state == State.PLANNED,
            notification.c.tried.is_(False),
            notification.c.due_at <= now,
            waits.is_not(None),
        )
        .subquery()
    )
    until = case((due.c.waits > now, due.c.waits))
    asked = select(due.c.message_class, due.c.timezone, until, func.count()).group_by(
        due.c.message_class, due.c.timezone, until
    )
    return [
        Delayed(
            message_class=MessageClass(row[0]),
            zone=None if row[1] is None else ZoneInfo(row[1]),
            until=row[2],
            count=row[3],
        )
        for row in await conn.execute(asked)
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A notice as a report shows it. `channel` None: it never got as far as a lane."""

    id: NotificationId
    at: datetime
    rule: str | None
    customer: str
    name: str | None
    about: str | None
    rung: str
    state: State
    reason: str | None
    channel: str | None
    attempts: int


async def changed_since(
    conn: Connection, business_id: BusinessId, since: datetime, limit: int
) -> list[Sent]:
    """Return the notifications of the business that changed since the moment, oldest change first."""
    sent = (
        select(
            delivery.c.notification_id,
            func.max(delivery.c.channel).label("channel"),
            func.sum(delivery.c.attempts).label("attempts"),
        )
        .where(delivery.c.business_id == business_id)
        .group_by(delivery.c.notification_id)
        .subquery()
    )
    asked = (
        select(
            notification,
            rule.c.name.label("rule"),
            customer.c.external_id,
            customer.c.name,
            func.coalesce(record.c.external_id, asset.c.external_id).label("about"),
            sent.c.channel,
            sent.c.attempts,
        )
        .join(customer, customer.c.id == notification.c.customer_id)
        .outerjoin(rule, rule.c.id == notification.c.rule_id)
        .outerjoin(record, record.c.id == notification.c.record_id)
        .outerjoin(asset, asset.c.id == notification.c.asset_id)
        .outerjoin(sent, sent.c.notification_id == notification.c.id)
        .where(notification.c.business_id == business_id, notification.c.updated_at >= since)
        .order_by(notification.c.updated_at, notification.c.id)
        .limit(limit)
    )
    return [
        Sent(
            id=NotificationId(row["id"]),
            at=row["updated_at"],
            rule=row["rule"],
            customer=row["external_id"],
            name=row["name"],
            about=row["about"],
            rung=row["rung"],
            state=State(row["state"]),
            reason=row["reason"],
            channel=row["channel"],
            attempts=row["attempts"] or 0,
        )
        for row in (await conn.execute(asked)).mappings().all()
    ]
