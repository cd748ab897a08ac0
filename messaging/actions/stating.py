"""Records as told: which are new, which moved, which entered another state."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from messaging.asset import AssetId
from messaging.business import Business
from messaging.calendar import end_of_day, local_day
from messaging.customer import CustomerId
from messaging.intake import RecordRow, told
from messaging.ladder import Arrival
from messaging.record import RecordId
from messaging.store import assets, changes, records
from messaging.store.connection import Connection

FIRST_STATUS = "open"
"""What a record is whose status was never told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """What is known around the records of one chunk. `first_types`: types that this business had
    none of before.
    """

    business: Business
    customer_ids: Mapping[str, CustomerId]
    asset_ids: Mapping[str, AssetId]
    first_types: frozenset[str]
    now: datetime


async def state_records(
    conn: Connection, stated: Stated, rows: Sequence[RecordRow]
) -> set[tuple[str, str]]:
    """Store the records and leave word of what changed; return the (type, code) of those that
    brought anything new.

    A record of a customer who is not in the books is left out: the file that brings the customer
    brings it next time.
    """
    told_of = await as_told(conn, stated, rows, lock=True)
    if not told_of:
        return set()
    codes = [external_id for _, external_id in told_of]
    known = {key: each.known for key, each in told_of.items() if each.known}
    values = {key: each.values for key, each in told_of.items()}
    fresh = [key for key in told_of if key not in known]
    await records.add(
        conn,
        [
            values[key] | {"business_id": stated.business.id, "type": key[0], "external_id": key[1]}
            for key in fresh
        ],
    )
    arrivals = {
        key: arrival
        for key in told_of
        if key in known and (arrival := arrival_of(known[key], values[key])) is not None
    }
    await records.rewrite(conn, {RecordId(known[key]["id"]): values[key] for key in arrivals})
    if fresh:
        known = await records.rows_by_external_id(conn, stated.business.id, codes, lock=False)
    for key in fresh:
        first = key[0] in stated.first_types
        arrivals[key] = Arrival.FIRST_IMPORT if first else Arrival.CREATED
    await changes.note(
        conn,
        stated.business.id,
        records={RecordId(known[key]["id"]): arrival for key, arrival in arrivals.items()},
        now=stated.now,
    )
    return set(arrivals)


@dataclass(frozen=True, slots=True)
class AsTold:
    """A record's row as it is (empty: there is none), and what it will hold."""

    known: Mapping[str, Any]
    values: dict[str, Any]


async def as_told(
    conn: Connection, stated: Stated, rows: Sequence[RecordRow], *, lock: bool
) -> dict[tuple[str, str], AsTold]:
    """Return, by (type, code), what storing the rows writes. With `lock`, the records are ours until the
    transaction ends.
    """
    told_of = {
        (row.type, row.external_id): row for row in rows if row.customer in stated.customer_ids
    }
    if not told_of:
        return {}
    codes = [external_id for _, external_id in told_of]
    known = await records.rows_by_external_id(conn, stated.business.id, codes, lock=lock)
    asset_ids = dict(stated.asset_ids) | await _known_assets(conn, stated, list(told_of.values()))
    return {
        key: AsTold(known.get(key, {}), _values(known.get(key, {}), row, stated, asset_ids))
        for key, row in told_of.items()
    }


async def _known_assets(
    conn: Connection, stated: Stated, rows: Sequence[RecordRow]
) -> dict[str, AssetId]:
    named = {row.asset for row in rows if row.asset is not None} - set(stated.asset_ids)
    if not named:
        return {}
    found = await assets.rows_by_external_id(conn, stated.business.id, named)
    return {external_id: AssetId(row["id"]) for (_, external_id), row in found.items()}


def _values(
    known: Mapping[str, Any],
    row: RecordRow,
    stated: Stated,
    asset_ids: Mapping[str, AssetId],
) -> dict[str, Any]:
    starts_at = told(row.starts_at, known.get("starts_at"))
    status, status_told = _status(known, row, moved=starts_at != known.get("starts_at"))
    entered = not known or status != known["status"]
    asset_id = known.get("asset_id") if row.asset is None else asset_ids.get(row.asset)
    return {
        "customer_id": stated.customer_ids[row.customer],
        "asset_id": asset_id,
        "due_on": told(row.due_on, known.get("due_on")),
        "starts_at": starts_at,
        "status": status,
        "status_told": status_told,
        "entry": known.get("entry", 0) + entered,
        "entered_at": _entered_at(row, stated) if entered else known["entered_at"],
        "number": told(row.number, known.get("number")),
        "amount_cents": told(row.amount_cents, known.get("amount_cents")),
        "attributes": {**known.get("attributes", {}), **row.attributes},
        "updated_at": stated.now,
    }


def _status(known: Mapping[str, Any], row: RecordRow, *, moved: bool) -> tuple[str, str | None]:
    """Return the record's state, and what the file says where a customer's answer stands over it.

    An answer ("I confirm") stands as long as the file only repeats what it said before. It is over
    when the file says anything else, and when the appointment moves: the answer was about the other
    hour.
    """
    before = known.get("status_told")
    if before is not None and not moved and row.status in (None, before):
        return known["status"], before
    return row.status or before or known.get("status") or FIRST_STATUS, None


def _entered_at(row: RecordRow, stated: Stated) -> datetime:
    """Return when the state was entered: now, or on the day that the file names, whose hour it does
    not tell.
    """
    today = local_day(stated.now, stated.business.zone)
    if row.entered_on is None or row.entered_on >= today:
        return stated.now
    return end_of_day(row.entered_on, stated.business.zone)


def arrival_of(known: Mapping[str, Any], values: Mapping[str, Any]) -> Arrival | None:
    """Return what happened to a known record, or None if nothing did."""

    def changed(*names: str) -> bool:
        return any(known[name] != values[name] for name in names)

    if changed("due_on", "starts_at"):
        return Arrival.MOVED
    if changed("entry"):
        return Arrival.ENTERED
    if changed("customer_id", "asset_id", "number", "amount_cents", "attributes", "status_told"):
        return Arrival.EDITED
    return None
