"""What an upsert leaves behind for the planner: word of a record, a thing or a customer that changed."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from sqlalchemy import delete, select

from messaging.asset import Asset, AssetId
from messaging.business import BusinessId
from messaging.customer import Customer, CustomerId
from messaging.ladder import Arrival
from messaging.record import Record, RecordId
from messaging.store.connection import Connection
from messaging.store.tables import change
from messaging.subject import Subject, name_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What happened to a record, a thing or a customer that the planner has not looked at yet. `at`
    is UTC.
    """

    id: int
    business_id: BusinessId
    record_id: RecordId | None
    asset_id: AssetId | None
    customer_id: CustomerId | None
    arrival: Arrival
    at: datetime

    @property
    def subject(self) -> str:
        """Return what keys name the record, the thing or the customer by."""
        return name_of(self.record_id, self.asset_id, self.customer_id)


async def note(
    conn: Connection,
    business_id: BusinessId,
    *,
    now: datetime,
    records: Mapping[RecordId, Arrival] = MappingProxyType({}),
    assets: Mapping[AssetId, Arrival] = MappingProxyType({}),
    customers: Mapping[CustomerId, Arrival] = MappingProxyType({}),
) -> None:
    """Leave word for the planner, in the transaction of the upsert itself."""
    told: list[tuple[str, int, Arrival]] = [
        *(("record_id", each, arrival) for each, arrival in records.items()),
        *(("asset_id", each, arrival) for each, arrival in assets.items()),
        *(("customer_id", each, arrival) for each, arrival in customers.items()),
    ]
    if told:
        nobody = {"record_id": None, "asset_id": None, "customer_id": None}
        common = {"business_id": business_id, "at": now, **nobody}
        rows = [common | {name: each, "arrival": arrival} for name, each, arrival in told]
        await conn.execute(change.insert(), rows)


async def lock(conn: Connection, business_id: BusinessId, limit: int) -> list[Change]:
    """Return up to `limit` unhandled changes of the business, oldest first, locked; what another
    worker has is left to it.
    """
    asked = (
        select(change)
        .where(change.c.business_id == business_id)
        .order_by(change.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True, key_share=True)
    )
    return [
        Change(**{**row, "arrival": Arrival(row["arrival"])})
        for row in (await conn.execute(asked)).mappings().all()
    ]


async def arrivals_of(conn: Connection, subjects: Collection[Subject]) -> dict[str, list[Arrival]]:
    """Return what happened to the records, things and customers that the planner has not looked at yet, by
    what keys name them.
    """
    records = [each.id for each in subjects if isinstance(each, Record)]
    things = [each.id for each in subjects if isinstance(each, Asset)]
    people = [each.id for each in subjects if isinstance(each, Customer)]
    asked = (
        select(change.c.record_id, change.c.asset_id, change.c.customer_id, change.c.arrival)
        .where(
            change.c.record_id.in_(records)
            | change.c.asset_id.in_(things)
            | change.c.customer_id.in_(people)
        )
        .order_by(change.c.id)
    )
    found: dict[str, list[Arrival]] = {}
    for row in await conn.execute(asked):
        about = name_of(row.record_id, row.asset_id, row.customer_id)
        found.setdefault(about, []).append(Arrival(row.arrival))
    return found


async def forget(conn: Connection, ids: Collection[int]) -> None:
    """Delete changes that have been handled."""
    await conn.execute(delete(change).where(change.c.id.in_(ids)))
