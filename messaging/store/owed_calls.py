"""Calls that the businesses owe their customers, and which of those are overdue."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update

from messaging.business import BusinessId
from messaging.reply import GETS_BACK, ReplyId
from messaging.store.connection import Connection
from messaging.store.tables import reply


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """A call that a business owes since `at` (UTC)."""

    id: ReplyId
    business_id: BusinessId
    at: datetime


async def owed(conn: Connection, *, limit: int) -> list[Owed]:
    """Return whom nobody has called back and no owner has been told of, of every business, the oldest first."""
    asked = (
        select(reply.c.id, reply.c.business_id, reply.c.at)
        .where(
            reply.c.done_at.is_(None),
            reply.c.escalated_at.is_(None),
            reply.c.action.in_(sorted(GETS_BACK)),
        )
        .order_by(reply.c.at)
        .limit(limit)
    )
    return [
        Owed(id=ReplyId(row.id), business_id=BusinessId(row.business_id), at=row.at)
        for row in await conn.execute(asked)
    ]


async def escalate(conn: Connection, reply_id: ReplyId, now: datetime) -> bool:
    """Note that nobody has called back in time; return whether that still is so, and nobody had noted it."""
    result = await conn.execute(
        update(reply)
        .where(reply.c.id == reply_id, reply.c.done_at.is_(None), reply.c.escalated_at.is_(None))
        .values(escalated_at=now)
    )
    return result.rowcount == 1


async def overdue(conn: Connection, business_id: BusinessId) -> int:
    """Return how many calls the business still owes after the time that it allows itself."""
    asked = select(func.count()).where(
        reply.c.business_id == business_id,
        reply.c.done_at.is_(None),
        reply.c.escalated_at.is_not(None),
    )
    return int((await conn.execute(asked)).scalar_one())
