"""What a chat's customers have in the books: their records and things, and those of the things that they share."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select

from messaging.asset import Asset, AssetId, Role
from messaging.customer import CustomerId
from messaging.record import Record
from messaging.store.assets import asset_from
from messaging.store.connection import Connection, dicts
from messaging.store.records import record_from
from messaging.store.tables import asset, asset_customer, record


@dataclass(frozen=True, slots=True)
class Share:
    """The role that one of the customers has in a thing."""

    asset: Asset
    customer_id: CustomerId
    role: Role


async def shares_of(conn: Connection, customer_ids: Collection[CustomerId]) -> list[Share]:
    """Return the things that the customers have a role in, by id; those that are gone are left out."""
    asked = (
        select(asset, asset_customer.c.customer_id, asset_customer.c.role)
        .join(asset_customer, asset_customer.c.asset_id == asset.c.id)
        .where(asset_customer.c.customer_id.in_(sorted(customer_ids)), asset.c.gone.is_(False))
        .order_by(asset.c.id, asset_customer.c.customer_id)
    )
    return [
        Share(asset_from(row), CustomerId(row["customer_id"]), Role(row["role"]))
        for row in dicts(await conn.execute(asked))
    ]


async def sharers_of(
    conn: Connection, asset_id: AssetId, customer_ids: Collection[CustomerId]
) -> list[Share]:
    """Return who of the customers has which role in the thing, unless it is gone."""
    return [each for each in await shares_of(conn, customer_ids) if each.asset.id == asset_id]


async def records_of(
    conn: Connection,
    customer_ids: Collection[CustomerId],
    asset_ids: Collection[AssetId],
    types: Collection[str],
    statuses: Collection[str],
    *,
    limit: int,
) -> Sequence[Record]:
    """Return the newest `limit` records of these types in these statuses, of the customers or of the things."""
    asked = (
        select(record)
        .where(
            or_(
                record.c.customer_id.in_(sorted(customer_ids)),
                record.c.asset_id.in_(sorted(asset_ids)),
            ),
            record.c.type.in_(sorted(types)),
            record.c.status.in_(sorted(statuses)),
        )
        .order_by(record.c.id.desc())
        .limit(limit)
    )
    return [record_from(row) for row in dicts(await conn.execute(asked))]
