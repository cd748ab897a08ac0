"""What is due is found by its date: a look costs what is due, however many records lie beside it."""

from collections.abc import Callable, Coroutine, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import event, text

from messaging.store import customers, records, silences
from tests.given import Workshop

DAY = date(2026, 12, 24)
MOMENT = datetime(2026, 12, 24, tzinfo=UTC)
LATER = MOMENT + timedelta(hours=1)

ASKED: Mapping[str, Callable[..., Coroutine[Any, Any, object]]] = {
    "ix_record_due": partial(
        records.due_between, record_type="inspection", windows=[(DAY, DAY), (DAY, DAY)]
    ),
    "ix_record_starts": partial(
        records.starting_between, record_type="inspection", windows=[(MOMENT, LATER)] * 2
    ),
    "ix_record_status": partial(
        records.entered_between,
        record_type="inspection",
        status="open",
        windows=[(MOMENT, LATER)] * 2,
    ),
    "ix_record_entered": partial(
        silences.silent_since, record_type="inspection", status=None, first=MOMENT, last=LATER
    ),
    "ix_customer_birthday": partial(customers.born_between, days=[(1224, 1224)]),
}


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize("index", ASKED)
async def test_what_is_due_is_found_by_its_index_and_not_by_walking_through_everything(
    workshop: Workshop, index: str
) -> None:
    await fill(workshop, 3_000)

    asked: list[tuple[str, Any]] = []
    async with workshop.store.read() as conn:
        await conn.run_sync(
            lambda at_hand: event.listen(
                at_hand, "before_cursor_execute", lambda *told: asked.append(told[2:4])
            )
        )
        await ASKED[index](conn, workshop.business.id, after=0, limit=200)
        statement, parameters = asked[0]
        told = await conn.run_sync(
            lambda at_hand: at_hand.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        )
    ways = [row[-1] for row in told.all()]

    assert any(index in way for way in ways), ways
    assert not [way for way in ways if "rowid>?" in way or "id>?" in way]


async def fill(workshop: Workshop, many: int) -> None:
    """Give the business so many customers with a record each, many to a day, and let SQLite count them."""
    told = {"many": many, "business": workshop.business.id, "at": int(MOMENT.timestamp() * 1000)}
    async with workshop.store.begin() as conn:
        for made in (_CUSTOMERS, _RECORDS):
            await conn.execute(text(made), told)
        await conn.execute(text("ANALYZE"))


_CUSTOMERS = """
    WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < :many)
    INSERT INTO customer (business_id, external_id, company, deceased, birthday, updated_at)
    SELECT :business, 'C' || n, 0, 0, 1220 + n % 8, 0 FROM c
"""
_RECORDS = """
    WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < :many)
    INSERT INTO record (
        business_id, type, external_id, customer_id, due_on, starts_at, status, entry, entered_at,
        attributes, updated_at
    )
    SELECT
        :business, 'inspection', 'R' || n, (SELECT min(id) FROM customer) + n - 1,
        date('2026-12-20', (n % 8) || ' days'), :at + n % 8 * 3600000, 'open', 1,
        :at + n % 8 * 3600000, '{}', 0
    FROM c
"""
