"""Lanes: one sender's queues by priority, business and stream. The unit of fairness, of waking and
of locking.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NewType, cast
from zoneinfo import ZoneInfo

from sqlalchemy import and_, bindparam, case, exists, func, literal_column, select, tuple_, update

from messaging.business import BusinessId, SenderId
from messaging.calendar import MessageClass
from messaging.pause import EVERYTHING
from messaging.store.among import among
from messaging.store.connection import Connection
from messaging.store.database import insert_new
from messaging.store.tables import delivery, lane, pause, platform_refusal, sender

LaneId = NewType("LaneId", int)


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneRow:
    """A lane whose turn it is. `zone`: by whose clock its hours are told; None: the business's.
    `probe_at`: its platform is refused, and one message tries it again
    then; None: it is not.
    """

    id: LaneId
    business_id: BusinessId
    message_class: MessageClass
    platform: str
    zone: ZoneInfo | None
    probe_at: datetime | None


async def of(
    conn: Connection,
    *,
    sender_id: SenderId,
    message_class: MessageClass,
    business_id: BusinessId,
    stream: str,
    platform: str,
    zone: str,
    now: datetime,
) -> LaneId:
    """Return the lane of these six, made if there is none."""
    row = {
        "sender_id": sender_id,
        "priority": message_class.priority,
        "business_id": business_id,
        "stream": stream,
        "platform": platform,
        "zone": zone,
    }
    asked = select(lane.c.id).filter_by(**row)
    found = await conn.scalar(asked)
    if found is None:
        await insert_new(conn, lane, [row | {"next_due": None, "served_at": now}])
        found = await conn.scalar(asked)
    return LaneId(cast("int", found))


async def wake(conn: Connection, lane_ids: Sequence[LaneId], due_at: datetime) -> None:
    """Let the lanes be looked at by `due_at` at the latest.

    The update is unconditional on purpose: one with `WHERE next_due > …` takes no lock when it
    changes nothing, and a claim that runs between the insert of a delivery and its commit would
    then strand it.
    """
    await conn.execute(_WAKE, [{"_id": each, "_due": due_at} for each in sorted(set(lane_ids))])


_WAKE = (
    update(lane)
    .where(lane.c.id == bindparam("_id"))
    .values(
        next_due=case(
            (
                lane.c.next_due.is_(None) | (lane.c.next_due > bindparam("_due")),
                bindparam("_due"),
            ),
            else_=lane.c.next_due,
        )
    )
)


# A paused lane keeps its next due moment, so that lifting the pause is waking it. A lane made during the pause is
# paused too, because every claim asks anew. The sets do not depend on the lane, so each is read once: with 10,000 lanes
# due on SQLite this costs 0.4 ms where nothing is paused and 8 ms where something is; a question about each lane (an
# EXISTS with the lane in it) cost 19 ms always (measured in November 2026).
_PAUSED_WHOLLY = select(pause.c.business_id).where(
    pause.c.business_id.is_not(None), pause.c.stream == literal_column(f"'{EVERYTHING}'")
)
_PAUSED_STREAMS = select(pause.c.business_id, pause.c.stream).where(
    pause.c.business_id.is_not(None), pause.c.stream != literal_column(f"'{EVERYTHING}'")
)
FREE = ~exists(select(pause.c.id)) | and_(
    ~exists().where(pause.c.business_id.is_(None)),
    lane.c.business_id.not_in(_PAUSED_WHOLLY),
    tuple_(lane.c.business_id, lane.c.stream).not_in(_PAUSED_STREAMS),
)


async def senders_due(conn: Connection, now: datetime) -> list[SenderId]:
    """Return the senders that may send something now: a lane is due and not paused, and nothing makes
    the sender wait.
    """
    return [SenderId(found) for found in await conn.scalars(_SENDERS_DUE, {"now": now})]


_SENDERS_DUE = (
    select(lane.c.sender_id)
    .join(sender, sender.c.id == lane.c.sender_id)
    .where(
        lane.c.next_due <= bindparam("now"),
        sender.c.ready_at <= bindparam("now"),
        sender.c.removed_at.is_(None),
        FREE,
    )
    .distinct()
)


async def next_moment(conn: Connection) -> datetime | None:
    """Return the earliest moment at which any sender may send something; None: nothing waits
    anywhere but behind pauses.
    """
    return cast("datetime | None", await conn.scalar(_NEXT_MOMENT))


_NEXT_MOMENT = (
    select(
        func.min(
            case((lane.c.next_due > sender.c.ready_at, lane.c.next_due), else_=sender.c.ready_at)
        )
    )
    .select_from(lane.join(sender, sender.c.id == lane.c.sender_id))
    .where(lane.c.next_due.is_not(None), sender.c.removed_at.is_(None), FREE)
)


async def lock_due(
    conn: Connection, sender_id: SenderId, *, now: datetime, limit: int
) -> list[LaneRow]:
    """Return up to `limit` due lanes of the sender that are not paused, locked: by priority, and
    inside one whoever waited longest.
    """
    values = {"sender": sender_id, "now": now, "limit": limit}
    classes = list(MessageClass)
    return [
        LaneRow(
            id=LaneId(row.id),
            business_id=BusinessId(row.business_id),
            message_class=classes[row.priority],
            platform=row.platform,
            zone=ZoneInfo(row.zone) if row.zone else None,
            probe_at=row.probe_at,
        )
        for row in await conn.execute(_LOCK_DUE, values)
    ]


_LOCK_DUE = (
    select(
        lane.c.id,
        lane.c.business_id,
        lane.c.priority,
        lane.c.platform,
        lane.c.zone,
        platform_refusal.c.probe_at,
    )
    .outerjoin(
        platform_refusal,
        (platform_refusal.c.sender_id == lane.c.sender_id)
        & (platform_refusal.c.platform == lane.c.platform),
    )
    .where(lane.c.sender_id == bindparam("sender"), lane.c.next_due <= bindparam("now"), FREE)
    .order_by(lane.c.priority, lane.c.served_at, lane.c.id)
    .limit(bindparam("limit"))
    .with_for_update(skip_locked=True, key_share=True, of=lane)
)


async def close_until(conn: Connection, lane_id: LaneId, until: datetime) -> None:
    """Let nothing of the lane leave before `until`: one row, however many wait behind it."""
    await conn.execute(update(lane).where(lane.c.id == lane_id).values(next_due=until))


async def reopen(conn: Connection, business_id: BusinessId) -> None:
    """Let whatever waits for the business's hours be looked at again: they have changed."""
    await conn.execute(
        update(lane).where(lane.c.business_id == business_id).values(next_due=_EARLIEST)
    )


