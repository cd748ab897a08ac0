"""What planning costs: next to a bare INSERT of the same rows, and among ten times the records."""

import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.multiplying import multiply, raw
from benchmarks.row import Row as Told
from benchmarks.workshop import SLUG, opened, workshop
from messaging.actions import planning, switching
from messaging.actions.doors import new_key
from messaging.actions.upserting import store_rows
from messaging.intake import CustomerRow, RecordRow, Row, Verdict
from scheduler.occurrences import cron_days

NOW = datetime(2026, 11, 24, 8, 55, tzinfo=UTC)
"""Five minutes before the rule's hour, ten in the morning in Rome."""

DAYS_BEFORE = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class _Planned:
    seconds: float
    bare_seconds: float


async def plan(*, due: int, rounds: int) -> list[Told]:
    """Measure both in turn; the best of each counts."""
    alone, among = [], []
    for _ in range(rounds):
        alone.append(await _plan(due, records=due))
        among.append(await _plan(due, records=due * 10))
    seconds = min(each.seconds for each in alone)
    bare = min(each.bare_seconds for each in alone)
    more = min(each.seconds for each in among)
    return [
        Told(
            "planning / bare INSERT … SELECT of the same rows",
            f"{due / seconds:.0f} records/s",
            f"{due / bare:.0f} rows/s",
            bare / seconds,
            f"{due:,} inspections due on one day, {planning.PAGE} a transaction, synchronous=FULL, "
            f"best of {rounds}",
        ),
        Told(
            "… due among ten times the records / among their own",
            f"{1e3 * more:.0f} ms",
            f"{1e3 * seconds:.0f} ms",
            more / seconds,
            f"the same {due:,} due among {due * 10:,}: 1 means that it costs what is due",
        ),
    ]


async def _plan(due: int, *, records: int) -> _Planned:
    key = new_key()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with workshop(folder, key) as (store, business, _):
            rule = await switching.switch_on(store, slug=SLUG, name="auto.inspection_due", now=NOW)
            while not await planning.plan_backlog(store, rule.id, now=NOW):
                pass
            async with store.begin() as conn:
                await store_rows(conn, business, [_row()], first_types=frozenset(), now=NOW)
            while await planning.plan_changes(store, now=NOW):
                pass
        with raw(folder) as db:
            multiply(db, "customer", records, external_id="'C' || n")
            day = (
                f"date('{(NOW + DAYS_BEFORE).date()}', iif(n <= {due}, 0, 40 + n % 300) || ' days')"
            )
            multiply(
                db,
                "record",
                records,
                external_id="'R' || n",
                customer_id="customer_id + n",
                due_on=day,
            )
            db.execute("ANALYZE")
        async with opened(folder, key) as store:
            until = NOW + planning.LEAD
            began = time.perf_counter()
            while not await planning.plan_window(
                store, rule.id, until=until, now=NOW, strikes=cron_days
            ):
                pass
            seconds = time.perf_counter() - began
        return _Planned(seconds, _insert_as_many(folder, due))


def _insert_as_many(folder: Path, due: int) -> float:
    with raw(folder, synchronous="FULL") as db:
        (made,) = db.execute("SELECT count(*) FROM notification").fetchone()
        if made != due:
            raise RuntimeError(f"{made} planned, not {due}")
        began = time.perf_counter()
        for start in range(0, due, planning.PAGE):
            multiply(db, "notification", min(planning.PAGE, due - start), anchor=f"'{start}-' || n")
        return time.perf_counter() - began


def _row() -> Row:
    return Row(
        line=1,
        key="C0",
        verdict=Verdict.IMPORTED,
        customer=CustomerRow(external_id="C0", name="Anna Bianchi"),
        records=(
            RecordRow(
                type="inspection",
                external_id="R0",
                customer="C0",
                due_on=(NOW + timedelta(days=400)).date(),
                status="open",
                attributes={"date_source": "actual"},
            ),
        ),
    )
