"""Records of the businesses' customers."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    bindparam,
    func,
    or_,
    select,
    true,
    update,
)

from messaging.asset import AssetId
from messaging.business import BusinessId
from messaging.customer import CustomerId
from messaging.record import Record, RecordId
from messaging.store.among import among
from messaging.store.connection import Columns, Connection, dicts
from messaging.store.database import insert_new
from messaging.store.tables import asset_customer, record


def record_from(row: Columns) -> Record:
    """Return the record that a row of the table holds."""
    return Record(
        id=RecordId(row["id"]),
        business_id=BusinessId(row["business_id"]),
        type=row["type"],
        external_id=row["external_id"],
        customer_id=CustomerId(row["customer_id"]),
        asset_id=None if row["asset_id"] is None else AssetId(row["asset_id"]),
        due_on=row["due_on"],
        starts_at=row["starts_at"],
        status=row["status"],
        entry=row["entry"],
        entered_at=row["entered_at"],
        number=row["number"],
        amount_cents=row["amount_cents"],
        attributes=row["attributes"],
    )


async def of_ids(conn: Connection, ids: Collection[RecordId]) -> dict[RecordId, Record]:
    """Return the records with these ids."""
    if not ids:
        return {}
    rows = dicts(await conn.execute(_OF_IDS, {"ids": ids}))
    return {RecordId(row["id"]): record_from(row) for row in rows}


_OF_IDS = select(record).where(among(record.c.id))


async def of_customer(
    conn: Connection, business_id: BusinessId, customer_id: CustomerId, *, limit: int
) -> list[Record]:
    """Return the newest `limit` records of the customer, and of the assets that they share."""
    shared = select(asset_customer.c.asset_id).where(asset_customer.c.customer_id == customer_id)
    asked = (
        select(record)
        .where(
            record.c.business_id == business_id,
            or_(record.c.customer_id == customer_id, record.c.asset_id.in_(shared)),
        )
        .order_by(record.c.id.desc())
        .limit(limit)
    )
    return [record_from(row) for row in dicts(await conn.execute(asked))]


async def lock(conn: Connection, record_id: RecordId) -> Record | None:
    """Return the record as it is, ours alone until the transaction ends; None: there is none."""
    asked = select(record).where(record.c.id == record_id).with_for_update(key_share=True)
    row = (await conn.execute(asked)).mappings().first()
    return None if row is None else record_from(row)


async def due_between(
    conn: Connection,
    business_id: BusinessId,
    record_type: str,
    windows: Sequence[tuple[date, date]],
    *,
    after: int,
    limit: int,
    wide: bool = False,
) -> list[Record]:
    """Return records whose `due_on` lies in one of the windows, both ends included, by id from
    `after` on.

    An index on (business, type, date) answers it: the cost follows what is due, not what exists. `wide`: the
    windows hold much of what exists; then it is walked through by id.
    """
    if wide:
        where = or_(*(record.c.due_on.between(first, last) for first, last in windows))
        return await _page(conn, business_id, record_type, where, after, limit)
    return await _found(conn, business_id, record_type, "due_on", windows, after=after, limit=limit)


async def starting_between(
    conn: Connection,
    business_id: BusinessId,
    record_type: str,
    windows: Sequence[tuple[datetime, datetime]],
    *,
    after: int,
    limit: int,
    wide: bool = False,
) -> list[Record]:
    """Return records whose `starts_at` lies in one of the windows, both ends included, by id from
    `after` on; `wide` as for `due_between`.
    """
    if not windows:
        return []
    if wide:
        where = or_(*(record.c.starts_at.between(first, last) for first, last in windows))
        return await _page(conn, business_id, record_type, where, after, limit)
    return await _found(
        conn, business_id, record_type, "starts_at", windows, after=after, limit=limit
    )


async def in_status(
    conn: Connection,
    business_id: BusinessId,
    record_type: str,
    status: str,
    *,
    entered_after: datetime,
    after: int,
    limit: int,
) -> list[Record]:
    """Return records that entered the status after the moment and are in it still, by id from
    `after` on.
    """
    where = (record.c.status == status) & (record.c.entered_at > entered_after)
    return await _page(conn, business_id, record_type, where, after, limit)


async def entered_between(
    conn: Connection,
    business_id: BusinessId,
    record_type: str,
    status: str,
    windows: Sequence[tuple[datetime, datetime]],
    *,
    after: int,
    limit: int,
) -> list[Record]:
    """Return records in the status that entered it in one of the windows, both ends included, by id
    from `after` on.
    """
    return await _found(
        conn,
        business_id,
        record_type,
        "entered_at",
        windows,
        status=status,
        after=after,
        limit=limit,
    )


async def of_type(
    conn: Connection, business_id: BusinessId, record_type: str, *, after: int, limit: int
) -> list[Record]:
    """Return records of the type, by id from `after` on."""
    return await _page(conn, business_id, record_type, true(), after, limit)


async def _found(
    conn: Connection,
    business_id: BusinessId,
    record_type: str,
    column: str,
    windows: Sequence[tuple[date, date]],
    *,
    status: str | None = None,
    after: int,
    limit: int,
) -> list[Record]:
    """Return the records whose date lies in one of the windows, by id from `after` on: found by the index on it."""
    if not windows:
        return []
    told: dict[str, object] = {
        "business": business_id, "type": record_type, "after": after, "limit": limit,
    }  # fmt: skip
    if status is not None:
        told["status"] = status
    for place, (first, last) in enumerate(windows):
        told |= {f"first{place}": first, f"last{place}": last}
    asked = _finding(column, len(windows), in_status=status is not None)
    return [record_from(row) for row in dicts(await conn.execute(asked, told))]


@lru_cache(maxsize=32)  # to write it anew takes longer than to have it answered
def _finding(column: str, windows: int, *, in_status: bool) -> Select[*tuple[Any, ...]]:
    # An id that is reckoned with stands in no index. Asked for in the order of plain ids, both databases may rather
    # walk through all records until a page is full: for the last one, to the end of the table.
    id_ = record.c.id + 0
    dated = record.c[column]
    inside = (dated.between(bindparam(f"first{n}"), bindparam(f"last{n}")) for n in range(windows))
    ids = (
        select(record.c.id)
        .where(
            record.c.business_id == bindparam("business"),
            record.c.type == bindparam("type"),
            record.c.status == bindparam("status") if in_status else true(),
            or_(*inside),
            id_ > bindparam("after"),
        )
        .order_by(id_)
        .limit(bindparam("limit"))
    )
    return select(record).where(record.c.id.in_(ids)).order_by(record.c.id)


async def _page(
    conn: Connection,
    business_id: BusinessId,
    record_type: str,
    where: ColumnElement[bool],
    after: int,
    limit: int,
) -> list[Record]:
    asked = (
        select(record)
        .where(
            record.c.business_id == business_id,
            record.c.type == record_type,
            where,
            record.c.id > after,
        )
        .order_by(record.c.id)
        .limit(limit)
    )
    return [record_from(row) for row in dicts(await conn.execute(asked))]


async def open_count(
    conn: Connection, business_id: BusinessId, record_type: str, *, but: Collection[str]
) -> int:
    """Return how many records of the type are in none of these statuses."""
    asked = select(func.count()).where(
        record.c.business_id == business_id,
        record.c.type == record_type,
        record.c.status.not_in(sorted(but)),
    )
    return int(await conn.scalar(asked) or 0)


async def of_the_gone(
    conn: Connection,
    business_id: BusinessId,
    *,
    customers: Collection[CustomerId],
    things: Collection[AssetId],
) -> list[Record]:
    """Return the records of these customers, and of these things."""
    if not customers and not things:
        return []
    asked = (
        select(record)
        .where(
            record.c.business_id == business_id,
            or_(record.c.customer_id.in_(customers), record.c.asset_id.in_(things)),
        )
        .order_by(record.c.id)
    )
    return [record_from(row) for row in dicts(await conn.execute(asked))]


async def types_present(conn: Connection, business_id: BusinessId) -> set[str]:
    """Return the record types that the business has any record of."""
    asked = select(record.c.type).where(record.c.business_id == business_id).distinct()
    return set(await conn.scalars(asked))


async def rows_by_external_id(
    conn: Connection, business_id: BusinessId, external_ids: Collection[str], *, lock: bool
) -> dict[tuple[str, str], Mapping[str, Any]]:
    """Return the full rows of the records with these codes, by (type, code).

    With `lock`, locked by their ids: who will write them anew must not lose between what a customer has just
    answered.
    """
    asked = (
        select(record)
        .where(record.c.business_id == business_id, record.c.external_id.in_(external_ids))
        .order_by(record.c.id)
    )
    if lock:
        asked = asked.with_for_update(key_share=True)
    rows = dicts(await conn.execute(asked))
    return {(row["type"], row["external_id"]): dict(row) for row in rows}


async def add(conn: Connection, rows: Sequence[Mapping[str, object]]) -> int:
    """Insert the records that are not there yet; return how many were new."""
    return await insert_new(conn, record, rows)


_COLUMNS = (
    "customer_id", "asset_id", "due_on", "starts_at", "status", "status_told", "entry", "entered_at",
    "number", "amount_cents", "attributes", "updated_at",
)  # fmt: skip
_CHANGE = (
    update(record)
    .where(record.c.id == bindparam("_id"))
    .values({name: bindparam(f"_{name}") for name in _COLUMNS})
)


async def rewrite(conn: Connection, changed: Mapping[RecordId, Mapping[str, object]]) -> None:
    """Write the records' columns anew; each mapping holds all of `_COLUMNS`."""
    if changed:
        await conn.execute(
            _CHANGE,
            [
                {"_id": each} | {f"_{name}": values[name] for name in _COLUMNS}
                for each, values in changed.items()
            ],
        )


async def answered(conn: Connection, record_id: RecordId, *, status: str, now: datetime) -> None:
    """Let a customer's answer stand over the state that the file told, which is kept beside it."""
    await conn.execute(
        update(record)
        .where(record.c.id == record_id)
        .values(
            status=status,
            status_told=func.coalesce(record.c.status_told, record.c.status),
            entry=record.c.entry + 1,
            entered_at=now,
            updated_at=now,
        )
    )
