"""Free moments of a business's diary, as its software tells them: records of the type `open_slot`."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import exists, func, not_, or_, select, true, update

from messaging.business import BusinessId
from messaging.record import Record, RecordId
from messaging.store.connection import Connection, dicts
from messaging.store.records import record_from
from messaging.store.tables import record

TYPE: Final = "open_slot"
FREE: Final = "free"
TAKEN: Final = "taken"


async def next_free(
    conn: Connection, business_id: BusinessId, *, after: datetime, but: datetime | None, limit: int
) -> list[datetime]:
    """Return the next moments that are free after the moment, `but` one (UTC). Several records of one moment are one
    place, told to several customers.
    """
    other = record.alias()
    taken = exists().where(
        other.c.business_id == business_id,
        other.c.type == TYPE,
        other.c.starts_at == record.c.starts_at,
        other.c.status == TAKEN,
    )
    asked = (
        select(record.c.starts_at)
        .where(
            record.c.business_id == business_id,
            record.c.type == TYPE,
            record.c.starts_at > after,
            record.c.starts_at != but if but is not None else true(),
            record.c.status == FREE,
            not_(taken),
        )
        .distinct()
        .order_by(record.c.starts_at)
        .limit(limit)
    )
    return list(await conn.scalars(asked))


async def lock_with(
    conn: Connection, business_id: BusinessId, starts_at: datetime, record_id: RecordId
) -> tuple[Record | None, Sequence[Record]]:
    """Return an appointment and the records of the moment, taken ones too, all of them ours until the transaction
    ends. They are locked in the order of their ids, as an import locks them.
    """
    asked = (
        select(record)
        .where(
            or_(
                record.c.id == record_id,
                (record.c.business_id == business_id)
                & (record.c.type == TYPE)
                & (record.c.starts_at == starts_at),
            )
        )
        .order_by(record.c.id)
        .with_for_update(key_share=True)
    )
    found = [record_from(row) for row in dicts(await conn.execute(asked))]
    appointment = next((each for each in found if each.id == record_id), None)
    return appointment, [each for each in found if each.type == TYPE and each.id != record_id]


async def take(conn: Connection, ids: Collection[RecordId], now: datetime) -> None:
    """Let nobody else have the moment, whatever a file repeats. The records are locked."""
    await conn.execute(
        update(record)
        .where(record.c.id.in_(sorted(ids)))
        .values(
            status=TAKEN,
            status_told=func.coalesce(record.c.status_told, record.c.status),
            entry=record.c.entry + 1,
            entered_at=now,
            updated_at=now,
        )
    )


async def give_back(
    conn: Connection, business_id: BusinessId, starts_at: datetime, now: datetime
) -> list[RecordId]:
    """Let the moment be free again that a customer had taken; return which records that were."""
    asked = (
        select(record.c.id)
        .where(
            record.c.business_id == business_id,
            record.c.type == TYPE,
            record.c.starts_at == starts_at,
            record.c.status == TAKEN,
            record.c.status_told == FREE,
        )
        .order_by(record.c.id)
        .with_for_update(key_share=True)
    )
    ids = [RecordId(each) for each in await conn.scalars(asked)]
    await conn.execute(
        update(record)
        .where(record.c.id.in_(ids))
        .values(
            status=FREE, status_told=None, entry=record.c.entry + 1, entered_at=now, updated_at=now
        )
    )
    return ids
