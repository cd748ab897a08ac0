"""A file is looked through before anything of it is stored: its rows judged, the types of subjects that it brings, and
what it would do to the notices that wait.
"""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice

from messaging.actions.doors import Store
from messaging.actions.weighing import Scales, to_weigh
from messaging.business import Business
from messaging.intake import Remark, Row, Verdict
from messaging.reading.rows import Reading
from messaging.store import assets, customers, imports, records, rules
from messaging.store.connection import Connection
from messaging.subject import CUSTOMER, asset_type_name
from messaging.upheaval import Upheaval

LOOKED_AT = 100
"""Rows of a file that are looked through at once: some 40 ms of reading, in a thread of its own."""

STORED = frozenset({Verdict.IMPORTED, Verdict.WARNING, Verdict.PARTLY, Verdict.HELD})


@dataclass(slots=True)
class Tally:
    """The rows of a file by verdict, those that have something to say, and who is known to be in the books."""

    counts: Counter[Verdict] = field(default_factory=Counter)
    remarks: list[Row] = field(default_factory=list)
    changed: int = 0
    people: set[str] = field(default_factory=set)

    def take(self, rows: Sequence[Row]) -> None:
        """Count the rows."""
        self.counts.update(row.verdict for row in rows)
        self.remarks += [row for row in rows if row.remarks]


@dataclass(slots=True)
class Looked:
    """What there is to know of a file before it is stored: its rows judged, the types of subjects that it tells of."""

    tally: Tally = field(default_factory=Tally)
    types: set[str] = field(default_factory=set)
    upheaval: Upheaval | None = None


async def look_through(
    store: Store, business: Business, reading: Reading, *, now: datetime
) -> Looked:
    """Return what there is to know of the file. What it does to what waits is asked only if any rule is on."""
    async with store.read() as conn:
        weighed = to_weigh([rule for rule, _ in await rules.of_business(conn, business.id)])
        present = await present_types(conn, business, reading.profile)
    scales = Scales(business, weighed, now) if weighed else None
    looked = Looked()
    rows = iter(reading.rows)
    # A long file takes seconds to read: not while others wait for this thread, or for the database.
    while chunk := await asyncio.to_thread(lambda: list(islice(rows, LOOKED_AT))):
        looked.types |= _types(chunk)
        async with store.read() as conn:
            judged = await judge(conn, business, chunk, looked.tally)
            if scales is not None:
                told = [row for row in judged if row.verdict in STORED]
                await scales.take(conn, told, first_types=looked.types - present)
        looked.tally.take(judged)
    if scales is not None:
        looked.upheaval = await scales.result(store)
    return looked


async def judge(
    conn: Connection, business: Business, rows: Sequence[Row], tally: Tally
) -> list[Row]:
    """Return the rows, those refused that speak of customers whom neither the books nor the file
    know.
    """
    tally.people |= {row.customer.external_id for row in rows if row.customer is not None}
    named = {record.customer for row in rows for record in row.records} - tally.people
    if not named:
        return list(rows)
    known = await customers.rows_by_external_id(conn, business.id, named)
    tally.people |= set(known)
    return [_refused(row, named - set(known)) for row in rows]


def _refused(row: Row, unknown: set[str]) -> Row:
    code = next((record.customer for record in row.records if record.customer in unknown), None)
    if code is None:
        return row
    remark = Remark(
        code="CUSTOMER_UNKNOWN",
        column="",
        value=code,
        it=f"Il cliente {code} non è in archivio: importi prima il file dei clienti",
        en=f"There is no customer {code}: import the file of the customers first",
    )
    return replace(
        row, verdict=Verdict.REJECTED, customer=None, asset=None, records=(), remarks=(remark,)
    )


def _types(rows: Sequence[Row]) -> set[str]:
    """Return the types of subjects that the rows tell of: records, things, customers."""
    types = {record.type for row in rows for record in row.records}
    types |= {asset_type_name(row.asset.type) for row in rows if row.asset is not None}
    return types | {CUSTOMER for row in rows if row.customer is not None}


async def present_types(conn: Connection, business: Business, profile: str) -> set[str]:
    """Return the types of subjects that the business has any of."""
    types = await records.types_present(conn, business.id)
    types |= {asset_type_name(each) for each in await assets.types_present(conn, business.id)}
    types |= {CUSTOMER} if await customers.present(conn, business.id) else set()
    # What an import brought that was cut off is not there yet, whatever this file is called.
    cut_off = await imports.unfinished(conn, business.id, profile)
    return types - {each for run in cut_off for each in run.first_types}
