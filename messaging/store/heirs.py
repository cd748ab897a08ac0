"""Whoever shares a thing with somebody who is erased goes on with what is kept of it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, select, update

from messaging.asset import AssetId, Role
from messaging.business import BusinessId
from messaging.customer import CustomerId
from messaging.ladder import Arrival
from messaging.record import RecordId
from messaging.store import changes
from messaging.store.connection import Connection
from messaging.store.tables import asset, asset_customer, customer, record


@dataclass(frozen=True, slots=True, kw_only=True)
class Heir:
    """A living customer who shares a thing: a holder of it before a user, and whoever is known longer before others."""

    customer_id: CustomerId
    code: str
    role: Role


async def of_things(
    conn: Connection, asset_ids: Collection[AssetId], *, but: CustomerId
) -> dict[AssetId, Heir]:
    """Return who goes on with each of the things; one that nobody else has is left out."""
    asked = (
        _HEIRS.add_columns(asset_customer.c.asset_id)
        .where(asset_customer.c.asset_id.in_(sorted(asset_ids)), customer.c.id != but)
        .order_by(asset_customer.c.asset_id, _RANK, customer.c.id)
    )
    found: dict[AssetId, Heir] = {}
    for row in await conn.execute(asked):
        heir = Heir(customer_id=CustomerId(row.id), code=row.external_id, role=Role(row.role))
        found.setdefault(AssetId(row.asset_id), heir)
    return found


async def of_codes(
    conn: Connection, business_id: BusinessId, codes: Collection[tuple[str, str]]
) -> dict[tuple[str, str], Heir]:
    """Return who goes on with each of the things, by (type, code), that the books know somebody living of."""
    if not codes:
        return {}
    asked = (
        _HEIRS.add_columns(asset.c.type, asset.c.external_id.label("thing"))
        .join(asset, asset.c.id == asset_customer.c.asset_id)
        .where(
            asset.c.business_id == business_id,
            asset.c.external_id.in_(sorted({code for _, code in codes})),
        )
        .order_by(asset.c.id, _RANK, customer.c.id)
    )
    found: dict[tuple[str, str], Heir] = {}
    for row in await conn.execute(asked):
        heir = Heir(customer_id=CustomerId(row.id), code=row.external_id, role=Role(row.role))
        found.setdefault((row.type, row.thing), heir)
    return {key: heir for key, heir in found.items() if key in codes}


_RANK = case((asset_customer.c.role == Role.HOLDER, 0), else_=1)
_HEIRS = (
    select(customer.c.id, customer.c.external_id, asset_customer.c.role)
    .join(asset_customer, asset_customer.c.customer_id == customer.c.id)
    .where(customer.c.deceased.is_(False), customer.c.erased_at.is_(None))
)


async def hand_on(
    conn: Connection,
    business_id: BusinessId,
    customer_id: CustomerId,
    code: str,
    kept: Mapping[str, Collection[str]],
    now: datetime,
) -> None:
    """Give the customer's records of shared things to those who go on with them, without what is the customer's own;
    the planner hears of each. `kept`: the types, each with the attributes that stay; `code`: the customer's, which is
    not to stay in theirs.
    """
    asked = select(record.c.id, record.c.type, record.c.external_id, record.c.asset_id, record.c.attributes).where(
        record.c.customer_id == customer_id,
        record.c.asset_id.is_not(None),
        # An hour is an appointment of the one who made it.
        record.c.starts_at.is_(None),
        record.c.type.in_(sorted(kept)),
    )  # fmt: skip
    found = (await conn.execute(asked)).all()
    heirs = await of_things(conn, {AssetId(row.asset_id) for row in found}, but=customer_id)
    given: dict[RecordId, Arrival] = {}
    for row in found:
        heir = heirs.get(AssetId(row.asset_id))
        if heir is None:
            continue
        stays = {name: value for name, value in row.attributes.items() if name in kept[row.type]}
        await conn.execute(
            update(record)
            .where(record.c.id == row.id)
            .values(
                customer_id=heir.customer_id,
                external_id=f"erased:{row.id}" if code in row.external_id else row.external_id,
                status_told=None,
                number=None,
                amount_cents=None,
                attributes=stays,
                updated_at=now,
            )
        )
        given[RecordId(row.id)] = Arrival.EDITED
    await changes.note(conn, business_id, records=given, now=now)
