"""Attempts: written before the network call, so that a crash leaves a trace of what may have been sent."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, bindparam, insert, or_, select, update

from messaging.business import SenderId
from messaging.calendar import MessageClass
from messaging.customer import Channel
from messaging.delivery import DeliveryState, Step
from messaging.notification import NotificationId
from messaging.sender import DeliveryId
from messaging.store.among import among
from messaging.store.connection import Connection
from messaging.store.lanes import LaneId
from messaging.store.tables import attempt, delivery, lane, notification


@dataclass(frozen=True, slots=True, kw_only=True)
class UnderWay:
    """A delivery whose attempt was begun and has no end yet."""

    id: DeliveryId
    sender_id: SenderId
    notification_id: NotificationId
    lane_id: LaneId
    channel: Channel
    message_class: MessageClass
    owner: str
    attempts: int
    tries: int
    doubts: int
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """The end of an attempt, and what it makes of its delivery. `owner` and `number` fence it: only
    that attempt.
    """

    delivery_id: DeliveryId
    owner: str
    number: int
    outcome: str
    step: Step


async def begin(
    conn: Connection,
    ids: Collection[DeliveryId],
    *,
    owner: str,
    lease_until: datetime,
    now: datetime,
) -> None:
    """Write that an attempt of each delivery begins: what a crash leaves behind is exactly this."""
    if not ids:
        return
    values = {"ids": ids, "_owner": owner, "_lease": lease_until, "_now": now}
    # Before the update, so that the number is one more than the row says, as in what is sent.
    await conn.execute(_INSERT, values)
    await conn.execute(_BEGIN, values)


_INSERT = insert(attempt).from_select(
    ["delivery_id", "number", "owner", "begun_at", "repeat"],
    select(
        delivery.c.id,
        delivery.c.attempts + 1,
        bindparam("_owner", type_=attempt.c.owner.type),
        bindparam("_now", type_=attempt.c.begun_at.type),
        delivery.c.doubts > 0,
    ).where(among(delivery.c.id)),
)
_BEGIN = (
    update(delivery)
    .where(among(delivery.c.id))
    .values(
        state=DeliveryState.SENDING,
        attempts=delivery.c.attempts + 1,
        tries=delivery.c.tries + 1,
        owner=bindparam("_owner"),
        lease_until=bindparam("_lease"),
        updated_at=bindparam("_now"),
    )
)


async def carried(conn: Connection, lead: DeliveryId, others: Sequence[DeliveryId]) -> None:
    """Note that the attempts that the others have just begun are those of the lead's message."""
    await conn.execute(_CARRIED, {"ids": others, "_lead": lead})


_CARRIED = (
    update(attempt)
    .where(among(attempt.c.delivery_id), attempt.c.ended_at.is_(None))
    .values(carrier_id=bindparam("_lead"))
)


async def end(conn: Connection, ended: Sequence[Ended], now: datetime) -> None:
    """Record how attempts ended and what became of their deliveries.

    Fenced by owner and attempt number only, and not by `state = 'sending'`: that would make
    PostgreSQL pick the tiny partial index (five times slower, measured), and a late true answer may
    still correct an `unknown`.
    """
    if not ended:
        return
    alike: dict[tuple[int, str, str | None, str | None], list[DeliveryId]] = {}
    for each in ended:
        how = (each.number, each.outcome, each.step.reason, each.step.code)
        alike.setdefault(how, []).append(each.delivery_id)
    # Most end alike: one statement for all of those is a tenth of one for each.
    for (number, outcome, reason, code), ids in alike.items():
        values = {"_number": number, "_outcome": outcome, "_reason": reason, "_code": code}
        await conn.execute(_END_ATTEMPTS, values | {"ids": ids, "_now": now})
    await conn.execute(
        _END_DELIVERY,
        [
            {
                "_id": each.delivery_id,
                "_owner": each.owner,
                "_number": each.number,
                "_state": each.step.state,
                "_reason": each.step.reason,
                "_provider": each.step.provider_id,
                "_due": each.step.due_at or now,
                "_back": 1 if each.step.uncounted else 0,
                "_doubt": 1 if each.step.doubt else 0,
                "_now": now,
            }
            for each in ended
        ],
    )


_END_ATTEMPTS = (
    update(attempt)
    .where(among(attempt.c.delivery_id), attempt.c.number == bindparam("_number"))
    .values(
        ended_at=bindparam("_now"),
        outcome=bindparam("_outcome"),
        reason=bindparam("_reason"),
        code=bindparam("_code"),
    )
)
_END_DELIVERY = (
    update(delivery)
    .where(
        delivery.c.id == bindparam("_id"),
        delivery.c.owner == bindparam("_owner"),
        delivery.c.attempts == bindparam("_number"),
    )
    .values(
        state=bindparam("_state"),
        reason=bindparam("_reason"),
        provider_id=bindparam("_provider"),
        due_at=bindparam("_due"),
        tries=delivery.c.tries - bindparam("_back"),
        doubts=delivery.c.doubts + bindparam("_doubt"),
        lease_until=None,
        updated_at=bindparam("_now"),
    )
)


def _dead(not_owner: str | None, lease_before: datetime) -> ColumnElement[bool]:
    """Return the condition "whoever sends this is dead": its lease is over, or, where `not_owner` is given because one
    process owns everything, it is anybody but that owner.
    """
    over = delivery.c.lease_until < lease_before
    dead = over if not_owner is None else or_(over, delivery.c.owner != not_owner)
    return and_(delivery.c.state == "sending", dead)


async def senders_cut_off(
    conn: Connection, *, not_owner: str | None, lease_before: datetime
) -> list[SenderId]:
    """Return the senders of deliveries whose owner is dead, in the order of ids."""
    asked = (
        select(lane.c.sender_id)
        .join(delivery, delivery.c.lane_id == lane.c.id)
        .where(_dead(not_owner, lease_before))
        .distinct()
        .order_by(lane.c.sender_id)
    )
    return [SenderId(found) for found in await conn.scalars(asked)]


async def lock_cut_off(
    conn: Connection,
    sender_id: SenderId,
    *,
    not_owner: str | None,
    lease_before: datetime,
    limit: int,
) -> list[UnderWay]:
    """Return deliveries of the sender that are `sending` and whose owner is dead, locked."""
    asked = (
        select(
            delivery,
            lane.c.sender_id,
            notification.c.message_class,
            notification.c.expires_at,
        )
        .join(lane, lane.c.id == delivery.c.lane_id)
        .join(notification, notification.c.id == delivery.c.notification_id)
        .where(lane.c.sender_id == sender_id, _dead(not_owner, lease_before))
        .order_by(delivery.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True, key_share=True, of=delivery)
    )
    return [
        UnderWay(
            id=DeliveryId(row["id"]),
            sender_id=SenderId(row["sender_id"]),
            notification_id=NotificationId(row["notification_id"]),
            lane_id=LaneId(row["lane_id"]),
            channel=Channel(row["channel"]),
            message_class=MessageClass(row["message_class"]),
            owner=row["owner"],
            attempts=row["attempts"],
            tries=row["tries"],
            doubts=row["doubts"],
            expires_at=row["expires_at"],
        )
        for row in (await conn.execute(asked)).mappings().all()
    ]
