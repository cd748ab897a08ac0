"""Replies: what customers pressed and wrote."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import RowMapping, case, select, update

from messaging.business import BusinessId
from messaging.customer import CustomerId
from messaging.notification import NotificationId
from messaging.record import RecordId
from messaging.reply import Action, Reply, ReplyId
from messaging.store.among import among
from messaging.store.connection import Connection
from messaging.store.database import insert_new
from messaging.store.tables import customer, reply


async def add(conn: Connection, row: Mapping[str, object]) -> bool:
    """Store a reply; return whether it was the first of its kind under this notification."""
    return await insert_new(conn, reply, [row]) == 1


async def given(conn: Connection, notification_id: NotificationId, action: str) -> bool:
    """Return whether the action has been taken under this notification already."""
    asked = select(reply.c.id).where(
        reply.c.notification_id == notification_id, reply.c.action == action
    )
    return (await conn.execute(asked.limit(1))).first() is not None


async def notification_of_origin(conn: Connection, origin: str) -> NotificationId | None:
    """Return the notice to which the text of this origin was kept as an answer.

    None: there is no such text, or it is a letter of its own, for which adding it again does nothing.
    """
    found = await conn.scalar(select(reply.c.notification_id).where(reply.c.origin == origin))
    return None if found is None else NotificationId(found)


async def say_more(
    conn: Connection,
    notification_id: NotificationId,
    *,
    action: str,
    text: str,
    origin: str,
    now: datetime,
) -> bool:
    """Put the text under what was pressed under the notice, for a person to look at (again); return whether it was."""
    result = await conn.execute(
        update(reply)
        .where(reply.c.notification_id == notification_id, reply.c.action == action)
        .values(text=text, origin=origin, at=now, done_at=None)
    )
    return result.rowcount == 1


async def withdraw(
    conn: Connection, notification_id: NotificationId, *, action: str, now: datetime
) -> None:
    """Let nobody have to look at what was pressed under the notice."""
    await conn.execute(
        update(reply)
        .where(
            reply.c.notification_id == notification_id,
            reply.c.action == action,
            reply.c.done_at.is_(None),
        )
        .values(done_at=now)
    )


async def of_records(
    conn: Connection, record_ids: Collection[RecordId]
) -> dict[RecordId, list[Reply]]:
    """Return what was said about each record, oldest first."""
    if not record_ids:
        return {}
    found: dict[RecordId, list[Reply]] = {}
    for row in (await conn.execute(_OF_RECORDS, {"ids": record_ids})).mappings().all():
        found.setdefault(RecordId(row["record_id"]), []).append(
            Reply(
                customer_id=CustomerId(row["customer_id"]),
                action=row["action"],
                anchor=row["anchor"],
                at=row["at"],
            )
        )
    return found


_OF_RECORDS = (
    select(reply.c.record_id, reply.c.customer_id, reply.c.action, reply.c.anchor, reply.c.at)
    .where(among(reply.c.record_id))
    .order_by(reply.c.id)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A reply as the business reads it. `anchor`: the date that it answers, as it was then."""

    id: ReplyId
    customer: str
    name: str | None
    action: str
    value: str
    text: str | None
    at: datetime
    done_at: datetime | None
    anchor: str | None = None


def _told(row: RowMapping) -> Told:
    return Told(
        id=ReplyId(row["id"]),
        customer=row["external_id"],
        name=row["name"],
        action=row["action"],
        value=row["value"],
        text=row["text"],
        at=row["at"],
        done_at=row["done_at"],
        anchor=row["anchor"],
    )


async def of_business(
    conn: Connection, business_id: BusinessId, *, only_open: bool, limit: int
) -> list[Told]:
    """Return the replies to a business, newest first; before them the cancelled appointments that
    nobody has handled yet, whose time could go to somebody else.
    """
    urgent = (reply.c.action == Action.CANCEL) & reply.c.done_at.is_(None)
    asked = (
        select(reply, customer.c.external_id, customer.c.name)
        .join(customer, customer.c.id == reply.c.customer_id)
        .where(reply.c.business_id == business_id)
        .order_by(case((urgent, 0), else_=1), reply.c.id.desc())
        .limit(limit)
    )
    if only_open:
        asked = asked.where(reply.c.done_at.is_(None))
    return [_told(row) for row in (await conn.execute(asked)).mappings().all()]


async def close(
    conn: Connection, business_id: BusinessId, reply_id: ReplyId, now: datetime
) -> bool:
    """Note that a person has handled the reply; return whether it was open."""
    result = await conn.execute(
        update(reply)
        .where(
            reply.c.id == reply_id, reply.c.business_id == business_id, reply.c.done_at.is_(None)
        )
        .values(done_at=now)
    )
    return result.rowcount == 1
