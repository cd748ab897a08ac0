"""When the management software last told anything of each type."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from messaging.business import BusinessId
from messaging.store.among import among
from messaging.store.connection import Connection
from messaging.store.tables import freshness

_WITHIN = timedelta(minutes=1)
"""A long file tells of a type thousands of times: once a minute is noted."""


async def told(
    conn: Connection, business_id: BusinessId, types: Collection[str], now: datetime
) -> None:
    """Note that the types were told of now, whether anything of them was new or not."""
    if not types:
        return
    dialect = postgresql if conn.dialect.name == "postgresql" else sqlite
    noting = dialect.insert(freshness)
    noting = noting.on_conflict_do_update(
        index_elements=["business_id", "subject_type"],
        set_={"told_at": noting.excluded.told_at},
        where=freshness.c.told_at <= now - _WITHIN,
    )
    # In one order, so that two files at a time never wait for each other in a ring.
    rows = [
        {"business_id": business_id, "subject_type": each, "told_at": now} for each in sorted(types)
    ]
    await conn.execute(noting, rows)


async def of(
    conn: Connection, business_ids: Collection[BusinessId]
) -> Mapping[BusinessId, Mapping[str, datetime]]:
    """Return, per business and type, when it was last told of (UTC). A type that never was is left out: the
    business keeps nothing of it here.
    """
    if not business_ids:
        return {}
    rows = (await conn.execute(_OF, {"ids": business_ids})).mappings().all()
    found: dict[BusinessId, dict[str, datetime]] = {}
    for row in rows:
        of_types = found.setdefault(BusinessId(row["business_id"]), {})
        of_types[row["subject_type"]] = row["told_at"]
    return found


_OF = select(freshness).where(among(freshness.c.business_id))
