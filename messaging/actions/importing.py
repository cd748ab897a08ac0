"""A file's rows become customers, assets and records. Importing twice is importing once.

A file is looked through before anything of it is stored: which types it brings for the first time, and what it would
do to the notices that wait. If that is too much a person decides.

Rows are stored in chunks, each one transaction with the cursor of the run in it: the bot answers
between two of them, and a crash goes on where it was, with what was a first import still known to
be one.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import islice

from messaging.actions.braked_files import BRAKED, IMPORTED_ANYWAY
from messaging.actions.cross_checking import STORED, refuse_unknown
from messaging.actions.doors import Store
from messaging.actions.handing_on import Kept, kept_of
from messaging.actions.looking_through import Looked, look_through, present_types
from messaging.actions.sparing import spare_erased
from messaging.actions.upserting import store_rows
from messaging.business import Business
from messaging.calendar import local_day
from messaging.intake import Row, Verdict
from messaging.reading.profile import Profile
from messaging.reading.rows import Reading, read
from messaging.store import audit, businesses, imports
from messaging.store.connection import Connection
from messaging.subject import CUSTOMER, asset_type_in
from messaging.upheaval import Upheaval, in_figures

CHUNK = 25
"""Rows of a file in one transaction. With a customer, a vehicle and five records a row it writes for
some 30 ms on SQLite (measured), and 50 ms is what a bot's chat may have to wait.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """How an import went: rows by verdict, and every row that has something to say.

    `changed` counts the rows that brought anything new. `first_types` are record types that came
    for the first time: nothing goes out by itself for what they bring. `upheaval`: what it does to the notices that
    wait; None: that was not asked. `braked`: that is so much that nothing was stored.
    """

    profile: str
    counts: dict[Verdict, int]
    changed: int
    remarks: tuple[Row, ...]
    first_types: tuple[str, ...] = ()
    dry_run: bool = False
    upheaval: Upheaval | None = None
    braked: bool = False


async def import_file(
    store: Store,
    *,
    slug: str,
    name: str,
    data: bytes,
    now: datetime,
    profile: str | Profile | None = None,
    dry_run: bool = False,
    anyway: bool = False,
    progress: Callable[[int], None] | None = None,
) -> Imported:
    """Store a file's rows and return a verdict for each that needs one.

    A file that would cancel, move or set off most of what waits is not stored, unless a person wants it `anyway`.
    `progress` is told how many rows are done. A `dry_run` reads and judges everything and stores
    nothing. Raises NotFound for the business, Refused for a file that no profile knows.
    """
    async with store.read() as conn:
        business = await businesses.by_slug(conn, slug)
    reading = read(data, profile=profile, today=local_day(now, business.zone), zone=business.zone)
    sha256 = hashlib.sha256(data).hexdigest()
    async with store.read() as conn:
        cut_off = await imports.unfinished(conn, business.id, reading.profile)
    going_on = next((each for each in cut_off if each.sha256 == sha256), None)
    if dry_run or going_on is None:
        looked = await look_through(store, business, reading, first_types=None, now=now)
    else:  # it was let in then
        first_types = going_on.first_types
        looked = await look_through(store, business, reading, first_types=first_types, now=now)
    if dry_run:
        return _imported(reading, looked, dry_run=True)
    if looked.upheaval is not None and looked.upheaval.too_much:
        await _note_brake(store, business, reading, looked.upheaval, now=now, anyway=anyway)
        if not anyway:
            return _imported(reading, looked, braked=True)
    run = await _begin(store, business, looked, reading, sha256=sha256, name=name, now=now)
    rows = reading.rows if looked.rows is None else looked.rows
    changed = await _store(store, business, run, iter(rows), now=now, progress=progress)
    async with store.begin() as conn:
        await imports.finish(conn, business.id, run.id, profile=reading.profile, now=now)
        await audit.note(
            conn,
            business.id,
            actor="cli",
            act="import",
            subject=f"import_run:{run.id}",
            now=now,
            detail=looked.tally.by_verdict,
        )
    return _imported(reading, looked, first_types=sorted(run.first_types), changed=changed)


async def _note_brake(
    store: Store,
    business: Business,
    reading: Reading,
    upheaval: Upheaval,
    *,
    now: datetime,
    anyway: bool,
) -> None:
    async with store.begin() as conn:
        await audit.note(
            conn,
            business.id,
            actor="cli",
            act=IMPORTED_ANYWAY if anyway else BRAKED,
            subject=reading.profile,
            now=now,
            detail=in_figures(upheaval),
        )


def _imported(
    reading: Reading,
    looked: Looked,
    *,
    first_types: Sequence[str] = (),
    changed: int = 0,
    dry_run: bool = False,
    braked: bool = False,
) -> Imported:
    return Imported(
        profile=reading.profile,
        counts=looked.tally.by_verdict,
        changed=changed,
        remarks=tuple(looked.tally.remarks),
        first_types=tuple(each for each in first_types if _is_of_records(each)),
        dry_run=dry_run,
        upheaval=looked.upheaval,
        braked=braked,
    )


async def _begin(
    store: Store,
    business: Business,
    looked: Looked,
    reading: Reading,
    *,
    sha256: str,
    name: str,
    now: datetime,
) -> imports.ImportRun:
    """Return the run of this file that was cut off, or a new one that knows which record types are
    new.
    """
    async with store.begin() as conn:
        for run in await imports.unfinished(conn, business.id, reading.profile):
            if run.sha256 == sha256:
                return run
        first_types = frozenset(looked.types - await present_types(conn, business, reading.profile))
        run_id = await imports.begin(
            conn,
            {
                "business_id": business.id,
                "sha256": sha256,
                "name": name,
                "profile": reading.profile,
                "first_types": sorted(first_types),
                "done_rows": 0,
                "counts": looked.tally.by_verdict,
                "started_at": now,
                "finished_at": None,
            },
        )
        return imports.ImportRun(id=run_id, sha256=sha256, done_rows=0, first_types=first_types)


def _is_of_records(subject_type: str) -> bool:
    return subject_type != CUSTOMER and asset_type_in(subject_type) is None


async def _store(
    store: Store,
    business: Business,
    run: imports.ImportRun,
    rows: Iterator[Row],
    *,
    now: datetime,
    progress: Callable[[int], None] | None,
) -> int:
    """Store the rows that are good; return how many of them brought anything new."""
    stored = _Stored()
    kept = await kept_of(store, business)
    while chunk := list(islice(rows, CHUNK)):
        stored.seen += len(chunk)
        if stored.seen > run.done_rows:  # else it was stored before the crash
            await store.in_transaction(
                partial(
                    _store_chunk,
                    store=store,
                    business=business,
                    run=run,
                    chunk=chunk,
                    kept=kept,
                    stored=stored,
                    now=now,
                )
            )
        if progress is not None:
            progress(stored.seen)
    return stored.changed


@dataclass(slots=True)
class _Stored:
    seen: int = 0
    changed: int = 0
    people: set[str] = field(default_factory=set)


async def _store_chunk(
    conn: Connection,
    *,
    store: Store,
    business: Business,
    run: imports.ImportRun,
    chunk: Sequence[Row],
    kept: Kept,
    stored: _Stored,
    now: datetime,
) -> None:
    known = await spare_erased(conn, store, business, chunk, kept=kept, storing=True)
    judged = await refuse_unknown(conn, business, known, stored.people)
    stored.changed += await store_rows(
        conn,
        business,
        [row for row in judged if row.verdict in STORED],
        first_types=run.first_types,
        now=now,
    )
    await imports.advance(conn, run.id, done_rows=stored.seen)
