"""Suppose a file's rows were stored: every customer, thing and record that they change, as it is and as it would be.

What would be written is reckoned by the very functions that write it, and nothing is.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any, TypeAlias

from messaging.actions.stating import Stated, arrival_of, as_told
from messaging.actions.upserting import asset_values, birthday_differs, customer_values, differs
from messaging.asset import AssetId
from messaging.business import Business
from messaging.customer import CustomerId
from messaging.intake import AssetRow, CustomerRow, RecordRow, Row, merged
from messaging.ladder import Arrival
from messaging.record import Record
from messaging.store import assets, customers, records
from messaging.store.connection import Connection
from messaging.subject import CUSTOMER, Subject, asset_type_name

_Columns: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Supposed:
    """A subject as it is, and as it would be. None: there is none of which anybody would hear.

    `arrival`: how the planner would hear of it; None: it would not, or as of a first import. What is not in the
    books yet has an id below zero.
    """

    before: Subject | None
    after: Subject | None
    arrival: Arrival | None = None


@dataclass(slots=True)
class _Silent:
    """Of whom and what nothing is said: the ids of the dead, and of things that are gone."""

    customers: set[int] = field(default_factory=set)
    things: set[int] = field(default_factory=set)

    def holds(self, record: Record) -> bool:
        return record.customer_id in self.customers or record.asset_id in self.things


async def suppose(
    conn: Connection,
    business: Business,
    rows: Sequence[Row],
    *,
    first_types: Collection[str],
    now: datetime,
) -> list[Supposed]:
    """Return what the rows would change; nothing of what they only repeat."""
    chunk = _Chunk(business=business, first_types=frozenset(first_types), now=now)
    told = [record for row in rows for record in row.records]
    people = await _people(conn, chunk, _merged_people(rows), {each.customer for each in told})
    things = await _things(conn, chunk, _merged_things(rows))
    return [*people, *things, *await _records(conn, chunk, told)]


@dataclass(slots=True, kw_only=True)
class _Chunk:
    """What is known around the rows of one chunk. `was`, `will_be`: of whom and what nothing is said, before and
    after.
    """

    business: Business
    first_types: frozenset[str]
    now: datetime
    customer_ids: dict[str, CustomerId] = field(default_factory=dict)
    asset_ids: dict[str, AssetId] = field(default_factory=dict)
    was: _Silent = field(default_factory=_Silent)
    will_be: _Silent = field(default_factory=_Silent)
    new: "count[int]" = field(default_factory=lambda: count(-1, -1))

    def row(self, known: Mapping[str, Any], values: Mapping[str, Any], **names: str) -> _Columns:
        """Return a row as it would be; one that is new with an id below zero."""
        return {"id": next(self.new), "business_id": self.business.id, **names, **known, **values}

    def created(self, subject_type: str) -> Arrival | None:
        """Return how what is new is heard of."""
        return None if subject_type in self.first_types else Arrival.CREATED


async def _people(
    conn: Connection, chunk: _Chunk, told_of: Mapping[str, CustomerRow], named: set[str]
) -> list[Supposed]:
    rows = await customers.rows_by_external_id(conn, chunk.business.id, {*told_of, *named})
    chunk.customer_ids |= {code: CustomerId(row["id"]) for code, row in rows.items()}
    found = []
    for code, told in told_of.items():
        known = rows.get(code, {})
        values = customer_values(known, told, chunk.now)
        row = {"erased_at": None} | chunk.row(known, values, external_id=code)
        after = customers.customer_from(row)
        chunk.customer_ids[code] = after.id
        _note(chunk.was.customers, after.id, known.get("deceased"))
        _note(chunk.will_be.customers, after.id, after.deceased)
        if not known or birthday_differs(known, values):
            before = customers.customer_from(known) if known else None
            arrival = Arrival.MOVED if known else chunk.created(CUSTOMER)
            found.append(Supposed(before=before, after=after, arrival=arrival))
    return found


async def _things(
    conn: Connection, chunk: _Chunk, told_of: Mapping[tuple[str, str], AssetRow]
) -> list[Supposed]:
    if not told_of:
        return []
    named = [code for _, code in told_of]
    rows = await assets.rows_by_external_id(conn, chunk.business.id, named)
    found = []
    for (kind, code), told in told_of.items():
        known = rows.get((kind, code), {})
        values = asset_values(known, told, chunk.now)
        after = assets.asset_from(chunk.row(known, values, type=kind, external_id=code))
        chunk.asset_ids[code] = after.id
        _note(chunk.was.things, after.id, known.get("gone"))
        _note(chunk.will_be.things, after.id, after.gone)
        if not known or differs(known, values):
            arrival = Arrival.EDITED if known else chunk.created(asset_type_name(kind))
            found.append(
                Supposed(
                    before=assets.asset_from(known) if known and not known["gone"] else None,
                    after=None if after.gone else after,
                    arrival=arrival,
                )
            )
    return found


async def _records(conn: Connection, chunk: _Chunk, told: Sequence[RecordRow]) -> list[Supposed]:
    stated = Stated(
        business=chunk.business,
        customer_ids=chunk.customer_ids,
        asset_ids=chunk.asset_ids,
        first_types=chunk.first_types,
        now=chunk.now,
    )
    was, will_be = chunk.was, chunk.will_be
    found = [
        _Told(
            before=records.record_from(each.known) if each.known else None,
            after=records.record_from(
                chunk.row(each.known, each.values, type=key[0], external_id=key[1])
            ),
            arrival=arrival_of(each.known, each.values) if each.known else chunk.created(key[0]),
        )
        for key, each in (await as_told(conn, stated, told, lock=False)).items()
    ]
    met = {each.before.id for each in found if each.before is not None}
    # A file of customers or vehicles alone tells of no record, and silences those of the dead and the sold.
    silenced = await records.of_the_gone(
        conn,
        chunk.business.id,
        customers=[CustomerId(each) for each in will_be.customers - was.customers],
        things=[AssetId(each) for each in will_be.things - was.things],
    )
    found += [_Told(each, each, None) for each in silenced if each.id not in met]
    return [
        Supposed(
            before=None if each.before is None or was.holds(each.before) else each.before,
            after=None if will_be.holds(each.after) else each.after,
            arrival=each.arrival,
        )
        for each in found
        if each.before != each.after or will_be.holds(each.after)
    ]


@dataclass(frozen=True, slots=True)
class _Told:
    before: Record | None
    after: Record
    arrival: Arrival | None


def _note(silent: set[int], subject_id: int, is_silent: object) -> None:
    if is_silent:
        silent.add(subject_id)


def _merged_people(rows: Sequence[Row]) -> dict[str, CustomerRow]:
    people: dict[str, CustomerRow] = {}
    for row in rows:
        if (told := row.customer) is not None:
            people[told.external_id] = merged(people.get(told.external_id, told), told)
    return people


def _merged_things(rows: Sequence[Row]) -> dict[tuple[str, str], AssetRow]:
    things: dict[tuple[str, str], AssetRow] = {}
    for row in rows:
        if (told := row.asset) is not None:
            key = (told.type, told.external_id)
            things[key] = merged(things.get(key, told), told)
    return things
