"""Addresses: chats and devices, and whom they reach."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

from sqlalchemy import bindparam, select, update

from messaging.business import BusinessId, SenderId
from messaging.customer import Address, AddressId, AddressKind, AddressState, Channel, CustomerId
from messaging.maker import maker
from messaging.store.among import among
from messaging.store.columns import by_value
from messaging.store.connection import Columns, Connection
from messaging.store.database import insert_new, upsert
from messaging.store.tables import address, address_customer, customer


def _address(row: Columns) -> Address:
    return _from_columns(*(row[each.name] for each in _COLUMNS))


def _from_columns(
    id_: AddressId, sender_id: SenderId, channel: str, kind: str, value: str, state: str,
    language: str | None, next_at: datetime, platform: str | None,
) -> Address:  # fmt: skip
    return _make_address(
        id=id_,
        sender_id=sender_id,
        channel=_CHANNELS[channel],
        kind=_KINDS[kind],
        value=value,
        state=_STATES[state],
        language=language,
        next_at=next_at,
        platform=platform or "",
    )


_make_address = maker(Address)
_CHANNELS, _KINDS, _STATES = (
    by_value(Channel), by_value(AddressKind), by_value(AddressState),
)  # fmt: skip


async def register(
    conn: Connection,
    *,
    sender_id: SenderId,
    channel: Channel,
    kind: AddressKind,
    value: str,
    language: str | None,
    now: datetime,
    install_key: str | None = None,
    platform: str | None = None,
) -> AddressId:
    """Store the address as one that can be written to (again), and return its id."""
    row = {
        "sender_id": sender_id,
        "channel": channel,
        "kind": kind,
        "value": value,
        "install_key": install_key,
        "platform": platform,
        "state": AddressState.ACTIVE,
        "reason": None,
        "language": language,
        "next_at": now,
        "registered_at": now,
        "updated_at": now,
    }
    found = await upsert(conn, address, row, keys=("sender_id", "kind", "value"), keep=("next_at",))
    return AddressId(found)


async def retire_installation(
    conn: Connection, *, sender_id: SenderId, install_key: str, but: AddressId, now: datetime
) -> None:
    """Let only one address stand for an installation of the app: the one it named last."""
    await conn.execute(
        update(address)
        .where(
            address.c.sender_id == sender_id,
            address.c.install_key == install_key,
            address.c.id != but,
            address.c.state == AddressState.ACTIVE,
        )
        .values(state=AddressState.GONE, reason="replaced", updated_at=now)
    )


async def link(
    conn: Connection,
    address_id: AddressId,
    customer_id: CustomerId,
    now: datetime,
    *,
    phone: str | None = None,
) -> bool:
    """Let the address reach the customer; return whether it did not before. `phone`: the number that
    found them; None: the shop has said who they are.
    """
    row = {
        "address_id": address_id,
        "customer_id": customer_id,
        "linked_at": now,
        "phone": phone,
        "doubted_at": None,
    }
    return await insert_new(conn, address_customer, [row]) == 1


async def unlink_others(
    conn: Connection, address_id: AddressId, customer_id: CustomerId, business_id: BusinessId
) -> None:
    """Let a device reach no other customer of this business: another person has signed in on it.

    Businesses that share a Firebase project do not take each other's customers away.
    """
    of_business = select(customer.c.id).where(customer.c.business_id == business_id)
    await conn.execute(
        address_customer.delete().where(
            address_customer.c.address_id == address_id,
            address_customer.c.customer_id != customer_id,
            address_customer.c.customer_id.in_(of_business),
        )
    )


async def of_customers(
    conn: Connection, ids: Collection[CustomerId]
) -> dict[CustomerId, list[Address]]:
    """Return every address that reaches, or once reached, each customer."""
    found: dict[CustomerId, list[Address]] = {}
    # By place, not by name: a dry run reads a hundred thousand of them.
    for customer_id, *columns in (await conn.execute(_OF_CUSTOMERS, {"ids": ids})).all():
        found.setdefault(customer_id, []).append(_from_columns(*columns))
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """An address of a customer, since when it is theirs, and why it is what it is (UTC)."""

    channel: Channel
    state: AddressState
    reason: str | None
    linked_at: datetime
    updated_at: datetime


async def known_of(conn: Connection, customer_id: CustomerId) -> list[Known]:
    """Return every address that reaches, or once reached, the customer, the newest link last."""
    asked = (
        select(address, address_customer.c.linked_at)
        .join(address_customer, address_customer.c.address_id == address.c.id)
        .where(address_customer.c.customer_id == customer_id)
        .order_by(address_customer.c.linked_at, address.c.id)
    )
    return [
        Known(
            channel=Channel(row["channel"]),
            state=AddressState(row["state"]),
            reason=row["reason"],
            linked_at=row["linked_at"],
            updated_at=row["updated_at"],
        )
        for row in (await conn.execute(asked)).mappings().all()
    ]


async def of_ids(conn: Connection, ids: Collection[AddressId]) -> dict[AddressId, Address]:
    """Return the addresses with these ids."""
    if not ids:
        return {}
    rows = (await conn.execute(_OF_IDS, {"ids": ids})).mappings().all()
    return {AddressId(row["id"]): _address(row) for row in rows}


_COLUMNS = (
    address.c.id, address.c.sender_id, address.c.channel, address.c.kind, address.c.value,
    address.c.state, address.c.language, address.c.next_at, address.c.platform,
)  # fmt: skip
_OF_CUSTOMERS = (
    select(address_customer.c.customer_id, *_COLUMNS)
    .join(address_customer, address_customer.c.address_id == address.c.id)
    .where(among(address_customer.c.customer_id))
    .order_by(address.c.id)
)
_OF_IDS = select(*_COLUMNS).where(among(address.c.id))


async def rest(conn: Connection, until: Mapping[AddressId, datetime]) -> None:
    """Write to none of the addresses before the moment given for it."""
    if until:
        await conn.execute(_REST, [{"_id": each, "_next": until[each]} for each in sorted(until)])


_REST = update(address).where(address.c.id == bindparam("_id")).values(next_at=bindparam("_next"))


async def set_state(
    conn: Connection,
    address_id: AddressId,
    state: AddressState,
    *,
    reason: str,
    now: datetime,
    registered_before: datetime | None = None,
) -> bool:
    """Change what an address is; return whether it changed.

    With `registered_before`, only if it was not registered anew since: a phone that came back
    during the send lives.
    """
    done = update(address).where(address.c.id == address_id, address.c.state != state)
    if registered_before is not None:
        done = done.where(address.c.registered_at <= registered_before)
    result = await conn.execute(done.values(state=state, reason=reason, updated_at=now))
    return result.rowcount == 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """A customer that an address reaches. `doubted`: the books have dropped the number that it was
    linked by.
    """

    customer_id: CustomerId
    business_id: BusinessId
    name: str | None
    language: str | None
    born_on: date | None = None
    doubted: bool = False


_SENDER_REMOVED = "sender_removed"


async def go_with(conn: Connection, sender_id: SenderId, now: datetime) -> None:
    """Note that the sender's addresses can be written to no more, because it is not in use."""
    await conn.execute(
        update(address)
        .where(address.c.sender_id == sender_id, address.c.state == AddressState.ACTIVE)
        .values(state=AddressState.GONE, reason=_SENDER_REMOVED, updated_at=now)
    )


