"""Which senders, and which platforms of a sender that itself works, a provider refuses, and since when.

A platform is refused when its key is: the one of Apple or of web push that a business gave to
Firebase. Its lanes alone wait.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import ColumnElement, and_, delete, insert, select, update

from messaging.business import BusinessId, SenderId
from messaging.customer import Channel
from messaging.store import lanes
from messaging.store.connection import Connection
from messaging.store.lanes import LaneId
from messaging.store.tables import business_sender, lane, platform_refusal, sender


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """What gets nothing through: a sender, or one `platform` of it (None: the whole sender).

    `since` is None where the beginning was never noted; `probe_at`: when one message tries it again.
    Both UTC.
    """

    sender_id: SenderId
    channel: Channel
    external_id: str
    platform: str | None
    reason: str
    since: datetime | None
    probe_at: datetime


def _of(sender_id: SenderId, platform: str) -> ColumnElement[bool]:
    return and_(platform_refusal.c.sender_id == sender_id, platform_refusal.c.platform == platform)


async def platform_of(conn: Connection, lane_id: LaneId) -> str:
    """Return the platform of the phones that the lane leads to; "" if none is known."""
    return cast("str", await conn.scalar(select(lane.c.platform).where(lane.c.id == lane_id)))


async def refuse_platform(
    conn: Connection,
    sender_id: SenderId,
    platform: str,
    *,
    reason: str,
    now: datetime,
    probe_at: datetime,
) -> None:
    """Note that the platform is refused: since now, if it was not before. The caller holds the sender."""
    told = {"reason": reason, "probe_at": probe_at}
    known = await conn.execute(
        update(platform_refusal).where(_of(sender_id, platform)).values(told)
    )
    if known.rowcount == 0:
        row = {"sender_id": sender_id, "platform": platform, "since": now} | told
        await conn.execute(insert(platform_refusal).values(row))


async def probe_again(
    conn: Connection, sender_id: SenderId, platform: str, probe_at: datetime
) -> None:
    """Let the next message try the platform at the moment: one has just been let out."""
    await conn.execute(
        update(platform_refusal).where(_of(sender_id, platform)).values(probe_at=probe_at)
    )


async def platform_works(
    conn: Connection, sender_id: SenderId, platform: str, now: datetime
) -> None:
    """Forget that the platform was refused, and wake its lanes. The caller holds the sender."""
    await conn.execute(delete(platform_refusal).where(_of(sender_id, platform)))
    asleep = select(lane.c.id).where(
        lane.c.sender_id == sender_id, lane.c.platform == platform, lane.c.next_due > now
    )
    found = [LaneId(each) for each in await conn.scalars(asleep)]
    if found:
        await lanes.wake(conn, found, now)


async def forget(conn: Connection, sender_id: SenderId) -> None:
    """Forget every refused platform of the sender: a person has given it another secret."""
    await conn.execute(delete(platform_refusal).where(platform_refusal.c.sender_id == sender_id))


async def standing(conn: Connection, business_id: BusinessId | None = None) -> list[Refusal]:
    """Return what is refused, of the business's senders or of all, in the order of senders."""
    mine: ColumnElement[bool] = sender.c.removed_at.is_(None)
    if business_id is not None:
        mine &= sender.c.id.in_(
            select(business_sender.c.sender_id).where(business_sender.c.business_id == business_id)
        )
    named = (sender.c.id, sender.c.channel, sender.c.external_id)
    whole = await conn.execute(
        select(*named, sender.c.refused, sender.c.refused_at, sender.c.ready_at).where(
            mine, sender.c.refused.is_not(None)
        )
    )
    parts = await conn.execute(
        select(
            *named,
            platform_refusal.c.reason,
            platform_refusal.c.since,
            platform_refusal.c.probe_at,
            platform_refusal.c.platform,
        )
        .join(platform_refusal, platform_refusal.c.sender_id == sender.c.id)
        .where(mine)
    )
    found = [
        Refusal(
            sender_id=SenderId(row[0]),
            channel=Channel(row[1]),
            external_id=row[2],
            reason=row[3],
            since=row[4],
            probe_at=row[5],
            platform=row[6] if len(row) > 6 else None,
        )
        for row in [*whole, *parts]
    ]
    return sorted(found, key=lambda each: (each.sender_id, each.platform or ""))
