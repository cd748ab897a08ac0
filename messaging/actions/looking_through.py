"""A file is looked through before anything of it is stored: its rows judged, the types of subjects that it brings, and
what it would do to the notices that wait.
"""

import asyncio
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice

from messaging.actions.cross_checking import STORED, CrossCheck, refuse_unknown, warned
from messaging.actions.doors import Store
from messaging.actions.handing_on import kept_of
from messaging.actions.sparing import spare_erased
from messaging.actions.weighing import Scales, to_weigh
from messaging.business import Business
from messaging.calendar import local_day
from messaging.intake import Remark, Row, Verdict
from messaging.reading.rows import Reading
from messaging.store import assets, customers, imports, records, rules
from messaging.store.connection import Connection
from messaging.store.suppressions import Gone
from messaging.subject import CUSTOMER, asset_type_name
from messaging.upheaval import Upheaval

LOOKED_AT = 100
"""Rows of a file that are looked through at once: some 40 ms of reading, in a thread of its own."""


@dataclass(slots=True)
class Tally:
    """The rows of a file by verdict, those that have something to say, and who is known to be in the books."""

    counts: Counter[Verdict] = field(default_factory=Counter)
    remarks: list[Row] = field(default_factory=list)
    people: set[str] = field(default_factory=set)

    def take(self, rows: Sequence[Row]) -> None:
        """Count the rows."""
        self.counts.update(row.verdict for row in rows)
        self.remarks += [row for row in rows if row.remarks]

    @property
    def by_verdict(self) -> dict[Verdict, int]:
        """Return how many rows have each verdict, without those that none has."""
        return {verdict: count for verdict, count in self.counts.items() if count}

    def say_besides(self, found: Mapping[int, tuple[Row, Sequence[Remark]]]) -> None:
        """Say more of rows that were counted already, by their lines; they are the worse for it."""
        if not found:
            return
        said = {row.line: row for row in self.remarks}
        for line, (row, remarks) in found.items():
            before = said.get(line, row)
            after = replace(
                before, verdict=warned(before.verdict), remarks=(*before.remarks, *remarks)
            )
            self.counts[before.verdict] -= 1
            self.counts[after.verdict] += 1
            said[line] = after
        self.remarks = [said[line] for line in sorted(said)]


KEPT = 2_000
"""A file of no more rows is read once: they are kept for storing, some 4 kB each. A longer one is read again, so that
memory stays flat.
"""


@dataclass(slots=True)
class Looked:
    """What there is to know of a file before it is stored: its rows judged, the types of subjects that it tells of.

    `rows`: all of them as they were read; None: they are too many to be kept.
    """

    tally: Tally = field(default_factory=Tally)
    types: set[str] = field(default_factory=set)
    upheaval: Upheaval | None = None
    rows: list[Row] | None = field(default_factory=list)

    def keep(self, rows: Sequence[Row]) -> None:
        """Keep the rows for storing, unless they are too many by now."""
        if self.rows is not None:
            self.rows += rows
            if len(self.rows) > KEPT:
                self.rows = None


async def look_through(
    store: Store,
    business: Business,
    reading: Reading,
    *,
    first_types: Collection[str] | None,
    now: datetime,
) -> Looked:
    """Return what there is to know of the file. What it does to what waits is asked only if any rule is on.

    `first_types`: as a run that was cut off knows them, which nobody has to weigh any more; None: it is a new one.
    """
    async with store.read() as conn:
        weighed = to_weigh([rule for rule, _ in await rules.of_business(conn, business.id)])
        present = await present_types(conn, business, reading.profile)
    kept = await kept_of(store, business)
    scales = Scales(business, weighed, now) if weighed and first_types is None else None
    check = CrossCheck(business, local_day(now, business.zone), asks_past=reading.asks_past)
    looked = Looked()
    alike: dict[str, Gone] = {}
    rows = iter(reading.rows)
    # A long file takes seconds to read: not while others wait for this thread, or for the database.
    while chunk := await asyncio.to_thread(lambda: list(islice(rows, LOOKED_AT))):
        looked.keep(chunk)
        looked.types |= _types(chunk)
        new = first_types if first_types is not None else looked.types - present
        async with store.read() as conn:
            known = await spare_erased(conn, store, business, chunk, kept=kept, alike=alike)
            judged = await refuse_unknown(conn, business, known, looked.tally.people)
            judged = await check.take(conn, judged, first_types=new)
            if scales is not None:
                told = [row for row in judged if row.verdict in STORED]
                await scales.take(conn, told, first_types=new)
        looked.tally.take(judged)
    looked.tally.say_besides(check.shared_phones())
    if scales is not None:
        looked.upheaval = await scales.result(store)
    return looked


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
