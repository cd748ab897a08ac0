"""The ledger of consents: only ever appended to."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import select

from messaging.calendar import MessageClass
from messaging.consent import ConsentEntry, Method
from messaging.customer import Channel, CustomerId
from messaging.maker import maker
from messaging.store.among import among
from messaging.store.columns import by_value
from messaging.store.connection import Connection
from messaging.store.tables import consent


async def append(conn: Connection, rows: Sequence[Mapping[str, object]]) -> None:
    """Write entries at the end of the ledger."""
    if rows:
        await conn.execute(consent.insert(), [dict(row) for row in rows])


async def of_customers(
    conn: Connection, ids: Collection[CustomerId]
) -> dict[CustomerId, list[ConsentEntry]]:
    """Return the entries of each customer, oldest first."""
    found: dict[CustomerId, list[ConsentEntry]] = {}
    rows = (await conn.execute(_OF_CUSTOMERS, {"ids": ids})).all()
    for customer_id, message_class, channel, given, method, at in rows:
        entry = _make_entry(
            customer_id=customer_id,
            message_class=_CLASSES[message_class],
            channel=None if channel is None else _CHANNELS[channel],
            given=given,
            method=_METHODS[method],
            at=at,
        )
        found.setdefault(customer_id, []).append(entry)
    return found


_make_entry = maker(ConsentEntry)
_CLASSES, _CHANNELS, _METHODS = by_value(MessageClass), by_value(Channel), by_value(Method)

_OF_CUSTOMERS = (
    select(
        consent.c.customer_id, consent.c.message_class, consent.c.channel, consent.c.given,
        consent.c.method, consent.c.at,
    )
    .where(among(consent.c.customer_id))
    .order_by(consent.c.at, consent.c.id)
)  # fmt: skip


async def answered(
    conn: Connection, *, customer_id: CustomerId, message_class: MessageClass, message_id: int
) -> bool | None:
    """Return what the customer last said under this very message of the chat, or None."""
    asked = (
        select(consent.c.given)
        .where(
            consent.c.customer_id == customer_id,
            consent.c.message_class == message_class,
            consent.c.message_id == message_id,
        )
        .order_by(consent.c.id.desc())
        .limit(1)
    )
    found: bool | None = await conn.scalar(asked)
    return found
