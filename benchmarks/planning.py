"""What planning costs: next to a bare INSERT of the same rows, and a day of it among a hundred times the records."""

import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.multiplying import multiply, raw
from benchmarks.row import Row as Told
from benchmarks.workshop import SLUG, opened, workshop
from messaging.actions import planning, switching
from messaging.actions.doors import Store, new_key
from messaging.actions.upserting import store_rows
from messaging.intake import CustomerRow, RecordRow, Row, Verdict
from messaging.rule import RuleId
from scheduler.occurrences import cron_days

NOW = datetime(2026, 11, 24, 8, 55, tzinfo=UTC)
"""Five minutes before the rule's hour, ten in the morning in Rome."""

A_DAY = timedelta(days=1)
DAYS_BEFORE = timedelta(days=30)


async def plan(*, due: int, few: int, many: int, days: int) -> list[Told]:
    """Measure days on which so many are due, among few records and among many; the best day of each counts."""
    async with _filled(due, few, days) as among_few, _filled(due, many, days) as among_many:
        fews, manys = [], []
        # In turn, so that whatever else the machine does bears on both alike.
        for day in range(days):
            fews.append(await among_few.plan_day(day))
            manys.append(await among_many.plan_day(day))
        bare = among_few.insert_as_many(due, days)
    return [
        Told(
            "planning / bare INSERT … SELECT of the same rows",
            f"{due / min(fews):.0f} records/s",
            f"{due / bare:.0f} rows/s",
            bare / min(fews),
            f"{due:,} inspections due on one day, {planning.PAGE} a transaction, synchronous=FULL, "
            f"best of {days} days",
        ),
        Told(
            f"… of a day among {many:,} records / among {few:,}",
            f"{1e3 * min(manys):.0f} ms",
            f"{1e3 * min(fews):.0f} ms",
            min(manys) / min(fews),
            f"the same {due:,} due: 1 means that it costs what is due",
        ),
    ]


@dataclass(frozen=True, slots=True)
class _Shop:
    """A business whose rule is on, and its records."""

    folder: Path
    store: Store
    rule_id: RuleId

    async def plan_day(self, day: int) -> float:
        """Plan what is due on the day, counted from the first; return how long that took (seconds)."""
        now = NOW + day * A_DAY
        began = time.perf_counter()
        while not await planning.plan_window(
            self.store, self.rule_id, until=now + planning.LEAD, now=now, strikes=cron_days
        ):
            pass
        return time.perf_counter() - began

    def insert_as_many(self, due: int, days: int) -> float:
        """Return the quickest of so many bare inserts of so many rows (seconds)."""
        with raw(self.folder, synchronous="FULL") as db:
            (made,) = db.execute("SELECT count(*) FROM notification").fetchone()
            if made != due * days:
                raise RuntimeError(f"{made} planned, not {due * days}")
            seconds = []
            for day in range(days):
                began = time.perf_counter()
                for start in range(0, due, planning.PAGE):
                    times = min(planning.PAGE, due - start)
                    multiply(db, "notification", times, anchor=f"'{day}-{start}-' || n")
                seconds.append(time.perf_counter() - began)
            return min(seconds)


@asynccontextmanager
async def _filled(due: int, records: int, days: int) -> AsyncIterator[_Shop]:
    key = new_key()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rule_id = await _prepare(folder, key)
        _fill(folder, due=due, records=records, days=days)
        async with opened(folder, key) as store:
            yield _Shop(folder, store, rule_id)


async def _prepare(folder: Path, key: str) -> RuleId:
    """Switch the rule on, and let one customer have one record that is due far ahead."""
    async with workshop(folder, key) as (store, business, _):
        rule = await switching.switch_on(store, slug=SLUG, name="auto.inspection_due", now=NOW)
        while not await planning.plan_backlog(store, rule.id, now=NOW):
            pass
        async with store.begin() as conn:
            await store_rows(conn, business, [_row()], first_types=frozenset(), now=NOW)
        while await planning.plan_changes(store, now=NOW):
            pass
        return rule.id


def _fill(folder: Path, *, due: int, records: int, days: int) -> None:
    """Make so many records, each of a customer of its own: so many due on each of the days, the others later."""
    first = (NOW + DAYS_BEFORE).date()
    later = f"{days + 40} + n % 300"
    with raw(folder) as db:
        multiply(db, "customer", records, external_id="'C' || n")
        multiply(
            db,
            "record",
            records,
            external_id="'R' || n",
            customer_id="customer_id + n",
            due_on=f"date('{first}', iif(n <= {due * days}, n % {days}, {later}) || ' days')",
        )
        db.execute("ANALYZE")


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
