"""Rows as told meet rows as stored: new ones are inserted, changed ones written, the others left
alone.

What changes a record or a thing, brings a customer or changes their birthday leaves a change behind in
the same transaction, for the planner to look at.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from messaging.actions.stating import Stated, state_records
from messaging.asset import AssetId
from messaging.business import Business
from messaging.calendar import MessageClass
from messaging.consent import Method
from messaging.customer import CustomerId
from messaging.intake import CLEAR, AssetRow, CustomerRow, Row, merged, told
from messaging.ladder import Arrival
from messaging.store import assets, changes, consents, customers, freshness, links, tags
from messaging.store.connection import Connection
from messaging.subject import CUSTOMER, asset_type_name


async def store_rows(
    conn: Connection,
    business: Business,
    rows: Sequence[Row],
    *,
    first_types: frozenset[str],
    now: datetime,
) -> int:
    """Store the rows of one chunk; return how many of them brought anything new."""
    people: dict[str, CustomerRow] = {}
    for row in rows:
        if (told_of := row.customer) is not None:
            code = told_of.external_id
            people[code] = merged(people.get(code, told_of), told_of)
    customer_ids, new_people, come = await _customers(conn, business, people, first_types, now)
    customer_ids |= await _known_customers(conn, business, rows, known=set(customer_ids))
    things = [row.asset for row in rows if row.asset is not None]
    asset_ids, new_things = await _assets(conn, business, things, customer_ids, first_types, now)
    stated = Stated(
        business=business,
        customer_ids=customer_ids,
        asset_ids=asset_ids,
        first_types=first_types,
        now=now,
    )
    changed = await state_records(conn, stated, [record for row in rows for record in row.records])
    types = {record.type for row in rows for record in row.records}
    types |= {asset_type_name(each.type) for each in things}
    await freshness.told(conn, business.id, types, now)
    # Last, since it locks the end of the ledger.
    await _declare(conn, business, {customer_ids[code]: people[code] for code in come}, now)
    return sum(
        1
        for row in rows
        if (row.customer is not None and row.customer.external_id in new_people)
        or (row.asset is not None and row.asset.external_id in new_things)
        or any((record.type, record.external_id) in changed for record in row.records)
    )


async def _known_customers(
    conn: Connection, business: Business, rows: Sequence[Row], *, known: set[str]
) -> dict[str, CustomerId]:
    """Return the ids of customers that records name without telling anything of them."""
    named = {record.customer for row in rows for record in row.records} - known
    named |= {row.asset.customer for row in rows if row.asset is not None} - known
    if not named:
        return {}
    found = await customers.rows_by_external_id(conn, business.id, named)
    return {code: CustomerId(row["id"]) for code, row in found.items()}


async def _customers(
    conn: Connection,
    business: Business,
    people: Mapping[str, CustomerRow],
    first_types: frozenset[str],
    now: datetime,
) -> tuple[dict[str, CustomerId], set[str], set[str]]:
    """Return the customers' ids, who is new or changed, and who is new."""
    if not people:
        return {}, set(), set()
    known = await customers.rows_by_external_id(conn, business.id, list(people))
    fresh = [
        customer_values({}, row, now) | {"business_id": business.id, "external_id": code}
        for code, row in people.items()
        if code not in known
    ]
    await customers.add(conn, fresh)
    changed = {
        code: values
        for code, row in people.items()
        if code in known and differs(known[code], values := customer_values(known[code], row, now))
    }
    await customers.change(
        conn, {CustomerId(known[code]["id"]): values for code, values in changed.items()}
    )
    numbers = {
        CustomerId(known[code]["id"]): values["phones"] or ()
        for code, values in changed.items()
        if known[code]["phones"] != values["phones"]
    }
    await links.doubt(conn, numbers, now)
    if fresh:
        known = await customers.rows_by_external_id(conn, business.id, list(people))
    ids = {code: CustomerId(row["id"]) for code, row in known.items()}
    new = {str(row["external_id"]) for row in fresh}
    come = Arrival.FIRST_IMPORT if CUSTOMER in first_types else Arrival.CREATED
    arrivals = {ids[code]: come for code in new}
    moved = {code for code, values in changed.items() if birthday_differs(known[code], values)}
    arrivals |= {ids[code]: Arrival.MOVED for code in moved}
    await changes.note(conn, business.id, customers=arrivals, now=now)
    tagged = await _tag(conn, {ids[code]: row for code, row in people.items()})
    return ids, new | set(changed) | {code for code in people if ids[code] in tagged}, new


