"""A file's rows become customers, assets and records. Importing twice is importing once.

Rows are stored in chunks, each one transaction with the cursor of the run in it: the bot answers
between two of them, and a crash goes on where it was, with what was a first import still known to
be one.
"""

import asyncio
import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from itertools import islice

from messaging.actions.doors import Store
from messaging.actions.upserting import store_rows
from messaging.business import Business
from messaging.calendar import local_day
from messaging.intake import Remark, Row, Verdict
from messaging.reading.profile import Profile
from messaging.reading.rows import Reading, read
from messaging.store import assets, audit, businesses, customers, imports, records
from messaging.store.connection import Connection
from messaging.subject import CUSTOMER, asset_type_in, asset_type_name

CHUNK = 25
"""Rows of a file in one transaction. With a customer, a vehicle and five records a row it writes for
some 30 ms on SQLite (measured), and 50 ms is what a bot's chat may have to wait.
"""

STORED = frozenset({Verdict.IMPORTED, Verdict.WARNING, Verdict.PARTLY, Verdict.HELD})


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """How an import went: rows by verdict, and every row that has something to say.

    `changed` counts the rows that brought anything new. `first_types` are record types that came
    for the first time: nothing goes out by itself for what they bring.
    """

    profile: str
    counts: dict[Verdict, int]
    changed: int
    remarks: tuple[Row, ...]
    first_types: tuple[str, ...] = ()
    dry_run: bool = False


@dataclass(slots=True)
class _Tally:
    counts: Counter[Verdict] = field(default_factory=Counter)
    remarks: list[Row] = field(default_factory=list)
    changed: int = 0
    people: set[str] = field(default_factory=set)

    def take(self, rows: Sequence[Row]) -> None:
        self.counts.update(row.verdict for row in rows)
        self.remarks += [row for row in rows if row.remarks]


async def import_file(
    store: Store,
    *,
    slug: str,
    name: str,
    data: bytes,
    now: datetime,
    profile: str | Profile | None = None,
    dry_run: bool = False,
    progress: Callable[[int], None] | None = None,
) -> Imported:
    """Store a file's rows and return a verdict for each that needs one.

    `progress` is told how many rows are done. A `dry_run` reads and judges everything and stores
    nothing. Raises NotFound for the business, Refused for a file that no profile knows.
    """
    async with store.read() as conn:
        business = await businesses.by_slug(conn, slug)
    reading = read(data, profile=profile, today=local_day(now, business.zone), zone=business.zone)
    tally = _Tally()
    rows = iter(reading.rows)
    if dry_run:
        while chunk := list(islice(rows, CHUNK)):
            async with store.read() as conn:
                tally.take(await _judged(conn, business, chunk, tally))
        return _imported(reading, tally, (), dry_run=True)
    run = await _begin(store, business, data, reading, name=name, now=now)
    await _store(store, business, run, rows, tally, now=now, progress=progress)
    async with store.begin() as conn:
        await imports.finish(conn, business.id, run.id, profile=reading.profile, now=now)
        await audit.note(
            conn,
            business.id,
            actor="cli",
            act="import",
            subject=f"import_run:{run.id}",
            now=now,
            detail={verdict.value: count for verdict, count in tally.counts.items()},
        )
    return _imported(reading, tally, sorted(run.first_types))


def _imported(
    reading: Reading, tally: _Tally, first_types: Sequence[str], *, dry_run: bool = False
) -> Imported:
    return Imported(
        profile=reading.profile,
        counts=dict(tally.counts),
        changed=tally.changed,
        remarks=tuple(tally.remarks),
        first_types=tuple(each for each in first_types if _is_of_records(each)),
        dry_run=dry_run,
    )


async def _judged(
    conn: Connection, business: Business, rows: Sequence[Row], tally: _Tally
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


async def _begin(
    store: Store, business: Business, data: bytes, reading: Reading, *, name: str, now: datetime
) -> imports.ImportRun:
    """Return the run of this file that was cut off, or a new one that knows which record types are
    new.
    """
    sha256 = hashlib.sha256(data).hexdigest()
    # A long file takes seconds to read: not while others wait for the database, or for this thread.
    brought = await asyncio.to_thread(_types, reading)
    async with store.begin() as conn:
        cut_off = await imports.unfinished(conn, business.id, reading.profile)
        for run in cut_off:
            if run.sha256 == sha256:
                return run
        present = await _present(conn, business)
        # What an import brought that was cut off is not there yet, whatever this file is called.
        still_new = {each for run in cut_off for each in run.first_types}
        first_types = frozenset(brought - (present - still_new))
        run_id = await imports.begin(
            conn,
            {
                "business_id": business.id,
                "sha256": sha256,
                "name": name,
                "profile": reading.profile,
                "first_types": sorted(first_types),
                "done_rows": 0,
                "counts": {},
                "started_at": now,
                "finished_at": None,
            },
        )
        return imports.ImportRun(
            id=run_id, sha256=sha256, done_rows=0, first_types=first_types, counts={}
        )


def _is_of_records(subject_type: str) -> bool:
    return subject_type != CUSTOMER and asset_type_in(subject_type) is None


def _types(reading: Reading) -> set[str]:
    """Return the types of subjects that the file tells of: records, things, customers."""
    types = {record.type for row in reading.rows for record in row.records}
    types |= {asset_type_name(row.asset.type) for row in reading.rows if row.asset is not None}
    return types | {CUSTOMER for row in reading.rows if row.customer is not None}


async def _present(conn: Connection, business: Business) -> set[str]:
    """Return the types of subjects that the business has any of."""
    types = await records.types_present(conn, business.id)
    types |= {asset_type_name(each) for each in await assets.types_present(conn, business.id)}
    return types | ({CUSTOMER} if await customers.present(conn, business.id) else set())


async def _store(
    store: Store,
    business: Business,
    run: imports.ImportRun,
    rows: Iterator[Row],
    tally: _Tally,
    *,
    now: datetime,
    progress: Callable[[int], None] | None,
) -> None:
    seen = 0
    while chunk := list(islice(rows, CHUNK)):
        seen += len(chunk)
        await store.in_transaction(
            partial(
                _store_chunk,
                business=business,
                run=run,
                chunk=chunk,
                tally=tally,
                done_rows=seen,
                now=now,
            )
        )
        if progress is not None:
            progress(seen)


async def _store_chunk(
    conn: Connection,
    *,
    business: Business,
    run: imports.ImportRun,
    chunk: Sequence[Row],
    tally: _Tally,
    done_rows: int,
    now: datetime,
) -> None:
    judged = await _judged(conn, business, chunk, tally)
    tally.take(judged)
    if done_rows <= run.done_rows:
        return  # stored before the crash
    tally.changed += await store_rows(
        conn,
        business,
        [row for row in judged if row.verdict in STORED],
        first_types=run.first_types,
        now=now,
    )
    await imports.advance(
        conn,
        run.id,
        done_rows=done_rows,
        counts={verdict.value: count for verdict, count in tally.counts.items()},
    )
