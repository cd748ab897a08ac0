"""Deliveries and their attempts: what waits in lanes, what is under way, and how each attempt
ended.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import bindparam, delete, func, literal_column, select, update

from messaging.business import BusinessId
from messaging.customer import AddressId, Channel
from messaging.delivery import DeliveryState
from messaging.notification import NotificationId
from messaging.sender import DeliveryId
from messaging.store.among import among
from messaging.store.connection import Columns, Connection, dicts
from messaging.store.database import insert_new
from messaging.store.lanes import FREE, LaneId
from messaging.store.tables import attempt, delivery, lane, notification


@dataclass(frozen=True, slots=True, kw_only=True)
class Queued:
    """A delivery to be put into a lane."""

    business_id: BusinessId
    notification_id: NotificationId
    lane_id: LaneId
    address_id: AddressId
    channel: Channel
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A delivery as it waits. `attempts` begun so far, `tries` of them that count, `doubts` whose
    end is unknown.
    """

    id: DeliveryId
    notification_id: NotificationId
    lane_id: LaneId
    address_id: AddressId
    channel: Channel
    attempts: int
    tries: int
    doubts: int


async def queue(conn: Connection, queued: Sequence[Queued], now: datetime) -> int:
    """Put the deliveries into their lanes, each notification to each address once; return how many
    were new.
    """
    rows = [
        {
            "business_id": each.business_id,
            "notification_id": each.notification_id,
            "lane_id": each.lane_id,
            "address_id": each.address_id,
            "channel": each.channel,
            "state": DeliveryState.WAITING,
            "reason": None,
            "due_at": each.due_at,
            "attempts": 0,
            "tries": 0,
            "doubts": 0,
            "owner": None,
            "lease_until": None,
            "provider_id": None,
            "updated_at": now,
        }
        for each in queued
    ]
    return await insert_new(conn, delivery, rows)


def _waiting(row: Columns) -> Waiting:
    return Waiting(
        id=DeliveryId(row["id"]),
        notification_id=NotificationId(row["notification_id"]),
        lane_id=LaneId(row["lane_id"]),
        address_id=AddressId(row["address_id"]),
        channel=Channel(row["channel"]),
        attempts=row["attempts"],
        tries=row["tries"],
        doubts=row["doubts"],
    )


async def lock_due(
    conn: Connection, lane_id: LaneId, *, now: datetime, limit: int
) -> list[Waiting]:
    """Return up to `limit` deliveries of the lane that are due, earliest first, locked; others' are
    left to them.
    """
    values = {"lane": lane_id, "now": now, "limit": limit}
    return [_waiting(row) for row in dicts(await conn.execute(_LOCK_DUE, values))]


_COLUMNS = (
    delivery.c.id, delivery.c.notification_id, delivery.c.lane_id, delivery.c.address_id,
    delivery.c.channel, delivery.c.attempts, delivery.c.tries, delivery.c.doubts,
)  # fmt: skip
_LOCK_DUE = (
    select(*_COLUMNS)
    .where(
        delivery.c.lane_id == bindparam("lane"),
        # A literal, so that both databases see that the partial index of what waits will do.
        delivery.c.state == literal_column("'waiting'"),
        delivery.c.due_at <= bindparam("now"),
    )
    .order_by(delivery.c.due_at, delivery.c.id)
    .limit(bindparam("limit"))
    .with_for_update(skip_locked=True, key_share=True)
)


async def lock_besides(
    conn: Connection, addresses: Collection[AddressId], *, now: datetime, limit: int
) -> list[Waiting]:
    """Return up to `limit` deliveries that are due to the addresses, in whatever lane that nothing pauses, earliest
    first, locked; others' are left to them.

    Whoever asks holds the sender, as in a claim: no other claim has them.
    """
    values = {"ids": addresses, "now": now, "limit": limit}
    return [_waiting(row) for row in dicts(await conn.execute(_LOCK_BESIDES, values))]


_LOCK_BESIDES = (
    select(*_COLUMNS)
    .join(lane, lane.c.id == delivery.c.lane_id)
    .where(
        among(delivery.c.address_id),
        delivery.c.state == literal_column("'waiting'"),
        delivery.c.due_at <= bindparam("now"),
        FREE,
    )
    .order_by(delivery.c.due_at, delivery.c.id)
    .limit(bindparam("limit"))
    .with_for_update(skip_locked=True, key_share=True, of=delivery)
)


async def postpone(conn: Connection, until: Mapping[DeliveryId, datetime]) -> None:
    """Let the waiting deliveries come due later."""
    if until:
        await conn.execute(
            _POSTPONE, [{"_id": each, "_due": due_at} for each, due_at in until.items()]
        )


_POSTPONE = (
    update(delivery).where(delivery.c.id == bindparam("_id")).values(due_at=bindparam("_due"))
)


async def close(
    conn: Connection,
    closed: Mapping[DeliveryId, tuple[DeliveryState, str]],
    now: datetime,
) -> None:
    """End deliveries that were never let out, with the reason."""
    if closed:
        await conn.execute(
            _CLOSE,
            [
                {"_id": each, "_state": state, "_reason": reason, "_now": now}
                for each, (state, reason) in closed.items()
            ],
        )


