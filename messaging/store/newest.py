"""The day of the newest record of a type, for a thing or, where there is none, for a customer."""

from collections.abc import Collection
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import Column, case, func, select

from messaging.calendar import local_day
from messaging.record import CANCELLED
from messaging.store.connection import Connection
from messaging.store.tables import record


async def of_assets(
    conn: Connection, ids: Collection[int], types: Collection[str], zone: ZoneInfo
) -> dict[int, dict[str, date]]:
    """Return, per asset and type, the day of its newest record that is not cancelled."""
    return await _newest(conn, record.c.asset_id, ids, types, zone)


async def of_customers(
    conn: Connection, ids: Collection[int], types: Collection[str], zone: ZoneInfo
) -> dict[int, dict[str, date]]:
    """Return, per customer and type, the day of their newest record that is not cancelled."""
    return await _newest(conn, record.c.customer_id, ids, types, zone)


async def _newest(
    conn: Connection,
    owner: Column[int],
    ids: Collection[int],
    types: Collection[str],
    zone: ZoneInfo,
) -> dict[int, dict[str, date]]:
    if not ids or not types:
        return {}
    # Each record counts by one date, as `day_of` says: its own, or that of its state.
    dated = record.c.due_on.is_not(None)
    starts = case((dated, None), else_=record.c.starts_at)
    entered = case((dated | record.c.starts_at.is_not(None), None), else_=record.c.entered_at)
    asked = (
        select(
            owner,
            record.c.type,
            func.max(record.c.due_on),
            func.max(starts, type_=record.c.starts_at.type),
            func.max(entered, type_=record.c.entered_at.type),
        )
        .where(owner.in_(ids), record.c.type.in_(types), record.c.status != CANCELLED)
        .group_by(owner, record.c.type)
    )
    found: dict[int, dict[str, date]] = {}
    for whose, record_type, due_on, starts_at, entered_at in await conn.execute(asked):
        days = [local_day(each, zone) for each in (starts_at, entered_at) if each is not None]
        days += [] if due_on is None else [due_on]
        found.setdefault(whose, {})[record_type] = max(days)
    return found
