"""All that is kept of one customer, for a copy that they are given."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Select, select

from messaging.customer import CustomerId
from messaging.store.connection import Connection
from messaging.store.tables import (
    address,
    address_customer,
    asset,
    asset_customer,
    customer,
    customer_tag,
    letter,
    notification,
    record,
    reply,
    template,
)

Rows = Sequence[Mapping[str, Any]]


async def person(conn: Connection, customer_id: CustomerId) -> Mapping[str, Any]:
    """Return the customer's own row."""
    asked = select(customer).where(customer.c.id == customer_id)
    return dict((await conn.execute(asked)).mappings().one())


async def tags(conn: Connection, customer_id: CustomerId) -> list[str]:
    """Return the customer's tags, in order."""
    asked = select(customer_tag.c.tag).where(customer_tag.c.customer_id == customer_id)
    return sorted(await conn.scalars(asked))


async def things(conn: Connection, customer_id: CustomerId) -> Rows:
    """Return the things that the customer has, each with their role in it."""
    return await _rows(
        conn,
        select(asset, asset_customer.c.role)
        .join(asset_customer, asset_customer.c.asset_id == asset.c.id)
        .where(asset_customer.c.customer_id == customer_id)
        .order_by(asset.c.type, asset.c.id),
    )


async def records(conn: Connection, customer_id: CustomerId) -> Rows:
    """Return the customer's records, each with what it is about (`thing`: its label or code; None: nothing)."""
    return await _rows(
        conn,
        select(record, asset.c.label.label("thing_label"), asset.c.code.label("thing_code"))
        .outerjoin(asset, asset.c.id == record.c.asset_id)
        .where(record.c.customer_id == customer_id)
        .order_by(record.c.type, record.c.id),
    )


async def addresses(conn: Connection, customer_id: CustomerId) -> Rows:
    """Return the chats and devices that reach the customer."""
    return await _rows(
        conn,
        select(
            address.c.channel, address.c.kind, address.c.value, address.c.state, address.c.platform,
            address_customer.c.linked_at,
        )
        .join(address_customer, address_customer.c.address_id == address.c.id)
        .where(address_customer.c.customer_id == customer_id)
        .order_by(address.c.id),
    )  # fmt: skip


async def notices(conn: Connection, customer_id: CustomerId) -> Rows:
    """Return what was to be sent to the customer and where it stands, oldest first."""
    return await _rows(
        conn,
        select(
            notification.c.id, notification.c.message_class, notification.c.due_at, notification.c.state,
            notification.c.reason, notification.c.updated_at, template.c.name.label("template"),
        )
        .join(template, template.c.id == notification.c.template_id)
        .where(notification.c.customer_id == customer_id)
        .order_by(notification.c.id),
    )  # fmt: skip


async def replies(conn: Connection, customer_id: CustomerId) -> Rows:
    """Return what the customer pressed, wrote and sent, oldest first."""
    return await _rows(
        conn,
        select(reply.c.action, reply.c.value, reply.c.text, reply.c.file_kind, reply.c.at)
        .where(reply.c.customer_id == customer_id)
        .order_by(reply.c.id),
    )


async def letters(conn: Connection, customer_id: CustomerId) -> Rows:
    """Return what the business wrote to the customer, oldest first."""
    return await _rows(
        conn,
        select(letter.c.text, letter.c.at)
        .where(letter.c.customer_id == customer_id)
        .order_by(letter.c.id),
    )


async def _rows(conn: Connection, asked: Select[Any]) -> Rows:
    return [dict(row) for row in (await conn.execute(asked)).mappings()]
