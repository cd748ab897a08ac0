"""Whom a chat reaches, asked once for every update that comes from it."""

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, func, select

from messaging.business import BusinessId, SenderId
from messaging.customer import AddressKind, CustomerId
from messaging.store.connection import Connection
from messaging.store.tables import address, address_customer, business, customer


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A customer of a chat, and what is said of their business. `language` None: neither the books nor Telegram have
    told; `doubted`: the books have dropped the number that linked them.
    """

    customer_id: CustomerId
    name: str | None
    born_on: date | None
    language: str | None
    doubted: bool
    business_id: BusinessId
    business_name: str
    business_contact: str | None
    zone: ZoneInfo


async def known_in(conn: Connection, sender_id: SenderId, chat_id: int) -> list[Known]:
    """Return the customers whom the Telegram chat reaches, in the order in which they were linked."""
    found = await conn.execute(_KNOWN_IN, {"sender": sender_id, "chat": str(chat_id)})
    return [
        Known(
            customer_id=customer_id,
            name=name,
            born_on=born_on,
            language=language,
            doubted=doubted_at is not None,
            business_id=business_id,
            business_name=business_name,
            business_contact=contact,
            zone=ZoneInfo(timezone),
        )
        for (
            customer_id,
            name,
            born_on,
            language,
            doubted_at,
            business_id,
            business_name,
            contact,
            timezone,
        ) in found.all()
    ]


_KNOWN_IN = (
    select(
        customer.c.id,
        customer.c.name,
        customer.c.born_on,
        func.coalesce(customer.c.language, address.c.language),
        address_customer.c.doubted_at,
        business.c.id,
        business.c.name,
        business.c.contact,
        business.c.timezone,
    )
    .select_from(address)
    .join(address_customer, address_customer.c.address_id == address.c.id)
    .join(customer, customer.c.id == address_customer.c.customer_id)
    .join(business, business.c.id == customer.c.business_id)
    .where(
        address.c.sender_id == bindparam("sender"),
        address.c.kind == AddressKind.CHAT,
        address.c.value == bindparam("chat"),
    )
    .order_by(address_customer.c.linked_at, customer.c.id)
)
