"""Who has been silent since when: a customer's last record of a type, found by indexes."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, func, select

from messaging.business import BusinessId
from messaging.customer import Customer, CustomerId
from messaging.record import CANCELLED
from messaging.store.connection import Connection
from messaging.store.customers import customer_from
from messaging.store.tables import customer, record


def _counts(status: str | None) -> ColumnElement[bool]:
    """Return the condition "it is a sign of life": in the status, or, with none named, not cancelled."""
    return record.c.status != CANCELLED if status is None else record.c.status == status


async def silent_since(
    conn: Connection,
    business_id: BusinessId,
    record_type: str,
    status: str | None,
    *,
    first: datetime,
    last: datetime,
    after: int,
    limit: int,
) -> list[Customer]:
    """Return customers whose last record of the type entered its state from `first` to `last`, by id
    from `after` on.

    The cost follows the records of that stretch: each is asked, by the index on its customer,
    whether there is a newer one.
    """
    newer = record.alias("newer")
    counts = newer.c.status != CANCELLED if status is None else newer.c.status == status
    has_newer = (
        select(newer.c.id)
        .where(
            newer.c.customer_id == record.c.customer_id,
            newer.c.type == record_type,
            newer.c.entered_at > last,
            counts,
        )
        .exists()
    )
    silent = (
        select(record.c.customer_id)
        .where(
            record.c.business_id == business_id,
            record.c.type == record_type,
            record.c.entered_at.between(first, last),
            record.c.customer_id > after,
            _counts(status),
            ~has_newer,
        )
        .distinct()
        .order_by(record.c.customer_id)
        .limit(limit)
    )
    asked = select(customer).where(customer.c.id.in_(silent)).order_by(customer.c.id)
    return [customer_from(row) for row in (await conn.execute(asked)).mappings()]


async def last_of(
    conn: Connection, ids: Collection[CustomerId], record_type: str, status: str | None
) -> dict[CustomerId, datetime]:
    """Return when the last record of the type of each customer entered its state (UTC); who has none is
    left out.
    """
    if not ids:
        return {}
    asked = (
        select(record.c.customer_id, func.max(record.c.entered_at))
        .where(record.c.customer_id.in_(ids), record.c.type == record_type, _counts(status))
        .group_by(record.c.customer_id)
    )
    return {CustomerId(row[0]): row[1] for row in await conn.execute(asked)}
