"""What a provider refuses is tried again by one message at a time: a whole sender, or one platform of it.

It costs a healthy sender nothing: what is refused comes with the rows that a claim reads anyway.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from messaging.business import SenderId
from messaging.delivery import PlatformRefused
from messaging.store import lanes, refusals
from messaging.store.connection import Connection
from messaging.store.lanes import LaneId, LaneRow


async def only_willing(conn: Connection, turns: Sequence[LaneRow], now: datetime) -> list[LaneRow]:
    """Put the lanes of refused platforms to sleep until their next probe; return the others.

    Where a probe is due, one lane of the platform is among them: it may let out one message.
    """
    willing: list[LaneRow] = []
    probing: set[str] = set()
    for each in turns:
        if each.probe_at is None:
            willing.append(each)
        elif each.probe_at > now:
            await lanes.close_until(conn, each.id, each.probe_at)
        elif each.platform not in probing:
            probing.add(each.platform)
            willing.append(each)
    return willing


async def note_platforms(
    conn: Connection,
    sender_id: SenderId,
    refused_by_lane: Mapping[LaneId, PlatformRefused],
    *,
    probes: Iterable[LaneId],
    now: datetime,
) -> None:
    """Note the platforms that were refused, and forget those in whose lanes a probe was accepted.

    The caller holds the sender.
    """
    for lane_id in probes:
        platform = await refusals.platform_of(conn, lane_id)
        await refusals.platform_works(conn, sender_id, platform, now)
    for lane_id, refused in refused_by_lane.items():
        platform = await refusals.platform_of(conn, lane_id)
        await refusals.refuse_platform(
            conn,
            sender_id,
            platform,
            reason=refused.reason,
            now=now,
            probe_at=refused.probe_at,
        )
