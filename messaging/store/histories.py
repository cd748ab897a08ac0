"""What became of a customer's notices: every transition and every attempt, with its time."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, or_, select

from messaging.customer import AddressId, Channel, CustomerId
from messaging.notification import Notification, NotificationId, State
from messaging.store.connection import Connection
from messaging.store.notifications import notification_from
from messaging.store.tables import attempt, delivery, notification, transition


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """A state that a notice entered (UTC), why, and the provider's own code."""

    at: datetime
    state: State
    reason: str | None
    code: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempted:
    """One attempt. `outcome` None: under way, or cut off. `repeat`: it may have been the second copy. `listed`: the
    message told other notices too.
    """

    channel: Channel
    number: int
    begun_at: datetime
    ended_at: datetime | None
    outcome: str | None
    reason: str | None
    code: str | None
    repeat: bool
    listed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """A notice and all that happened to it, earliest first.

    `waits_until`: when a delivery of it is due (UTC); None: none waits. `addresses`: where it has a
    delivery. `route_at`: when it is to be routed; None: it is in its lanes, held or over.
    """

    notification: Notification
    created_at: datetime
    detail: str | None
    tried: bool
    route_at: datetime | None
    transitions: Sequence[Transition]
    attempts: Sequence[Attempted]
    waits_until: datetime | None
    addresses: frozenset[AddressId]


async def of_customer(conn: Connection, customer_id: CustomerId, *, limit: int) -> list[History]:
    """Return the customer's newest `limit` notices, the latest due first."""
    asked = (
        select(notification)
        .where(notification.c.customer_id == customer_id)
        .order_by(notification.c.due_at.desc(), notification.c.id.desc())
        .limit(limit)
    )
    rows = (await conn.execute(asked)).mappings().all()
    ids = [NotificationId(row["id"]) for row in rows]
    entered = await _transitions(conn, ids)
    tried = await _attempts(conn, ids)
    waiting, been = await _deliveries(conn, ids)
    return [
        History(
            notification=notification_from(row),
            created_at=row["created_at"],
            detail=row["detail"],
            tried=row["tried"],
            route_at=row["route_at"],
            transitions=entered.get(row["id"], []),
            attempts=tried.get(row["id"], []),
            waits_until=waiting.get(row["id"]),
            addresses=frozenset(been.get(row["id"], ())),
        )
        for row in rows
    ]


async def _transitions(
    conn: Connection, ids: Collection[NotificationId]
) -> dict[NotificationId, list[Transition]]:
    asked = (
        select(transition)
        .where(transition.c.notification_id.in_(ids))
        .order_by(transition.c.at, transition.c.id)
    )
    found: dict[NotificationId, list[Transition]] = {}
    for row in (await conn.execute(asked)).mappings().all():
        found.setdefault(NotificationId(row["notification_id"]), []).append(
            Transition(
                at=row["at"], state=State(row["state"]), reason=row["reason"], code=row["code"]
            )
        )
    return found


async def _attempts(
    conn: Connection, ids: Collection[NotificationId]
) -> dict[NotificationId, list[Attempted]]:
    others = attempt.alias("others")
    leads = exists().where(
        others.c.carrier_id == attempt.c.delivery_id, others.c.number == attempt.c.number
    )
    listed = or_(attempt.c.carrier_id.is_not(None), leads).label("listed")
    asked = (
        select(attempt, delivery.c.notification_id, delivery.c.channel, listed)
        .join(delivery, delivery.c.id == attempt.c.delivery_id)
        .where(delivery.c.notification_id.in_(ids))
        .order_by(attempt.c.begun_at, attempt.c.delivery_id, attempt.c.number)
    )
    found: dict[NotificationId, list[Attempted]] = {}
    for row in (await conn.execute(asked)).mappings().all():
        found.setdefault(NotificationId(row["notification_id"]), []).append(
            Attempted(
                channel=Channel(row["channel"]),
                number=row["number"],
                begun_at=row["begun_at"],
                ended_at=row["ended_at"],
                outcome=row["outcome"],
                reason=row["reason"],
                code=row["code"],
                repeat=row["repeat"],
                listed=row["listed"],
            )
        )
    return found


async def _deliveries(
    conn: Connection, ids: Collection[NotificationId]
) -> tuple[dict[NotificationId, datetime], dict[NotificationId, set[AddressId]]]:
    asked = select(
        delivery.c.notification_id, delivery.c.address_id, delivery.c.state, delivery.c.due_at
    ).where(delivery.c.notification_id.in_(ids))
    waiting: dict[NotificationId, datetime] = {}
    been: dict[NotificationId, set[AddressId]] = {}
    for row in await conn.execute(asked):
        about = NotificationId(row.notification_id)
        been.setdefault(about, set()).add(AddressId(row.address_id))
        if row.state == "waiting":
            waiting[about] = min(waiting.get(about, row.due_at), row.due_at)
    return waiting, been