async def come_back_with(conn: Connection, sender_id: SenderId, now: datetime) -> None:
    """Note that the addresses that went with the sender can be written to again."""
    await conn.execute(
        update(address)
        .where(address.c.sender_id == sender_id, address.c.reason == _SENDER_REMOVED)
        .values(state=AddressState.ACTIVE, reason=None, updated_at=now)
    )


async def chat(conn: Connection, sender_id: SenderId, chat_id: int) -> Address | None:
    """Return the address of a Telegram chat with a bot, or None if nobody was ever linked there."""
    found = await conn.execute(_CHAT, {"sender": sender_id, "chat": str(chat_id)})
    row = found.first()
    return None if row is None else _from_columns(*row)


_CHAT = select(*_COLUMNS).where(
    address.c.sender_id == bindparam("sender"),
    address.c.kind == AddressKind.CHAT,
    address.c.value == bindparam("chat"),
)


async def chats_of(
    conn: Connection, sender_id: SenderId, customer_id: CustomerId, *, but: AddressId
) -> list[Address]:
    """Return the chats with the bot that reach the customer and can be written to, without one of them."""
    asked = (
        select(address)
        .join(address_customer, address_customer.c.address_id == address.c.id)
        .where(
            address_customer.c.customer_id == customer_id,
            address.c.sender_id == sender_id,
            address.c.kind == AddressKind.CHAT,
            address.c.state == AddressState.ACTIVE,
            address.c.id != but,
        )
        .order_by(address.c.id)
    )
    return [_address(row) for row in (await conn.execute(asked)).mappings().all()]


async def reached_by(conn: Connection, address_id: AddressId) -> list[Reached]:
    """Return the customers whom the address reaches, in the order in which they were linked."""
    found = await conn.execute(_REACHED_BY, {"address": address_id})
    return [
        Reached(
            customer_id=CustomerId(row.id),
            business_id=BusinessId(row.business_id),
            name=cast("str | None", row.name),
            language=cast("str | None", row.language),
            born_on=cast("date | None", row.born_on),
            doubted=row.doubted_at is not None,
        )
        for row in found
    ]


_REACHED_BY = (
    select(
        customer.c.id,
        customer.c.business_id,
        customer.c.name,
        customer.c.language,
        customer.c.born_on,
        address_customer.c.doubted_at,
    )
    .join(address_customer, address_customer.c.customer_id == customer.c.id)
    .where(address_customer.c.address_id == bindparam("address"))
    .order_by(address_customer.c.linked_at, customer.c.id)
)
