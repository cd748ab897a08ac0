"""Notifications: made once by their key, waiting to be routed, and where each stands."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import (
    ColumnElement,
    and_,
    bindparam,
    func,
    or_,
    select,
    update,
)

from messaging.asset import AssetId
from messaging.business import BusinessId
from messaging.calendar import MessageClass
from messaging.campaign import CampaignId
from messaging.customer import CustomerId
from messaging.notification import ATTEMPTED, PENDING, Key, Notification, NotificationId, State
from messaging.record import RecordId
from messaging.rule import RuleId
from messaging.store.among import among
from messaging.store.connection import Columns, Connection, dicts
from messaging.store.tables import notification, transition
from messaging.store.turns import Waiting


def notification_from(row: Columns) -> Notification:
    """Return the notification that a row of the table holds."""
    return Notification(
        id=NotificationId(row["id"]),
        business_id=BusinessId(row["business_id"]),
        key=Key(
            source=row["source"],
            customer_id=CustomerId(row["customer_id"]),
            subject=row["subject"],
            rung=row["rung"],
            anchor=row["anchor"],
        ),
        message_class=MessageClass(row["message_class"]),
        rule_id=None if row["rule_id"] is None else RuleId(row["rule_id"]),
        template_id=row["template_id"],
        record_id=None if row["record_id"] is None else RecordId(row["record_id"]),
        due_at=row["due_at"],
        expires_at=row["expires_at"],
        state=State(row["state"]),
        reason=row["reason"],
        asset_id=None if row["asset_id"] is None else AssetId(row["asset_id"]),
        campaign_id=None if row["campaign_id"] is None else CampaignId(row["campaign_id"]),
    )


async def lock_due(
    conn: Connection, turn: Waiting, *, now: datetime, limit: int
) -> list[Notification]:
    """Return up to `limit` notifications of that business and class that are to be routed by `now`,
    locked; what another worker has is left to it.
    """
    values = {
        "business": turn.business_id,
        "class": turn.message_class,
        "now": now,
        "limit": limit,
    }
    rows = dicts(await conn.execute(_LOCK_DUE, values))
    return [notification_from(row) for row in rows]


_COLUMNS = (
    notification.c.id, notification.c.business_id, notification.c.source,
    notification.c.customer_id, notification.c.subject, notification.c.rung,
    notification.c.anchor, notification.c.message_class, notification.c.rule_id,
    notification.c.template_id, notification.c.record_id, notification.c.due_at,
    notification.c.expires_at, notification.c.state, notification.c.reason,
    notification.c.asset_id, notification.c.campaign_id,
)  # fmt: skip
_LOCK_DUE = (
    select(*_COLUMNS)
    .where(
        notification.c.business_id == bindparam("business"),
        notification.c.message_class == bindparam("class"),
        notification.c.route_at <= bindparam("now"),
    )
    .order_by(notification.c.route_at, notification.c.id)
    .limit(bindparam("limit"))
    .with_for_update(skip_locked=True, key_share=True)
)


async def of_ids(
    conn: Connection, ids: Collection[NotificationId]
) -> dict[NotificationId, Notification]:
    """Return the notifications with these ids."""
    rows = dicts(await conn.execute(_OF_IDS, {"ids": ids}))
    return {NotificationId(row["id"]): notification_from(row) for row in rows}


_OF_IDS = select(*_COLUMNS).where(among(notification.c.id))


async def next_routing(conn: Connection) -> datetime | None:
    """Return the earliest moment at which a notification is to be routed, or None."""
    return cast("datetime | None", await conn.scalar(_NEXT_ROUTING))


_NEXT_ROUTING = select(func.min(notification.c.route_at)).where(
    notification.c.route_at.is_not(None)
)


async def routed(conn: Connection, ids: Sequence[NotificationId]) -> None:
    """Note that the notifications wait in lanes now."""
    if ids:
        await conn.execute(_ROUTED, {"ids": ids})


_ROUTED = update(notification).where(among(notification.c.id)).values(route_at=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A notification's new state, and what its timeline says of it."""

    id: NotificationId
    state: State
    reason: str | None = None
    code: str | None = None
    detail: str | None = None
    route_at: datetime | None = None