async def _tag(conn: Connection, people: Mapping[CustomerId, CustomerRow]) -> frozenset[CustomerId]:
    """Give the customers the tags that are told of them; return whose changed."""
    marks = {
        customer_id: () if row.tags is CLEAR else row.tags
        for customer_id, row in people.items()
        if row.tags is not None
    }
    return await tags.give(conn, marks)


def customer_values(known: Mapping[str, Any], row: CustomerRow, now: datetime) -> dict[str, Any]:
    """Return what a customer's row will hold; `known`: what it holds, empty if there is none."""
    phones = known.get("phones") if row.phones is None else row.phones
    return {
        "name": told(row.name, known.get("name")),
        "company": bool(known.get("company") if row.company is None else row.company),
        "phones": None if phones is CLEAR or phones is None else list(phones),
        "email": told(row.email, known.get("email")),
        "born_on": told(row.born_on, known.get("born_on")),
        "language": told(row.language, known.get("language")),
        "timezone": told(row.timezone, known.get("timezone")),
        "deceased": bool(known.get("deceased") if row.deceased is None else row.deceased),
        "since": told(row.since, known.get("since")),
        "updated_at": now,
    }


def differs(known: Mapping[str, Any], values: Mapping[str, Any]) -> bool:
    """Return whether the values are other than those known, whenever they were written."""
    return any(known[name] != value for name, value in values.items() if name != "updated_at")


def birthday_differs(known: Mapping[str, Any], values: Mapping[str, Any]) -> bool:
    """Return whether the customer has another birthday than before, or none to be wished any more, or
    has one again.
    """
    born = known["born_on"] is not None or values["born_on"] is not None
    return born and any(known[name] != values[name] for name in ("born_on", "company", "deceased"))


async def _declare(
    conn: Connection, business: Business, people: Mapping[CustomerId, CustomerRow], now: datetime
) -> None:
    """Keep what a file says of consents as what it is: a claim, which opens nothing."""
    await consents.append(
        conn,
        [
            {
                "business_id": business.id,
                "customer_id": customer_id,
                "message_class": MessageClass.MARKETING,
                "channel": None,
                "given": row.declared,
                "method": Method.DECLARED,
                "at": now,
                "text_id": None,
                "text_version": None,
                "text": None,
                "language": None,
                "address_id": None,
                "message_id": None,
            }
            for customer_id, row in people.items()
            if row.declared is not None
        ],
    )


async def _assets(
    conn: Connection,
    business: Business,
    things: Sequence[AssetRow],
    customer_ids: Mapping[str, CustomerId],
    first_types: frozenset[str],
    now: datetime,
) -> tuple[dict[str, AssetId], set[str]]:
    told_of: dict[tuple[str, str], AssetRow] = {}
    for row in things:
        key = (row.type, row.external_id)
        told_of[key] = merged(told_of.get(key, row), row)
    named = [external_id for _, external_id in told_of]
    if not named:
        return {}, set()
    known = await assets.rows_by_external_id(conn, business.id, named)
    fresh = [
        asset_values({}, row, now)
        | {"business_id": business.id, "type": key[0], "external_id": key[1]}
        for key, row in told_of.items()
        if key not in known
    ]
    await assets.add(conn, fresh)
    changed = {
        key: values
        for key, row in told_of.items()
        if key in known and differs(known[key], values := asset_values(known[key], row, now))
    }
    await assets.change(conn, {AssetId(known[key]["id"]): v for key, v in changed.items()})
    if fresh:
        known = await assets.rows_by_external_id(conn, business.id, named)
    ids = {key: AssetId(row["id"]) for key, row in known.items()}
    await assets.share(
        conn,
        {
            (ids[row.type, row.external_id], customer_ids[row.customer]): row.role
            for row in things
            if row.customer in customer_ids
        },
    )
    arrivals = {ids[key]: Arrival.EDITED for key in changed}
    arrivals |= {
        ids[str(row["type"]), str(row["external_id"])]: Arrival.FIRST_IMPORT
        if asset_type_name(str(row["type"])) in first_types
        else Arrival.CREATED
        for row in fresh
    }
    await changes.note(conn, business.id, assets=arrivals, now=now)
    new = {str(row["external_id"]) for row in fresh} | {key[1] for key in changed}
    return {external_id: found for (_, external_id), found in ids.items()}, new


def asset_values(known: Mapping[str, Any], row: AssetRow, now: datetime) -> dict[str, Any]:
    """Return what an asset's row will hold; `known`: what it holds, empty if there is none."""
    return {
        "label": told(row.label, known.get("label")),
        "code": told(row.code, known.get("code")),
        "gone": bool(known.get("gone") if row.gone is None else row.gone),
        "attributes": {**known.get("attributes", {}), **row.attributes},
        "updated_at": now,
    }
