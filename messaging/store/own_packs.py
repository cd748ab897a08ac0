"""The packs that a business brought itself."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, insert, select, update

from messaging.business import BusinessId
from messaging.packs import OwnPack
from messaging.store.among import among
from messaging.store.connection import Connection
from messaging.store.tables import own_pack


async def of_business(conn: Connection, business_id: BusinessId) -> dict[str, OwnPack]:
    """Return the business's own packs, by name."""
    return (await of_businesses(conn, [business_id])).get(business_id, {})


async def of_businesses(
    conn: Connection, ids: Collection[BusinessId]
) -> dict[BusinessId, dict[str, OwnPack]]:
    """Return the own packs of each business that has any, by name."""
    found: dict[BusinessId, dict[str, OwnPack]] = {}
    for business_id, name, body in (await conn.execute(_OF_BUSINESSES, {"ids": ids})).all():
        found.setdefault(BusinessId(business_id), {})[name] = OwnPack(name=name, text=body)
    return found


_OF_BUSINESSES = select(own_pack.c.business_id, own_pack.c.name, own_pack.c.body).where(
    among(own_pack.c.business_id)
)


async def versions(
    conn: Connection, ids: Collection[BusinessId]
) -> dict[BusinessId, list[tuple[str, int]]]:
    """Return the name and version of each own pack, in order."""
    found: dict[BusinessId, list[tuple[str, int]]] = {}
    for business_id, name, version in (await conn.execute(_VERSIONS, {"ids": ids})).all():
        found.setdefault(BusinessId(business_id), []).append((name, version))
    return found


_VERSIONS = (
    select(own_pack.c.business_id, own_pack.c.name, own_pack.c.version)
    .where(among(own_pack.c.business_id))
    .order_by(own_pack.c.business_id, own_pack.c.name)
)


async def put(conn: Connection, business_id: BusinessId, own: OwnPack, now: datetime) -> int:
    """Keep the pack in place of the one of its name, and return its version: a new one if the text is another."""
    mine = (own_pack.c.business_id == business_id) & (own_pack.c.name == own.name)
    asked = select(own_pack.c.version, own_pack.c.body).where(mine).with_for_update()
    row = (await conn.execute(asked)).first()
    if row is None:
        values = {"name": own.name, "version": 1, "body": own.text, "updated_at": now}
        await conn.execute(insert(own_pack).values(values | {"business_id": business_id}))
        return 1
    if row.body != own.text:
        fresh = {"version": row.version + 1, "body": own.text, "updated_at": now}
        await conn.execute(update(own_pack).where(mine).values(fresh))
        return int(row.version) + 1
    return int(row.version)


async def forget(conn: Connection, business_id: BusinessId, name: str) -> bool:
    """Delete the pack, and return whether the business had it."""
    mine = (own_pack.c.business_id == business_id) & (own_pack.c.name == name)
    gone = await conn.scalar(delete(own_pack).where(mine).returning(own_pack.c.version))
    return gone is not None
