"""Notifications that are made and have yet to leave."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select

from messaging.asset import Asset
from messaging.business import BusinessId
from messaging.campaign import Campaign
from messaging.notification import PENDING, Notification, NotificationId, State
from messaging.record import Record
from messaging.rule import RuleId
from messaging.store import deliveries
from messaging.store.connection import Connection
from messaging.store.notifications import notification_from
from messaging.store.planned import REVIVABLE
from messaging.store.tables import delivery, notification
from messaging.subject import Subject

_WAITS_UNTIL = (
    select(func.min(delivery.c.due_at))
    .where(delivery.c.notification_id == notification.c.id, delivery.c.state == "waiting")
    .scalar_subquery()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """A notification that has yet to leave, from `due_at` (UTC) on. `tried`: addresses that its next way
    must leave out.
    """

    notification: Notification
    rule_id: RuleId
    due_at: datetime
    tried: frozenset[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Awaited:
    """A campaign's notification that has yet to leave, from `due_at` (UTC) on; None: from when its campaign lets
    it go. `tried`: addresses that its next way must leave out.
    """

    notification: Notification
    due_at: datetime | None
    tried: frozenset[int]


async def of_campaign(
    conn: Connection, campaign: Campaign, *, after: int, limit: int, now: datetime
) -> list[Awaited]:
    """Return up to `limit` of what the campaign has made and what is to leave, of customers whose id lies after
    `after`, by customer: in the order in which they are let go. What is on its way at this moment is not among it.
    """
    asked = (
        select(notification, _WAITS_UNTIL.label("waits_until"))
        .where(
            notification.c.business_id == campaign.business_id,
            notification.c.source == campaign.source,
            notification.c.customer_id > after,
            notification.c.state.in_(sorted(PENDING)),
            or_(notification.c.state == State.PLANNED, _WAITS_UNTIL.is_not(None)),
        )
        .order_by(notification.c.customer_id)
        .limit(limit)
    )
    rows = (await conn.execute(asked)).mappings().all()
    routing = [NotificationId(row["id"]) for row in rows if row["route_at"] is not None]
    been = await deliveries.tried_addresses(conn, routing)
    found = []
    for row in rows:
        leaves_at = row["waits_until"] or row["route_at"]
        found.append(
            Awaited(
                notification=notification_from(row),
                due_at=None if leaves_at is None else max(leaves_at, row["due_at"], now),
                tried=been.get(NotificationId(row["id"]), frozenset()),
            )
        )
    return found


async def of_rules(
    conn: Connection, ids: Collection[RuleId], *, now: datetime, until: datetime
) -> list[Pending]:
    """Return what these rules have made that is to leave by `until`, earliest first; what is on its way at
    this moment is not among it.
    """
    asked = (
        select(notification, _WAITS_UNTIL.label("waits_until"))
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What a rule has made of a subject, for whomever. `waits`: nobody has tried to send it yet; `stays`: making
    it again would leave it alone.
    """

    rule_id: RuleId
    subject: str
    rung: str
    anchor: str
    due_at: datetime
    waits: bool
    tried: bool
    stays: bool


_WAITS = and_(
    notification.c.state.in_([State.PLANNED, State.HELD]),
    notification.c.tried.is_(False),
    notification.c.rule_id.is_not(None),
)


async def of_subjects(
    conn: Connection, business_id: BusinessId, subjects: Collection[Subject]
) -> list[Made]:
    """Return what rules have made of these subjects."""
    things = [each.id for each in subjects if isinstance(each, Asset)]
    about = [each.id for each in subjects if isinstance(each, Record)]
    people = [each.id for each in subjects if not isinstance(each, Asset | Record)]
    # Never several in one OR, which no index answers.
    asked: list[tuple[Collection[int], ColumnElement[bool]]] = [
        (about, notification.c.record_id.in_(about)),
        (things, notification.c.asset_id.in_(things)),
        (
            people,
            and_(
                notification.c.customer_id.in_(people),
                notification.c.record_id.is_(None),
                notification.c.asset_id.is_(None),
            ),
        ),
    ]
    return [each for ids, which in asked if ids for each in await _made(conn, business_id, which)]


async def _made(
    conn: Connection, business_id: BusinessId, which: ColumnElement[bool]
) -> list[Made]:
    n = notification.c
    revivable = and_(n.state == State.CANCELLED, n.reason.in_(REVIVABLE), n.tried.is_(False))
    asked = select(
        n.rule_id, n.subject, n.rung, n.anchor, n.due_at, n.tried,
        _WAITS.label("waits"), or_(n.reason.is_(None), ~revivable).label("stays"),
    ).where(n.business_id == business_id, n.rule_id.is_not(None), which)  # fmt: skip
    return [
        Made(
            rule_id=RuleId(row.rule_id),
            subject=row.subject,
            rung=row.rung,
            anchor=row.anchor,
            due_at=row.due_at,
            waits=bool(row.waits),
            tried=row.tried,
            stays=bool(row.stays),
        )
        for row in await conn.execute(asked)
    ]


async def waiting(conn: Connection, business_id: BusinessId) -> int:
    """Return how many notices of rules are made and nobody has tried to send, held ones among them; what goes to
    several who share a thing counts once.
    """
    n = notification.c
    distinct = (
        select(n.rule_id, n.subject, n.rung, n.anchor)
        .where(n.business_id == business_id, _WAITS)
        .distinct()
        .subquery()
    )
    return int(await conn.scalar(select(func.count()).select_from(distinct)) or 0)