async def set_next(
    conn: Connection, lane_ids: Sequence[LaneId], *, served_at: datetime | None = None
) -> None:
    """Recompute when something in the lanes may next leave.

    The caller holds their locks, taken in a statement before this one.
    """
    if not lane_ids:
        return
    if served_at is None:
        await conn.execute(_SET_NEXT, {"ids": lane_ids})
    else:
        await conn.execute(_SET_NEXT_SERVED, {"ids": lane_ids, "_served": served_at})


_EARLIEST = (
    select(func.min(delivery.c.due_at))
    .where(delivery.c.lane_id == lane.c.id, delivery.c.state == literal_column("'waiting'"))
    .scalar_subquery()
)
_SET_NEXT = update(lane).where(among(lane.c.id)).values(next_due=_EARLIEST)
_SET_NEXT_SERVED = _SET_NEXT.values(served_at=bindparam("_served"))


async def lock(conn: Connection, lane_ids: Sequence[LaneId]) -> None:
    """Hold the lanes until the transaction ends, in the order of ids; waits for whoever has one."""
    await conn.execute(
        select(lane.c.id)
        .where(lane.c.id.in_(lane_ids))
        .order_by(lane.c.id)
        .with_for_update(key_share=True)
    )


async def repair(conn: Connection, now: datetime) -> int:
    """Wake lanes that hold something and would sleep on; return how many: there should be none."""
    done = await conn.execute(
        update(lane).where(lane.c.next_due.is_(None), _EARLIEST.is_not(None)).values(next_due=now)
    )
    return done.rowcount
