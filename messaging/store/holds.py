"""Notifications that wait for a person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, update

from messaging.business import BusinessId
from messaging.calendar import MessageClass
from messaging.notification import NotificationId, State
from messaging.store.connection import Connection
from messaging.store.tables import asset, campaign, customer, notification, record, transition
from messaging.store.tables import rule as rules


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldGroup:
    """Notices of one rule (or campaign: its name) held for one reason: how many, and the first and last
    moment they were meant for (UTC).
    """

    rule: str
    label_it: str
    label_en: str
    reason: str
    count: int
    earliest: datetime
    latest: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldRow:
    """One held notice of a rule, or a campaign by its name. `about` is the code of the record or thing,
    `anchor` what it hangs on; `zone`: where the customer lives, None: as the business.
    """

    id: NotificationId
    rule: str
    reason: str
    detail: str | None
    customer: str
    name: str | None
    about: str | None
    anchor: str
    message_class: MessageClass
    expires_at: datetime
    zone: ZoneInfo | None


_NAME = func.coalesce(rules.c.name, campaign.c.name)
"""What made a notice; null: a rule that is gone."""


async def groups(conn: Connection, business_id: BusinessId) -> list[HeldGroup]:
    """Return what is held, by rule and reason."""
    asked = (
        select(
            _NAME.label("name"),
            func.coalesce(rules.c.label_it, campaign.c.name).label("label_it"),
            func.coalesce(rules.c.label_en, campaign.c.name).label("label_en"),
            notification.c.reason,
            func.count().label("many"),
            func.min(notification.c.due_at).label("earliest"),
            func.max(notification.c.due_at).label("latest"),
        )
        .outerjoin(rules, rules.c.id == notification.c.rule_id)
        .outerjoin(campaign, campaign.c.id == notification.c.campaign_id)
        .where(
            notification.c.business_id == business_id,
            notification.c.state == State.HELD,
            _NAME.is_not(None),
        )
        .group_by(
            rules.c.id,
            rules.c.name,
            rules.c.label_it,
            rules.c.label_en,
            campaign.c.id,
            campaign.c.name,
            notification.c.reason,
        )
        .order_by(rules.c.id.is_(None), rules.c.id, campaign.c.id, notification.c.reason)
    )
    return [
        HeldGroup(
            rule=row.name,
            label_it=row.label_it,
            label_en=row.label_en,
            reason=row.reason,
            count=row.many,
            earliest=row.earliest,
            latest=row.latest,
        )
        for row in await conn.execute(asked)
    ]


async def rows(
    conn: Connection,
    business_id: BusinessId,
    *,
    rule: str | None,
    ids: Sequence[int] | None,
    limit: int | None,
) -> list[HeldRow]:
    """Return held notices, earliest first: of a rule, or with these ids, or all of them."""
    asked = (
        select(
            notification,
            _NAME.label("rule"),
            customer.c.external_id,
            customer.c.name,
            customer.c.timezone,
            func.coalesce(record.c.external_id, asset.c.external_id).label("about"),
        )
        .outerjoin(rules, rules.c.id == notification.c.rule_id)
        .outerjoin(campaign, campaign.c.id == notification.c.campaign_id)
        .join(customer, customer.c.id == notification.c.customer_id)
        .outerjoin(record, record.c.id == notification.c.record_id)
        .outerjoin(asset, asset.c.id == notification.c.asset_id)
        .where(
            notification.c.business_id == business_id,
            notification.c.state == State.HELD,
            _NAME.is_not(None),
        )
        .order_by(notification.c.due_at, notification.c.id)
    )
    if rule is not None:
        asked = asked.where(_NAME.in_([rule]))
    if ids is not None:
        asked = asked.where(notification.c.id.in_(ids))
    if limit is not None:
        asked = asked.limit(limit)
    return [
        HeldRow(
            id=NotificationId(row["id"]),
            rule=row["rule"],
            reason=row["reason"],
            detail=row["detail"],
            customer=row["external_id"],
            name=row["name"],
            about=row["about"],
            anchor=row["anchor"],
            message_class=MessageClass(row["message_class"]),
            expires_at=row["expires_at"],
            zone=None if row["timezone"] is None else ZoneInfo(row["timezone"]),
        )
        for row in (await conn.execute(asked)).mappings().all()
    ]


async def let_go(
    conn: Connection, notification_id: NotificationId, *, expires_at: datetime, now: datetime
) -> None:
    """Let a held notice be routed now."""
    done = await conn.execute(
        update(notification)
        .where(notification.c.id == notification_id, notification.c.state == State.HELD)
        .values(
            state=State.PLANNED,
            reason=None,
            detail=None,
            due_at=now,
            route_at=now,
            expires_at=expires_at,
            updated_at=now,
        )
    )
    if done.rowcount:
        await conn.execute(
            transition.insert().values(
                notification_id=notification_id,
                at=now,
                state=State.PLANNED,
                reason="released",
                code=None,
            )
        )
