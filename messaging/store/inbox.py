"""The inbox: every update of a bot as it came, kept before Telegram is told that it arrived."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import RowMapping, bindparam, delete, func, not_, select, update

from messaging.business import SenderId
from messaging.store.among import among
from messaging.store.connection import Connection
from messaging.store.database import insert_new
from messaging.store.tables import inbox


async def keep(conn: Connection, rows: Sequence[Mapping[str, object]]) -> int:
    """Insert the updates that are new; return how many were."""
    return await insert_new(conn, inbox, rows)


async def undone(
    conn: Connection,
    sender_id: SenderId,
    *,
    max_attempts: int,
    limit: int,
    but_keys: Collection[int],
) -> Sequence[RowMapping]:
    """Return updates that nobody has handled to the end, oldest first, without those that failed
    too often, and those of the chats named; what belongs to no chat is named by its own id.
    """
    found = await conn.execute(
        _UNDONE,
        {"sender": sender_id, "attempts": max_attempts, "ids": but_keys, "limit": limit},
    )
    return found.mappings().all()


_UNDONE = (
    select(inbox.c.update_id, inbox.c.chat_id, inbox.c.body, inbox.c.received_at, inbox.c.attempts)
    .where(
        inbox.c.sender_id == bindparam("sender"),
        inbox.c.done_at.is_(None),
        inbox.c.attempts < bindparam("attempts"),
        not_(among(func.coalesce(inbox.c.chat_id, inbox.c.update_id))),
    )
    .order_by(inbox.c.update_id)
    .limit(bindparam("limit"))
)


async def body_of(
    conn: Connection, sender_id: SenderId, update_id: int, chat_id: int
) -> str | None:
    """Return the update as it came, if it came from this chat and is still kept; or None."""
    found: str | None = await conn.scalar(
        select(inbox.c.body).where(
            inbox.c.sender_id == sender_id,
            inbox.c.update_id == update_id,
            inbox.c.chat_id == chat_id,
        )
    )
    return found


async def senders_with_undone(conn: Connection, *, max_attempts: int) -> Sequence[SenderId]:
    """Return the senders for which something waits to be handled."""
    asked = (
        select(inbox.c.sender_id)
        .where(inbox.c.done_at.is_(None), inbox.c.attempts < max_attempts)
        .distinct()
    )
    return [SenderId(found) for found in await conn.scalars(asked)]


async def finish(conn: Connection, sender_id: SenderId, update_id: int, now: datetime) -> None:
    """Note that the update has been handled; one that was done by then stays as it is."""
    await conn.execute(_FINISH, {"_sender": sender_id, "_update": update_id, "_now": now})


_FINISH = (
    update(inbox)
    .where(
        inbox.c.sender_id == bindparam("_sender"),
        inbox.c.update_id == bindparam("_update"),
        inbox.c.done_at.is_(None),
    )
    .values(done_at=bindparam("_now"), error=None)
)


async def fail(
    conn: Connection, sender_id: SenderId, update_id: int, error: str, *, times: int
) -> None:
    """Note that handling the update failed so many times more."""
    await conn.execute(
        update(inbox)
        .where(inbox.c.sender_id == sender_id, inbox.c.update_id == update_id)
        .values(attempts=inbox.c.attempts + times, error=error)
    )


async def forget_done(conn: Connection, before: datetime) -> int:
    """Delete handled updates received before the moment; return how many there were."""
    done = await conn.execute(
        delete(inbox).where(inbox.c.done_at.is_not(None), inbox.c.received_at < before)
    )
    return done.rowcount
