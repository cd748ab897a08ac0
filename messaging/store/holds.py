"""Notifications that wait for a person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import and_, bindparam, delete, func, select, update

from messaging.business import BusinessId
from messaging.calendar import MessageClass
from messaging.notification import NotificationId, State
from messaging.rule import RuleId
from messaging.store.connection import Connection
from messaging.store.tables import (
    asset,
    campaign,
    customer,
    delivery,
    notification,
    record,
    transition,
)
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
    rule_id: RuleId | None
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """Which held notices are meant: all, or those of a rule, held for a reason, with these ids; `only` and
    `but` name customers, records or things by their codes.
    """

    rule: str | None = None
    reason: str | None = None
    ids: Sequence[int] | None = None
    only: Sequence[str] = ()
    but: Sequence[str] = ()


async def rows(
    conn: Connection, business_id: BusinessId, chosen: Chosen, *, limit: int | None
) -> list[HeldRow]:
    """Return held notices, earliest first."""
    about = func.coalesce(record.c.external_id, asset.c.external_id)
    asked = (
        select(
            notification,
            _NAME.label("rule"),
            customer.c.external_id,
            customer.c.name,
            customer.c.timezone,
            about.label("about"),
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
    if chosen.rule is not None:
        asked = asked.where(_NAME.in_([chosen.rule]))
    if chosen.reason is not None:
        asked = asked.where(notification.c.reason == chosen.reason)
    if chosen.ids is not None:
        asked = asked.where(notification.c.id.in_(chosen.ids))
    if chosen.only:
        asked = asked.where(customer.c.external_id.in_(chosen.only) | about.in_(chosen.only))
    if chosen.but:
        named = customer.c.external_id.in_(chosen.but) | func.coalesce(about, "").in_(chosen.but)
        asked = asked.where(~named)
    if limit is not None:
        asked = asked.limit(limit)
    return [
        HeldRow(
            id=NotificationId(row["id"]),
            rule_id=None if row["rule_id"] is None else RuleId(row["rule_id"]),
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


async def let_go(conn: Connection, until: Mapping[NotificationId, datetime], now: datetime) -> None:
    """Let held notices be routed now; `until`: when each expires (UTC)."""
    if not until:
        return
    await conn.execute(
        _LET_GO,
        [{"_id": each, "_expires": at, "_now": now} for each, at in until.items()],
    )
    await _tell(conn, list(until), State.PLANNED, "released", now)


_LET_GO = (
    update(notification)
    .where(notification.c.id == bindparam("_id"), notification.c.state == State.HELD)
    .values(
        state=State.PLANNED,
        reason=None,
        detail=None,
        due_at=bindparam("_now"),
        route_at=bindparam("_now"),
        expires_at=bindparam("_expires"),
        updated_at=bindparam("_now"),
    )
)


async def hold_untried(
    conn: Connection,
    rule_id: RuleId,
    between: tuple[datetime, datetime],
    *,
    reason: str,
    now: datetime,
) -> None:
    """Hold what the rule has planned for the stretch (UTC, its end not included) and nobody has tried to
    send. What waits in lanes leaves them first: a claim takes deliveries before it looks at their notices.
    """
    mine = and_(
        notification.c.rule_id == rule_id,
        notification.c.due_at >= between[0],
        notification.c.due_at < between[1],
        notification.c.state == State.PLANNED,
        notification.c.tried.is_(False),
    )
    await conn.execute(
        delete(delivery).where(
            delivery.c.notification_id.in_(select(notification.c.id).where(mine)),
            delivery.c.attempts == 0,
            delivery.c.state == "waiting",
        )
    )
    held = await conn.scalars(
        update(notification)
        .where(mine)
        .values(state=State.HELD, reason=reason, route_at=None, updated_at=now)
        .returning(notification.c.id)
    )
    await _tell(conn, [NotificationId(each) for each in held], State.HELD, reason, now)


async def _tell(
    conn: Connection, ids: Sequence[NotificationId], state: State, reason: str, now: datetime
) -> None:
    told = {"at": now, "state": state, "reason": reason, "code": None}
    if ids:
        await conn.execute(transition.insert(), [told | {"notification_id": each} for each in ids])