_CLOSE = (
    update(delivery)
    .where(delivery.c.id == bindparam("_id"))
    .values(state=bindparam("_state"), reason=bindparam("_reason"), updated_at=bindparam("_now"))
)


async def states_of(
    conn: Connection, notification_ids: Collection[NotificationId]
) -> dict[NotificationId, list[tuple[DeliveryState, str | None]]]:
    """Return the states and reasons of all deliveries of the notifications."""
    found: dict[NotificationId, list[tuple[DeliveryState, str | None]]] = {}
    if not notification_ids:
        return found
    for about, state, reason in (await conn.execute(_STATES_OF, {"ids": notification_ids})).all():
        pair = (DeliveryState(state), cast("str | None", reason))
        found.setdefault(NotificationId(about), []).append(pair)
    return found


_STATES_OF = select(delivery.c.notification_id, delivery.c.state, delivery.c.reason).where(
    among(delivery.c.notification_id)
)


async def tried_addresses(
    conn: Connection, notification_ids: Collection[NotificationId]
) -> dict[NotificationId, frozenset[int]]:
    """Return, per notification, the addresses that it already has a delivery for."""
    found: dict[NotificationId, set[int]] = {}
    for about, address_id in (await conn.execute(_TRIED, {"ids": notification_ids})).all():
        found.setdefault(NotificationId(about), set()).add(address_id)
    return {each: frozenset(addresses) for each, addresses in found.items()}


_TRIED = select(delivery.c.notification_id, delivery.c.address_id).where(
    among(delivery.c.notification_id)
)


async def lock_expired(conn: Connection, *, now: datetime, limit: int) -> list[Waiting]:
    """Return waiting deliveries whose notification has expired, locked."""
    asked = (
        select(delivery)
        .join(notification, notification.c.id == delivery.c.notification_id)
        .where(delivery.c.state == "waiting", notification.c.expires_at <= now)
        .order_by(delivery.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True, key_share=True, of=delivery)
    )
    return [_waiting(row) for row in (await conn.execute(asked)).mappings().all()]


async def forget_untried(conn: Connection, ids: Collection[NotificationId]) -> None:
    """Delete deliveries of held notifications that nobody tried: once released they find their way
    anew.
    """
    if ids:
        await conn.execute(
            delete(delivery).where(
                delivery.c.notification_id.in_(ids),
                delivery.c.attempts == 0,
                delivery.c.state != DeliveryState.WAITING,
            )
        )


async def forget_cancelled(conn: Connection, ids: Collection[NotificationId]) -> None:
    """Delete untried deliveries that ended because their notification was cancelled: it lives again, and
    may go to the same address.
    """
    await conn.execute(_FORGET_CANCELLED, {"ids": ids})


_FORGET_CANCELLED = delete(delivery).where(
    among(delivery.c.notification_id),
    delivery.c.attempts == 0,
    delivery.c.state == DeliveryState.CANCELLED,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """What a delivery is of, and where it went."""

    notification_id: NotificationId
    address_id: AddressId


async def where_to(conn: Connection, delivery_id: DeliveryId) -> Destination | None:
    """Return where a delivery went, or None if there is none with this id."""
    asked = select(delivery.c.notification_id, delivery.c.address_id).where(
        delivery.c.id == delivery_id
    )
    row = (await conn.execute(asked)).first()
    if row is None:
        return None
    return Destination(
        notification_id=NotificationId(row.notification_id), address_id=AddressId(row.address_id)
    )


async def settle(conn: Connection, delivery_id: DeliveryId, now: datetime) -> set[NotificationId]:
    """Note that a delivery arrived after all: a button under it was pressed. Return of which notifications
    that was news: what its last message carried besides has arrived with it.
    """
    lead = await conn.scalar(_LEAD, {"_id": delivery_id})
    settled = await conn.scalars(_SETTLE, {"_id": delivery_id, "_lead": lead, "_now": now})
    return {NotificationId(each) for each in settled}


_LAST = attempt.c.number == delivery.c.attempts
_LEAD = (
    select(func.coalesce(attempt.c.carrier_id, attempt.c.delivery_id))
    .join(delivery, delivery.c.id == attempt.c.delivery_id)
    .where(delivery.c.id == bindparam("_id"), _LAST)
)
_CARRIED = select(attempt.c.delivery_id).where(attempt.c.carrier_id == bindparam("_lead"), _LAST)
_SETTLE = (
    update(delivery)
    .where(
        delivery.c.id.in_([bindparam("_id"), bindparam("_lead")]) | delivery.c.id.in_(_CARRIED),
        delivery.c.state.in_([DeliveryState.UNKNOWN, DeliveryState.WAITING]),
        delivery.c.attempts > 0,
    )
    .values(state=DeliveryState.ACCEPTED, reason=None, updated_at=bindparam("_now"))
    .returning(delivery.c.notification_id)
)
