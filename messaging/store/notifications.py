"""Notifications: made once by their key, waiting to be routed, and where each stands."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import (
    ColumnElement,
    RowMapping,
    and_,
    bindparam,
    func,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from messaging.business import BusinessId
from messaging.calendar import MessageClass
from messaging.customer import CustomerId
from messaging.notification import ATTEMPTED, PENDING, Key, Notification, NotificationId, State
from messaging.record import RecordId
from messaging.rule import RuleId
from messaging.store.columns import UtcDateTime
from messaging.store.database import insert_new
from messaging.store.tables import notification, transition

_CHUNK = 200
"""Rows in one INSERT: 18 columns each stay under the 32,766 parameters of SQLite and of PostgreSQL."""

REVIVABLE = ("date_moved", "record_gone", "finished", "rule_off", "rule_changed")
"""Reasons of a cancellation that can cease to be true, and with it the cancellation of what was
never attempted.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A notification to be made. `route_at` None: it is held, and `reason` says why."""

    business_id: BusinessId
    key: Key
    message_class: MessageClass
    rule_id: RuleId
    rule_version: int
    template_id: int
    record_id: RecordId
    due_at: datetime
    expires_at: datetime
    route_at: datetime | None
    state: State
    reason: str | None = None


def _notification(row: RowMapping) -> Notification:
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
    )


def _values(planned: Planned, now: datetime) -> dict[str, object]:
    return {
        "business_id": planned.business_id,
        "source": planned.key.source,
        "customer_id": planned.key.customer_id,
        "subject": planned.key.subject,
        "rung": planned.key.rung,
        "anchor": planned.key.anchor,
        "message_class": planned.message_class,
        "rule_id": planned.rule_id,
        "rule_version": planned.rule_version,
        "template_id": planned.template_id,
        "record_id": planned.record_id,
        "due_at": planned.due_at,
        "expires_at": planned.expires_at,
        "route_at": planned.route_at,
        "state": planned.state,
        "reason": planned.reason,
        "detail": None,
        "tried": False,
        "created_at": now,
        "updated_at": now,
    }


async def make(conn: AsyncConnection, planned: Sequence[Planned], now: datetime) -> int:
    """Make the notifications whose key is new, revive those that were cancelled untried, leave the
    rest alone.

    Returns how many were made or revived. Doing it twice is doing it once.
    """
    made = 0
    for start in range(0, len(planned), _CHUNK):
        chunk = planned[start : start + _CHUNK]
        fresh = await insert_new(conn, notification, [_values(each, now) for each in chunk])
        made += fresh
        if fresh < len(chunk):
            made += await _revive(conn, chunk, now)
    return made


async def _revive(conn: AsyncConnection, planned: Sequence[Planned], now: datetime) -> int:
    done = await conn.execute(
        _REVIVE,
        [
            {
                "_business": each.business_id,
                "_source": each.key.source,
                "_customer": each.key.customer_id,
                "_subject": each.key.subject,
                "_rung": each.key.rung,
                "_anchor": each.key.anchor,
                "_version": each.rule_version,
                "_template": each.template_id,
                "_due": each.due_at,
                "_expires": each.expires_at,
                "_route": each.route_at,
                "_state": each.state,
                "_reason": each.reason,
                "_now": now,
            }
            for each in planned
        ],
    )
    if done.rowcount > 0:
        await _tell_revived(conn, planned, now)
    return max(done.rowcount, 0)


async def _tell_revived(conn: AsyncConnection, planned: Sequence[Planned], now: datetime) -> None:
    """Write into the timelines that cancelled notices live again: those just written, and not just made."""
    revived = select(
        notification.c.id, literal(now, UtcDateTime), notification.c.state, literal("revived")
    ).where(
        notification.c.record_id.in_({each.record_id for each in planned}),
        notification.c.source.in_({each.key.source for each in planned}),
        notification.c.updated_at == now,
        notification.c.created_at < now,
        notification.c.state.in_([State.PLANNED, State.HELD]),
    )
    await conn.execute(
        transition.insert().from_select(["notification_id", "at", "state", "reason"], revived)
    )


_REVIVABLE = and_(
    notification.c.state == State.CANCELLED,
    # Not IN: SQLAlchemy cannot spread a list out in a statement that is executed for many rows.
    func.coalesce(or_(*(notification.c.reason == each for each in REVIVABLE)), False),
    notification.c.tried.is_(False),
)
_REVIVE = (
    update(notification)
    .where(
        notification.c.business_id == bindparam("_business"),
        notification.c.source == bindparam("_source"),
        notification.c.customer_id == bindparam("_customer"),
        notification.c.subject == bindparam("_subject"),
        notification.c.rung == bindparam("_rung"),
        notification.c.anchor == bindparam("_anchor"),
        _REVIVABLE,
    )
    .values(
        rule_version=bindparam("_version"),
        template_id=bindparam("_template"),
        due_at=bindparam("_due"),
        expires_at=bindparam("_expires"),
        route_at=bindparam("_route"),
        state=bindparam("_state"),
        reason=bindparam("_reason"),
        updated_at=bindparam("_now"),
    )
)


async def lock_due(conn: AsyncConnection, *, now: datetime, limit: int) -> list[Notification]:
    """Return up to `limit` notifications that are to be routed by `now`, locked; others' are left
    to them.
    """
    asked = (
        select(notification)
        .where(notification.c.route_at <= now)
        .order_by(notification.c.route_at, notification.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True, key_share=True)
    )
    return [_notification(row) for row in (await conn.execute(asked)).mappings()]


async def of_ids(
    conn: AsyncConnection, ids: Collection[NotificationId]
) -> dict[NotificationId, Notification]:
    """Return the notifications with these ids."""
    asked = select(notification).where(notification.c.id.in_(ids))
    rows = (await conn.execute(asked)).mappings()
    return {NotificationId(row["id"]): _notification(row) for row in rows}


async def next_routing(conn: AsyncConnection) -> datetime | None:
    """Return the earliest moment at which a notification is to be routed, or None."""
    asked = select(func.min(notification.c.route_at)).where(notification.c.route_at.is_not(None))
    return cast("datetime | None", await conn.scalar(asked))


async def routed(conn: AsyncConnection, ids: Sequence[NotificationId]) -> None:
    """Note that the notifications wait in lanes now."""
    if ids:
        await conn.execute(
            update(notification).where(notification.c.id.in_(ids)).values(route_at=None)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A notification's new state, and what its timeline says of it."""

    id: NotificationId
    state: State
    reason: str | None = None
    code: str | None = None
    detail: str | None = None
    route_at: datetime | None = None


