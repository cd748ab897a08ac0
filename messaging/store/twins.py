"""Notices that say the same thing at the same address: a family that shares a vehicle and a chat."""

from collections.abc import Collection
from typing import TypeAlias

from sqlalchemy import func, or_, select

from messaging.customer import AddressId
from messaging.notification import Notification
from messaging.store.among import among
from messaging.store.connection import Connection
from messaging.store.tables import address_customer, delivery, notification

Said: TypeAlias = tuple[str, str, str, str, int]
"""Source, subject, rung, anchor, and the address where it was said."""


def said_at(notice: Notification, address_id: AddressId) -> Said:
    """Return what is said where, whichever of the customers it is meant for."""
    key = notice.key
    return key.source, key.subject, key.rung, key.anchor, address_id


async def said_there(
    conn: Connection, asked: Collection[tuple[Notification, AddressId]]
) -> set[Said]:
    """Return what was said already, or may have been, at those of the addresses that several customers
    share. The notices are about things, or records of things.
    """
    if not asked:
        return set()
    shared = set(await conn.scalars(_SHARED, {"ids": {address for _, address in asked}}))
    if not shared:
        return set()
    mine = [notice for notice, address in asked if address in shared]
    asked_of = (
        select(
            notification.c.source,
            notification.c.subject,
            notification.c.rung,
            notification.c.anchor,
            delivery.c.address_id,
        )
        .join(delivery, delivery.c.notification_id == notification.c.id)
        .where(
            or_(
                notification.c.record_id.in_({each.record_id for each in mine if each.record_id}),
                notification.c.asset_id.in_({each.asset_id for each in mine if each.asset_id}),
            ),
            notification.c.id.not_in({each.id for each in mine}),
            delivery.c.address_id.in_(shared),
            delivery.c.state.in_(["sending", "accepted", "unknown"]),
        )
    )
    return {
        (row.source, row.subject, row.rung, row.anchor, row.address_id)
        for row in await conn.execute(asked_of)
    }


_SHARED = (
    select(address_customer.c.address_id)
    .where(among(address_customer.c.address_id))
    .group_by(address_customer.c.address_id)
    .having(func.count() > 1)
)
