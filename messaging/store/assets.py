"""Assets, and who shares them."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, func, select, update

from messaging.asset import Asset, AssetId, Role
from messaging.business import BusinessId
from messaging.customer import CustomerId
from messaging.store.among import among
from messaging.store.connection import Columns, Connection, dicts
from messaging.store.database import insert_new
from messaging.store.tables import asset, asset_customer


def asset_from(row: Columns) -> Asset:
    """Return the asset that a row of the table holds."""
    return Asset(
        id=AssetId(row["id"]),
        business_id=BusinessId(row["business_id"]),
        type=row["type"],
        external_id=row["external_id"],
        label=row["label"],
        code=row["code"],
        gone=row["gone"],
        attributes=row["attributes"],
    )


async def of_ids(conn: Connection, ids: Collection[AssetId]) -> dict[AssetId, Asset]:
    """Return the assets with these ids."""
    if not ids:
        return {}
    rows = dicts(await conn.execute(_OF_IDS, {"ids": ids}))
    return {AssetId(row["id"]): asset_from(row) for row in rows}


_OF_IDS = select(asset).where(among(asset.c.id))


async def rows_by_external_id(
    conn: Connection, business_id: BusinessId, external_ids: Collection[str]
) -> dict[tuple[str, str], Mapping[str, Any]]:
    """Return the full rows of the assets with these codes, by (type, code)."""
    asked = (
        select(asset)
        .where(asset.c.business_id == business_id, asset.c.external_id.in_(external_ids))
        .order_by(asset.c.id)
    )
    rows = (await conn.execute(asked)).mappings().all()
    return {(row["type"], row["external_id"]): dict(row) for row in rows}


async def add(conn: Connection, rows: Sequence[Mapping[str, object]]) -> int:
    """Insert the assets that are not there yet; return how many were new."""
    return await insert_new(conn, asset, rows)


_COLUMNS = ("label", "code", "gone", "attributes", "updated_at")
_CHANGE = (
    update(asset)
    .where(asset.c.id == bindparam("_id"))
    .values({name: bindparam(f"_{name}") for name in _COLUMNS})
)


async def change(conn: Connection, changed: Mapping[AssetId, Mapping[str, object]]) -> None:
    """Write the assets' columns anew; each mapping holds all of `_COLUMNS`."""
    if changed:
        await conn.execute(
            _CHANGE,
            [
                {"_id": each} | {f"_{name}": values[name] for name in _COLUMNS}
                for each, values in changed.items()
            ],
        )


async def share(conn: Connection, roles: Mapping[tuple[AssetId, CustomerId], Role]) -> None:
    """Say who has which role in which asset."""
    if not roles:
        return
    rows = [
        {"asset_id": asset_id, "customer_id": customer_id, "role": role}
        for (asset_id, customer_id), role in roles.items()
    ]
    if await insert_new(conn, asset_customer, rows) < len(rows):
        await conn.execute(
            _ROLE, [{f"_{name}": value for name, value in row.items()} for row in rows]
        )


_ROLE = (
    update(asset_customer)
    .where(
        asset_customer.c.asset_id == bindparam("_asset_id"),
        asset_customer.c.customer_id == bindparam("_customer_id"),
    )
    .values(role=bindparam("_role"))
)


async def sharers(
    conn: Connection, asset_ids: Collection[AssetId], *, roles: Collection[Role] = tuple(Role)
) -> dict[AssetId, list[CustomerId]]:
    """Return everybody who shares each asset in one of the roles; all of them, if none are named."""
    if not asset_ids:
        return {}
    asked = (
        select(asset_customer.c.asset_id, asset_customer.c.customer_id)
        .where(asset_customer.c.asset_id.in_(asset_ids), asset_customer.c.role.in_(roles))
        .order_by(asset_customer.c.asset_id, asset_customer.c.customer_id)
    )
    found: dict[AssetId, list[CustomerId]] = {}
    for row in await conn.execute(asked):
        found.setdefault(AssetId(row[0]), []).append(CustomerId(row[1]))
    return found


async def of_type(
    conn: Connection, business_id: BusinessId, asset_type: str, *, after: int, limit: int
) -> list[Asset]:
    """Return the assets of the type that are not gone, by id from `after` on."""
    asked = (
        select(asset)
        .where(
            asset.c.business_id == business_id,
            asset.c.type == asset_type,
            asset.c.id > after,
            asset.c.gone.is_(False),
        )
        .order_by(asset.c.id)
        .limit(limit)
    )
    return [asset_from(row) for row in (await conn.execute(asked)).mappings()]


async def count(conn: Connection, business_id: BusinessId, asset_type: str) -> int:
    """Return how many assets of the type are not gone."""
    asked = select(func.count()).where(
        asset.c.business_id == business_id, asset.c.type == asset_type, asset.c.gone.is_(False)
    )
    return int(await conn.scalar(asked) or 0)


async def of_customer(
    conn: Connection, customer_id: CustomerId, asset_type: str | None, *, limit: int
) -> list[Asset]:
    """Return the newest `limit` assets of the type (None: of any) that the customer has a role in, gone
    ones too.
    """
    of_type = () if asset_type is None else (asset.c.type == asset_type,)
    asked = (
        select(asset)
        .join(asset_customer, asset_customer.c.asset_id == asset.c.id)
        .where(asset_customer.c.customer_id == customer_id, *of_type)
        .order_by(asset.c.id.desc())
        .limit(limit)
    )
    return [asset_from(row) for row in (await conn.execute(asked)).mappings()]


async def types_present(conn: Connection, business_id: BusinessId) -> set[str]:
    """Return the asset types that the business has any asset of."""
    asked = select(asset.c.type).where(asset.c.business_id == business_id).distinct()
    return set(await conn.scalars(asked))