async def move(conn: AsyncConnection, moves: Sequence[Move], now: datetime) -> None:
    """Give the notifications their new states. An answer given stays: nothing turns `answered` into
    less.
    """
    if not moves:
        return
    await conn.execute(
        _MOVE,
        [
            {
                "_id": each.id,
                "_state": each.state,
                "_reason": each.reason,
                "_detail": each.detail,
                "_route": each.route_at,
                "_tried": each.state in ATTEMPTED,
                "_now": now,
            }
            for each in moves
        ],
    )
    told = [
        {
            "notification_id": each.id,
            "at": now,
            "state": each.state,
            "reason": each.reason,
            "code": each.code or each.detail,
        }
        for each in moves
        if each.state not in PENDING
    ]
    if told:
        await conn.execute(transition.insert(), told)


_MOVE = (
    update(notification)
    .where(notification.c.id == bindparam("_id"), notification.c.state != State.ANSWERED)
    .values(
        state=bindparam("_state"),
        reason=bindparam("_reason"),
        detail=bindparam("_detail"),
        route_at=bindparam("_route"),
        tried=or_(notification.c.tried, bindparam("_tried")),
        updated_at=bindparam("_now"),
    )
)


async def sending(conn: AsyncConnection, ids: Collection[NotificationId], now: datetime) -> None:
    """Note that the notifications are on their way; their attempts tell the rest."""
    await conn.execute(
        update(notification)
        .where(notification.c.id.in_(ids), notification.c.state == State.PLANNED)
        .values(state=State.SENDING, tried=True, updated_at=now)
    )


async def said_before(
    conn: AsyncConnection, *, source: str, record_ids: Collection[RecordId]
) -> dict[tuple[str, str, int], list[str]]:
    """Return, for (subject, rung, customer), the anchors for which the source has already been
    tried there.
    """
    if not record_ids:
        return {}
    asked = select(
        notification.c.subject,
        notification.c.rung,
        notification.c.customer_id,
        notification.c.anchor,
    ).where(
        notification.c.record_id.in_(record_ids),
        notification.c.source == source,
        notification.c.tried.is_(True),
    )
    said: dict[tuple[str, str, int], list[str]] = {}
    for row in await conn.execute(asked):
        said.setdefault((row.subject, row.rung, row.customer_id), []).append(row.anchor)
    return said


async def cancel_untried(
    conn: AsyncConnection, which: ColumnElement[bool], *, reason: str, now: datetime
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
    told = [
        {
            "notification_id": each,
            "at": now,
            "state": State.CANCELLED,
            "reason": reason,
            "code": None,
        }
        for each in found
    ]
    if told:
        await conn.execute(transition.insert(), told)
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


async def existing(
    conn: AsyncConnection, keys: Sequence[Key], business_id: BusinessId, *, but_untried: bool
) -> set[Key]:
    """Return which of the keys belong to a notification that making them would leave alone.

    `but_untried`: as if everything that nobody has tried to send were cancelled first, as an edit
    of its rule does.
    """
    if not keys:
        return set()
    asked = select(
        notification.c.source,
        notification.c.customer_id,
        notification.c.subject,
        notification.c.rung,
        notification.c.anchor,
    ).where(
        notification.c.business_id == business_id,
        notification.c.source.in_({each.source for each in keys}),
        notification.c.customer_id.in_({each.customer_id for each in keys}),
        notification.c.subject.in_({each.subject for each in keys}),
        ~_REVIVABLE,
    )
    if but_untried:
        voided = notification.c.state.in_([State.PLANNED, State.HELD])
        asked = asked.where(~(voided & notification.c.tried.is_(False)))
    return {
        Key(
            source=row.source,
            customer_id=CustomerId(row.customer_id),
            subject=row.subject,
            rung=row.rung,
            anchor=row.anchor,
        )
        for row in await conn.execute(asked)
    }
