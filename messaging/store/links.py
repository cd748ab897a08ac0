"""Links: which address reaches which customer, by what, and whether that is in doubt."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import func, select, update

from messaging.business import BusinessId, SenderId
from messaging.customer import AddressId, AddressKind, AddressState, CustomerId
from messaging.store.addresses import set_state
from messaging.store.connection import Connection
from messaging.store.tables import address, address_customer, customer


async def links_of(conn: Connection, customer_id: CustomerId) -> dict[AddressId, datetime]:
    """Return since when each address reaches the customer (UTC)."""
    asked = select(address_customer.c.address_id, address_customer.c.linked_at).where(
        address_customer.c.customer_id == customer_id
    )
    return {AddressId(row.address_id): row.linked_at for row in await conn.execute(asked)}


async def unlink(
    conn: Connection, address_id: AddressId, customer_id: CustomerId, *, reason: str, now: datetime
) -> bool:
    """Let the address reach the customer no more, and be written to no more if it reaches nobody else;
    return whether it did reach them.
    """
    mine = (address_customer.c.address_id == address_id) & (
        address_customer.c.customer_id == customer_id
    )
    if (await conn.execute(address_customer.delete().where(mine))).rowcount == 0:
        return False
    left = select(address_customer.c.customer_id).where(address_customer.c.address_id == address_id)
    if await conn.scalar(left.limit(1)) is None:
        await set_state(conn, address_id, AddressState.UNLINKED, reason=reason, now=now)
    return True


async def doubt(
    conn: Connection, phones: Mapping[CustomerId, Collection[str]], now: datetime
) -> None:
    """Doubt the links of the customers that a number made which is none of theirs any more.

    `phones`: the numbers that the books have now, of those whose numbers have changed.
    """
    for customer_id, numbers in phones.items():
        await conn.execute(
            update(address_customer)
            .where(
                address_customer.c.customer_id == customer_id,
                address_customer.c.phone.is_not(None),
                address_customer.c.phone.not_in(numbers),
                address_customer.c.doubted_at.is_(None),
            )
            .values(doubted_at=now)
        )


async def believe(
    conn: Connection, customer_id: CustomerId, *, address_id: AddressId | None = None
) -> int:
    """Let the doubted links of the customer count again, whatever number made them; return how many there
    were. `address_id` None: all of theirs.
    """
    doubted = update(address_customer).where(
        address_customer.c.customer_id == customer_id, address_customer.c.doubted_at.is_not(None)
    )
    if address_id is not None:
        doubted = doubted.where(address_customer.c.address_id == address_id)
    return (await conn.execute(doubted.values(doubted_at=None, phone=None))).rowcount


async def doubted_customers(
    conn: Connection, business_id: BusinessId, *, limit: int
) -> dict[CustomerId, datetime]:
    """Return the customers of the business with a doubted link, and since when it is (UTC)."""
    asked = (
        select(customer.c.id, func.min(address_customer.c.doubted_at))
        .join(address_customer, address_customer.c.customer_id == customer.c.id)
        .where(customer.c.business_id == business_id, address_customer.c.doubted_at.is_not(None))
        .group_by(customer.c.id)
        .order_by(customer.c.id)
        .limit(limit)
    )
    return {CustomerId(row[0]): row[1] for row in await conn.execute(asked)}


async def unlink_business(
    conn: Connection, business_id: BusinessId, sender_id: SenderId, *, now: datetime
) -> None:
    """Let no chat with the bot reach a customer of the business any more."""
    asked = (
        select(address_customer.c.address_id, address_customer.c.customer_id)
        .join(address, address.c.id == address_customer.c.address_id)
        .join(customer, customer.c.id == address_customer.c.customer_id)
        .where(
            address.c.sender_id == sender_id,
            address.c.kind == AddressKind.CHAT,
            customer.c.business_id == business_id,
        )
        .order_by(address_customer.c.address_id, address_customer.c.customer_id)
    )
    for row in (await conn.execute(asked)).all():
        here, whose = AddressId(row.address_id), CustomerId(row.customer_id)
        await unlink(conn, here, whose, reason="left_shared_bot", now=now)
