"""Attendances: which process listens to a bot and handles what it hears."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, or_, select, update

from messaging.business import SenderId
from messaging.store.connection import Connection
from messaging.store.database import insert_new
from messaging.store.tables import attendance


async def take(
    conn: Connection,
    sender_ids: Collection[SenderId],
    *,
    owner: str,
    judged: datetime,
    lease_until: datetime,
    all_others: bool,
) -> set[SenderId]:
    """Give the owner those of the senders that are its own, or nobody's; return them.

    `judged` is the moment by which a lease is over. `all_others`: every other owner is known to be gone.
    """
    fresh = [
        {"sender_id": each, "owner": owner, "lease_until": lease_until}
        for each in sorted(sender_ids)
    ]
    await insert_new(conn, attendance, fresh)
    free = select(attendance.c.sender_id).where(attendance.c.sender_id.in_(sender_ids))
    if not all_others:
        free = free.where(or_(attendance.c.owner == owner, attendance.c.lease_until <= judged))
    # Who is held up by nobody's lock only: another process that renews its own has them anyway.
    locked = free.order_by(attendance.c.sender_id).with_for_update(skip_locked=True)
    ours = {SenderId(found) for found in await conn.scalars(locked)}
    if ours:
        await conn.execute(
            update(attendance)
            .where(attendance.c.sender_id.in_(ours))
            .values(owner=owner, lease_until=lease_until)
        )
    return ours


async def leave(conn: Connection, sender_ids: Collection[SenderId], *, owner: str) -> None:
    """Let anybody else have those of the senders that are the owner's."""
    await conn.execute(
        delete(attendance).where(
            attendance.c.sender_id.in_(sender_ids), attendance.c.owner == owner
        )
    )
