"""What the people of the businesses are to be told, until they have been."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NewType

from sqlalchemy import delete, select, update

from messaging.business import SenderId
from messaging.staff import StaffId, StaffMember
from messaging.store.connection import Connection
from messaging.store.database import insert_new
from messaging.store.staff import member_from
from messaging.store.tables import staff, staff_notice

StaffNoticeId = NewType("StaffNoticeId", int)


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffNotice:
    """Something to tell somebody. `attempts`: those begun before."""

    id: StaffNoticeId
    to: StaffMember
    subject: str
    data: Mapping[str, Any]
    attempts: int


async def add(
    conn: Connection,
    to: Iterable[StaffId],
    subject: str,
    now: datetime,
    data: Mapping[str, Any] | None = None,
) -> int:
    """Let these people be told, each once for a subject; return for how many it is new."""
    rows = [
        {
            "staff_id": each,
            "subject": subject,
            "data": data,
            "due_at": now,
            "attempts": 0,
            "created_at": now,
        }
        for each in sorted(to)
    ]
    return await insert_new(conn, staff_notice, rows) if rows else 0


async def senders_due(
    conn: Connection, sender_ids: Collection[SenderId], now: datetime
) -> list[SenderId]:
    """Return which of the bots have somebody to tell something."""
    asked = (
        select(staff.c.sender_id)
        .join(staff_notice, staff_notice.c.staff_id == staff.c.id)
        .where(
            staff_notice.c.ended_at.is_(None),
            staff_notice.c.due_at <= now,
            staff.c.sender_id.in_(sender_ids),
        )
        .distinct()
    )
    return [SenderId(each) for each in await conn.scalars(asked)]


async def first_due(conn: Connection, sender_id: SenderId, now: datetime) -> StaffNotice | None:
    """Return the oldest thing to tell through the bot; None: nothing. The caller has locked the sender."""
    asked = (
        select(
            staff,
            staff_notice.c.id.label("notice"),
            staff_notice.c.subject,
            staff_notice.c.data,
            staff_notice.c.attempts,
        )
        .join(staff, staff.c.id == staff_notice.c.staff_id)
        .where(
            staff_notice.c.ended_at.is_(None),
            staff_notice.c.due_at <= now,
            staff.c.sender_id == sender_id,
        )
        .order_by(staff_notice.c.due_at, staff_notice.c.id)
        .limit(1)
    )
    row = (await conn.execute(asked)).mappings().first()
    if row is None:
        return None
    return StaffNotice(
        id=StaffNoticeId(row["notice"]),
        to=member_from(row),
        subject=row["subject"],
        data=row["data"] or {},
        attempts=row["attempts"],
    )


async def begun(conn: Connection, notice: StaffNotice, *, again_at: datetime) -> None:
    """Note that it is being told; if nobody says how that ended, it is told again at the moment."""
    await conn.execute(
        update(staff_notice)
        .where(staff_notice.c.id == notice.id)
        .values(attempts=notice.attempts + 1, due_at=again_at)
    )


async def ended(
    conn: Connection, notice_id: StaffNoticeId, now: datetime, *, error: str | None = None
) -> None:
    """Note that it is told, or why it never will be."""
    await conn.execute(
        update(staff_notice)
        .where(staff_notice.c.id == notice_id, staff_notice.c.ended_at.is_(None))
        .values(ended_at=now, error=error)
    )


async def drop_for(conn: Connection, staff_id: StaffId, now: datetime) -> None:
    """Tell somebody nothing any more of what waits."""
    await conn.execute(
        update(staff_notice)
        .where(staff_notice.c.staff_id == staff_id, staff_notice.c.ended_at.is_(None))
        .values(ended_at=now, error="removed")
    )


async def forget_old(conn: Connection, before: datetime) -> None:
    """Delete what was told long ago."""
    await conn.execute(
        delete(staff_notice).where(
            staff_notice.c.ended_at.is_not(None), staff_notice.c.created_at < before
        )
    )