async def move(conn: Connection, moves: Sequence[Move], now: datetime) -> None:
    """Give the notifications their new states. An answer given stays: nothing turns `answered` into
    less.
    """
    alike: dict[tuple[State, str | None, str | None, datetime | None], list[NotificationId]] = {}
    told: dict[tuple[State, str | None, str | None], list[NotificationId]] = {}
    for each in moves:
        end = (each.state, each.reason, each.detail, each.route_at)
        alike.setdefault(end, []).append(each.id)
        if each.state not in PENDING:
            said = (each.state, each.reason, each.code or each.detail)
            told.setdefault(said, []).append(each.id)
    # Most move alike: one statement for all of those is a tenth of one for each.
    for (state, reason, detail, route_at), ids in alike.items():
        values = {"_state": state, "_reason": reason, "_detail": detail, "_route": route_at}
        tried = state in ATTEMPTED
        await conn.execute(_MOVE, values | {"ids": ids, "_tried": tried, "_now": now})
    for (state, reason, code), ids in told.items():
        values = {"_state": state, "_reason": reason, "_code": code}
        await conn.execute(_TELL, values | {"ids": ids, "_now": now})


_MOVE = (
    update(notification)
    .where(among(notification.c.id), notification.c.state != State.ANSWERED)
    .values(
        state=bindparam("_state"),
        reason=bindparam("_reason"),
        detail=bindparam("_detail"),
        route_at=bindparam("_route"),
        tried=or_(notification.c.tried, bindparam("_tried")),
        updated_at=bindparam("_now"),
    )
)
_TELL = transition.insert().from_select(
    ["notification_id", "at", "state", "reason", "code"],
    select(
        notification.c.id,
        bindparam("_now", type_=transition.c.at.type),
        bindparam("_state", type_=transition.c.state.type),
        bindparam("_reason", type_=transition.c.reason.type),
        bindparam("_code", type_=transition.c.code.type),
    ).where(among(notification.c.id)),
)


async def sending(conn: Connection, ids: Collection[NotificationId], now: datetime) -> None:
    """Note that the notifications are on their way; their attempts tell the rest."""
    await conn.execute(_SENDING, {"ids": ids, "_now": now})


_SENDING = (
    update(notification)
    .where(among(notification.c.id), notification.c.state == State.PLANNED)
    .values(state=State.SENDING, tried=True, updated_at=bindparam("_now"))
)


async def cancel_untried(
    conn: Connection, which: ColumnElement[bool], *, reason: str, now: datetime
) -> int:
    """End the planned or held notifications that nobody has tried to send; return how many there
    were.
    """
    found = await conn.scalars(
        update(notification)
        .where(
            which,
            notification.c.state.in_([State.PLANNED, State.HELD]),
            notification.c.tried.is_(False),
        )
        .values(state=State.CANCELLED, reason=reason, route_at=None, updated_at=now)
        .returning(notification.c.id)
    )
    told = [NotificationId(each) for each in found]
    if told:
        values = {"_state": State.CANCELLED, "_reason": reason, "_code": None, "_now": now}
        await conn.execute(_TELL, values | {"ids": told})
    return len(told)


def of_rule(rule_id: RuleId) -> ColumnElement[bool]:
    """Return the condition "made by this rule"."""
    return notification.c.rule_id == rule_id


def to_customer(customer_id: CustomerId) -> ColumnElement[bool]:
    """Return the condition "meant for this customer"."""
    return notification.c.customer_id == customer_id


def of_record_but(rule_id: RuleId, record_id: RecordId, anchor: str | None) -> ColumnElement[bool]:
    """Return the condition "made by this rule for this record under any other anchor"; None: under
    any at all.
    """
    mine = and_(notification.c.rule_id == rule_id, notification.c.record_id == record_id)
    return mine if anchor is None else and_(mine, notification.c.anchor != anchor)


def of_customer_but(
    rule_id: RuleId, customer_id: CustomerId, anchors: Collection[str]
) -> ColumnElement[bool]:
    """Return the condition "made by this rule about this customer under any other anchor"."""
    return and_(
        notification.c.rule_id == rule_id,
        notification.c.customer_id == customer_id,
        notification.c.record_id.is_(None),
        notification.c.asset_id.is_(None),
        notification.c.anchor.not_in(anchors),
    )


def of_asset_but(rule_id: RuleId, asset_id: AssetId, anchor: str | None) -> ColumnElement[bool]:
    """Return the condition "made by this rule about this thing under any other anchor"; None: under
    any at all.
    """
    mine = and_(notification.c.rule_id == rule_id, notification.c.asset_id == asset_id)
    return mine if anchor is None else and_(mine, notification.c.anchor != anchor)
