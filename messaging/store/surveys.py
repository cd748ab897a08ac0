"""How a business stands, in counts: what a check looks at."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, select

from messaging.business import BusinessId
from messaging.customer import AddressState
from messaging.notification import State
from messaging.store.connection import Connection
from messaging.store.tables import (
    address,
    address_customer,
    change,
    customer,
    import_run,
    notification,
    record,
    reply,
    rule,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """Counts of one business, and the oldest or newest moments that matter (UTC; None: never).

    `linked`: customers who can be written to somewhere. `planned_until`: the watermark of the rule
    that is furthest behind, of those that are on.
    """

    customers: int
    linked: int
    last_import: datetime | None
    held: int
    held_since: datetime | None
    open_replies: int
    oldest_reply: datetime | None
    planned_until: datetime | None
    oldest_change: datetime | None


async def survey(conn: Connection, business_id: BusinessId) -> Survey:
    """Return how the business stands."""
    reachable = (
        select(func.count(func.distinct(address_customer.c.customer_id)))
        .join(address, address.c.id == address_customer.c.address_id)
        .join(customer, customer.c.id == address_customer.c.customer_id)
        .where(
            customer.c.business_id == business_id,
            address.c.state == AddressState.ACTIVE,
        )
    )
    held = (notification.c.business_id == business_id) & (notification.c.state == State.HELD)
    waits = (reply.c.business_id == business_id) & reply.c.done_at.is_(None)
    return Survey(
        customers=await _count(
            conn, select(func.count()).where(customer.c.business_id == business_id)
        ),
        linked=await _count(conn, reachable),
        last_import=await conn.scalar(
            select(func.max(import_run.c.started_at)).where(import_run.c.business_id == business_id)
        ),
        held=await _count(conn, select(func.count()).where(held)),
        held_since=await conn.scalar(select(func.min(notification.c.updated_at)).where(held)),
        open_replies=await _count(conn, select(func.count()).where(waits)),
        oldest_reply=await conn.scalar(select(func.min(reply.c.at)).where(waits)),
        planned_until=await conn.scalar(
            select(func.min(rule.c.watermark)).where(
                rule.c.business_id == business_id, rule.c.is_on.is_(True)
            )
        ),
        oldest_change=await conn.scalar(
            select(func.min(change.c.at)).where(change.c.business_id == business_id)
        ),
    )


async def _count(conn: Connection, asked: Select[int]) -> int:
    return int(await conn.scalar(asked) or 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordCount:
    """How many records there are of a type, and how many of them have each date."""

    all: int
    due: int
    starting: int


async def records_of_type(
    conn: Connection, business_id: BusinessId, record_type: str
) -> RecordCount:
    """Return how many records of the type the business has."""
    mine: ColumnElement[bool] = (record.c.business_id == business_id) & (
        record.c.type == record_type
    )
    row = (
        await conn.execute(
            select(func.count(), func.count(record.c.due_on), func.count(record.c.starts_at)).where(
                mine
            )
        )
    ).one()
    return RecordCount(all=row[0], due=row[1], starting=row[2])
