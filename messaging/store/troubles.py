"""Why a bot hears nothing, kept in its row: another process reads it, and a restart forgets nothing."""

from datetime import datetime

from sqlalchemy import select, update

from messaging.business import BusinessId, SenderId
from messaging.store.connection import Connection
from messaging.store.tables import business_sender, sender
from messaging.trouble import Trouble, Unheard


async def note_unheard(
    conn: Connection,
    sender_id: SenderId,
    *,
    reason: Unheard,
    detail: str | None,
    now: datetime,
) -> bool:
    """Note why the sender receives nothing; return whether it is another reason than before."""
    mine = sender.c.id == sender_id
    changed = await conn.execute(
        update(sender)
        .where(mine, sender.c.unheard.is_distinct_from(reason))
        .values(unheard=reason, unheard_at=now)
    )
    await conn.execute(update(sender).where(mine).values(unheard_detail=detail))
    return changed.rowcount == 1


async def heard_again(conn: Connection, sender_id: SenderId, now: datetime) -> bool:
    """Forget why the sender received nothing; return whether there was a reason.

    A token that is let in for receiving is no longer refused for sending either: what waits may go at once.
    """
    await conn.execute(
        update(sender)
        .where(sender.c.id == sender_id, sender.c.refused == Unheard.TOKEN_REFUSED)
        .values(refused=None, refused_at=None, ready_at=now)
    )
    done = await conn.execute(
        update(sender)
        .where(sender.c.id == sender_id, sender.c.unheard.is_not(None))
        .values(unheard=None, unheard_at=None, unheard_detail=None)
    )
    return done.rowcount == 1


async def why_unheard(conn: Connection, sender_id: SenderId) -> Unheard | None:
    """Return the noted reason why the sender receives nothing."""
    found = await conn.scalar(select(sender.c.unheard).where(sender.c.id == sender_id))
    return None if found is None else Unheard(found)


async def of_business(conn: Connection, business_id: BusinessId) -> list[Trouble]:
    """Return why the business's bot hears nothing; empty if it does."""
    asked = (
        select(sender)
        .join(business_sender, business_sender.c.sender_id == sender.c.id)
        .where(
            business_sender.c.business_id == business_id,
            sender.c.removed_at.is_(None),
            sender.c.unheard.is_not(None),
        )
        .order_by(sender.c.id)
    )
    return [
        Trouble(
            sender_id=SenderId(row["id"]),
            name=row["name"],
            reason=Unheard(row["unheard"]),
            since=row["unheard_at"],
            detail=row["unheard_detail"],
        )
        for row in (await conn.execute(asked)).mappings().all()
    ]
